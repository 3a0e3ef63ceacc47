/**
 * A stand-in for the cryptographic primitives: as fast as a checksum, and yet unforgeable within the simulated world,
 * since whoever verifies looks the secret up that belongs to a public key. Of no use anywhere else.
 */
import { concatBytes, equalBytes } from "../base/bytes.ts";
import type { Crypto } from "../base/crypto.ts";

const tagBytes = 16;
const hashBytes = 32;

/** One for all hosts of a world: it knows the secrets of all of them. */
export function cheapCrypto(): Crypto {
  const signing = new Secrets(1);
  const agreeing = new Secrets(2);
  const signature = (seed: Uint8Array, message: Uint8Array): Uint8Array => {
    const first = hash(3, seed, message);
    return concatBytes(first, hash(4, first, seed));
  };
  return {
    sha256: (bytes) => hash(5, bytes),
    hmacSha256: (key, bytes) => hash(6, key, bytes),
    signingPublicKey: (seed) => signing.publicKey(seed),
    sign: signature,
    verify(publicKey, message, given) {
      const seed = signing.secretOf(publicKey);
      return seed !== undefined && equalBytes(signature(seed, message), given);
    },
    agreementPublicKey: (privateKey) => agreeing.publicKey(privateKey),
    forget: () => undefined, // what it knows is the world's, not a host's
    agree(privateKey, publicKey) {
      const other = agreeing.secretOf(publicKey);
      // A key that nobody made leads to a secret that nobody shares.
      if (other === undefined) return hash(7, privateKey, publicKey);
      const [first, second] = isBefore(privateKey, other) ? [privateKey, other] : [other, privateKey];
      return hash(8, first, second);
    },
    seal(key, nonce, associated, plain) {
      const hidden = masked(key, nonce, plain);
      return concatBytes(hidden, tagOf(key, nonce, associated, hidden));
    },
    open(key, nonce, associated, sealed) {
      if (sealed.length < tagBytes) return undefined;
      const hidden = sealed.subarray(0, sealed.length - tagBytes);
      const tag = sealed.subarray(hidden.length);
      if (!equalBytes(tag, tagOf(key, nonce, associated, hidden))) return undefined;
      return masked(key, nonce, hidden);
    },
  };
}

class Secrets {
  readonly #kind: number;
  readonly #secrets = new Map<number, { readonly publicKey: Uint8Array; readonly secret: Uint8Array }>();

  constructor(kind: number) {
    this.#kind = kind;
  }

  publicKey(secret: Uint8Array): Uint8Array {
    const publicKey = hash(this.#kind, secret);
    const key = keyOf(publicKey);
    if (!this.#secrets.has(key)) this.#secrets.set(key, { publicKey, secret });
    return publicKey.slice();
  }

  secretOf(publicKey: Uint8Array): Uint8Array | undefined {
    const known = publicKey.length === hashBytes ? this.#secrets.get(keyOf(publicKey)) : undefined;
    return known !== undefined && equalBytes(known.publicKey, publicKey) ? known.secret : undefined;
  }
}

/** Fifty bits of a hash: among the keys of one world they differ. */
function keyOf(hashed: Uint8Array): number {
  let key = 0;
  for (let i = 0; i < 6; i++) key = key * 256 + (hashed[i] ?? 0);
  return key;
}

function isBefore(a: Uint8Array, b: Uint8Array): boolean {
  for (const [i, byte] of a.entries()) {
    const other = b[i] ?? 0;
    if (byte !== other) return byte < other;
  }
  return true;
}

function tagOf(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, hidden: Uint8Array): Uint8Array {
  return hash(9, key, nonce, associated, hidden).subarray(0, tagBytes);
}

/** The same twice gives the text back. */
function masked(key: Uint8Array, nonce: Uint8Array, text: Uint8Array): Uint8Array {
  const pad = hash(10, key, nonce);
  let state = (pad[0] ?? 0) | ((pad[1] ?? 0) << 8) | ((pad[2] ?? 0) << 16) | ((pad[3] ?? 0) << 24) | 1;
  const result = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    result[i] = (text[i] ?? 0) ^ (state >>> 24) ^ (pad[i % hashBytes] ?? 0);
  }
  return result;
}

/** 256 bits in four mixed lanes. The parts are told apart by their lengths. */
function hash(kind: number, ...parts: readonly Uint8Array[]): Uint8Array {
  let a = 0x9e3779b9 ^ kind;
  let b = 0x7f4a7c15;
  let c = 0x85ebca6b;
  let d = 0xc2b2ae35;
  for (const part of parts) {
    a = Math.imul(a ^ part.length, 0x2c1b3c6d);
    for (let i = 0; i < part.length; i += 4) {
      const word =
        (part[i] ?? 0) | ((part[i + 1] ?? 0) << 8) | ((part[i + 2] ?? 0) << 16) | ((part[i + 3] ?? 0) << 24);
      a = Math.imul(a ^ word, 0x297a2d39) ^ (d >>> 15);
      b = Math.imul(b + word, 0x1b56c4e9) ^ (a >>> 13);
      c = Math.imul(c ^ b, 0x2127599b) ^ (b >>> 16);
      d = (Math.imul(d + c, 0x165667b1) ^ (c >>> 14)) | 0;
    }
  }
  return squeezed([a, b, c, d]);
}

function squeezed(lanes: readonly [number, number, number, number]): Uint8Array {
  let [a, b, c, d] = lanes;
  const result = new Uint8Array(hashBytes);
  for (let i = 0; i < hashBytes; i += 4) {
    a = Math.imul(a ^ (d >>> 15), 0x85ebca6b) + i;
    b = Math.imul(b ^ (a >>> 13), 0xc2b2ae35);
    c = Math.imul(c ^ (b >>> 16), 0x27d4eb2f);
    d = Math.imul(d ^ (c >>> 14), 0x165667b1);
    const word = a ^ b ^ c ^ d;
    result[i] = word;
    result[i + 1] = word >>> 8;
    result[i + 2] = word >>> 16;
    result[i + 3] = word >>> 24;
  }
  return result;
}
