/** All people and their points of contact, held in memory and written through to the store at once. */
import { present } from "../../base/assert.ts";
import { KithError } from "../../base/errors.ts";
import type { ContactId, NetworkName, PersonId } from "../../base/ids.ts";
import { type Journal, JournaledMap } from "../../base/journal.ts";
import { skeletonOf } from "../../base/look-alikes.ts";
import type { Contact, Person } from "../model.ts";
import type { PeopleStore } from "../ports/store.ts";
import { IndexOfPeople } from "./index-of-people.ts";
import { foldName, freeLabel } from "./names.ts";

/** What a person can be sought by; names are folded. */
interface Traces {
  /** Labels, given names, names on a wire. */
  readonly names: ReadonlySet<string>;
  /** The names, where the person is known by a key. */
  readonly keyedNames: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
  /** What the names look like. */
  readonly looks: ReadonlySet<string>;
}

const noTraces: Traces = { names: new Set(), keyedNames: new Set(), labels: new Set(), looks: new Set() };

/** Invariant: the indexes of names say of everybody what `#tracesOf` says. */
export class People {
  readonly #store: PeopleStore;
  readonly #people: JournaledMap<PersonId, Person>;
  readonly #contacts: JournaledMap<ContactId, Contact>;
  readonly #contactsOf: JournaledMap<PersonId, readonly ContactId[]>;
  readonly #byIdentity: JournaledMap<string, ContactId>;
  /** Of each key one contact: all contacts of one key are one person's. */
  readonly #byKey: JournaledMap<string, ContactId>;
  readonly #byName: IndexOfPeople<string>;
  readonly #byKeyedName: IndexOfPeople<string>;
  readonly #byLabel: IndexOfPeople<string>;
  readonly #byLook: IndexOfPeople<string>;
  readonly #bySharedWith: IndexOfPeople<PersonId>;
  readonly #acquainted: JournaledMap<PersonId, true>;
  /** In how many rooms a contact is now. */
  readonly #roomsOf: JournaledMap<ContactId, number>;
  /** Those whom nothing but having been heard of keeps here. */
  readonly #strangers: JournaledMap<PersonId, true>;

  constructor(store: PeopleStore, journal: Journal) {
    this.#store = store;
    this.#people = new JournaledMap(journal);
    this.#contacts = new JournaledMap(journal);
    this.#contactsOf = new JournaledMap(journal);
    this.#byIdentity = new JournaledMap(journal);
    this.#byKey = new JournaledMap(journal);
    this.#byName = new IndexOfPeople(journal);
    this.#byKeyedName = new IndexOfPeople(journal);
    this.#byLabel = new IndexOfPeople(journal);
    this.#byLook = new IndexOfPeople(journal);
    this.#bySharedWith = new IndexOfPeople(journal);
    this.#acquainted = new JournaledMap(journal);
    this.#roomsOf = new JournaledMap(journal);
    this.#strangers = new JournaledMap(journal);
    for (const person of store.list()) this.#remember(person);
    for (const contact of store.contacts()) this.#rememberContact(contact);
  }

  get(id: PersonId): Person | undefined {
    return this.#people.get(id);
  }

  /** Throws "no-such-person". */
  required(id: PersonId): Person {
    const person = this.#people.get(id);
    if (person === undefined) throw new KithError("no-such-person", { name: `#${id}` });
    return person;
  }

  all(): readonly Person[] {
    return byId([...this.#people.entries()].map(([, person]) => person));
  }

  strangers(): readonly Person[] {
    return byId([...this.#strangers.entries()].map(([id]) => this.required(id)));
  }

  get strangerCount(): number {
    return this.#strangers.size;
  }

  /** Those who came with the name that this person is known by. */
  sharingWith(id: PersonId): readonly Person[] {
    return this.#bySharedWith.at(id).map((sharing) => this.required(sharing));
  }

  /** All who go by the name, longest known first. */
  knownBy(name: string): readonly Person[] {
    return this.#byName.at(foldName(name)).map((id) => this.required(id));
  }

  /** All who go by a name that looks like this one, longest known first. */
  lookingLike(name: string): readonly Person[] {
    return this.#byLook.at(skeletonOf(name)).map((id) => this.required(id));
  }

  contact(id: ContactId): Contact {
    return present(this.#contacts.get(id), `contact ${id}`);
  }

  contactAt(network: NetworkName, identity: string): Contact | undefined {
    const id = this.#byIdentity.get(identityKey(network, identity));
    return id === undefined ? undefined : this.contact(id);
  }

  /** A contact, on whatever network, that is known by this key. */
  contactWithKey(identity: string): Contact | undefined {
    const id = this.#byKey.get(identity);
    return id === undefined ? undefined : this.contact(id);
  }

  contactsOf(person: PersonId): readonly Contact[] {
    return (this.#contactsOf.get(person) ?? []).map((id) => this.contact(id));
  }

  /**
   * A label of that name that nobody has. The name of somebody known by a key is nobody else's bare label, even where
   * the user calls them otherwise.
   */
  freeLabel(name: string, fallback: string, self?: PersonId): string {
    const wanted = foldName(name) === "" ? fallback : name;
    const others = (ids: readonly PersonId[]): boolean => ids.some((id) => id !== self);
    return freeLabel(
      wanted,
      (folded) => others(this.#byLabel.at(folded)) || others(this.#byKeyedName.at(folded)),
    );
  }

  add(person: Omit<Person, "id">): Person {
    const added = this.#store.add(person);
    this.#remember(added);
    return added;
  }

  change(person: Person): Person {
    const before = this.required(person.id);
    this.#store.change(person);
    const put = (): void => this.#people.set(person.id, person);
    if (isKnownAlike(before, person)) put();
    else this.#reindexing(person.id, put);
    this.#bySharedWith.move(person.id, sharedBy(before), sharedBy(person));
    this.#classify(person.id);
    return person;
  }

  /** With the contacts that are still this person's. */
  remove(id: PersonId): void {
    this.#bySharedWith.move(id, sharedBy(this.required(id)), nobody);
    this.#store.remove(id);
    this.#reindexing(id, () => {
      for (const contact of this.contactsOf(id)) this.#forgetContact(contact);
      this.#contactsOf.delete(id);
      this.#people.delete(id);
    });
    this.#acquainted.delete(id);
    this.#classify(id);
  }

  addContact(contact: Omit<Contact, "id">): Contact {
    const added = this.#store.addContact(contact);
    this.#rememberContact(added);
    return added;
  }

  changeContact(contact: Contact): Contact {
    const before = this.contact(contact.id);
    this.#store.changeContact(contact);
    if (before.person === contact.person) {
      const put = (): void => this.#contacts.set(contact.id, contact);
      // Most changes are of the moment last seen: nobody is sought by it.
      if (before.name === contact.name) put();
      else this.#reindexing(contact.person, put);
      return contact;
    }
    this.#reindexing(before.person, () => {
      const left = (this.#contactsOf.get(before.person) ?? []).filter((id) => id !== contact.id);
      this.#contactsOf.set(before.person, left);
    });
    this.#rememberContact(contact);
    return contact;
  }

  /** The person takes part in a conversation, and so is kept. */
  acquaint(person: PersonId): void {
    if (this.#acquainted.has(person)) return;
    this.#acquainted.set(person, true);
    this.#classify(person);
  }

  /** The person is kept as long as a contact of theirs is in a room. */
  enteredRoom(contact: ContactId): void {
    this.#roomsOf.set(contact, (this.#roomsOf.get(contact) ?? 0) + 1);
    this.#classify(this.contact(contact).person);
  }

  leftRoom(contact: ContactId): void {
    const left = (this.#roomsOf.get(contact) ?? 0) - 1;
    if (left > 0) this.#roomsOf.set(contact, left);
    else this.#roomsOf.delete(contact);
    this.#classify(this.contact(contact).person);
  }

  isInRoom(contact: ContactId): boolean {
    return this.#roomsOf.has(contact);
  }

  #remember(person: Person): void {
    this.#reindexing(person.id, () => {
      this.#people.set(person.id, person);
    });
    this.#bySharedWith.move(person.id, nobody, sharedBy(person));
    this.#classify(person.id);
  }

  #rememberContact(contact: Contact): void {
    this.#reindexing(contact.person, () => {
      this.#contacts.set(contact.id, contact);
      const others = this.#contactsOf.get(contact.person) ?? [];
      this.#contactsOf.set(contact.person, [...others, contact.id]);
    });
    this.#byIdentity.set(identityKey(contact.network, contact.identity), contact.id);
    if (contact.keyed) this.#byKey.set(contact.identity, contact.id);
  }

  #forgetContact(contact: Contact): void {
    this.#contacts.delete(contact.id);
    this.#byIdentity.delete(identityKey(contact.network, contact.identity));
    if (this.#byKey.get(contact.identity) === contact.id) this.#byKey.delete(contact.identity);
  }

  #classify(id: PersonId): void {
    const person = this.#people.get(id);
    const kept =
      person === undefined ||
      this.#acquainted.has(id) ||
      this.contactsOf(id).some((contact) => this.#roomsOf.has(contact.id)) ||
      person.trust === "verified" ||
      person.givenName !== undefined ||
      person.plainAllowed;
    if (kept) this.#strangers.delete(id);
    else this.#strangers.set(id, true);
  }

  /** Does the work and then mends the indexes for this person. */
  #reindexing(id: PersonId, work: () => void): void {
    const before = this.#tracesOf(id);
    work();
    const after = this.#tracesOf(id);
    this.#byName.move(id, before.names, after.names);
    this.#byKeyedName.move(id, before.keyedNames, after.keyedNames);
    this.#byLabel.move(id, before.labels, after.labels);
    this.#byLook.move(id, before.looks, after.looks);
  }

  #tracesOf(id: PersonId): Traces {
    const person = this.#people.get(id);
    if (person === undefined) return noTraces;
    const { label, givenName = "", trust } = person;
    const all = [label, givenName, ...this.contactsOf(id).map((contact) => contact.name)];
    const names = folded(all);
    return {
      names,
      keyedNames: trust === "unknown" ? noTraces.keyedNames : names,
      labels: folded([label]),
      looks: shown(all, skeletonOf),
    };
  }
}

const nobody: ReadonlySet<PersonId> = new Set();

/** With whom the person shares a name. */
function sharedBy({ sharesNameWith }: Person): ReadonlySet<PersonId> {
  return sharesNameWith === undefined ? nobody : new Set([sharesNameWith]);
}

/** Their traces are the same. */
function isKnownAlike(a: Person, b: Person): boolean {
  return a.label === b.label && a.givenName === b.givenName && a.trust === b.trust;
}

/** Those that show something, each once. */
function shown(names: readonly string[], form: (name: string) => string): ReadonlySet<string> {
  return new Set([...new Set(names)].map(form).filter((name) => name !== ""));
}

function folded(names: readonly string[]): ReadonlySet<string> {
  return shown(names, foldName);
}

function identityKey(network: NetworkName, identity: string): string {
  return `${network} ${identity}`;
}

function byId(people: readonly Person[]): readonly Person[] {
  return people.toSorted((a, b) => a.id - b.id);
}
