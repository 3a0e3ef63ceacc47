/** What Tab offers in a line that is begun. */
import { expect, test } from "vitest";
import { complete } from "./completion.ts";

const known = {
  people: ["Ece", "Ece (2)", "Eve", "Bob Stone"],
  conversations: ["#ops"],
  networks: ["lan", "lab"],
  kinds: ["lan", "rooms"],
};

test.each([
  ["/hel", 0, ["/help "]],
  ["/disconnect la", 12, ["lan ", "lab "]],
  ["/msg e", 5, ["Ece ", "Ece (2) ", "Eve "]],
  ["/msg Ece (", 5, ["Ece (2) "]],
  ["/msg Bob Stone thanks ev", 22, ["Eve "]],
  ["/join Eve bo", 10, ["Bob Stone "]],
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
