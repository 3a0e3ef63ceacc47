/** From a name to one person: a name that fits several is never guessed, but asked about. */
import { KithError } from "../../base/errors.ts";
import type { Person } from "../model/records.ts";
import type { Client } from "./parts.ts";

/** Asks which of several people is meant; undefined when nobody can be asked or gave no answer. */
export type Chooser = (name: string, people: readonly Person[]) => Promise<Person | undefined>;

/** The one person meant. Throws `no-such-person` or `ambiguous-name`. */
export async function findPerson(client: Client, who: string, choose: Chooser): Promise<Person> {
  const people = await findPeople(client, who);
  const [only, ...others] = people;
  if (only === undefined) throw new KithError("no-such-person", { name: who });
  if (others.length === 0) return only;
  const chosen = await choose(who, people);
  if (chosen === undefined) {
    throw new KithError("ambiguous-name", { name: who, candidates: people.map(candidate).join("; ") });
  }
  return chosen;
}

async function findPeople(client: Client, who: string): Promise<readonly Person[]> {
  const { people } = await client.call("people.find", { who });
  if (people.length > 0 || !/^\d{1,15}$/.test(who)) return people;
  return (await client.call("people.find", { who: Number(who) })).people;
}

/** What tells namesakes apart, in one line. */
function candidate(person: Person): string {
  const [contact] = person.contacts;
  const facts = [contact?.fingerprint, contact?.address].filter((fact) => fact !== undefined);
  return [`${person.id}: ${person.label}`, ...facts].join(", ");
}
