/** What the answers to all methods have in common: the chat to read, the loop to change it, and who is meant. */
import type { Cursor } from "../../api/records.ts";
import { KithError } from "../../base/errors.ts";
import type { PersonId } from "../../base/ids.ts";
import type { Person } from "../../core/model.ts";
import type { Queries } from "../../core/queries.ts";
import type { Loop } from "../loop.ts";
import type { Records } from "../records.ts";

export interface Context {
  readonly queries: Queries;
  readonly loop: Loop;
  readonly records: Records;
  /** Behind the newest event: what is read now is true for it. */
  readonly cursor: () => Cursor;
}

/** Throws "no-such-person" or "ambiguous-name": names are never guessed. */
export function personMeant({ queries }: Context, who: PersonId | string): PersonId {
  if (typeof who === "number") {
    if (queries.person(who) === undefined) throw new KithError("no-such-person", { name: `#${who}` });
    return who;
  }
  const found = queries.whoIs(who);
  switch (found.kind) {
    case "one":
      return found.person.id;
    case "nobody":
      throw new KithError("no-such-person", { name: who });
    case "several":
      throw ambiguous(who, found.people);
  }
}

export function ambiguous(name: string, people: readonly Pick<Person, "id" | "label">[]): KithError {
  const candidates = people.map(({ id, label }) => `${label} (#${id})`).join(", ");
  return new KithError("ambiguous-name", { name, candidates });
}

/** All whom it fits, none included. */
export function peopleFitting({ queries }: Context, who: PersonId | string): readonly PersonId[] {
  if (typeof who === "number") return queries.person(who) === undefined ? [] : [who];
  const result = queries.whoIs(who);
  switch (result.kind) {
    case "one":
      return [result.person.id];
    case "nobody":
      return [];
    case "several":
      return result.people.map(({ id }) => id);
  }
}
