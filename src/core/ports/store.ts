/**
 * What the core asks of durable storage. Synchronous; everything is named by what the core needs. People and
 * conversations are few and the core holds them in memory; messages are many and stay in the store.
 */
import type { ContactId, ConversationId, MessageId, PersonId } from "../../base/ids.ts";
import type { Contact, Conversation, Delivery, Message, Person } from "../model.ts";

export interface Store {
  /** Durable on disk when it returns; wholly undone when `work` throws or the commit fails. Not nested. */
  transaction<Value>(work: () => Value): Value;
  /** Inside a transaction: undone alone when `work` throws. */
  savepoint<Value>(work: () => Value): Value;
  /** Between transactions: what was replaced or deleted is gone from the disk when it returns. Throws where that fails. */
  forgetReplaced(): void;
  readonly people: PeopleStore;
  readonly conversations: ConversationStore;
  readonly messages: MessageStore;
  readonly deliveries: DeliveryStore;
  readonly settings: SettingStore;
  readonly search: SearchStore;
  close(): void;
}

export interface PeopleStore {
  add(person: Omit<Person, "id">): Person;
  change(person: Person): void;
  /** With the contacts that are still this person's. */
  remove(person: PersonId): void;
  /** In the order of their ids. */
  list(): readonly Person[];
  addContact(contact: Omit<Contact, "id">): Contact;
  changeContact(contact: Contact): void;
  contacts(): readonly Contact[];
}

export interface ConversationStore {
  add(conversation: Omit<Conversation, "id">): Conversation;
  change(conversation: Conversation): void;
  list(): readonly Conversation[];
}

/** A message to be stored: the store gives it its numbers. */
export type NewMessage = Omit<Message, "arrived" | "changed">;

/**
 * A stretch of a conversation: `before` and `after` exclude the number itself, `around` has it in the middle, half of
 * the rows before it and the rest from it on.
 */
export interface PageQuery {
  readonly conversation: ConversationId;
  readonly from:
    { readonly kind: "newest" } | { readonly kind: "before" | "after" | "around"; readonly number: number };
  /** Rows at most. */
  readonly limit: number;
}

export interface MessageStore {
  /** `arrived` and `changed` become the next number. */
  add(message: NewMessage): Message;
  /** Replaces the row of the same id (not its conversation and `arrived`); `changed` becomes the next number. */
  change(message: Message): Message;
  get(id: MessageId): Message | undefined;
  /** Those whose `arrived` is one of these numbers, by number; none for a number that is no message's. */
  at(numbers: readonly number[]): readonly Message[];
  /** Oldest first. */
  page(query: PageQuery): readonly Message[];
  /** Messages whose `changed` is greater than `after`, by `changed`. */
  since(after: number, limit: number): readonly Message[];
  /** The last number given out, 0 for none. */
  lastNumber(): number;
  /**
   * Remembers for good that the author's message came. The message it became when it was remembered before, whether or
   * not it still exists; undefined when it is new.
   */
  seen(mark: SeenMark): MessageId | undefined;
}

export interface SeenMark {
  readonly conversation: ConversationId;
  readonly author: ContactId;
  readonly wireId: string;
  /** What the message becomes here if it is new. */
  readonly message: MessageId;
}

export interface DeliveryStore {
  /** Adds or replaces the record of (message, recipient); no recipient is one like any other, and comes first. */
  put(delivery: Delivery): void;
  /** In the order of `messages`, those of one by recipient. */
  of(messages: readonly MessageId[]): readonly Delivery[];
  /** Those queued or sending, oldest message first. */
  open(): readonly Delivery[];
}

export interface SettingStore {
  get(key: string): string | undefined;
  put(key: string, value: string): void;
  remove(key: string): void;
  /** Keys that begin with `prefix`, sorted, with their values. Keys are our own, in ASCII. */
  list(prefix: string): readonly (readonly [key: string, value: string])[];
}

export interface SearchQuery {
  /** As typed: words are sought whole, the last one also as a beginning; case and accents do not matter. */
  readonly text: string;
  readonly conversation?: ConversationId;
  /** Only messages whose `arrived` is smaller. */
  readonly before?: number;
  readonly limit: number;
}

export interface IndexProgress {
  readonly indexed: number;
  /** Rows that stand in no index yet; found all the same, by a scan. */
  readonly left: number;
}

export interface SearchStore {
  /** Newest first. Never misses a message that is stored, indexed or not. Deleted ones and notices are not found. */
  find(query: SearchQuery): readonly Message[];
  /** Takes up to `rowsMax` further rows into the index, in a transaction of its own. */
  index(rowsMax: number): IndexProgress;
  /** Rows that `index` has still to take in. */
  left(): number;
}

/** Queries that may take long: they run beside the loop and can be given up. */
export interface LongQueries {
  /** Messages that contain `text` anywhere, letter for letter but for case; newest first. */
  contains(query: SearchQuery, signal: AbortSignal): Promise<readonly Message[]>;
  /** The best fitting of the newest 10,000 hits first. */
  ranked(query: SearchQuery, signal: AbortSignal): Promise<readonly Message[]>;
  close(): Promise<void>;
}
