/** Text is cut into pieces that are whole, small enough, and cut between characters where that can be. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { concatBytes, fromUtf8, toUtf8 } from "./bytes.ts";
import { cutText } from "./text-pieces.ts";

it("whatever the text and the limit: the pieces are the whole, each is text and within the limit", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 4, max: 50 }), (text, bytesMax) => {
      const pieces = cutText(text, bytesMax);
      expect(concatBytes(...pieces)).toEqual(toUtf8(text));
      for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(bytesMax);
      for (const piece of pieces) expect(fromUtf8(piece)).toBeDefined();
    }),
  );
});

it("so many bytes are one piece, one more are two", () => {
  expect(cutText("x".repeat(499), 499).length).toBe(1);
  expect(cutText("x".repeat(500), 499).map((piece) => piece.length)).toEqual([499, 1]);
});

it("what a reader sees as one character stays one, if it fits a piece", () => {
  const family = "👨‍👩‍👧‍👦";
  const texts = (bytesMax: number): readonly (string | undefined)[] =>
    cutText(`ab${family}`, bytesMax).map(fromUtf8);
  expect(texts(toUtf8(family).length)).toEqual(["ab", family]);
  expect(texts(8).length).toBeGreaterThan(2);
});
