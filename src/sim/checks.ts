/** The invariants, looked at while a world runs: at each event, at each restart, and now and then. */
import type { ContactId, MessageId } from "../base/ids.ts";
import type { ChatEvent } from "../core/events.ts";
import type { Contact, Conversation, Delivery, Message } from "../core/model.ts";
import type { Store } from "../core/ports/store.ts";
import type { Ledger, Sent } from "./ledger.ts";
import { Limits, type Load } from "./limits.ts";
import type { Person, PersonWatch } from "./person.ts";
import type { Scene } from "./scene.ts";
import type { World } from "./world.ts";

/** More than any history of a world. */
export const everything = 1_000_000;

export interface CheckParts {
  readonly ledger: Ledger;
  readonly people: readonly Person[];
  readonly scene: Scene | undefined;
  /** Of the network that they are on. */
  readonly bounds: Load;
}

export class Checks implements PersonWatch {
  readonly #world: World;
  readonly #ledger: Ledger;
  readonly #people: readonly Person[];
  readonly #scene: Scene | undefined;
  readonly #limits: Limits;
  /** Of each person: what was told to have arrived. */
  readonly #heard = new Map<Person, Map<string, MessageId>>();
  readonly #contacts = new Map<Person, Map<ContactId, Contact>>();
  readonly #identities = new Map<Person, string>();

  constructor(world: World, parts: CheckParts) {
    this.#world = world;
    this.#ledger = parts.ledger;
    this.#people = parts.people;
    this.#scene = parts.scene;
    this.#limits = new Limits(world, parts.bounds);
  }

  promised(promise: Promise<void>, person: Person): void {
    this.#world.await(promise, (error) => {
      this.broken(person, error);
    });
  }

  broken(person: Person, problem: unknown): void {
    this.#world.broken(person.name, problem);
  }

  /** What was answered before is still there, and nothing is there by halves. */
  started(person: Person): void {
    this.#world.trace.event(() => `${person.name} starts`);
    this.#contacts.delete(person);
    this.#scene?.started(person);
    const store = person.disk.content;
    if (store === undefined) return;
    for (const sent of this.#ledger.sent()) {
      if (sent.from === person && sent.fate === "ok") this.#checkKept(store, sent);
    }
    for (const [text, id] of this.#heard.get(person) ?? []) {
      if (store.messages.get(id) === undefined)
        this.#violated("I5", person, `lost "${text}", which it had shown`);
    }
    const name = person.chat?.queries.profile().name ?? "";
    if (!this.#ledger.canBeNamed(person, name))
      this.#violated("I5", person, `is called "${name}" after a restart`);
    this.checkWhole(person, store);
  }

  happened(person: Person, event: ChatEvent): void {
    this.#scene?.happened(person, event);
    const store = person.disk.content;
    if (store === undefined || (event.kind !== "message-added" && event.kind !== "message-changed")) return;
    const message = store.messages.get(event.message);
    if (message === undefined) {
      this.#violated("I6", person, `tells of message ${event.message}, which is not stored`);
      return;
    }
    this.#world.trace.event(() => `${person.name}: ${event.kind} ${said(message)}`, message.changed);
    if (message.mine)
      for (const delivery of store.deliveries.of([message.id])) this.#checkTick(person, message, delivery);
    else if (message.author !== undefined && event.kind === "message-added")
      this.#checkHeard(person, message);
  }

  /** Whatever must hold at any time, asked now and then. */
  checkNow(): void {
    for (const person of this.#people) {
      this.#limits.check(person);
      this.#checkIdentity(person);
    }
  }

  /** Conversations and messages say the same; each message of mine has its deliveries. */
  checkWhole(person: Person, store: Store): void {
    const messages = store.messages.since(0, everything);
    const byConversation = Map.groupBy(messages, (message) => message.conversation);
    for (const conversation of store.conversations.list()) {
      this.#checkCounts(person, conversation, byConversation.get(conversation.id) ?? []);
    }
    for (const { id } of messages.filter((message) => message.mine)) {
      if (store.deliveries.of([id]).length === 0)
        this.#violated("I6", person, `has message ${id} without a delivery`);
    }
  }

  contactOf(person: Person, id: ContactId | undefined): Contact | undefined {
    if (id === undefined) return undefined;
    const known = this.#contacts.get(person)?.get(id);
    if (known !== undefined) return known;
    const all = new Map(
      (person.disk.content?.people.contacts() ?? []).map((contact) => [contact.id, contact]),
    );
    this.#contacts.set(person, all);
    return all.get(id);
  }

  personWith(identity: string): Person | undefined {
    return this.#people.find((person) => person.identity === identity);
  }

  /** Whoever is somebody stays that one. */
  #checkIdentity(person: Person): void {
    const { identity } = person;
    if (identity === undefined) return;
    const before = this.#identities.get(person) ?? identity;
    this.#identities.set(person, before);
    if (identity !== before)
      this.#violated("I5", person, `has lost who it was: it was ${before}, now it is ${identity}`);
  }

  #checkKept(store: Store, sent: Sent): void {
    const kept = store.messages.get(sent.id);
    if (kept === undefined)
      this.#violated("I5", sent.from, `lost its own "${sent.text}" after it was answered`);
    else if (!kept.deleted && textOf(kept) !== sent.text)
      this.#violated("I5", sent.from, `altered "${sent.text}"`);
  }

  #checkCounts(person: Person, conversation: Conversation, messages: readonly Message[]): void {
    const newest = messages.reduce((most, { arrived }) => Math.max(most, arrived), 0);
    const unread = messages.filter(
      ({ author, arrived }) => author !== undefined && arrived > conversation.readUpTo,
    );
    if (conversation.newest !== newest || conversation.unread !== unread.length) {
      const says = `${conversation.newest} newest, ${conversation.unread} unread`;
      this.#violated("I6", person, `says ${says}, has ${newest} newest, ${unread.length} unread`);
    }
  }

  /** A tick means a durable copy at the recipient's, and nobody else's. */
  #checkTick(person: Person, message: Message, delivery: Delivery): void {
    if (delivery.state !== "delivered" && delivery.state !== "read") return;
    const identity =
      delivery.recipient === undefined ? undefined : this.contactOf(person, delivery.recipient)?.identity;
    const recipient = identity === undefined ? undefined : this.personWith(identity);
    const copy = recipient?.disk.content?.messages.get(message.id);
    const held =
      copy !== undefined &&
      !copy.mine &&
      (copy.deleted || message.deleted || textOf(copy) === textOf(message));
    if (!held)
      this.#violated(
        "I9",
        person,
        `shows ${said(message)} as delivered to ${recipient?.name ?? "a stranger"}`,
      );
  }

  #checkHeard(person: Person, message: Message): void {
    const author = message.author === undefined ? undefined : this.contactOf(person, message.author);
    const text = textOf(message);
    if (author?.keyed !== true) {
      if (message.secrecy !== "none")
        this.#violated("I2", person, `shows ${said(message)} as ${message.secrecy}`);
      return;
    }
    const sent = this.#ledger.withText(text);
    const genuine = sent?.from.identity === author.identity && sent.to.has(person.identity ?? "");
    if (!genuine || message.secrecy === "none")
      this.#violated("I2", person, `shows ${said(message)} as ${author.name}'s`);
    if (sent?.fate === "failed")
      this.#violated("I6", person, `got "${text}", which was answered with an error`);
    const heard = this.#heard.get(person) ?? new Map<string, MessageId>();
    this.#heard.set(person, heard);
    if (heard.has(text)) this.#violated("I1", person, `shows "${text}" twice`);
    heard.set(text, message.id);
  }

  #violated(invariant: string, person: Person, what: string): void {
    this.#world.violated(invariant, `${person.name} ${what}`);
  }
}

export function textOf({ body }: Message): string {
  return body.kind === "text" || body.kind === "action" ? body.text : "";
}

export function said(message: Message): string {
  return `${message.mine ? "own" : "other's"} ${message.id} "${textOf(message).slice(0, 40)}"`;
}
