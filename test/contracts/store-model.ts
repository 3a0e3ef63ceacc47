/** A store so simple that it is right by inspection: plain lists, whole copies for every transaction. */
import { matches, terms, toQuery } from "../../src/base/search-terms.ts";
import type { ContactId, ConversationId, MessageId, PersonId } from "../../src/base/ids.ts";
import type { Contact, Conversation, Delivery, Message, Person } from "../../src/core/model.ts";
import type { NewMessage, PageQuery, SearchQuery, SeenMark } from "../../src/core/ports/store.ts";

interface State {
  people: Person[];
  contacts: Contact[];
  conversations: Conversation[];
  messages: Message[];
  seen: SeenMark[];
  deliveries: Delivery[];
  settings: Record<string, string>;
  number: number;
  indexed: number;
  lastPerson: number;
  lastContact: number;
  lastConversation: number;
}

export class StoreModel {
  #now: State = {
    people: [],
    contacts: [],
    conversations: [],
    messages: [],
    seen: [],
    deliveries: [],
    settings: {},
    number: 0,
    indexed: 0,
    lastPerson: 0,
    lastContact: 0,
    lastConversation: 0,
  };

  /** A transaction or savepoint. */
  attempt(work: () => void): void {
    const before = structuredClone(this.#now);
    try {
      work();
    } catch (error) {
      this.#now = before;
      throw error;
    }
  }

  get people(): readonly Person[] {
    return this.#now.people;
  }
  get contacts(): readonly Contact[] {
    return this.#now.contacts;
  }
  get conversations(): readonly Conversation[] {
    return this.#now.conversations;
  }
  get messages(): readonly Message[] {
    return this.#now.messages;
  }
  get number(): number {
    return this.#now.number;
  }
  get left(): number {
    return this.#now.messages.filter((m) => m.arrived > this.#now.indexed).length;
  }

  addPerson(person: Omit<Person, "id">): Person {
    const added = { ...person, id: ++this.#now.lastPerson as PersonId };
    this.#now.people.push(added);
    return added;
  }
  changePerson(person: Person): void {
    this.#now.people = this.#now.people.map((p) => (p.id === person.id ? person : p));
  }
  removePerson(id: PersonId): void {
    this.#now.people = this.#now.people.filter((p) => p.id !== id);
    this.#now.contacts = this.#now.contacts.filter((c) => c.person !== id);
  }
  addContact(contact: Omit<Contact, "id">): Contact {
    const added = { ...contact, id: ++this.#now.lastContact as ContactId };
    this.#now.contacts.push(added);
    return added;
  }
  changeContact(contact: Contact): void {
    this.#now.contacts = this.#now.contacts.map((c) => (c.id === contact.id ? contact : c));
  }
  addConversation(conversation: Omit<Conversation, "id">): Conversation {
    const added = { ...conversation, id: ++this.#now.lastConversation as ConversationId };
    this.#now.conversations.push(added);
    return added;
  }
  changeConversation(conversation: Conversation): void {
    this.#now.conversations = this.#now.conversations.map((c) =>
      c.id === conversation.id ? conversation : c,
    );
  }

  addMessage(message: NewMessage): Message {
    const number = ++this.#now.number;
    const added = { ...message, arrived: number, changed: number };
    this.#now.messages.push(added);
    return added;
  }
  changeMessage(message: Message): Message {
    const before = this.message(message.id);
    if (before === undefined) throw new Error("no such message");
    const { conversation, arrived } = before;
    const changed = { ...message, conversation, arrived, changed: ++this.#now.number };
    this.#now.messages = this.#now.messages.map((m) => (m.id === message.id ? changed : m));
    return changed;
  }
  message(id: MessageId): Message | undefined {
    return this.#now.messages.find((m) => m.id === id);
  }
  page({ conversation, from, limit }: PageQuery): readonly Message[] {
    const all = this.#now.messages.filter((m) => m.conversation === conversation);
    if (from.kind === "newest") return lastOf(all, limit);
    const older = all.filter((m) => m.arrived < from.number);
    const itselfAndNewer = all.filter((m) => m.arrived >= from.number);
    if (from.kind === "before") return lastOf(older, limit);
    if (from.kind === "after") return itselfAndNewer.filter((m) => m.arrived !== from.number).slice(0, limit);
    const half = Math.floor(limit / 2);
    return [...lastOf(older, half), ...itselfAndNewer.slice(0, limit - half)];
  }
  since(after: number, limit: number): readonly Message[] {
    const later = this.#now.messages.filter((m) => m.changed > after);
    return later.sort((a, b) => a.changed - b.changed).slice(0, limit);
  }
  seen(mark: SeenMark): MessageId | undefined {
    const before = this.#now.seen.find(
      (s) => s.conversation === mark.conversation && s.author === mark.author && s.wireId === mark.wireId,
    );
    if (before === undefined) this.#now.seen.push(mark);
    return before?.message;
  }

  putDelivery(delivery: Delivery): void {
    const others = this.#now.deliveries.filter(
      (d) => d.message !== delivery.message || d.recipient !== delivery.recipient,
    );
    this.#now.deliveries = [...others, delivery].sort((a, b) => (a.recipient ?? 0) - (b.recipient ?? 0));
  }
  deliveries(messages: readonly MessageId[]): readonly Delivery[] {
    return messages.flatMap((id) => this.#now.deliveries.filter((d) => d.message === id));
  }
  openDeliveries(): readonly Delivery[] {
    const all = this.deliveries(this.#now.messages.map((m) => m.id));
    return all.filter((d) => d.state === "queued" || d.state === "sending");
  }

  putSetting(key: string, value: string): void {
    this.#now.settings[key] = value;
  }
  removeSetting(key: string): void {
    this.#now.settings = Object.fromEntries(Object.entries(this.#now.settings).filter(([k]) => k !== key));
  }
  settings(prefix: string): readonly (readonly [string, string])[] {
    const found = Object.entries(this.#now.settings).filter(([key]) => key.startsWith(prefix));
    return found.sort(([a], [b]) => (a < b ? -1 : 1));
  }

  find(query: SearchQuery): readonly Message[] {
    const sought = toQuery(query.text);
    if (sought === undefined) return [];
    const found = this.#now.messages
      .filter((m) => query.conversation === undefined || m.conversation === query.conversation)
      .filter((m) => query.before === undefined || m.arrived < query.before)
      .filter((m) => !m.deleted && matches(terms(soughtText(m)), sought));
    return found.reverse().slice(0, query.limit);
  }
  index(rowsMax: number): number {
    const waiting = this.#now.messages.filter((m) => m.arrived > this.#now.indexed).slice(0, rowsMax);
    this.#now.indexed = waiting.at(-1)?.arrived ?? this.#now.indexed;
    return waiting.length;
  }
}

function soughtText({ body }: Message): string {
  if (body.kind === "text" || body.kind === "action") return body.text;
  return body.kind === "file" ? body.name : "";
}

function lastOf<Value>(values: readonly Value[], limit: number): readonly Value[] {
  return limit === 0 ? [] : values.slice(-limit);
}
