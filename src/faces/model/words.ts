/** The catalogue: every sentence about people, messages and networks that a face shows, in English. */
import type {
  Availability,
  Conversation,
  Delivery,
  DeliveryState,
  Health,
  Message,
  Network,
  Notice,
  Person,
  Secrecy,
  Trust,
  Why,
} from "./records.ts";
import { KithError } from "../../base/errors.ts";
import { chatWords } from "./chat-words.ts";
import { ago, until } from "./time.ts";

/** A sign for those who glance, words for those who read or listen. */
export interface SignAndWords {
  readonly sign: string;
  readonly words: string;
}

export const secrecyWords: Readonly<Record<Secrecy, SignAndWords>> = {
  "end-to-end": { sign: "◆", words: "encrypted" },
  link: { sign: "◇", words: "encrypted on the way only" },
  none: { sign: "!", words: "not encrypted" },
};

export const trustWords: Readonly<Record<Trust, SignAndWords>> = {
  verified: { sign: "✓", words: "verified: you have compared the key" },
  pinned: { sign: "=", words: "the same key since the first time" },
  unknown: { sign: "?", words: "unverified: anybody can use this name" },
  changed: { sign: "!", words: "another key than before: not the person you know by this name" },
};

export const healthWords: Readonly<Record<Health, SignAndWords>> = {
  up: { sign: "●", words: "connected" },
  degraded: { sign: "◐", words: "works in part" },
  starting: { sign: "◌", words: "starting" },
  down: { sign: "○", words: "not connected" },
};

export const availabilityWords: Readonly<Record<Availability, string>> = {
  available: "available",
  busy: "busy",
  away: "away",
};

export const deliveryWords: Readonly<Record<DeliveryState, SignAndWords>> = {
  queued: { sign: "…", words: "waiting" },
  sending: { sign: "…", words: "sending" },
  sent: { sign: "✓", words: "sent" },
  held: { sign: "✓", words: "held by others" },
  delivered: { sign: "✓✓", words: "delivered" },
  read: { sign: "✓✓", words: "read" },
  failed: { sign: "✗", words: "not sent" },
};

const whySentences: Readonly<Record<string, string>> = {
  offline: "{name} is not there",
  "network-down": "the network is not connected",
  refused: "{name} is not listening: the connection was refused",
  "timed-out": "{name} did not answer in time",
  "no-route": "there is no way to {name}'s address",
  reset: "the connection broke off",
  "no-receipt": "it went out, but {name} has not confirmed it",
  "stale-key": "{name} has not been heard for so long that the key is too old",
  "key-changed": "the name {name} now comes with another key",
  "too-long": "it is too long for this network",
  "not-text": "this network cannot carry it",
  "outcome-unknown": "it was cut off half-way: a second try might show it twice",
  cancelled: "you cancelled it",
  "not-joined": "you are not in the room",
  "no-link": "nobody in the room is linked to you",
  "server-lost": "the server cannot be reached",
  "no-consent": "it would go out unencrypted, and you have not agreed to that",
  "port-in-use": "the port is used by another program",
  "no-network": "this machine has no network to use",
  "not-here": "the configured address is none of this machine's",
  forbidden: "the system does not allow it",
  "not-built": "it cannot be set up",
  other: "something went wrong",
};

/** What the doctor says, and where a network's server is, which stands with the network. */
const toldElsewhere: ReadonlySet<string> = new Set(["mend", "error", "server"]);

/** A reason in words; a code from a newer daemon is shown as it is. */
export function whyWords(why: Why, name = "the other side"): string {
  const details = why.details ?? {};
  const known = Object.hasOwn(whySentences, why.code) ? whySentences[why.code] : undefined;
  if (why.code === "refused" && details["reason"] !== undefined)
    return `the server refuses: ${details["reason"]}`; // not the connection to it
  const sentence = (known ?? why.code).replace("{name}", () => name);
  const facts = Object.entries(details).filter(([key]) => !toldElsewhere.has(key));
  const listed = facts.map(([key, value]) => (key === "why" ? String(value) : `${key} ${value}`));
  return listed.length === 0 ? sentence : `${sentence} (${listed.join(", ")})`;
}

/** What stands where a message has no text to show. */
export const bodyWords = {
  deleted: "(deleted)",
  edited: "(edited)",
  poke: "pokes you",
  file: (name: string, bytes: number) => `offers the file ${name} (${bytes} bytes)`,
  unknown: (what: string) => `something that this version cannot show (${what})`,
} as const;

export function noticeWords(notice: Notice, title?: string): string {
  switch (notice.code) {
    case "moved":
      return `${title ?? "The other side"} now speaks from ${notice.to} (before: ${notice.from})`;
    case "renamed":
      return chatWords.isNowCalled(notice.from, notice.to);
    case "key-changed":
      return `Somebody uses the name ${notice.name} with another key. It is not the person you know.`;
    case "name-shared":
      return `Somebody else goes by the name ${notice.name} too. Neither has a key: names alone do not tell them apart.`;
    case "not-encrypted":
      return "Not encrypted: anybody on the way can read this conversation.";
    case "joined":
      return `${notice.name} has joined ${title ?? "the room"}`;
    case "left":
      return `${notice.name} has left ${title ?? "the room"}`;
    case "gap":
      return `${notice.count} ${notice.count === 1 ? "message" : "messages"} of ${notice.name} did not arrive`;
    case "wrong-room":
      return `${notice.name} speaks to #${notice.room} and not to this room: what they say there is not shown.`;
    case "ascii-only":
      return "Some programs here show only plain letters (ASCII): others may not be able to read that.";
  }
}

/** Where a message to one recipient is, and why, in one line without the name. */
export function whereItIs(delivery: Delivery, now: number): string {
  const parts = [isWholeRoom(delivery) ? sentToRoom : stateAndWhy(delivery)];
  const isOpen = delivery.state === "queued" || delivery.state === "held";
  if (isOpen && delivery.lastSeenAt !== undefined) parts.push(`last seen ${ago(delivery.lastSeenAt, now)}`);
  if (delivery.nextTryAt !== undefined) parts.push(`next try ${until(delivery.nextTryAt, now)}`);
  if (delivery.attempts > 1) parts.push(`${delivery.attempts} tries so far`);
  return parts.join("; ");
}

function stateAndWhy(delivery: Delivery): string {
  const { words } = deliveryWords[delivery.state];
  const state = delivery.state === "held" ? `held by ${delivery.heldBy}` : words;
  return delivery.why === undefined ? state : `${state}: ${whyWords(delivery.why, recipientOf(delivery))}`;
}

/** To whom, for people. */
export function recipientOf({ recipient, label }: Delivery): string {
  return recipient === undefined ? `#${label}` : label;
}

/** It went out to a room as a whole: of its members nothing will ever be known. */
function isWholeRoom({ recipient, state }: Delivery): boolean {
  return recipient === undefined && state === "sent";
}

const sentToRoom = "sent to the room: this network does not say who has it";

/** From what is least done to what is most done. */
const order: readonly DeliveryState[] = ["failed", "queued", "sending", "sent", "held", "delivered", "read"];

/** The delivery of a message that is furthest behind: what the whole message is shown as. */
export function leastDelivery(message: Message): Delivery | undefined {
  return message.deliveries.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))[0];
}

/** The recipient has it. */
export function isConfirmed({ state }: Delivery): boolean {
  return state === "delivered" || state === "read";
}

/** No longer changes by itself. */
export function isSettled(delivery: Delivery): boolean {
  return isConfirmed(delivery) || delivery.state === "failed" || isWholeRoom(delivery);
}

/** The signs and words behind a message of mine. No "in 40 s": the line may be read long after it was written. */
export function stateWords(message: Message): string {
  const least = leastDelivery(message);
  if (least === undefined) return "";
  const { sign } = deliveryWords[least.state];
  if (message.deliveries.length === 1) return `${sign} ${stateAndWhy(least)}`;
  const done = message.deliveries.filter(isConfirmed).length;
  if (done === message.deliveries.length) return "✓✓ delivered to all";
  return `${sign} delivered to ${done} of ${message.deliveries.length}`;
}

/** Something that makes a person not the one whom the reader may think of. */
export function doubt(person: Person, known: string | undefined): string | undefined {
  if (person.trust === "changed") return `${person.label}, not the ${known ?? "person"} you know`;
  if (person.trust === "pinned" && known !== undefined) return `${person.label}, easily taken for ${known}`;
  return undefined;
}

export function presenceWords(person: Person, now: number): string {
  if (person.online)
    return person.availability === "available" ? "online" : availabilityWords[person.availability];
  const seen = person.since ?? Math.max(0, ...person.contacts.map(({ lastSeenAt }) => lastSeenAt ?? 0));
  return seen > 0 ? `last seen ${ago(seen, now)}` : "not seen yet";
}

export function networkWords(network: Network, now: number): string {
  const why = network.why === undefined ? "" : `: ${whyWords(network.why)}`;
  const next = network.nextTryAt === undefined ? "" : `; next try ${until(network.nextTryAt, now)}`;
  return `${healthWords[network.health].words}${why}${next}`;
}

/** Shown where there is nothing: what to do next. */
export const emptyWords = {
  people:
    "Nobody is here yet. People on your network appear by themselves; `kith doctor` says whether you can be heard.",
  conversations: "No conversations yet. Begin one: kith send NAME TEXT, or /msg NAME TEXT in the chat.",
  history: "No messages here yet.",
  search:
    "Nothing found. Whole words are sought, the last one also as a beginning; --contains finds any run of letters.",
  networks: "No network is connected. Connect one: kith network connect lan",
} as const;

/** How a conversation is called where only its name is shown. */
export function titleOf(conversation: Conversation): string {
  return conversation.kind === "room" ? `#${conversation.title}` : conversation.title;
}

/** I am in the room; whether anybody there can be reached is another matter. */
export function isJoined({ standing }: Conversation): boolean {
  return standing === "joined" || standing === "connected";
}

/** What a person is asked before a message goes; undefined where the refusal is no question. */
export function sendQuestion(refusal: unknown, name: string): string | undefined {
  if (!(refusal instanceof KithError)) return undefined;
  if (refusal.code === "consent-needed") return consentQuestion(name);
  const isQuestion = refusal.code === "name-shared" || refusal.code === "other-key";
  return isQuestion ? `${refusal.message}. Send it all the same?` : undefined;
}

const consentQuestion = (name: string): string =>
  `${name} uses a program that does not encrypt. Anybody on the way can read what you write. Send it all the same? You are asked once per person.`;

export function firstRunWords(networks: readonly Network[], online: number): readonly string[] {
  const usable = networks.filter(({ health }) => health === "up" || health === "starting");
  const named = (kind: "direct" | "room"): string =>
    usable
      .filter(({ traits }) => traits.conversations.includes(kind))
      .map(({ name }) => name)
      .join(", ");
  const [direct, roomy] = [named("direct"), named("room")];
  const reach =
    direct === ""
      ? "No network is connected yet: /connect lan reaches the people on your local network."
      : `You can reach everybody on ${direct} who runs kith or a program that speaks the same language.`;
  return [
    reach,
    "Messages to people with kith are encrypted end to end; for others you are asked first.",
    ...(roomy === ""
      ? []
      : [`/rooms lists the rooms on ${roomy}. Anybody on the way can read what is said there.`]),
    online === 0
      ? "Nobody else is here yet; whoever appears is shown at once."
      : `${online} ${online === 1 ? "person is" : "people are"} here now: /people shows who.`,
  ];
}
