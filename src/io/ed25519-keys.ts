/**
 * Which Ed25519 public keys may be trusted. Under a key of small order anybody can make signatures that fit, and a
 * point that can be written in two ways is two people. Whether node:crypto takes them depends on the OpenSSL in it.
 */
import { present } from "../base/assert.ts";
import { fromHex, toHex } from "../base/bytes.ts";

/** The field's prime, 2^255 - 19, little-endian as in a key. */
const prime = present(fromHex(`ed${"ff".repeat(30)}7f`), "the prime");

/** The y of the eight points whose order divides eight: five values. */
const smallOrder: ReadonlySet<string> = new Set([
  `00${"00".repeat(31)}`, // order 4
  `01${"00".repeat(31)}`, // order 1
  `ec${"ff".repeat(30)}7f`, // order 2
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", // order 8
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", // order 8
]);

export function isTrustworthyEd25519(publicKey: Uint8Array): boolean {
  if (publicKey.length !== prime.length) return false;
  const y = publicKey.slice();
  y[31] = (y[31] ?? 0) & 0x7f; // the uppermost bit is the sign of x
  return isBelow(y, prime) && !smallOrder.has(toHex(y));
}

/** Compares numbers that are written little-endian, of one length. */
function isBelow(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = a.length - 1; i >= 0; i--) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
