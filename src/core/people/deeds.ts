/** What the user does with people: names, joins and verifies them, and agrees to write to them in plain. */
import { KithError } from "../../base/errors.ts";
import type { PersonId } from "../../base/ids.ts";
import type { Conversations } from "../conversations/conversations.ts";
import type { Person, Trust } from "../model.ts";
import { without } from "../without.ts";
import type { Work } from "../work.ts";
import { cutName, foldName } from "./names.ts";
import type { People } from "./people.ts";

export class PeopleDeeds {
  readonly #people: People;
  readonly #conversations: Conversations;

  constructor(people: People, conversations: Conversations) {
    this.#people = people;
    this.#conversations = conversations;
  }

  rename(id: PersonId, name: string | undefined, work: Work): Person {
    const person = without(this.#people.required(id), "givenName");
    if (name === undefined) {
      const [contact] = this.#people.contactsOf(id);
      const own = contact?.name ?? person.label;
      return this.#change(
        { ...person, label: this.#people.freeLabel(own, contact?.identity ?? own, id) },
        work,
      );
    }
    const givenName = cutName(name.trim());
    if (foldName(givenName) === "") throw new KithError("name-unusable", { problem: "it shows nothing" });
    return this.#change(
      { ...person, givenName, label: this.#people.freeLabel(givenName, givenName, id) },
      work,
    );
  }

  verify(id: PersonId, verified: boolean, work: Work): Person {
    const person = this.#people.required(id);
    if (!this.#isKeyed(id)) throw new KithError("no-key", { name: person.label });
    if (!verified && person.trust !== "verified") return person;
    return this.#change({ ...person, trust: verified ? "verified" : "pinned" }, work);
  }

  allowPlain(id: PersonId, allowed: boolean, work: Work): Person {
    const person = this.#people.required(id);
    return person.plainAllowed === allowed
      ? person
      : this.#change({ ...person, plainAllowed: allowed }, work);
  }

  /** Both are one person from now on; consent that was given for `from` is not carried over. */
  join(into: PersonId, from: PersonId, work: Work): Person {
    const both = [this.#people.required(into), this.#people.required(from)];
    if (into === from) {
      throw new KithError("bad-parameters", { problem: `person #${into} cannot be joined with itself` });
    }
    const trust = joinedTrust(both.filter(({ id }) => this.#isKeyed(id)).map((person) => person.trust));
    for (const contact of this.#people.contactsOf(from)) {
      this.#people.changeContact({ ...contact, person: into });
    }
    this.#conversations.join(into, from);
    for (const one of this.#people.sharingWith(from)) this.#pointTo(one, into);
    this.#people.remove(from);
    work.tell({ kind: "person-removed", person: from });
    return this.#change({ ...this.#people.required(into), trust }, work);
  }

  #pointTo(person: Person, into: PersonId): void {
    const self = person.id === into;
    this.#people.change(self ? without(person, "sharesNameWith") : { ...person, sharesNameWith: into });
  }

  #isKeyed(id: PersonId): boolean {
    return this.#people.contactsOf(id).some((contact) => contact.keyed);
  }

  #change(person: Person, work: Work): Person {
    work.tell({ kind: "person-changed", person: person.id });
    return this.#people.change(person);
  }
}

/** Of those with keys: a key that the user joins to a person is pinned by that; verified is who was so all through. */
function joinedTrust(keyed: readonly Trust[]): Trust {
  if (keyed.every((trust) => trust === "unknown")) return "unknown";
  return keyed.every((trust) => trust === "verified") ? "verified" : "pinned";
}
