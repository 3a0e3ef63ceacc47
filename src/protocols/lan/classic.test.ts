/** Classic texts: cut between characters, read whatever they are. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { concatBytes, fromUtf8, toUtf8 } from "../../base/bytes.ts";
import { isSealed, pieceBytesMax, readText, splitText } from "./classic.ts";

it("the pieces of a text are at most 1,000 bytes, each is text, and together they are the whole", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 2_000 }), (text) => {
      const pieces = splitText(text);
      expect(concatBytes(...pieces)).toEqual(toUtf8(text));
      for (const piece of pieces) {
        expect(piece.length).toBeLessThanOrEqual(pieceBytesMax);
        expect(fromUtf8(piece)).toBeDefined();
      }
    }),
    { numRuns: 100 },
  );
});

it("1,000 bytes are one piece, 1,001 are two", () => {
  expect(splitText("x".repeat(1_000)).map((piece) => piece.length)).toEqual([1_000]);
  expect(splitText("x".repeat(1_001)).map((piece) => piece.length)).toEqual([1_000, 1]);
  expect(splitText("").length).toBe(1);
});

it("a family is not torn apart, a letter under a thousand marks is", () => {
  const family = "👨‍👩‍👧‍👦";
  expect(splitText("x".repeat(990) + family).map((piece) => fromUtf8(piece))).toEqual([
    "x".repeat(990),
    family,
  ]);
  const zalgo = "a" + "\u0301".repeat(1_000);
  const pieces = splitText(zalgo);
  expect(pieces.every((piece) => piece.length <= pieceBytesMax && fromUtf8(piece) !== undefined)).toBe(true);
  expect(concatBytes(...pieces)).toEqual(toUtf8(zalgo));
});

it("the prefix goes only where it repeats the name that the sender is known by", () => {
  expect(readText(toUtf8("Ece >> hi"), "Ece")).toEqual({ kind: "text", text: "hi" });
  expect(readText(toUtf8("Ada >> hi"), "Ece")).toEqual({ kind: "text", text: "Ada >> hi" });
  expect(readText(toUtf8("1 >> 0"), "Ece")).toEqual({ kind: "text", text: "1 >> 0" });
  expect(readText(toUtf8("Ece >> Ece >> hi"), "Ece")).toEqual({ kind: "text", text: "Ece >> hi" });
});

it("exit, EXIT and quit alone are goodbye", () => {
  for (const word of ["exit", "EXIT", "quit", "exit\r\n", "Ece >> exit"])
    expect(readText(toUtf8(word), "Ece")).toEqual({ kind: "goodbye" });
  for (const word of ["Exit", "quit now", "no exit", " exit"])
    expect(readText(toUtf8(word), "Ece")).toEqual({ kind: "text", text: word });
});

it("line breaks at the end go, those within stay; nothing is nothing", () => {
  expect(readText(toUtf8("a\nb\r\n"), "Ece")).toEqual({ kind: "text", text: "a\nb" });
  expect(readText(toUtf8("\r\n"), "Ece")).toEqual({ kind: "nothing" });
});

it("any bytes are some text", () => {
  fc.assert(fc.property(fc.uint8Array(), fc.string(), (bytes, name) => void readText(bytes, name)));
  expect(readText(Uint8Array.of(0x41, 0xff), "Ece")).toEqual({ kind: "text", text: "A\ufffd" });
});

it("eight bytes tell a sealed message from a text", () => {
  expect(isSealed(toUtf8('{"kith":1'))).toBe(true);
  expect(isSealed(toUtf8('{"kith":'))).toBe(true);
  expect(isSealed(toUtf8('{"kith"'))).toBe("open");
  expect(isSealed(toUtf8(""))).toBe("open");
  expect(isSealed(toUtf8('{"kith" :'))).toBe(false);
  expect(isSealed(toUtf8("hi"))).toBe(false);
});
