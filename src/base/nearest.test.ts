/** The nearest word is the one that was meant. */
import { expect, test } from "vitest";
import { nearest, wordLengthMax } from "./nearest.ts";

const words = ["people", "history", "help", "quit", "why"];

test.each([
  ["peopel", "people"],
  ["hsitory", "history"],
  ["qiut", "quit"],
  ["hlep", "help"],
  ["wy", "why"],
])("%j was meant as %j", (typed, meant) => {
  expect(nearest(typed, words)).toBe(meant);
});

test("what is far from every word was none of them", () => {
  expect(nearest("abcdef", words)).toBeUndefined();
  expect(nearest("", ["why"])).toBeUndefined();
});

test("a word as long as allowed is looked at, a longer one is not", () => {
  const long = "a".repeat(wordLengthMax);
  expect(nearest(long, [long])).toBe(long);
  expect(nearest(`${long}a`, [long])).toBeUndefined();
});
