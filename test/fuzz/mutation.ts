/** Damages a specimen as strangers and faulty programs do: flips, cuts, repeats, splices, and what parsers stumble over. */
import { wholeBetween, type Random } from "../../src/base/random.ts";

/** What a specimen is made of: bytes, one to each unit of the text, or any UTF-16. */
export type Alphabet = "bytes" | "text";

/** An input that grows from one damage to the next costs time and finds nothing that a shorter one would not. */
const lengthMax = 100_000;
const damagesMax = 4;
const repeatsMax = 64;

const numbers = [
  "0",
  "-0",
  "-1",
  "00",
  "1e400",
  "1e-400",
  "0.1",
  "65535",
  "65536",
  "2147483648",
  "4294967296",
  "9007199254740991",
  "9007199254740992",
  "18446744073709551616",
  "NaN",
  "1_0",
];

const fragments = [
  '"__proto__":',
  '"constructor":{"prototype":{"polluted":1}},',
  '"toString":',
  "__proto__",
  "constructor",
  "hasOwnProperty",
  '{"a":'.repeat(33),
  "[".repeat(32),
  "[".repeat(33),
  "[".repeat(3_000),
  "> ".repeat(40),
  "\\ud800",
  "\\udc00\\ud800",
  "\\u0000",
  "\\",
  '"',
  "null",
  "true",
  "[]",
  "{}",
  '{"',
  '":1}',
  '{"kith":',
  "\n",
  "\r\n",
  "\t",
  "```",
  "```\n",
  "*_~`",
  "https://",
  "…",
  "\0",
  "\u001b]0;x\u0007",
  "\u009b31m",
];

/** Only in bytes: overlong forms, encoded surrogates, what is beyond Unicode, a mark of byte order, cut characters. */
const brokenUtf8 = [
  "\xc0\xaf",
  "\xe0\x80\xaf",
  "\xf0\x80\x80\xaf",
  "\xed\xa0\x80",
  "\xf4\x90\x80\x80",
  "\xef\xbb\xbf",
  "\xff",
  "\xe2\x82",
];

/** Only in text: halves of pairs, marks, joiners, turns of direction, letters that change in length with their case. */
const oddText = [
  "\ud800",
  "\udc00",
  "\u0301".repeat(40),
  "\u200d",
  "\u202e",
  "\u2066",
  "\ufeff",
  "\u2028",
  "\u{e0041}",
  "👩‍👩‍👧",
  "🇩🇪",
  "漢字",
  "กำ",
  "İ",
  "ß",
  "ﷺ",
  "\uffff",
  "\u{10ffff}",
];

export function pick<const Item>(random: Random, items: readonly [Item, ...Item[]]): Item {
  return items[wholeBetween(random, 0, items.length - 1)] ?? items[0];
}

/** A specimen with one damage to four. `others` are what parts are taken from. */
export function mutated(
  random: Random,
  specimen: string,
  others: readonly [string, ...string[]],
  alphabet: Alphabet,
): string {
  let text = specimen;
  for (let left = wholeBetween(random, 1, damagesMax); left > 0; left--) {
    text = damaged(random, text, others, alphabet).slice(0, lengthMax);
  }
  return text;
}

type Others = readonly [string, ...string[]];

function damaged(random: Random, text: string, others: Others, alphabet: Alphabet): string {
  const [from, to] = range(random, text);
  const [before, inside, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
  switch (wholeBetween(random, 0, 8)) {
    case 0:
      return flipped(random, text, from);
    case 1:
      return before + unit(random, alphabet) + text.slice(from + 1);
    case 2:
      return before;
    case 3:
      return before + after;
    case 4:
      return before + inside + inside + after;
    case 5:
      return before + inside.slice(0, 200).repeat(wholeBetween(random, 2, repeatsMax)) + after;
    case 6:
      return before + partOf(random, pick(random, others)) + after;
    case 7:
      return withNumber(random, text);
    default:
      return before + fragment(random, alphabet) + after;
  }
}

/** One bit of the low eight, so that bytes stay bytes. */
function flipped(random: Random, text: string, at: number): string {
  const changed = text.charCodeAt(at) ^ (1 << wholeBetween(random, 0, 7));
  return at < text.length ? text.slice(0, at) + String.fromCharCode(changed) + text.slice(at + 1) : text;
}

function unit(random: Random, alphabet: Alphabet): string {
  return String.fromCharCode(wholeBetween(random, 0, alphabet === "bytes" ? 0xff : 0xffff));
}

function partOf(random: Random, text: string): string {
  return text.slice(...range(random, text));
}

/** Mostly short ones: what is left is still of the specimen's form. */
function range(random: Random, text: string): readonly [from: number, to: number] {
  const from = wholeBetween(random, 0, text.length);
  const most = random.fraction() < 0.7 ? Math.min(text.length, from + 8) : text.length;
  return [from, wholeBetween(random, from, most)];
}

/** One of the numbers in it is another one. */
function withNumber(random: Random, text: string): string {
  const found = [...text.slice(0, 2_000).matchAll(/\d+/g)];
  const match = found[wholeBetween(random, 0, Math.max(0, found.length - 1))];
  if (match === undefined) return text + pick(random, ["0", ...numbers]);
  return (
    text.slice(0, match.index) + pick(random, ["0", ...numbers]) + text.slice(match.index + match[0].length)
  );
}

function fragment(random: Random, alphabet: Alphabet): string {
  const odd = alphabet === "bytes" ? brokenUtf8 : oddText;
  return pick(random, ["", ...fragments.map((text) => inAlphabet(text, alphabet)), ...odd]);
}

/** A text as the alphabet writes it. */
export function inAlphabet(text: string, alphabet: Alphabet): string {
  return alphabet === "text" ? text : Buffer.from(text).toString("latin1");
}
