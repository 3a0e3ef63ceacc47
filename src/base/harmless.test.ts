/** No text from elsewhere can steer a terminal, whatever it holds. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { harmlessBody, harmlessJson, harmlessLine, marksPerLetterMax } from "./harmless.ts";

/** What must never reach a screen, whatever came in. */
const forbidden = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u;
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        "\u001b[31m",
        "\u009b2J",
        "\u202e",
        "\u200d",
        "\u200c",
        "\u0301",
        "\u0301\u0302\u0303",
        "a",
        "क",
        "\u094d",
        "👩",
        "\ufe0f",
        "\u{e0041}",
        "\u2028",
        "\n",
        "\r",
        "\ud800",
        "\u{10ffff}",
        "ی",
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join("")),
);

describe("a line", () => {
  test.each([
    ["\u001b]52;c;aGk=\u0007", "␛]52;c;aGk=␇"],
    ["a\rb\nc\td", "a␍b␊c d"],
    ["\u007f\u0080\u009b31m", "␡\ufffd31m"],
    ["Ece\u200b", "Ece\ufffd"],
    ["\u202eecE\u202c", "\ufffdecE\ufffd"],
    ["x\u{e0041}\u{e0042}\u{e007f}y", "x\ufffdy"],
    ["a\u2028b\u2029c", "a␊b␊c"],
    ["\ud800lone", "\ufffdlone"],
    ["nobreak\u00a0space", "nobreak\u00a0space"],
    ["می\u200cخواهم", "می\ufffdخواهم"],
  ])("%j is shown as %j", (text, shown) => {
    expect(harmlessLine(text)).toBe(shown);
  });

  test("two names that differ in something invisible never look alike", () => {
    expect(harmlessLine("Ece\u2060")).not.toBe(harmlessLine("Ece"));
    expect(harmlessLine("Ece\ufe0f")).not.toBe(harmlessLine("Ece"));
  });

  test("nothing that could steer a terminal is left of any text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(harmlessLine(text)).not.toMatch(forbidden);
      }),
    );
  });
});

describe("a body", () => {
  test.each([
    ["one\r\ntwo\nthree", "one\ntwo\nthree"],
    ["over\rwritten", "over␍written"],
    ["a\u202eb\u2066c\u2069", "abc"],
    ["a\tb", "a    b"],
    ["می\u200cخواهم", "می\u200cخواهم"],
    ["क्\u200dष", "क्\u200dष"],
    ["p\u200daypal", "paypal"],
    ["👩🏽\u200d💻 ❤\ufe0f\u200d🔥", "👩🏽\u200d💻 ❤\ufe0f\u200d🔥"],
    ["1\ufe0f\u20e3", "1\ufe0f\u20e3"],
    ["é e\u0301 ç", "é e\u0301 ç"],
    ["\u0301on nothing\n\u0301again", "on nothing\nagain"],
    ["☺\ufe0e\ufe0f\u20e3", "☺\ufe0e\ufe0f\u20e3"],
    ["1\ufe0f\u20e3\ufe0f\u20e3\ufe0f\u20e3", "1\ufe0f\u20e3\ufe0f\u20e3"],
    ["\n\u094d\u200dष", "\nष"],
    ["র\u200d\u09cdয", "র\u200d\u09cdয"],
    [`क${"\u094d\u200d".repeat(9)}ष`, "क\u094d\u200d\u094d\u200dष"],
  ])("%j is shown as %j", (text, shown) => {
    expect(harmlessBody(text)).toBe(shown);
  });

  test("nothing that could steer a terminal is left of any text but its line breaks", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(harmlessBody(text).replaceAll("\n", "")).not.toMatch(forbidden);
      }),
    );
  });

  test("what is harmless already stays as it is", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = harmlessBody(text);
        expect(harmlessBody(once)).toBe(once);
      }),
    );
  });

  test("as many marks as allowed stand on a letter, and not one more", () => {
    const mark = "\u0301";
    expect(harmlessBody(`a${mark.repeat(marksPerLetterMax)}b`)).toBe(`a${mark.repeat(marksPerLetterMax)}b`);
    expect(harmlessBody(`a${mark.repeat(marksPerLetterMax + 1)}b`)).toBe(
      `a${mark.repeat(marksPerLetterMax)}b`,
    );
    expect(harmlessBody(`a${mark.repeat(10_000)}b`)).toBe(`a${mark.repeat(marksPerLetterMax)}b`);
  });

  test("an invisible character between marks does not make room for more", () => {
    expect(harmlessBody(`a${"\u0301\u200b".repeat(50)}`)).toBe(`a${"\u0301".repeat(marksPerLetterMax)}`);
    expect(harmlessBody(`x${"\u034f\u0301".repeat(50)}`)).toBe(`x${"\u0301".repeat(marksPerLetterMax)}`);
  });
});

describe("JSON", () => {
  test("is exact, and no character of it can steer a terminal", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const written = harmlessJson({ text });
        expect(written).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(JSON.parse(written)).toEqual({ text });
      }),
    );
  });

  test("writes what is doubtful as escapes, outside the basic plane as two", () => {
    expect(harmlessJson("\u202e\u007f\u{e0041}é")).toBe(String.raw`"\u202e\u007f\udb40\udc41é"`);
  });
});
