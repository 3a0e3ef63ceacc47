/** Lines come out as they went in, however the bytes are cut. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Lines } from "./lines.ts";

test("the chunking does not matter", () => {
  const text = fc.array(
    fc.string({ unit: "grapheme", minLength: 1 }).map((line) => line.replaceAll("\n", " ")),
  );
  fc.assert(
    fc.property(text, fc.array(fc.nat(200), { maxLength: 100 }), (texts, cuts) => {
      const bytes = Buffer.from(texts.map((line) => `${line}\n`).join(""));
      const lines = new Lines(10_000);
      const found: unknown[] = [];
      let at = 0;
      for (const length of [...cuts, bytes.length]) {
        found.push(...lines.take(bytes.subarray(at, at + length)));
        at += length;
      }
      expect(found).toEqual(texts.map((line) => ({ kind: "line", text: line.toWellFormed() })));
    }),
  );
});

test("a line that comes byte by byte comes out whole", () => {
  const lines = new Lines(10_000);
  const found = [...Buffer.from(`${"ü".repeat(1_000)}\n`)].flatMap((byte) =>
    lines.take(new Uint8Array([byte])),
  );
  expect(found).toEqual([{ kind: "line", text: "ü".repeat(1_000) }]);
});

test("a line may be as long as the limit, and no longer, ended or not", () => {
  expect(new Lines(5).take(Buffer.from("12345\n"))).toEqual([{ kind: "line", text: "12345" }]);
  expect(new Lines(5).take(Buffer.from("123456\n"))).toEqual([{ kind: "too-long", size: 6 }]);
  expect(new Lines(5).take(Buffer.from("1\n123456"))).toEqual([
    { kind: "line", text: "1" },
    { kind: "too-long", size: 6 },
  ]);
});

test("what is not UTF-8 is told, and the next line is read", () => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.from("ok\n\n")]);
  expect(new Lines(5).take(bytes)).toEqual([{ kind: "not-text" }, { kind: "line", text: "ok" }]);
});
