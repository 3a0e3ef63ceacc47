/** The wire's hashes: of a text, of a member (HID) and of a list of members (MSID). Unsigned, 64 bits. */
import { toUtf8 } from "../../base/bytes.ts";
import type { Member } from "./messages.ts";

const half = 2 ** 32;
/** `(h << 6) + (h << 16) - h` is `h` times this. */
const factor = 65_599;

/**
 * sdbm over the UTF-8 bytes of `text`. In two halves, whose products stay below 2^53, and by index: a bigint for each
 * byte, a remainder or an iterator is many times slower, and a server hashes a list of members at every change.
 */
export function hashOf(text: string): bigint {
  const bytes = toUtf8(text);
  let high = 0;
  let low = 0;
  for (let i = 0; i < bytes.length; i++) {
    const product = low * factor + (bytes[i] ?? 0);
    low = product >>> 0;
    high = (high * factor + (product - low) / half) >>> 0;
  }
  return (BigInt(high) << 32n) | BigInt(low);
}

export function hidOf(member: Member): bigint {
  return hashOf(`${member.user}${member.ip}${String(member.port)}`);
}

/** Of the list in its order, as the server tells it. */
export function msidOf(members: readonly Member[]): bigint {
  return hashOf(listText(members));
}

/** The members of a list as their message writes them, with the colon behind the last one that the hash includes. */
export function listText(members: readonly Member[]): string {
  let text = "";
  for (const { user, ip, port } of members) text += `${user}:${ip}:${String(port)}:`;
  return text;
}
