/** The real cryptography for tests of the LAN machines, and the old cipher that the programs of 2025 use. */
import { createCipheriv } from "node:crypto";
import { createCrypto } from "../../src/io/crypto.ts";
import { createTripleDes } from "../../src/io/legacy-cipher.ts";

export const nodeCrypto = createCrypto();
export const nodeLegacyCipher = createTripleDes();

export function sealTripleDes(key: Uint8Array, plain: Uint8Array): Uint8Array {
  const cipher = createCipheriv("des-ede3", key, null);
  return new Uint8Array(Buffer.concat([cipher.update(plain), cipher.final()]));
}
