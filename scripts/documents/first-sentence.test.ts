/** Proves which comment counts as a file's purpose. */
import { expect, it } from "vitest";
import { firstSentence } from "./first-sentence.ts";

it.each([
  ["/** Turns bytes into text. And back. */\ncode", "Turns bytes into text."],
  ["// Turns bytes\n// into text.\ncode", "Turns bytes into text."],
  ["#!/usr/bin/env node\n/** Opens `kith.ts` at once. */", "Opens `kith.ts` at once."],
  ["/**\n * Turns bytes\n * into text.\n */", "Turns bytes into text."],
  ["code\n/** Turns bytes into text. */", undefined],
  ["/** no end of a sentence */", undefined],
  ["// eslint-disable-next-line a. b c d.", undefined],
])("%j", (text, sentence) => {
  expect(firstSentence(text)).toBe(sentence);
});
