/** Texts that a reader takes for each other have one skeleton, and honest names keep theirs apart. */
import fc from "fast-check";
import { expect, it, test } from "vitest";
import { drawnLike, skeletonOf, visibleText } from "./look-alikes.ts";

test.each([
  ["a Cyrillic capital", "Еce", "Ece"],
  ["a Cyrillic letter", "pаypal", "paypal"],
  ["a whole Cyrillic word", "Сосо", "Coco"],
  ["Greek letters", "Αlice", "Alice"],
  ["digits", "B0b 1", "BOb l"],
  ["a capital i and a small l", "Il", "lI"],

  ["rn and m", "tirn", "tim"],
  ["full-width letters", "Ｅｃｅ", "Ece"],
])("%s: %s looks like %s", (_, a, b) => {
  expect(skeletonOf(a)).toBe(skeletonOf(b));
});

test.each([
  ["Ömer", "Omer"],
  ["Иван", "Ivan"],
  ["Ece", "Eze"],
  ["person 1", "person 2"],
])("%s does not look like %s", (a, b) => {
  expect(skeletonOf(a)).not.toBe(skeletonOf(b));
});

const unseen = fc.constantFrom("\u200b", "\u3164", "\ufe0f", "\u034f", "\u2060", "\u00ad");
const letter = fc.constantFrom(...Object.keys(drawnLike));
const pairOfLetters = letter.chain((one) =>
  fc.tuple(fc.constant(one), fc.constantFrom(one, ...Array.from(drawnLike[one] ?? "")), fc.option(unseen)),
);

it("whatever letters are exchanged for look-alikes, and whatever is hidden between them, the look stays", () => {
  fc.assert(
    fc.property(fc.array(pairOfLetters, { minLength: 1, maxLength: 12 }), (pairs) => {
      const honest = pairs.map(([one]) => one).join("");
      const forged = pairs.map(([, other, hidden]) => `${other}${hidden ?? ""}`).join("");
      expect(skeletonOf(forged)).toBe(skeletonOf(honest));
    }),
  );
});

it("what shows of a text shows of that again", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 20 }), (text) => {
      expect(visibleText(visibleText(text))).toBe(visibleText(text));
    }),
  );
});
