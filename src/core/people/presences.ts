/** Who can be reached now, by contact and by person. In memory only: after a start nobody is, until heard. */
import type { ContactId, NetworkName, PersonId } from "../../base/ids.ts";
import { type Journal, JournaledMap } from "../../base/journal.ts";
import type { Availability, Contact, Presence } from "../model.ts";
import type { Work } from "../work.ts";
import type { People } from "./people.ts";

const neverHeard: Presence = { online: false, availability: "available", since: 0 };

export class Presences {
  readonly #people: People;
  readonly #byContact: JournaledMap<ContactId, Presence>;

  constructor(people: People, journal: Journal) {
    this.#people = people;
    this.#byContact = new JournaledMap(journal);
  }

  isOnline(contact: ContactId): boolean {
    return this.#byContact.get(contact)?.online ?? false;
  }

  /** Of a contact that was never heard in this run: offline since it was last seen. */
  ofContact(contact: Contact): Presence {
    return this.#byContact.get(contact.id) ?? { ...neverHeard, since: contact.lastSeenAt ?? 0 };
  }

  /** The best of the person's contacts. */
  ofPerson(person: PersonId): Presence {
    const all = this.#people.contactsOf(person).map((contact) => this.ofContact(contact));
    return all.reduce((best, next) => (isBetter(next, best) ? next : best), all[0] ?? neverHeard);
  }

  /** People who are there now. */
  onlineOn(network: NetworkName): number {
    const online = [...this.#byContact.entries()].filter(([, presence]) => presence.online);
    const contacts = online.map(([id]) => this.#people.contact(id));
    return new Set(contacts.filter((one) => one.network === network).map((one) => one.person)).size;
  }

  seen(contact: Contact, availability: Availability, work: Work): void {
    const before = this.#byContact.get(contact.id);
    if (before?.online === true && before.availability === availability) return;
    this.#set(contact, { online: true, availability, since: work.now.wall }, work);
  }

  gone(contact: Contact, work: Work): void {
    const before = this.#byContact.get(contact.id);
    if (before?.online !== true) return;
    this.#set(contact, { ...before, online: false, since: work.now.wall }, work);
  }

  /** The network has been taken away, and with it the sight of everybody on it. */
  networkGone(network: NetworkName, work: Work): void {
    for (const [id] of [...this.#byContact.entries()]) {
      const contact = this.#people.contact(id);
      if (contact.network === network) this.gone(contact, work);
    }
  }

  forget(person: PersonId): void {
    for (const contact of this.#people.contactsOf(person)) this.#byContact.delete(contact.id);
  }

  #set(contact: Contact, presence: Presence, work: Work): void {
    this.#byContact.set(contact.id, presence);
    const { person } = contact;
    work.tell({ kind: "presence-changed", person, presence: this.ofPerson(person) });
  }
}

const order: readonly Availability[] = ["available", "away", "busy"];

function isBetter(a: Presence, b: Presence): boolean {
  if (a.online !== b.online) return a.online;
  if (!a.online) return a.since > b.since;
  return order.indexOf(a.availability) < order.indexOf(b.availability);
}
