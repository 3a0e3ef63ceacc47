/** What Tab offers in a line that is begun. */
import { expect, test } from "vitest";
import { complete } from "./completion.ts";

const known = {
  people: ["Ece", "Ece (2)", "Eve", "Bob Stone"],
  places: ["#ops"],
  rooms: ["ops", "games"],
  members: ["Eve"],
  networks: ["lan", "lab"],
  kinds: ["lan", "rooms"],
};

test.each([
  ["/hel", 0, ["/help "]],
  ["/disconnect la", 12, ["lan ", "lab "]],
  ["/msg e", 5, ["Ece ", "Ece (2) ", "Eve "]],
  ["/msg Ece (", 5, ["Ece (2) "]],
  ["/msg Bob Stone thanks ev", 22, ["Eve "]],
  ["/merge Eve bo", 11, ["Bob Stone "]],
  ["/join g", 6, ["games "]],
  ["/join games l", 12, ["lan ", "lab "]],
  ["/query #", 7, ["#ops "]],
  ["/msg #ops thanks ev", 17, ["Eve "]],
  ["/poke ", 6, ["Eve "]],
  ["/connect r", 9, ["rooms "]],
  ["/help wh", 6, ["whois ", "why "]],
  ["ev", 0, ["Eve: "]],
  ["thanks @ev", 7, ["Eve "]],
  ["//hel", 5, []],
  ["/nosuch e", 9, []],
  ["", 0, []],
])("%j", (before, from, choices) => {
  const completion = complete(before, known);
  expect([...completion.choices].sort()).toEqual([...choices].sort());
  if (choices.length > 0) expect(completion.from).toBe(from);
});
