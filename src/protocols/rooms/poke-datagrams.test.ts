/** A poke is written byte for byte, and nothing else is taken for one. */
import { expect, test } from "vitest";
import { toUtf8 } from "../../base/bytes.ts";
import { encodePoke, encodePokeAnswer } from "./encode.ts";
import { pokeBytesMax } from "./limits.ts";
import { readPoke } from "./poke-datagrams.ts";

test("a poke and its answer are written as the document says", () => {
  expect(encodePoke("den", "alice")).toEqual(toUtf8("K:den:alice::\r\n"));
  expect(encodePokeAnswer()).toEqual(toUtf8("A::\r\n"));
});

test("the longest poke is read back, and the answer", () => {
  const [room, user] = ["r".repeat(32), "u".repeat(32)];
  const longest = encodePoke(room, user);
  expect(longest.length).toBe(pokeBytesMax);
  expect(readPoke(longest)).toEqual({ ok: true, value: { kind: "poke", room, user } });
  expect(readPoke(encodePokeAnswer())).toEqual({ ok: true, value: { kind: "answer" } });
});

test.each([
  ["", "fields"],
  ["K:den:alice", "fields"],
  ["K:den:alice::\r\n\n", "fields"],
  ["K:den:alice::\r\nK:den:alice::\r\n", "fields"],
  ["K:den::\r\n", "fields"],
  ["K:den:alice:x::\r\n", "fields"],
  ["A:x::\r\n", "fields"],
  ["K:den:al ice::\r\n", "name"],
  ["K::alice::\r\n", "name"],
  ["X::\r\n", "unknown-type"],
  [`K:den:${"x".repeat(65)}::\r\n`, "fields"],
])("%j is none", (text, problem) => {
  expect(readPoke(toUtf8(text))).toEqual({ ok: false, problem });
});
