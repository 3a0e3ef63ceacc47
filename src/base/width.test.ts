/** Widths, cuts and line breaks by terminal cells. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { harmlessBody } from "./harmless.ts";
import { breakLines, cells, fit, graphemes, truncate, wrap } from "./width.ts";

describe("cells", () => {
  test.each([
    ["", 0],
    ["hello", 5],
    ["Ömer", 4],
    ["O\u0308mer", 4],
    ["日本語", 6],
    ["한국어", 6],
    ["ｆｕｌｌ", 8],
    ["ﾊﾝｶｸ", 4],
    ["مرحبا", 5],
    ["नि", 2],
    ["👍", 2],
    ["👍🏽", 2],
    ["👨\u200d👩\u200d👧", 2],
    ["🇹🇷", 2],
    ["🇹", 1],
    ["❤", 1],
    ["❤\ufe0f", 2],
    ["1\ufe0f\u20e3", 2],
    ["✓✓", 2],
    ["␛", 1],
    ["…—", 2],
  ])("%j takes %i", (text, width) => {
    expect(cells(text)).toBe(width);
  });
});

describe("cutting", () => {
  test.each([
    ["hello", 5, "hello"],
    ["hello", 4, "hel…"],
    ["日本語", 5, "日本…"],
    ["日本語", 4, "日…"],
    ["x", 0, ""],
    ["👨\u200d👩\u200d👧abc", 3, "👨\u200d👩\u200d👧…"],
  ])("%j in %i cells is %j", (text, width, cut) => {
    expect(truncate(text, width)).toBe(cut);
  });

  test("a column is exactly as wide as asked", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 30 });
    fc.assert(
      fc.property(text, fc.nat(40), (any, width) => {
        expect(cells(fit(harmlessBody(any).replaceAll("\n", ""), width))).toBe(width);
      }),
    );
  });
});

describe("breaking lines", () => {
  test.each([
    ["the quick brown fox", 10, ["the quick", "brown fox"]],
    ["", 10, [""]],
    ["a\n\nb", 10, ["a", "", "b"]],
    ["abcdefghij", 4, ["abcd", "efgh", "ij"]],
    ["hi abcdefgh", 4, ["hi", "abcd", "efgh"]],
    ["日本語です", 4, ["日本", "語で", "す"]],
    ["exact fit", 5, ["exact", "fit"]],
    ["two  spaces", 4, ["two", "spac", "es"]],
    [" a👩\u200d💻", 2, ["", "a", "👩\u200d💻"]],
  ])("%j in %i cells", (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });

  test("no line is too wide, no word is lost, and no visible character is cut", () => {
    const text = fc.array(fc.constantFrom("a", " ", "日", "👩\u200d💻", "e\u0301", "\n", "word"), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 20 }), (parts, width) => {
        const whole = parts.join("");
        const lines = breakLines(whole, width).map(({ start, end }) => whole.slice(start, end));
        for (const line of lines) expect(cells(line)).toBeLessThanOrEqual(width);
        expect(lines.join("").replaceAll(" ", "")).toBe(whole.replaceAll(/[ \n]/g, ""));
        expect(lines.flatMap(graphemes).filter((part) => part !== " ")).toEqual(
          graphemes(whole).filter((part) => !/^[ \n]$/.test(part)),
        );
      }),
    );
  });
});
