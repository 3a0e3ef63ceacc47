/** The records that a face is given, as schemas: what the core holds, joined into what a screen needs at once. */
import * as z from "zod";
import type { ContactId, ConversationId, MessageId, NetworkName, PersonId } from "../base/ids.ts";

/** The same, never to be changed: what was answered is shared. */
export type Frozen<Value> = unknown extends Value
  ? Value
  : Value extends string | number | boolean | undefined
    ? Value
    : Value extends readonly (infer Entry)[]
      ? readonly Frozen<Entry>[]
      : { readonly [Key in keyof Value]: Frozen<Value[Key]> };

/*
 * Ids are branded here without being looked up: whether one exists is the core's to say, its form is judged by the
 * schema in front.
 */
const count = z.number().int().nonnegative();
export const personId = count.transform((id) => id as PersonId).describe("number of a person");
export const contactId = count.transform((id) => id as ContactId).describe("number of a contact");
export const conversationId = count
  .transform((id) => id as ConversationId)
  .describe("number of a conversation");
export const messageId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{21}[AQgw]$/)
  .transform((id) => id as MessageId)
  .describe("16 bytes in base64url");
export const networkName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/)
  .transform((name) => name as NetworkName)
  .describe("name of a network in this profile");
export const wallMs = z.number().describe("milliseconds since 1970");

export const availability = z.enum(["available", "busy", "away"]);
export const secrecy = z.enum(["none", "link", "end-to-end"]);
export const trust = z.enum(["unknown", "pinned", "verified", "changed"]);

export const why = z
  .object({
    code: z.string(),
    details: z.record(z.string(), z.union([z.string(), z.number()])).exactOptional(),
  })
  .describe("a permanent code with its details");

export const contact = z.object({
  id: contactId,
  person: personId,
  network: networkName,
  identity: z.string().describe("`key:…` where it proves itself by a key, else `name:…` and the like"),
  keyed: z.boolean(),
  name: z.string().describe("as received: untrusted"),
  secrecy,
  address: z.string().exactOptional(),
  lastSeenAt: wallMs.exactOptional(),
  fingerprint: z.string().exactOptional().describe("of the key, in groups to be compared by eye"),
});

export const person = z.object({
  id: personId,
  label: z.string().describe("unique in this profile"),
  givenName: z.string().exactOptional(),
  trust,
  sharesNameWith: personId.exactOptional().describe("the person who is known by the name this one came with"),
  plainAllowed: z.boolean(),
  online: z.boolean(),
  availability,
  since: wallMs.exactOptional().describe("how long online or offline"),
  contacts: z.array(contact),
});

export const body = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("text"), text: z.string() }),
  z.object({ kind: z.literal("action"), text: z.string() }),
  z.object({ kind: z.literal("poke") }),
  z.object({ kind: z.literal("file"), name: z.string(), bytes: count, transfer: z.string() }),
  z.object({
    kind: z.literal("system"),
    notice: z.discriminatedUnion("code", [
      z.object({ code: z.literal("moved"), from: z.string(), to: z.string() }),
      z.object({ code: z.literal("renamed"), from: z.string(), to: z.string() }),
      z.object({ code: z.enum(["key-changed", "name-shared"]), name: z.string() }),
      z.object({ code: z.literal("not-encrypted") }),
      z.object({ code: z.enum(["joined", "left"]), name: z.string() }),
      z.object({ code: z.literal("gap"), name: z.string(), count }),
      z.object({ code: z.literal("wrong-room"), name: z.string(), room: z.string() }),
      z.object({ code: z.literal("ascii-only") }),
    ]),
  }),
  z.object({ kind: z.literal("unknown"), what: z.string() }),
]);

export const delivery = z.object({
  recipient: contactId
    .exactOptional()
    .describe("absent: the room as a whole, of whose members the network says nothing"),
  label: z.string().describe("of the person, or of the room"),
  state: z.enum(["queued", "sending", "sent", "held", "delivered", "read", "failed"]),
  why: why.exactOptional(),
  heldBy: count,
  attempts: count,
  nextTryAt: wallMs.exactOptional(),
  lastSeenAt: wallMs.exactOptional().describe("of the recipient"),
  at: wallMs,
});

export const message = z.object({
  id: messageId,
  conversation: conversationId,
  author: contactId.exactOptional().describe("absent for mine and for notices"),
  authorPerson: personId.exactOptional(),
  authorLabel: z.string().exactOptional().describe("my own name for mine; absent for notices"),
  mine: z.boolean(),
  sentAt: wallMs.describe("the author's claim"),
  arrivedAt: wallMs,
  arrived: count.describe("order in this profile"),
  changed: count.describe("grows with every change: the cursor of messages.since"),
  body,
  secrecy,
  replyTo: messageId.exactOptional(),
  editedAt: wallMs.exactOptional(),
  reactions: z.array(z.object({ by: contactId.exactOptional(), sign: z.string() })),
  deleted: z.boolean(),
  deliveries: z.array(delivery).describe("of mine: what became of it at each recipient"),
});

export const conversation = z.object({
  id: conversationId,
  network: networkName,
  kind: z.enum(["direct", "room", "everyone"]),
  title: z.string(),
  person: personId.exactOptional(),
  room: z.string().exactOptional(),
  secrecy: secrecy.describe("that the next message would have"),
  members: z.array(
    z.object({
      contact: contactId,
      person: personId,
      label: z.string(),
      role: z.enum(["member", "moderator", "owner"]),
    }),
  ),
  standing: z
    .enum(["out", "joined", "connected"])
    .exactOptional()
    .describe("of a room: whether I am in it, and whether somebody there can be reached"),
  muted: z.boolean(),
  pinned: z.boolean(),
  draft: z.string(),
  readUpTo: count,
  unread: count,
  newest: count,
  last: message.exactOptional(),
});

export const network = z.object({
  name: networkName,
  kind: z.string(),
  health: z.enum(["starting", "up", "degraded", "down"]),
  why: why.exactOptional(),
  nextTryAt: wallMs.exactOptional(),
  online: count.describe("people there now"),
  fingerprint: z
    .string()
    .exactOptional()
    .describe("of my own key there: what others see beside my name, to be compared by eye"),
  traits: z.object({
    secrecy,
    keepsForAbsent: z.boolean(),
    textBytesMax: count,
    asciiOnly: z.boolean(),
    receipts: z.boolean(),
    idsOnWire: z.boolean(),
    carries: z.array(z.string()),
    conversations: z.array(z.string()),
    wholeRoom: z.boolean().describe("a text to a room goes out once for all who are in it"),
  }),
  settings: z.record(z.string(), z.unknown()).describe("of the network's kind, see docs/reference/config.md"),
  facts: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .describe("what the network knows of itself: where I am in it, what it has heard and counted"),
});

export const networkSet = network.extend({
  overridden: z
    .array(
      z.object({
        key: z.string().describe("in full, such as lan.address"),
        from: z.enum(["flag", "environment"]),
      }),
    )
    .describe("of what was set: kept, but without effect while the daemon is started with something else"),
});

export const roomMember = z.object({
  identity: z.string().exactOptional().describe("absent for me"),
  name: z.string().describe("as received: untrusted"),
  address: z.string(),
  me: z.boolean(),
  link: z.enum(["forward", "backward", "none"]).describe("dialled from here, dialled from there"),
  heardAt: wallMs.exactOptional().describe("the last that came over the link"),
  person: personId.exactOptional().describe("absent for me"),
  label: z.string().exactOptional().describe("of the person"),
});

export const profile = z.object({
  name: z.string(),
  availability,
  /** Absent until the first start has asked. */
  named: z.boolean().describe("whether the user has chosen the name"),
  home: z.string().describe("the profile's folder"),
  encrypted: z.boolean().describe("the database is encrypted at rest"),
});

export const changed = count.describe(
  "the newest number of the history: messages.since with it as `after` has all that comes from here on",
);

export const cursor = z
  .string()
  .regex(/^[0-9a-z]{1,16}\.[0-9]{1,15}$/)
  .describe("`<run>.<n>`: a point in the stream of events");

export const event = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("message-added"), conversation: conversationId, message: messageId }),
  z.object({ kind: z.literal("message-changed"), conversation: conversationId, message: messageId }),
  z.object({ kind: z.literal("conversation-changed"), conversation: conversationId }),
  z.object({ kind: z.literal("person-changed"), person: personId }),
  z.object({ kind: z.literal("person-removed"), person: personId }),
  z.object({
    kind: z.literal("presence-changed"),
    person: personId,
    presence: z.object({ online: z.boolean(), availability, since: wallMs }),
  }),
  z.object({ kind: z.literal("network-changed"), network: networkName }),
  z.object({ kind: z.literal("profile-changed") }),
  z
    .object({ kind: z.literal("stopping") })
    .describe("the daemon was asked to end: whoever has something to keep does so now, and leaves"),
]);

export const check = z.object({
  code: z.string().describe("permanent name of the check"),
  state: z.enum(["good", "warning", "bad"]),
  says: z.string().describe("what was found"),
  mend: z.string().exactOptional().describe("what to do about it"),
});

export type Why = Frozen<z.output<typeof why>>;
export type Contact = Frozen<z.output<typeof contact>>;
export type Person = Frozen<z.output<typeof person>>;
export type Body = Frozen<z.output<typeof body>>;
export type Delivery = Frozen<z.output<typeof delivery>>;
export type Message = Frozen<z.output<typeof message>>;
export type Conversation = Frozen<z.output<typeof conversation>>;
export type Network = Frozen<z.output<typeof network>>;
export type NetworkSet = Frozen<z.output<typeof networkSet>>;
export type RoomMember = Frozen<z.output<typeof roomMember>>;
export type Profile = Frozen<z.output<typeof profile>>;
export type Cursor = z.output<typeof cursor>;
export type Event = Frozen<z.output<typeof event>>;
export type Check = Frozen<z.output<typeof check>>;
