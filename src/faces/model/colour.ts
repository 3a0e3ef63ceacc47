/** A colour for each person that never changes: a hash of what they are known by. */

/** Few enough to be told apart, and each readable on dark and on light. */
export const hueCount = 12;

/** FNV-1a, 32 bits: spread evenly, the same on every machine. */
export function hueOf(identity: string): number {
  let hash = 0x811c9dc5;
  for (const char of identity.normalize("NFC")) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0) % hueCount;
}
