/** What may stand in a field of the wire: names, addresses, ports, numbers. */
import { nameBytesMax } from "./limits.ts";

const namePattern = new RegExp(`^[!-9;-~]{1,${String(nameBytesMax)}}$`);
const hidFieldPattern = /^[ -9;-~]{0,64}$/;
const octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const ipv4Pattern = new RegExp(`^${octet}(?:\\.${octet}){3}$`);
const idMax = 2n ** 64n - 1n;

/** A room's or a user's name: 1 to 32 printable ASCII characters without space and colon. */
export function isName(text: string): boolean {
  return namePattern.test(text);
}

/** What programs put where the hash of a text's origin belongs; passed on as it is, so it may not break a line. */
export function isHidField(text: string): boolean {
  return hidFieldPattern.test(text);
}

/** Dotted decimals in their one written form (the text is hashed), or the word `localhost` that some announce. */
export function isMemberAddress(text: string): boolean {
  return text === "localhost" || ipv4Pattern.test(text);
}

/** 1 to 65535 in its one written form, for the text is hashed. Undefined for anything else. */
export function portOf(text: string): number | undefined {
  if (!/^[1-9][0-9]{0,4}$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 65_535 ? port : undefined;
}

/**
 * An id or a hash: 0 to 2^64 - 1 in decimals. A bigint for message ids too: they are only compared, and programs that
 * take the time in nanoseconds for their first id are beyond what a number holds. Undefined for anything else.
 */
export function idOf(text: string): bigint | undefined {
  if (!/^[0-9]{1,20}$/.test(text)) return undefined;
  const id = BigInt(text);
  return id <= idMax ? id : undefined;
}
