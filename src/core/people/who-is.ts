/** Whom a typed name means. Names are never guessed: where the rules below do not settle it, the user is asked. */
import type { Person } from "../model.ts";
import { foldName } from "./names.ts";

export type WhoIs =
  | { readonly kind: "one"; readonly person: Person }
  | { readonly kind: "nobody" }
  | { readonly kind: "several"; readonly people: readonly Person[] };

/** The candidate that a rule settles on, if it does. `label` is the candidate whose label was typed. */
type Rule = (label: Person | undefined, candidates: readonly Person[]) => Person | undefined;

/** The first rule that settles it holds. */
const rules: readonly Rule[] = [
  // The user's own word for somebody: nobody else can take it.
  (label) => (label?.givenName === undefined ? undefined : label),
  // Known by a key under exactly this label: those who merely share the name cannot stand in its way.
  (label) => (label?.trust === "pinned" || label?.trust === "verified" ? label : undefined),
  // Nobody else goes by this name.
  (_, candidates) => (candidates.length === 1 ? candidates[0] : undefined),
];

/** `candidates`: all who go by the name, as their label, given name or name on a wire. */
export function whoIsMeant(name: string, candidates: readonly Person[]): WhoIs {
  if (candidates.length === 0) return { kind: "nobody" };
  const folded = foldName(name);
  const label = candidates.find((person) => foldName(person.label) === folded);
  for (const rule of rules) {
    const person = rule(label, candidates);
    if (person !== undefined) return { kind: "one", person };
  }
  return { kind: "several", people: candidates };
}

/** The number in "#12", as lists of people show it. */
export function numberIn(name: string): number | undefined {
  const [, digits] = /^#(\d{1,15})$/.exec(name.trim()) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
