/** What a terminal sends, understood as keys however it is cut. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeyDecoder, pasteLengthMax, type Key } from "./keys.ts";

function keysOf(...chunks: readonly string[]): readonly Key[] {
  const decoder = new KeyDecoder();
  return chunks.flatMap((chunk) => decoder.feed(chunk));
}

describe("keys", () => {
  test.each<[string, readonly Key[]]>([
    [
      "hi\r",
      [
        { kind: "text", text: "hi" },
        { kind: "key", name: "enter" },
      ],
    ],
    [
      "\u001b[A\u001bOB",
      [
        { kind: "key", name: "up" },
        { kind: "key", name: "down" },
      ],
    ],
    ["\u001b\r", [{ kind: "key", name: "newline" }]],
    ["\u001bb", [{ kind: "key", name: "word-left" }]],
    ["\u001b", [{ kind: "key", name: "escape" }]],
    ["\u001b[99~x", [{ kind: "text", text: "x" }]],
    [
      "\u001b[200~a\nb\u001b[201~c",
      [
        { kind: "paste", text: "a\nb" },
        { kind: "text", text: "c" },
      ],
    ],
    ["日本👍", [{ kind: "text", text: "日本👍" }]],
  ])("%j", (typed, keys) => {
    expect(keysOf(typed)).toEqual(keys);
  });

  test("a sequence may come in two pieces", () => {
    expect(keysOf("\u001b[", "1;5", "C")).toEqual([{ kind: "key", name: "word-right" }]);
    expect(keysOf("\u001b[200~one\u001b[20", "1~")).toEqual([{ kind: "paste", text: "one" }]);
  });

  test("a paste is taken as long as allowed, and the rest left out", () => {
    const paste = (length: number): readonly Key[] => keysOf(`\u001b[200~${"x".repeat(length)}\u001b[201~`);
    expect(paste(pasteLengthMax)).toEqual([{ kind: "paste", text: "x".repeat(pasteLengthMax) }]);
    expect(paste(pasteLengthMax + 1)).toEqual([{ kind: "paste", text: "x".repeat(pasteLengthMax) }]);
  });

  test("whatever comes, no control character gets into a text", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 12 })), (chunks) => {
        for (const key of keysOf(...chunks)) if (key.kind === "text") expect(key.text).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
