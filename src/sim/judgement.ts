/** The last word on a world: the faults are over and time has passed, so everything must have arrived, once, as written. */
import type { MessageId } from "../base/ids.ts";
import type { Delivery, Message } from "../core/model.ts";
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
    this.#checks.checkLimits();
  }

  #judge(person: Person): void {
    const store = person.disk.content;
    if (store === undefined || !person.running) {
      this.#violated("I13", person, "does not run though nothing is wrong any more");
      return;
    }
    this.#checks.checkWhole(person, store);
    const messages = store.messages.since(0, everything);
    if (this.#scene === undefined) this.#judgeTalk(person, messages);
    else this.#scene.judge(person, messages);
    const mine = new Map(messages.filter(({ mine }) => mine).map((message) => [message.id, message]));
    for (const sent of this.#ledger.sent()) {
      if (sent.from === person) this.#judgeSent(sent, mine, store.deliveries.of([sent.id]));
    }
  }

  /** Of people who talk two by two. */
  #judgeTalk(person: Person, messages: readonly Message[]): void {
    this.#seesAll(person);
    this.#heardOnce(person, messages);
  }

  /** Whoever lives is seen by all who live. */
  #seesAll(person: Person): void {
    const views = person.chat?.queries.people() ?? [];
    for (const other of this.#people) {
      if (other === person || other.identity === undefined) continue;
      const view = views.find(({ contacts }) => contacts.some(({ identity }) => identity === other.identity));
      if (view?.presence.online !== true) this.#violated("I13", person, `does not see ${other.name}`);
    }
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
    const contact = this.#checks.contactOf(sent.from, delivery.recipient);
    const recipient = contact === undefined ? undefined : this.#checks.personWith(contact.identity);
    if (contact?.keyed !== true || recipient === undefined) return; // what becomes of a stranger's is the strangers' check
    if (delivery.state === "failed" && (sent.withdrawn || isFinal(delivery))) return;
    if (delivery.state !== "delivered") {
      const why = JSON.stringify(delivery.why ?? {});
      this.#violated(
        "I13",
        sent.from,
        `has ${said(message)} for ${recipient.name} still ${delivery.state} ${why}`,
      );
      return;
    }
    const copy = recipient.disk.content?.messages.get(sent.id);
    if (copy === undefined) this.#violated("I1", recipient, `lacks "${sent.text}", which was delivered`);
    else if (!copy.deleted && textOf(copy) !== sent.text)
      this.#violated("I1", recipient, `has "${sent.text}" altered`);
  }

  /** Nobody confirms what goes to a room as a whole; it has gone out, or it is said why it never will. */
  #judgeRoomDelivery(sent: Sent, message: Message, { state, why }: Delivery): void {
    if (state === "sent" || state === "failed") return;
    const reason = JSON.stringify(why ?? {});
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
