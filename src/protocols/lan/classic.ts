/** Classic messages: raw text, a connection each. How ours are cut, and how those of others are read. */
import { fromUtf8Leniently } from "../../base/bytes.ts";
import { cutText } from "../../base/text-pieces.ts";
import { sealedPrefix } from "./sealed.ts";

/** The classic programs read 1,024 bytes once; what is longer goes out in pieces that leave some room. */
export const pieceBytesMax = 1_000;

/** What the classic programs send when they leave a connection that they kept open. */
const goodbyes = ["exit", "EXIT", "quit"];

/** The text in pieces that a classic program reads whole. */
export function splitText(text: string): readonly Uint8Array[] {
  return cutText(text, pieceBytesMax);
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
