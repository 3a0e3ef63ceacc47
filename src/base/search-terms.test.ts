/** Tests of the terms that texts are indexed by and sought with. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  fitness,
  matches,
  queryPairsMax,
  queryPartsMax,
  termLengthMax,
  terms,
  toQuery,
} from "./search-terms.ts";

function finds(text: string, typed: string): boolean {
  const query = toQuery(typed);
  return query !== undefined && matches(terms(text), query);
}

describe("words", () => {
  test.each([
    ["Hello, World!", ["hello", "world"]],
    ["a_b don't 3.14", ["a", "b", "don", "t", "3", "14"]],
    ["Straße IŞIK ışık ΟΔΟΣ", ["strasse", "isik", "isik", "οδοσ"]],
    ["שָׁלוֹם مَرْحَبًا", ["שלום", "مرحبا"]],
    ["ＡＢＣ ﬁne", ["abc", "fine"]],
    ["می\u200Cخواهم", ["میخواهم"]],
    ["हिन्दी", ["हिन्दी"]],
    ["한국어", ["한국어"]],
    ["", []],
    ["?! …", []],
    ["\ud800x", ["x"]],
  ])("%j has the terms %j", (text, expected) => {
    expect(terms(text)).toEqual(expected);
  });

  test("are sought whole, the last one also as a beginning", () => {
    expect(finds("the rainy day", "rain")).toBe(true);
    expect(finds("the rainy day", "rain day")).toBe(false);
    expect(finds("the rainy day", "day rain")).toBe(true);
    expect(finds("the rainy day", "ainy")).toBe(false);
  });

  test("are found with and without accents, in any case", () => {
    expect(finds("Crème BRÛLÉE", "creme brulee")).toBe(true);
    expect(finds("creme brulee", "CRÈME BRÛLÉE")).toBe(true);
  });

  test("are known by their first signs, never by half a sign", () => {
    const long = "x".repeat(termLengthMax);
    expect(terms(long)).toEqual([long]);
    expect(terms(`${long}y`)).toEqual([long]);
    expect(finds(`${long}y`, `${long}z`)).toBe(true);
    expect(terms(`${"é".repeat(termLengthMax - 1)}\u{10400}`)[0]).toBe("e".repeat(termLengthMax - 1));
  });
});

describe("scripts without spaces", () => {
  test("become pairs and the last sign", () => {
    expect(terms("漢字テスト。abc漢")).toEqual(["漢字", "字テ", "テス", "スト", "ト", "abc", "漢"]);
    expect(terms("がｶﾞ")).toEqual(["がガ", "ガ"]);
    expect(terms("👩\u200D👩\u200D👧")).toEqual(["👩👩", "👩👧", "👧"]);
  });

  test.each(["漢", "字", "ト", "漢字", "字テス", "漢字テスト"])("%j is found inside of a run", (typed) => {
    expect(finds("漢字テスト", typed)).toBe(true);
  });

  test("signs that stand apart are no run", () => {
    expect(finds("漢字 字テ", "漢字テ")).toBe(false);
    expect(finds("漢 字", "漢字")).toBe(false);
  });

  const sign = fc.constantFrom("漢", "字", "テ", "ส", "ว", "ั", "🎉", " ", "a");
  const run = fc.array(sign, { maxLength: 12 }).map((signs) => signs.join(""));
  test("a query without spaces is found exactly where it stands in the text", () => {
    fc.assert(
      fc.property(
        run,
        fc.array(fc.constantFrom("漢", "字", "テ"), { minLength: 1, maxLength: 4 }),
        (text, signs) => {
          expect(finds(text, signs.join(""))).toBe(text.includes(signs.join("")));
        },
      ),
    );
  });
});

test("the short way for ASCII gives what the long way gives", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme-ascii", maxLength: 60 }), (text) => {
      expect(terms(`${text} é`)).toEqual([...terms(text), "e"]);
    }),
  );
});

test("a text is found by any of its own words, and terms hold nothing but letters, digits and marks", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      const all = terms(text);
      for (const term of all) expect(term).toMatch(/^[\p{L}\p{N}\p{M}\p{Extended_Pictographic}]+$/u);
      if (all.length > 0) expect(finds(text, text)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test("a query is looked at up to its limits", () => {
  const words = Array.from({ length: queryPartsMax + 1 }, (_, n) => `w${n}`);
  expect(toQuery(words.slice(0, queryPartsMax).join(" "))).toHaveLength(queryPartsMax);
  expect(toQuery(words.join(" "))).toHaveLength(queryPartsMax);
  expect(toQuery("漢".repeat(queryPairsMax + 1))?.[0].terms).toHaveLength(queryPairsMax);
  expect(toQuery("漢".repeat(queryPairsMax + 2))?.[0].terms).toHaveLength(queryPairsMax);
  expect(toQuery(" \t…")).toBeUndefined();
});

test("fits better: more often, in a shorter text, the whole word", () => {
  const query = toQuery("rain");
  if (query === undefined) throw new Error("a query");
  const fits = (text: string): number => fitness(terms(text), query);
  expect(fits("rain and rain")).toBeGreaterThan(fits("rain and sun"));
  expect(fits("rain")).toBeGreaterThan(fits("rain fell on the hills of the far country all that day"));
  expect(fits("rain today")).toBeGreaterThan(fits("rainy today"));
});
