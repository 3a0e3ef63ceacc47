/** What everybody has asked for and what was answered: against it the checks hold what they find. */
import type { MessageId } from "../base/ids.ts";
import type { Person } from "./person.ts";

/** Jepsen's three: it was answered well, or with an error, or nobody knows. */
export type Fate = "ok" | "failed" | "unknown";

export interface Sent {
  readonly id: MessageId;
  readonly from: Person;
  /** Those who may read it: the identities of the person it was written to. */
  readonly to: ReadonlySet<string>;
  /** Unlike any other text of the world. */
  readonly text: string;
  fate: Fate;
  /** The user has asked for its deletion or for giving it up. */
  withdrawn: boolean;
}

export class Ledger {
  readonly #sent = new Map<MessageId, Sent>();
  readonly #byText = new Map<string, Sent>();
  /** The name that each was last known to have (none at first), and those that were asked for since. */
  readonly #names = new Map<Person, string[]>();

  get size(): number {
    return this.#sent.size;
  }

  sent(): IterableIterator<Sent> {
    return this.#sent.values();
  }

  find(id: MessageId): Sent | undefined {
    return this.#sent.get(id);
  }

  withText(text: string): Sent | undefined {
    return this.#byText.get(text);
  }

  sending(message: Omit<Sent, "fate" | "withdrawn">): Sent {
    const sent: Sent = { ...message, fate: "unknown", withdrawn: false };
    this.#sent.set(sent.id, sent);
    this.#byText.set(sent.text, sent);
    return sent;
  }

  naming(person: Person, name: string): void {
    this.#namesOf(person).push(name);
  }

  named(person: Person, name: string): void {
    const names = this.#namesOf(person);
    names.splice(0, names.indexOf(name));
  }

  /** Whether that can be the person's name, after all that was asked and answered. */
  canBeNamed(person: Person, name: string): boolean {
    return this.#namesOf(person).includes(name);
  }

  #namesOf(person: Person): string[] {
    const names = this.#names.get(person) ?? [""];
    this.#names.set(person, names);
    return names;
  }
}
