/** Who is who: makes people of the contacts that networks report, and never lets a name become another person. */
import type { ContactId, NetworkName, PersonId } from "../../base/ids.ts";
import { type Journal, JournaledMap } from "../../base/journal.ts";
import { hourMs } from "../../base/time.ts";
import type { Conversations } from "../conversations/conversations.ts";
import type { History } from "../messages/history.ts";
import type { Contact, Notice, Person, Trust } from "../model.ts";
import type { ContactFacts } from "../ports/network.ts";
import { without } from "../without.ts";
import type { Work } from "../work.ts";
import { cutName, isMadeFrom } from "./names.ts";
import type { People } from "./people.ts";
import type { Presences } from "./presences.ts";

/** People kept whom nothing but having been heard of keeps: four times what the widest network hears at one time. */
export const strangersMax = 2_048;
/** Those who make room when there are more: finding who was longest unseen is then paid for by one newcomer in many. */
export const forgottenAtOnce = 200;

/** The stored "last seen" of somebody who stays is at most this old: one write an hour, not one an announcement. */
const lastSeenStaleMs = hourMs;

/** A conversation is told of a contact's new names so often at most. */
export const renamedEveryMs = hourMs;

export interface MeetingParts {
  readonly people: People;
  readonly presences: Presences;
  readonly conversations: Conversations;
  readonly history: History;
  readonly journal: Journal;
}

/**
 * Invariants: a contact is (network, identity), for ever; all contacts of one key are one person's; whoever comes with
 * the name of somebody known is somebody else, and both facts can be seen on the person.
 */
export class Meeting {
  readonly #parts: MeetingParts;
  /** The names that conversations were told last, while no other may be told (mono ms), of contacts with one. */
  readonly #told: JournaledMap<ContactId, { readonly name: string; readonly until: number }>;

  constructor(parts: MeetingParts) {
    this.#parts = parts;
    this.#told = new JournaledMap(parts.journal);
  }

  /** A network has heard this contact itself: a key is pinned, facts are taken over. */
  heard(network: NetworkName, facts: ContactFacts, work: Work): Contact {
    const known = this.#parts.people.contactAt(network, facts.identity);
    return known === undefined
      ? this.#meet(network, facts, "heard", work)
      : this.#meetAgain(known, facts, work);
  }

  /** A file says that there is such a contact: a claim, so nobody is pinned until they are heard. */
  claimed(network: NetworkName, facts: ContactFacts, work: Work): Contact {
    const known = this.#parts.people.contactAt(network, facts.identity);
    return known ?? this.#meet(network, facts, "claimed", work);
  }

  gone(contact: Contact, lastSeenAt: number, work: Work): void {
    this.#parts.presences.gone(contact, work);
    if (contact.lastSeenAt !== lastSeenAt) this.#parts.people.changeContact({ ...contact, lastSeenAt });
  }

  #meet(network: NetworkName, facts: ContactFacts, how: "heard" | "claimed", work: Work): Contact {
    const { people, conversations } = this.#parts;
    const name = cutName(facts.name);
    const { identity, keyed, secrecy, address } = facts;
    const sameKey = keyed ? people.contactWithKey(identity) : undefined;
    const proven = keyed && how === "heard";
    const person = sameKey?.person ?? this.#newPerson(name, identity, proven, work);
    const contact = people.addContact({
      person,
      network,
      identity,
      keyed,
      name,
      secrecy,
      ...(address === undefined ? {} : { address }),
      ...(how === "heard" ? { lastSeenAt: work.now.wall } : {}),
    });
    if (proven) this.#prove(contact);
    conversations.contactAdded(contact);
    if (how === "heard") this.#tellOfNamesake(contact, work);
    work.tell({ kind: "person-changed", person });
    this.#forgetSurplus(person, work);
    return contact;
  }

  #newPerson(name: string, identity: string, proven: boolean, work: Work): PersonId {
    const { people } = this.#parts;
    const { trust, known } = this.#standing(name, proven, undefined);
    const person = people.add({
      label: people.freeLabel(name, identity),
      trust,
      plainAllowed: false,
      ...(known === undefined ? {} : { sharesNameWith: known.id }),
    });
    // Of somebody known by a name alone, nobody can say which of the two is meant: both are marked.
    if (known?.trust === "unknown" && known.sharesNameWith === undefined) {
      people.change({ ...known, sharesNameWith: person.id });
      work.tell({ kind: "person-changed", person: known.id });
    }
    return person.id;
  }

  /** How far somebody of that name can be relied on, and who is known by the name already. */
  #standing(
    name: string,
    proven: boolean,
    self: PersonId | undefined,
  ): { trust: Trust; known: Person | undefined } {
    const { people } = this.#parts;
    const known = mostRelied(people.knownBy(name), self);
    // A look is a warning, no proof: whoever looks like somebody known is marked, and a pinned key all the same.
    if (known === undefined)
      return { trust: proven ? "pinned" : "unknown", known: mostRelied(people.lookingLike(name), self) };
    if (!proven) return { trust: "unknown", known };
    return { trust: known.trust === "unknown" ? "pinned" : "changed", known };
  }

  /** A key that was heard pins whoever was known by a claim alone. */
  #prove(contact: Contact): boolean {
    const { people } = this.#parts;
    const person = people.required(contact.person);
    if (!contact.keyed || person.trust !== "unknown") return false;
    people.change({ ...person, trust: this.#standing(contact.name, true, person.id).trust });
    return true;
  }

  #meetAgain(contact: Contact, facts: ContactFacts, work: Work): Contact {
    const name = cutName(facts.name);
    const { keyed, secrecy, address = contact.address } = facts;
    const renamed = name !== contact.name;
    const moved = address !== contact.address;
    const proven = this.#prove(contact);
    const changed = renamed || moved || proven || secrecy !== contact.secrecy || keyed !== contact.keyed;
    if (!renamed) this.#tellLateName(contact, work);
    if (!changed && !this.#isStale(contact, work)) return contact;
    const lastSeenAt = work.now.wall;
    const facing = {
      ...contact,
      keyed,
      name,
      secrecy,
      lastSeenAt,
      ...(address === undefined ? {} : { address }),
    };
    this.#parts.people.changeContact(facing);
    if (renamed) this.#renamed(contact, name, work);
    if (renamed || proven) this.#tellOfNamesake(facing, work);
    if (moved && !keyed && contact.address !== undefined && address !== undefined) {
      this.#note(contact, { code: "moved", from: contact.address, to: address }, work);
    }
    if (changed) work.tell({ kind: "person-changed", person: contact.person });
    return facing;
  }

  #isStale({ lastSeenAt }: Contact, work: Work): boolean {
    return lastSeenAt === undefined || Math.abs(work.now.wall - lastSeenAt) >= lastSeenStaleMs;
  }

  /** The contact has another name under the same identity: my own name for the person stays, else the label follows. */
  #renamed(contact: Contact, name: string, work: Work): void {
    const { people } = this.#parts;
    const person = without(people.required(contact.person), "sharesNameWith");
    const { trust, known } = this.#standing(name, contact.keyed, person.id);
    const mine = person.givenName !== undefined;
    const follows = !mine && isMadeFrom(person.label, contact.name);
    people.change({
      ...person,
      label: follows ? people.freeLabel(name, contact.identity, person.id) : person.label,
      trust: mine || person.trust === "verified" ? person.trust : trust,
      ...(known === undefined ? {} : { sharesNameWith: known.id }),
    });
    if (!this.#told.has(contact.id)) this.#told.set(contact.id, { name: contact.name, until: -Infinity });
    this.#tellLateName({ ...contact, name }, work);
  }

  /**
   * A new name is told at once, and then none for an hour: two cards that are replayed in turn would fill a
   * conversation. After that the name is told that holds by then, unless it is the one that was told.
   */
  #tellLateName(contact: Contact, work: Work): void {
    const told = this.#told.get(contact.id);
    if (told === undefined || told.until > work.now.mono) return;
    const { network, person, name } = contact;
    if (
      told.name === name ||
      this.#parts.conversations.at(network, { kind: "direct", person }) === undefined
    ) {
      this.#told.delete(contact.id);
      return;
    }
    this.#note(contact, { code: "renamed", from: told.name, to: name }, work);
    this.#told.set(contact.id, { name, until: work.now.mono + renamedEveryMs });
  }

  /** The conversation with the known one on that network says that somebody else goes by the name there now. */
  #tellOfNamesake({ network, person, name }: Contact, work: Work): void {
    const { people, conversations, history } = this.#parts;
    const { sharesNameWith } = people.required(person);
    const known = people.knownBy(name).find(({ id }) => id === sharesNameWith);
    if (known === undefined) return;
    const conversation = conversations.at(network, { kind: "direct", person: known.id });
    const code = known.trust === "unknown" ? "name-shared" : "key-changed";
    if (conversation !== undefined) history.noteDaily(conversation.id, { code, name }, work);
  }

  #note({ network, person }: Contact, notice: Notice, work: Work): void {
    const conversation = this.#parts.conversations.at(network, { kind: "direct", person });
    if (conversation !== undefined) this.#parts.history.note(conversation.id, notice, work);
  }

  /** The strangers who were longest unseen make room; of those who are there now, no more than must. */
  #forgetSurplus(newcomer: PersonId, work: Work): void {
    const { people } = this.#parts;
    const surplus = people.strangerCount - strangersMax;
    if (surplus <= 0) return;
    const others = people.strangers().filter(({ id }) => id !== newcomer);
    const ages = others.map(({ id }) => ({ id, seenAt: this.#lastSeenAt(id) }));
    const absent = ages.filter(({ seenAt }) => seenAt < Infinity).length;
    ages.sort((a, b) => (a.seenAt < b.seenAt ? -1 : Number(a.seenAt > b.seenAt)));
    const count = Math.max(surplus, Math.min(absent, forgottenAtOnce));
    for (const { id } of ages.slice(0, count)) this.#forget(id, work);
  }

  #forget(id: PersonId, work: Work): void {
    const { people, presences } = this.#parts;
    presences.forget(id);
    for (const person of people.sharingWith(id)) people.change(without(person, "sharesNameWith"));
    people.remove(id);
    work.tell({ kind: "person-removed", person: id });
  }

  /** Whoever is there now counts as seen later than anybody who is not. */
  #lastSeenAt(id: PersonId): number {
    const { people, presences } = this.#parts;
    let last = 0;
    for (const contact of people.contactsOf(id)) {
      if (presences.isOnline(contact.id)) return Infinity;
      last = Math.max(last, contact.lastSeenAt ?? 0);
    }
    return last;
  }
}

/** Of all but `self`, who would be harmed most by being mistaken. */
function mostRelied(people: readonly Person[], self: PersonId | undefined): Person | undefined {
  const others = people.filter(({ id }) => id !== self);
  return (
    others.find(({ trust }) => trust === "pinned" || trust === "verified") ??
    others.find(({ trust }) => trust === "changed") ??
    others[0]
  );
}
