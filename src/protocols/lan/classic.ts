/** Classic messages: raw text, a connection each. How ours are cut, and how those of others are read. */
import { fromUtf8Leniently, toUtf8 } from "../../base/bytes.ts";
import { once } from "../../base/once.ts";
import { sealedPrefix } from "./sealed.ts";

/** The classic programs read 1,024 bytes once; what is longer goes out in pieces that leave some room. */
export const pieceBytesMax = 1_000;

/** What the classic programs send when they leave a connection that they kept open. */
const goodbyes = ["exit", "EXIT", "quit"];

const graphemes = once(() => new Intl.Segmenter(undefined, { granularity: "grapheme" }));

/** The text in pieces of at most 1,000 bytes, cut between characters as a reader sees them. */
export function splitText(text: string): readonly Uint8Array[] {
  const whole = toUtf8(text);
  if (whole.length <= pieceBytesMax) return [whole];
  const pieces: Uint8Array[] = [];
  let start = 0;
  let end = 0;
  for (const size of characterSizes(text)) {
    if (end + size - start > pieceBytesMax) {
      pieces.push(whole.subarray(start, end));
      start = end;
    }
    end += size;
  }
  return [...pieces, whole.subarray(start)];
}

/** Bytes of each character. One that fits no piece (a letter under hundreds of marks) is given by its code points. */
function* characterSizes(text: string): Generator<number> {
  for (const { segment } of graphemes().segment(text)) {
    const size = toUtf8(segment).length;
    if (size <= pieceBytesMax) yield size;
    else for (const point of segment) yield toUtf8(point).length;
  }
}

/** An action in words, as every program can show it. */
export function classicAction(name: string, text: string): string {
  return `* ${name} ${text}`;
}

export type ClassicText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "goodbye" }
  | { readonly kind: "nothing" };

/**
 * What a classic message says. The line break at its end belongs to the program, not to the text. Some programs write
 * `user >> text`: the prefix goes where it repeats the name that the sender is known by anyway, and stays as text where
 * it says anything else, since it proves nothing.
 */
export function readText(bytes: Uint8Array, senderName: string): ClassicText {
  const text = fromUtf8Leniently(bytes).replace(/[\r\n]+$/, "");
  const prefix = `${senderName} >> `;
  const bare = text.startsWith(prefix) ? text.slice(prefix.length) : text;
  if (goodbyes.includes(bare)) return { kind: "goodbye" };
  return bare === "" ? { kind: "nothing" } : { kind: "text", text: bare };
}

/** Whether bytes belong to a sealed message. "open": too few of them to know. */
export function isSealed(bytes: Uint8Array): boolean | "open" {
  const length = Math.min(bytes.length, sealedPrefix.length);
  for (let i = 0; i < length; i++) if (bytes[i] !== sealedPrefix[i]) return false;
  return length === sealedPrefix.length ? true : "open";
}
