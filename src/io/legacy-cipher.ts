/** The cipher of a variant of the LAN network that is no secret from anybody: 3DES-ECB, kept for the programs that speak it. */
import { createDecipheriv } from "node:crypto";
import { assert } from "../base/assert.ts";

const cipher = "des-ede3";
const keyLength = 24;

export interface TripleDes {
  /** Undefined when the padding (PKCS #5) does not fit. */
  openTripleDes(key: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

export function createTripleDes(): TripleDes {
  return {
    openTripleDes(key, sealed) {
      assert(key.length === keyLength, "a key of 3DES has 24 bytes");
      const decipher = createDecipheriv(cipher, key, null);
      try {
        return new Uint8Array(Buffer.concat([decipher.update(sealed), decipher.final()]));
      } catch {
        return undefined; // translated: what a stranger sent is not under this key
      }
    },
  };
}
