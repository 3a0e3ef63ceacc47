/** Everything the memory store holds, in a journal, so that it follows transactions; and its durable form. */
import { present } from "../../base/assert.ts";
import type { ContactId, ConversationId, MessageId, PersonId } from "../../base/ids.ts";
import { Journal, JournaledMap } from "../../base/journal.ts";
import type { Contact, Conversation, Delivery, Message, Person } from "../../core/model.ts";
import { JournaledList } from "./journaled-list.ts";

/** `number` counts messages and their changes, `indexed` is the mark of the search index; the rest count ids. */
export type Counter = "number" | "indexed" | "person" | "contact" | "conversation";

/** What was committed, as plain values: a store that is built from it goes on where that one stood. */
export interface Snapshot {
  readonly people: readonly Person[];
  readonly contacts: readonly Contact[];
  readonly conversations: readonly Conversation[];
  /** By `arrived`. */
  readonly messages: readonly Message[];
  readonly seen: readonly (readonly [mark: string, message: MessageId])[];
  readonly deliveries: readonly (readonly [arrived: number, ofMessage: readonly Delivery[]])[];
  readonly settings: readonly (readonly [key: string, value: string])[];
  readonly counters: readonly (readonly [counter: Counter, value: number])[];
}

export interface Change {
  readonly changed: number;
  readonly arrived: number;
}

export class Tables {
  readonly journal = new Journal();
  readonly people = new JournaledMap<PersonId, Person>(this.journal);
  readonly contacts = new JournaledMap<ContactId, Contact>(this.journal);
  readonly conversations = new JournaledMap<ConversationId, Conversation>(this.journal);
  /** By `arrived`. */
  readonly messages = new JournaledMap<number, Message>(this.journal);
  readonly arrivedOf = new JournaledMap<MessageId, number>(this.journal);
  readonly seen = new JournaledMap<string, MessageId>(this.journal);
  /** By the message's `arrived`. */
  readonly deliveries = new JournaledMap<number, readonly Delivery[]>(this.journal);
  /** Those messages of which a delivery is queued or sending. */
  readonly unsettled = new JournaledMap<number, true>(this.journal);
  readonly settings = new JournaledMap<string, string>(this.journal);
  /** `arrived` of every message, smallest first; of one conversation in `orderOf`. */
  readonly order = new JournaledList<number>(this.journal);
  /** Every change of every message, oldest first; those that a later one has replaced are still in it. */
  readonly changes = new JournaledList<Change>(this.journal);
  readonly #orderOf = new Map<ConversationId, JournaledList<number>>();
  readonly #counters = new JournaledMap<Counter, number>(this.journal);

  constructor(from?: Snapshot) {
    if (from === undefined) return;
    for (const person of from.people) this.people.set(person.id, person);
    for (const contact of from.contacts) this.contacts.set(contact.id, contact);
    for (const conversation of from.conversations) this.conversations.set(conversation.id, conversation);
    for (const message of from.messages) this.append(message);
    for (const message of from.messages.toSorted((a, b) => a.changed - b.changed)) this.changes.add(message);
    for (const [mark, message] of from.seen) this.seen.set(mark, message);
    for (const [arrived, ofMessage] of from.deliveries) this.setDeliveries(arrived, ofMessage);
    for (const [key, value] of from.settings) this.settings.set(key, value);
    for (const [counter, value] of from.counters) this.#counters.set(counter, value);
    this.journal.keep();
  }

  snapshot(): Snapshot {
    return {
      people: valuesOf(this.people),
      contacts: valuesOf(this.contacts),
      conversations: valuesOf(this.conversations),
      messages: this.order.slice(0).map((arrived) => this.messageAt(arrived)),
      seen: [...this.seen.entries()],
      deliveries: [...this.deliveries.entries()],
      settings: [...this.settings.entries()],
      counters: [...this.#counters.entries()],
    };
  }

  count(counter: Counter): number {
    return this.#counters.get(counter) ?? 0;
  }

  setCount(counter: Counter, value: number): void {
    this.#counters.set(counter, value);
  }

  next(counter: Counter): number {
    const value = this.count(counter) + 1;
    this.#counters.set(counter, value);
    return value;
  }

  append(message: Message): void {
    this.messages.set(message.arrived, message);
    this.arrivedOf.set(message.id, message.arrived);
    this.order.add(message.arrived);
    this.orderOf(message.conversation).add(message.arrived);
  }

  orderOf(conversation: ConversationId): JournaledList<number> {
    const known = this.#orderOf.get(conversation);
    if (known !== undefined) return known;
    const order = new JournaledList<number>(this.journal);
    this.#orderOf.set(conversation, order); // stays after a rollback, empty
    return order;
  }

  messageAt(arrived: number): Message {
    return present(this.messages.get(arrived), `message ${arrived}`);
  }

  setDeliveries(arrived: number, ofMessage: readonly Delivery[]): void {
    this.deliveries.set(arrived, ofMessage);
    if (ofMessage.some(isUnsettled)) this.unsettled.set(arrived, true);
    else this.unsettled.delete(arrived);
  }
}

export function isUnsettled(delivery: Delivery): boolean {
  return delivery.state === "queued" || delivery.state === "sending";
}

/** In the order of their ids: a removal that is undone puts its record at the end of the map. */
export function valuesOf<Id extends number, Value>(map: JournaledMap<Id, Value>): Value[] {
  const entries = [...map.entries()].sort(([a], [b]) => a - b);
  return entries.map(([, value]) => value);
}
