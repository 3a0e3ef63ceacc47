/**
 * Every method of the API: what it does, what it takes, what it answers. Types, checks, the client and
 * docs/reference/api.md come from this one table.
 */
import * as z from "zod";
import * as record from "./records.ts";

export interface Method {
  readonly what: string;
  readonly params: z.ZodObject;
  readonly result: z.ZodType;
}

const nothing = z.strictObject({});
const page = z.number().int().min(1).max(500);
/** What a network of that kind understands is its own schema's to say. */
const networkSettings = z.record(z.string().regex(/^[a-z][A-Za-z0-9-]{0,31}$/), z.unknown());
const room = z.string().max(256).exactOptional();
/** Which network is meant, where several have what is asked for. */
const network = record.networkName.exactOptional();
const done = z.object({ done: z.literal(true) });

/** Who is meant: by number, or by a name that is never guessed. */
const who = z
  .union([record.personId, z.string().min(1).max(256)])
  .describe("a person's number, label or name");

export const methods = {
  "system.status": {
    what: "The daemon, the profile and the state of everything at a glance.",
    params: nothing,
    result: z.object({
      version: z.string(),
      pid: z.number().int(),
      startedAt: record.wallMs,
      profile: record.profile,
      networks: z.array(record.network),
      people: z.object({ known: z.number().int(), online: z.number().int() }),
      unread: z.number().int(),
      waiting: z.number().int().describe("messages that have not gone out"),
      api: z.object({ socket: z.string(), http: z.string().exactOptional() }),
      cursor: record.cursor,
      changed: record.changed,
    }),
  },
  "system.doctor": {
    what: "Checks sockets, ports, interfaces, what was heard and sent, disk, database and clock; says how to mend each.",
    params: nothing,
    result: z.object({
      checks: z.array(record.check),
      networks: z.array(
        z.object({
          name: record.networkName,
          kind: z.string(),
          report: z.unknown().describe("sockets, links, counters and facts"),
        }),
      ),
    }),
  },
  "system.stop": { what: "Ends the daemon, after this answer.", params: nothing, result: done },
  "profile.set": {
    what: "Changes my name or my availability.",
    params: z.strictObject({
      name: z.string().min(1).max(64).exactOptional(),
      availability: record.availability.exactOptional(),
    }),
    result: record.profile,
  },
  "people.list": {
    what: "Everybody who is known, those online first.",
    params: z.strictObject({ online: z.boolean().exactOptional().describe("only those who are there now") }),
    result: z.object({ people: z.array(record.person), cursor: record.cursor }),
  },
  "people.find": {
    what: "The people whom a name fits: one, several or none. Names are never guessed.",
    params: z.strictObject({ who }),
    result: z.object({ people: z.array(record.person) }),
  },
  "people.rename": {
    what: "Gives a person my own name for them; without a name, back to theirs.",
    params: z.strictObject({ who, name: z.string().min(1).max(64).exactOptional() }),
    result: record.person,
  },
  "people.join": {
    what: "Says that both are one person: `from` is gone afterwards, its contacts belong to `into`.",
    params: z.strictObject({ into: who, from: who }),
    result: record.person,
  },
  "people.verify": {
    what: "Says that the person's key has been compared, or takes it back.",
    params: z.strictObject({ who, verified: z.boolean() }),
    result: record.person,
  },
  "people.allowPlain": {
    what: "Agrees, or no longer, that messages to this person may go out readable for all.",
    params: z.strictObject({ who, allowed: z.boolean() }),
    result: record.person,
  },
  "conversations.list": {
    what: "All conversations, the newest message first.",
    params: nothing,
    result: z.object({ conversations: z.array(record.conversation), cursor: record.cursor }),
  },
  "conversations.get": {
    what: "One conversation.",
    params: z.strictObject({ conversation: record.conversationId }),
    result: record.conversation,
  },
  "conversations.open": {
    what: "The direct conversation with a person, made when there is none yet.",
    params: z.strictObject({ who, network: record.networkName.exactOptional() }),
    result: record.conversation,
  },
  "conversations.change": {
    what: "Mutes, pins, keeps a draft, or marks as read up to a message's `arrived`.",
    params: z.strictObject({
      conversation: record.conversationId,
      muted: z.boolean().exactOptional(),
      pinned: z.boolean().exactOptional(),
      draft: z.string().max(65_536).exactOptional(),
      readUpTo: z.number().int().nonnegative().exactOptional(),
    }),
    result: record.conversation,
  },
  "messages.send": {
    what: "Sends a text. It is stored, with the work of delivering it, when the answer comes. The same id twice is one message.",
    params: z.strictObject({
      to: z.union([
        z.strictObject({ conversation: record.conversationId }),
        z.strictObject({ who, network: record.networkName.exactOptional() }),
      ]),
      text: z.string().max(1_048_576),
      action: z.boolean().exactOptional().describe("`/me` text"),
      id: record.messageId.exactOptional(),
      replyTo: record.messageId.exactOptional(),
      allowPlain: z
        .boolean()
        .exactOptional()
        .describe(
          "yes to what would be asked: that anybody on the way can read, that others share the name or that the key is another; once per person",
        ),
    }),
    result: record.message,
  },
  "messages.get": {
    what: "One message, with what became of it at each recipient and why.",
    params: z.strictObject({
      message: z.string().min(1).max(22).describe("its id, or its `arrived` in digits"),
    }),
    result: record.message,
  },
  "messages.page": {
    what: "A stretch of a conversation, oldest first: the newest, or next to a number.",
    params: z.strictObject({
      conversation: record.conversationId,
      before: z.number().int().exactOptional(),
      after: z.number().int().exactOptional(),
      around: z.number().int().exactOptional(),
      limit: page.exactOptional(),
    }),
    result: z.object({ messages: z.array(record.message), cursor: record.cursor }),
  },
  "messages.since": {
    what: "Every message that is new or changed since a number (`changed`), in its present state; it misses nothing across restarts.",
    params: z.strictObject({
      after: z
        .number()
        .int()
        .nonnegative()
        .describe(
          "refused above the newest number: it is another profile's, or of a time before a restored backup",
        ),
      limit: page.exactOptional(),
    }),
    result: z.object({
      messages: z.array(record.message),
      next: z.number().int().describe("what to ask with next time"),
    }),
  },
  "messages.search": {
    what: "Messages with all of these words, the last one also as a beginning; newest first. `contains`: any run of letters; `ranked`: the best fitting first.",
    params: z.strictObject({
      text: z.string().min(1).max(1_024),
      conversation: record.conversationId.exactOptional(),
      before: z.number().int().exactOptional(),
      limit: page.exactOptional(),
      how: z.enum(["words", "contains", "ranked"]).exactOptional(),
    }),
    result: z.object({ messages: z.array(record.message) }),
  },
  "messages.retry": {
    what: "Tries again at once what failed or waits.",
    params: z.strictObject({ message: record.messageId }),
    result: record.message,
  },
  "messages.cancel": {
    what: "Gives up what has not gone out.",
    params: z.strictObject({ message: record.messageId }),
    result: record.message,
  },
  "messages.delete": {
    what: "Deletes a message here; what others hold is theirs.",
    params: z.strictObject({ message: record.messageId }),
    result: record.message,
  },
  "networks.list": {
    what: "The networks of this profile and how they are.",
    params: nothing,
    result: z.object({
      networks: z.array(record.network),
      kinds: z.array(z.object({ kind: z.string(), what: z.string() })).describe("what can be connected"),
    }),
  },
  "networks.connect": {
    what: "Connects a network of a kind, under a name of its own; it stays connected after a restart.",
    params: z.strictObject({
      kind: z.string().min(1).max(32),
      name: record.networkName.exactOptional(),
      settings: networkSettings.exactOptional(),
    }),
    result: record.networkSet,
  },
  "networks.disconnect": {
    what: "Disconnects a network; its history stays.",
    params: z.strictObject({
      name: record.networkName,
      forget: z
        .boolean()
        .exactOptional()
        .describe(
          "deletes its keys and settings too, for good, also of one that was disconnected before: whoever knows me " +
            "there sees somebody else when it is connected again",
        ),
    }),
    result: done,
  },
  "networks.configure": {
    what: "Changes settings of a network, which connects anew with them.",
    params: z.strictObject({ name: record.networkName, settings: networkSettings }),
    result: record.networkSet,
  },
  "rooms.list": {
    what: "The rooms that the network's server lists, newest first, and in which of them I am.",
    params: z.strictObject({ network }),
    result: z.object({
      network: record.networkName,
      rooms: z.array(z.object({ room: z.string().describe("untrusted"), joined: z.boolean() })),
    }),
  },
  "rooms.join": {
    what: "Enters a room, which is made when there is none of that name; it is entered again after a restart, until it is left.",
    params: z.strictObject({ network, room }),
    result: z.object({
      network: record.networkName,
      conversation: record.conversation,
      members: z.array(record.roomMember),
    }),
  },
  "rooms.leave": {
    what: "Leaves the room; its history stays.",
    params: z.strictObject({ network, room }),
    result: done,
  },
  "rooms.members": {
    what: "Who is in the room with me, how we are linked, and what was counted there.",
    params: z.strictObject({ network, room }),
    result: z.object({
      network: record.networkName,
      room: z.string(),
      connected: z.boolean().describe("somebody can be reached: a text goes out now"),
      members: z.array(record.roomMember).describe("in the order of the room's own list"),
      counters: z.record(z.string(), z.number()),
    }),
  },
  "rooms.user": {
    what: "Sets the name that others see me under in rooms, before one is joined; without a name, shows it.",
    params: z.strictObject({ network, name: z.string().max(256).exactOptional() }),
    result: z.object({
      network: record.networkName,
      user: z.string().exactOptional().describe("absent: none was set, and my own name cannot be used there"),
    }),
  },
  "rooms.poke": {
    what: "Nudges somebody in the room; the answer comes when they have answered.",
    params: z.strictObject({
      network,
      who: z
        .union([record.personId, z.string().max(256)])
        .exactOptional()
        .describe("a person's number, label or name, or a member's name"),
    }),
    result: done,
  },
  "settings.get": {
    what: "The configuration in force: each key with its value and where it comes from.",
    params: nothing,
    result: z.object({
      settings: z.array(
        z.object({
          key: z.string(),
          value: z.unknown().exactOptional().describe("absent where nothing is set and nothing is usual"),
          from: z.enum(["flag", "environment", "changed", "file", "default"]),
        }),
      ),
    }),
  },
  "history.export": {
    what: "Writes the history to a new file on this machine, in slices; the answer comes at the end.",
    params: z.strictObject({
      file: z.string().min(1).max(4_096).describe("absolute path; must not exist"),
      format: z.enum(["jsonl", "text", "html"]),
      conversation: record.conversationId.exactOptional(),
    }),
    result: z.object({ messages: z.number().int(), file: z.string() }),
  },
  "history.import": {
    what: "Merges an exported JSONL file; what is here already stays as it is.",
    params: z.strictObject({ file: z.string().min(1).max(4_096).describe("absolute path") }),
    result: z.object({ added: z.number().int(), known: z.number().int(), skipped: z.number().int() }),
  },
  "events.follow": {
    what: "From now on this connection is sent `event` notifications; those since the cursor come first.",
    params: z.strictObject({ since: record.cursor.exactOptional() }),
    result: z.object({
      cursor: record.cursor,
      resync: z.boolean().describe("the cursor is of another run or too old: read everything again"),
      changed: record.changed,
    }),
  },
} as const satisfies Record<string, Method>;

export type Methods = typeof methods;
export type MethodName = keyof Methods;
/** As a caller writes them. */
export type Params<Name extends MethodName> = record.Frozen<z.input<Methods[Name]["params"]>>;
/** As the daemon receives them, checked. */
export type Checked<Name extends MethodName> = record.Frozen<z.output<Methods[Name]["params"]>>;
export type Answer<Name extends MethodName> = record.Frozen<z.output<Methods[Name]["result"]>>;

/** The one notification: what happened, and the cursor behind it. `resync`: this client read too slowly. */
export const notification = z.object({
  method: z.literal("event"),
  params: z.object({
    cursor: record.cursor,
    events: z.array(record.event),
    resync: z.boolean().exactOptional(),
  }),
});
