/** A name means somebody where one alone can be meant, and is asked about where not. */
import { expect, test } from "vitest";
import type { PersonId } from "../../base/ids.ts";
import type { Person, Trust } from "../model.ts";
import { numberIn, whoIsMeant } from "./who-is.ts";

function person(id: number, label: string, trust: Trust, more: Partial<Person> = {}): Person {
  return { id: id as PersonId, label, trust, plainAllowed: false, ...more };
}

const ece = person(1, "Ece", "unknown");
const pinnedEce = person(1, "Ece", "pinned");
const verifiedEce = person(1, "Ece", "verified");
const changedEce = person(1, "Ece", "changed");
const impostor = person(2, "Ece (2)", "changed", { sharesNameWith: pinnedEce.id });
const plainEce = person(2, "Ece (2)", "unknown");
const boss = person(3, "Boss", "unknown", { givenName: "Boss" });
const bob = person(4, "Bob", "unknown");

test.each<[what: string, typed: string, candidates: readonly Person[], meant: number | "nobody" | "several"]>(
  [
    ["a name that nobody has", "Ece", [], "nobody"],
    ["the only one of the name", "ece", [ece], 1],
    ["the only one of the name, by another label", "Bobby", [boss], 3],
    ["somebody pinned beside an impostor", "Ece", [pinnedEce, impostor], 1],
    ["somebody verified beside a plain one", "ECE", [verifiedEce, plainEce], 1],
    ["an impostor, by the full label", "Ece (2)", [impostor], 2],
    ["two plain ones of one name", "Ece", [ece, plainEce], "several"],
    [
      "a plain one under the bare label beside a pinned one",
      "Ece",
      [ece, person(2, "Ece (2)", "pinned")],
      "several",
    ],
    ["somebody whose own key has changed", "Ece", [changedEce, plainEce], "several"],
    [
      "my own name for somebody beside one who calls himself so",
      "Boss",
      [boss, person(5, "Boss (2)", "pinned")],
      3,
    ],
    ["a name on the wire that is another's label", "Bob", [boss, bob], "several"],
  ],
)("%s: %s", (_, typed, candidates, meant) => {
  const answer = whoIsMeant(typed, candidates);
  expect(answer.kind === "one" ? answer.person.id : answer.kind).toBe(meant);
});

test("a number is written with its sign", () => {
  expect(numberIn("#12")).toBe(12);
  expect(numberIn(" #12 ")).toBe(12);
  expect(numberIn("12")).toBeUndefined();
  expect(numberIn("#ece")).toBeUndefined();
});
