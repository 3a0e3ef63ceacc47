/** How the chat's records stand in the tables' rows, and back. */
import type { ContactId, ConversationId, MessageId, NetworkName, PersonId } from "../../base/ids.ts";
import type {
  Body,
  Contact,
  Conversation,
  ConversationKind,
  Delivery,
  DeliveryState,
  Member,
  Message,
  Person,
  Reaction,
  Secrecy,
  Trust,
  Why,
} from "../../core/model.ts";
import type { Value } from "./connection.ts";
import { damaged } from "./failures.ts";

type Flag = 0 | 1;

/** Stands for no recipient, since a column of the primary key cannot be empty; contacts count from 1. */
const wholeRoom = 0;

export interface PersonRow {
  readonly id: PersonId;
  readonly label: string;
  readonly given_name: string | null;
  readonly trust: Trust;
  readonly shares_name_with: PersonId | null;
  readonly plain_allowed: Flag;
}

export interface ContactRow {
  readonly id: ContactId;
  readonly person: PersonId;
  readonly network: NetworkName;
  readonly identity: string;
  readonly keyed: Flag;
  readonly name: string;
  readonly secrecy: Secrecy;
  readonly address: string | null;
  readonly last_seen_at: number | null;
}

export interface ConversationRow {
  readonly id: ConversationId;
  readonly network: NetworkName;
  readonly kind: ConversationKind;
  readonly person: PersonId | null;
  readonly room: string | null;
  readonly members: string;
  readonly muted: Flag;
  readonly pinned: Flag;
  readonly draft: string;
  readonly read_up_to: number;
  readonly unread: number;
  readonly newest: number;
}

export interface MessageRow {
  readonly arrived: number;
  readonly changed: number;
  readonly id: MessageId;
  readonly conversation: ConversationId;
  readonly author: ContactId | null;
  readonly mine: Flag;
  readonly sent_at: number;
  readonly arrived_at: number;
  readonly kind: Body["kind"];
  readonly body: string;
  readonly secrecy: Secrecy;
  readonly reply_to: MessageId | null;
  readonly edited_at: number | null;
  readonly reactions: string | null;
  readonly deleted: Flag;
}

export interface DeliveryRow {
  /** The message's id, from its own row. */
  readonly message: MessageId;
  readonly recipient: ContactId | typeof wholeRoom;
  readonly state: DeliveryState;
  readonly why: string | null;
  readonly held_by: number;
  readonly attempts: number;
  readonly next_try_at: number | null;
  readonly at: number;
}

export function toPerson(row: PersonRow): Person {
  return {
    id: row.id,
    label: row.label,
    ...(row.given_name === null ? {} : { givenName: row.given_name }),
    trust: row.trust,
    ...(row.shares_name_with === null ? {} : { sharesNameWith: row.shares_name_with }),
    plainAllowed: row.plain_allowed === 1,
  };
}

/** In the order of the columns after the id. */
export function personValues(person: Omit<Person, "id">): Value[] {
  const { label, givenName, trust, sharesNameWith, plainAllowed } = person;
  return [label, givenName ?? null, trust, sharesNameWith ?? null, flag(plainAllowed)];
}

export function toContact(row: ContactRow): Contact {
  return {
    id: row.id,
    person: row.person,
    network: row.network,
    identity: row.identity,
    keyed: row.keyed === 1,
    name: row.name,
    secrecy: row.secrecy,
    ...(row.address === null ? {} : { address: row.address }),
    ...(row.last_seen_at === null ? {} : { lastSeenAt: row.last_seen_at }),
  };
}

/** In the order of the columns after the id. */
export function contactValues(contact: Omit<Contact, "id">): Value[] {
  const { person, network, identity, keyed, name, secrecy, address, lastSeenAt } = contact;
  return [person, network, identity, flag(keyed), name, secrecy, address ?? null, lastSeenAt ?? null];
}

export function toConversation(row: ConversationRow, file: string): Conversation {
  return {
    id: row.id,
    network: row.network,
    kind: row.kind,
    ...(row.person === null ? {} : { person: row.person }),
    ...(row.room === null ? {} : { room: row.room }),
    members: fromJson<readonly Member[]>(row.members, file),
    muted: row.muted === 1,
    pinned: row.pinned === 1,
    draft: row.draft,
    readUpTo: row.read_up_to,
    unread: row.unread,
    newest: row.newest,
  };
}

/** In the order of the columns after the id; `members` as written out. */
export function conversationValues(conversation: Omit<Conversation, "id">, members: string): Value[] {
  const { network, kind, person, room, muted, pinned, draft, readUpTo, unread, newest } = conversation;
  const marks = [flag(muted), flag(pinned), draft, readUpTo, unread, newest];
  return [network, kind, person ?? null, room ?? null, members, ...marks];
}

export function toMessage(row: MessageRow, file: string): Message {
  return {
    id: row.id,
    conversation: row.conversation,
    ...(row.author === null ? {} : { author: row.author }),
    mine: row.mine === 1,
    sentAt: row.sent_at,
    arrivedAt: row.arrived_at,
    arrived: row.arrived,
    changed: row.changed,
    body: toBody(row, file),
    secrecy: row.secrecy,
    ...(row.reply_to === null ? {} : { replyTo: row.reply_to }),
    ...(row.edited_at === null ? {} : { editedAt: row.edited_at }),
    reactions: row.reactions === null ? [] : fromJson<readonly Reaction[]>(row.reactions, file),
    deleted: row.deleted === 1,
  };
}

/** Text stands as it is, every other body as JSON. */
export function toBody(row: Pick<MessageRow, "kind" | "body">, file: string): Body {
  if (row.kind === "text" || row.kind === "action") return { kind: row.kind, text: row.body };
  return fromJson<Body>(row.body, file);
}

/** In the order of the columns. */
export function messageValues(message: Message): Value[] {
  const { arrived, changed, id, conversation, author, mine, sentAt, arrivedAt, body, reactions } = message;
  return [
    arrived,
    changed,
    id,
    conversation,
    author ?? null,
    flag(mine),
    sentAt,
    arrivedAt,
    body.kind,
    body.kind === "text" || body.kind === "action" ? body.text : JSON.stringify(body),
    message.secrecy,
    message.replyTo ?? null,
    message.editedAt ?? null,
    reactions.length === 0 ? null : JSON.stringify(reactions),
    flag(message.deleted),
  ];
}

export function toDelivery(row: DeliveryRow, file: string): Delivery {
  return {
    message: row.message,
    ...(row.recipient === wholeRoom ? {} : { recipient: row.recipient }),
    state: row.state,
    ...(row.why === null ? {} : { why: fromJson<Why>(row.why, file) }),
    heldBy: row.held_by,
    attempts: row.attempts,
    ...(row.next_try_at === null ? {} : { nextTryAt: row.next_try_at }),
    at: row.at,
  };
}

/** In the order of the columns after the message. */
export function deliveryValues(delivery: Delivery): Value[] {
  const { recipient, state, why, heldBy, attempts, nextTryAt, at } = delivery;
  const reason = why === undefined ? null : JSON.stringify(why);
  return [recipient ?? wholeRoom, state, reason, heldBy, attempts, nextTryAt ?? null, at];
}

function flag(value: boolean): Flag {
  return value ? 1 : 0;
}

/** What we wrote ourselves: only a damaged file can have made something else of it. */
function fromJson<Shape extends object>(text: string, file: string): Shape {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Shape;
  } catch (error) {
    throw damaged(file, "a row cannot be read", error);
  }
  throw damaged(file, "a row cannot be read");
}
