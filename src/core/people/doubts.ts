/** Whether a person could be taken for another when a message is sent, and what the user has said to that. */
import { KithError } from "../../base/errors.ts";
import type { PersonId } from "../../base/ids.ts";
import type { Contact, Person } from "../model.ts";
import type { SettingStore } from "../ports/store.ts";
import { corePrefix } from "../profile.ts";
import type { People } from "./people.ts";
import type { Presences } from "./presences.ts";

/** With the ids of those about whom the user was asked and said yes; the person's own for another key. */
const agreedPrefix = `${corePrefix}agreed.`;

export class Doubts {
  readonly #people: People;
  readonly #presences: Presences;
  readonly #settings: SettingStore;

  constructor(people: People, presences: Presences, settings: SettingStore) {
    this.#people = people;
    this.#presences = presences;
    this.#settings = settings;
  }

  /** Others who are on the contact's network now and go by its name. */
  namesakes({ person, network, name }: Contact): readonly Person[] {
    return this.#people.knownBy(name).filter(({ id }) => {
      const contacts = this.#people.contactsOf(id).filter((contact) => contact.network === network);
      return id !== person && contacts.some((contact) => this.#presences.isOnline(contact.id));
    });
  }

  /**
   * Throws "other-key" or "name-shared" where the user was not asked about exactly this, unless `agreed`: then they
   * are not asked again until there is somebody new to be taken for. True where there was something to ask.
   */
  settle(contact: Contact, agreed: boolean): boolean {
    const person = this.#people.required(contact.person);
    const key = `${agreedPrefix}${person.id}`;
    const settled = new Set((this.#settings.get(key) ?? "").split(" "));
    const isOpen = ({ id }: { readonly id: PersonId }): boolean => !settled.has(String(id));
    const others = contact.secrecy === "none" ? this.namesakes(contact).filter(isOpen) : [];
    const otherKey = person.trust === "changed" && isOpen(person);
    if (!otherKey && others.length === 0) return false;
    if (!agreed && otherKey) {
      const known = person.sharesNameWith === undefined ? undefined : this.#people.get(person.sharesNameWith);
      throw new KithError("other-key", { name: person.label, known: known?.label ?? contact.name });
    }
    if (!agreed) {
      const labels = others.map(({ label }) => label).slice(0, namedMax);
      throw new KithError("name-shared", { name: person.label, others: labels.join(", ") });
    }
    for (const { id } of otherKey ? [person, ...others] : others) settled.add(String(id));
    this.#settings.put(key, [...settled].filter((id) => id !== "").join(" "));
    return true;
  }
}

/** Namesakes named in a question: more would hide it. */
const namedMax = 5;
