/** Raw keys of 32 bytes into the key objects of node:crypto and back, by the fixed DER that stands before them (RFC 8410). */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { assert, present } from "../base/assert.ts";
import { concatBytes, fromHex } from "../base/bytes.ts";
import { plainView } from "./plain-view.ts";

export type Curve = "ed25519" | "x25519";

const keyLength = 32;
const privatePrefix = {
  ed25519: prefix("302e020100300506032b657004220420"),
  x25519: prefix("302e020100300506032b656e04220420"),
};
const publicPrefix = {
  ed25519: prefix("302a300506032b6570032100"),
  x25519: prefix("302a300506032b656e032100"),
};

export function importPrivate(curve: Curve, bytes: Uint8Array): KeyObject {
  assert(bytes.length === keyLength, "a private key has 32 bytes");
  const der = concatBytes(privatePrefix[curve], bytes);
  const key = createPrivateKey({ key: Buffer.from(der.buffer), format: "der", type: "pkcs8" });
  der.fill(0);
  return key;
}

export function importPublic(curve: Curve, bytes: Uint8Array): KeyObject {
  assert(bytes.length === keyLength, "a public key has 32 bytes");
  const der = concatBytes(publicPrefix[curve], bytes);
  return createPublicKey({ key: Buffer.from(der.buffer), format: "der", type: "spki" });
}

/** The public half of a private key. */
export function publicBytes(key: KeyObject): Uint8Array {
  const der = createPublicKey(key).export({ format: "der", type: "spki" });
  return plainView(der).slice(-keyLength);
}

function prefix(hex: string): Uint8Array {
  return present(fromHex(hex), "a prefix");
}
