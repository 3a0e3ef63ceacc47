/** Names that look the same count as the same, and every label is one person's alone. */
import { expect, it, test } from "vitest";
import { utf8Length } from "../../base/bytes.ts";
import { cutName, foldName, freeLabel, isMadeFrom, nameBytesMax } from "./names.ts";

test.each([
  ["case", "ECE", "ece"],
  ["full-width letters", "Ｅｃｅ", "Ece"],
  ["spaces around and between", "  Ece   Su ", "Ece Su"],
  ["zero-width characters", "E\u200bce\u2060", "Ece"],
  ["a zero-width character between two spaces", "Ece \u200b Su", "Ece Su"],
  ["direction marks", "\u202eEce", "Ece"],
  ["signs that draw nothing", "Ec\u3164e\ufe0f", "E\u034fce"],
  ["a blank Braille cell", "Ece\u2800", "Ece"],
  ["something unseen before an accent", "O\u034f\u0308mer", "Ömer"],
  ["a line break", "Ece\nSu", "Ece Su"],
  ["the order of the accents on a small letter", "\u0130\u193b", "i\u193b\u0307"],
  ["halves of an unseen sign around another one", "Ece\udb40\u200d\udc41", "Ece\ufffd\ufffd"],
  ["composed and decomposed accents", "Ec\u0327e", "E\u00e7e"],
])("%s do not make another name", (_, a, b) => {
  expect(foldName(a)).toBe(foldName(b));
});

it("an accent makes another name", () => {
  expect(foldName("Ömer")).not.toBe(foldName("Omer"));
});

it("a label gets a number that is free", () => {
  const taken = new Set(["ece", "ece (2)"]);
  expect(freeLabel("Ece", (label) => taken.has(label))).toBe("Ece (3)");
  expect(freeLabel("Bob", (label) => taken.has(label))).toBe("Bob");
});

it("among thousands of one name, a label is found with few questions", () => {
  const taken = new Set(["ece"]);
  for (let i = 0; i < 2_047; i++) taken.add(foldName(freeLabel("Ece", (label) => taken.has(label))));
  expect(taken.has("ece (2048)")).toBe(true);
  let asked = 0;
  const counted = (label: string): boolean => {
    asked++;
    return taken.has(label);
  };
  expect(freeLabel("Ece", counted)).toBe("Ece (2049)");
  expect(asked).toBeLessThan(30);
});

it("a label is made from a name by adding a number alone", () => {
  expect(isMadeFrom("Ece", "Ece")).toBe(true);
  expect(isMadeFrom("Ece (12)", "Ece")).toBe(true);
  expect(isMadeFrom("Ece (Su)", "Ece")).toBe(false);
  expect(isMadeFrom("Ecem", "Ece")).toBe(false);
});

it("a name of the greatest length stays, one byte more is cut between characters", () => {
  const longest = "ş".repeat(nameBytesMax / 2);
  expect(cutName(longest)).toBe(longest);
  expect(cutName(`${longest}x`)).toBe(longest);
  const cut = cutName(`x${longest}`);
  expect(utf8Length(cut)).toBe(nameBytesMax - 1);
  expect(cut.isWellFormed()).toBe(true);
});
