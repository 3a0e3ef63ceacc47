/** Raw keys of 32 bytes into the key objects of node:crypto and back, by the fixed bytes that stand before them (RFC 8410). */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { assert, present } from "../base/assert.ts";
import { concatBytes, fromBase64Url, fromHex, toBase64 } from "../base/bytes.ts";

export type Curve = "ed25519" | "x25519";

const keyLength = 32;
const privatePrefix = {
  ed25519: prefix("302e020100300506032b657004220420"),
  x25519: prefix("302e020100300506032b656e04220420"),
};
/** Twelve bytes, and so a whole piece of base64. */
const publicPrefix = { ed25519: "MCowBQYDK2VwAyEA", x25519: "MCowBQYDK2VuAyEA" };

export function importPrivate(curve: Curve, bytes: Uint8Array): KeyObject {
  assert(bytes.length === keyLength, "a private key has 32 bytes");
  const der = concatBytes(privatePrefix[curve], bytes);
  const key = createPrivateKey({ key: Buffer.from(der.buffer), format: "der", type: "pkcs8" });
  der.fill(0);
  return key;
}

/** As text: of anything else Node first asks by way of exceptions whether it is a key object, which takes twice as long. */
export function importPublic(curve: Curve, bytes: Uint8Array): KeyObject {
  assert(bytes.length === keyLength, "a public key has 32 bytes");
  const encoded = `${publicPrefix[curve]}${toBase64(bytes)}`;
  return createPublicKey(`-----BEGIN PUBLIC KEY-----\n${encoded}\n-----END PUBLIC KEY-----`);
}

/** The public half of a private key. As a JWK (RFC 8037), which is six times as fast as writing DER. */
export function publicBytes(key: KeyObject): Uint8Array {
  const { x } = createPublicKey(key).export({ format: "jwk" });
  return present(fromBase64Url(present(x, "a public key")), "a public key");
}

function prefix(hex: string): Uint8Array {
  return present(fromHex(hex), "a prefix");
}
