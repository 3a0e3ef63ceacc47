/** The last word on a world: the faults are over and time has passed, so everything must have arrived, once, as written. */
import type { MessageId } from "../base/ids.ts";
import type { Delivery, Message } from "../core/model.ts";
import type { Store } from "../core/ports/store.ts";
import { type Checks, everything, said, textOf } from "./checks.ts";
import type { Ledger, Sent } from "./ledger.ts";
import type { Person } from "./person.ts";
import type { Scene } from "./scene.ts";
import type { World } from "./world.ts";

export class Judgement {
  readonly #world: World;
  readonly #ledger: Ledger;
  readonly #checks: Checks;
  readonly #people: readonly Person[];
  readonly #scene: Scene | undefined;

  constructor(
    world: World,
    parts: { ledger: Ledger; checks: Checks; people: readonly Person[]; scene: Scene | undefined },
  ) {
    this.#world = world;
    this.#ledger = parts.ledger;
    this.#checks = parts.checks;
    this.#people = parts.people;
    this.#scene = parts.scene;
  }

  pass(): void {
    for (const person of this.#people) this.#judge(person);
    for (const { person, lacks } of this.#unsettled()) this.#violated("I13", person, lacks);
    this.#checks.checkNow();
  }

  get isSettled(): boolean {
    return this.#unsettled().next().done === true;
  }

  /** What is not yet as it must become when nothing is wrong any more. */
  *#unsettled(): Generator<{ readonly person: Person; readonly lacks: string }> {
    for (const person of this.#people) {
      const store = person.disk.content;
      if (store === undefined || !person.running) {
        yield { person, lacks: "does not run though nothing is wrong any more" };
        continue;
      }
      if (person.awaited > 0) yield { person, lacks: `awaits ${person.awaited} answers that do not come` };
      for (const lacks of this.#scene?.lacks(person, store) ?? this.#lacks(person, store))
        yield { person, lacks };
    }
  }

  /** Of people who talk two by two. */
  *#lacks(person: Person, store: Store): Iterable<string> {
    if (person.identity === undefined) yield "is nobody yet";
    yield* this.#unseenBy(person);
    yield* this.#undelivered(person, store);
  }

  #judge(person: Person): void {
    const store = person.disk.content;
    if (store === undefined) return;
    this.#checks.checkWhole(person, store);
    const messages = store.messages.since(0, everything);
    this.#heardOnce(person, messages);
    const mine = new Map(messages.filter(({ mine }) => mine).map((message) => [message.id, message]));
    for (const sent of this.#ledger.sent()) {
      if (sent.from === person) this.#judgeSent(sent, mine, store.deliveries.of([sent.id]));
    }
  }

  /** Whoever lives is seen by all who live. */
  *#unseenBy(person: Person): Iterable<string> {
    const views = person.chat?.queries.people() ?? [];
    for (const other of this.#people) {
      if (other === person) continue;
      const view = views.find(({ contacts }) => contacts.some(({ identity }) => identity === other.identity));
      if (view?.presence.online !== true) yield `does not see ${other.name}`;
    }
  }

  *#undelivered(person: Person, store: Store): Iterable<string> {
    for (const delivery of store.deliveries.open()) {
      const message = store.messages.get(delivery.message);
      const recipient = this.#recipientOf(person, delivery);
      if (message === undefined || recipient === undefined) continue;
      const why = JSON.stringify(person.chat?.queries.message(message.id)?.deliveries ?? []);
      yield `has ${said(message)} for ${recipient.name} still ${delivery.state} ${why}`;
    }
  }

  /** Undefined for strangers: what becomes of theirs is the strangers' check. */
  #recipientOf(person: Person, { recipient }: Delivery): Person | undefined {
    const contact = this.#checks.contactOf(person, recipient);
    return contact?.keyed === true ? this.#checks.personWith(contact.identity) : undefined;
  }

  /** What has no seal may be repeated by anybody. */
  #heardOnce(person: Person, messages: readonly Message[]): void {
    const heard = new Set<string>();
    for (const message of messages.filter(({ secrecy }) => secrecy !== "none")) {
      const text = textOf(message);
      if (message.mine || message.deleted || this.#ledger.withText(text) === undefined) continue;
      if (heard.has(text)) this.#violated("I1", person, `has "${text}" twice`);
      heard.add(text);
    }
  }

  #judgeSent(sent: Sent, mine: ReadonlyMap<MessageId, Message>, deliveries: readonly Delivery[]): void {
    const message = mine.get(sent.id);
    if (message === undefined) {
      if (sent.fate === "ok")
        this.#violated("I5", sent.from, `lost its own "${sent.text}" after it was answered`);
      return;
    }
    if (sent.fate === "failed")
      this.#violated("I6", sent.from, `kept "${sent.text}", which was answered with an error`);
    for (const delivery of deliveries) this.#judgeDelivery(sent, message, delivery);
  }

  #judgeDelivery(sent: Sent, message: Message, delivery: Delivery): void {
    if (delivery.recipient === undefined) {
      this.#judgeRoomDelivery(sent, message, delivery);
      return;
    }
    const recipient = this.#recipientOf(sent.from, delivery);
    if (recipient === undefined || delivery.state === "queued" || delivery.state === "sending") return;
    if (delivery.state !== "delivered") {
      if (delivery.state === "failed" && (sent.withdrawn || isFinal(delivery))) return;
      const why = JSON.stringify(delivery.why ?? {});
      this.#violated("I13", sent.from, `has ${said(message)} for ${recipient.name} ${delivery.state} ${why}`);
      return;
    }
    const copy = recipient.disk.content?.messages.get(sent.id);
    if (copy === undefined) this.#violated("I1", recipient, `lacks "${sent.text}", which was delivered`);
    else if (!copy.deleted && textOf(copy) !== sent.text)
      this.#violated("I1", recipient, `has "${sent.text}" altered`);
  }

  /** Nobody confirms what goes to a room as a whole; it has gone out, waits for a room that was left, or never will go. */
  #judgeRoomDelivery(sent: Sent, message: Message, { state }: Delivery): void {
    if (state === "sent" || state === "failed") return;
    const [shown] = sent.from.chat?.queries.message(message.id)?.deliveries ?? [];
    const isLeft = this.#scene?.conversationOf(sent.from) !== message.conversation;
    if (isLeft && shown?.why?.code === "not-joined") return;
    const reason = JSON.stringify(shown?.why ?? {});
    this.#violated("I13", sent.from, `has ${said(message)} for a room still ${state} ${reason}`);
  }

  #violated(invariant: string, person: Person, what: string): void {
    this.#world.violated(invariant, `${person.name} ${what}`);
  }
}

/** Of a text that cannot go, only that. */
function isFinal({ why }: Delivery): boolean {
  return why?.code === "too-long";
}
