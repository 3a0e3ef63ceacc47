/** The cryptographic primitives, from node:crypto. */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  diffieHellman,
  hash,
  type KeyObject,
  sign as signWith,
  verify as verifyWith,
} from "node:crypto";
import { assert } from "../base/assert.ts";
import type { Crypto } from "../base/crypto.ts";
import { isTrustworthyEd25519 } from "./ed25519-keys.ts";
import { KeyCache } from "./key-cache.ts";
import { importPrivate, importPublic, publicBytes } from "./key-import.ts";
import { plainView } from "./plain-view.ts";

/** Our own keys are a handful; the rest of the room is for keys that are made for one message and used twice. */
const privateKeysMax = 32;
/** The people one speaks with in a while; importing a key again costs as much as half a verification. */
const publicKeysMax = 1_024;

const keyLength = 32;
const nonceLength = 12;
const tagLength = 16;
const signatureLength = 64;
const aead = "chacha20-poly1305";

export function createCrypto(): Crypto {
  return new NodeCrypto();
}

/** A private key, and its public half once somebody has asked for it. */
interface KeyPair {
  readonly key: KeyObject;
  publicHalf?: Uint8Array;
}

/** Secret keys are made into key objects here: Node finds out what bytes are by an exception, for 10 µs a call. */
class NodeCrypto implements Crypto {
  readonly #signing = new KeyCache(privateKeysMax, (seed): KeyPair => ({
    key: importPrivate("ed25519", seed),
  }));
  readonly #agreement = new KeyCache(privateKeysMax, (bytes): KeyPair => ({
    key: importPrivate("x25519", bytes),
  }));
  /** Undefined for a key that must not be trusted. */
  readonly #verifying = new KeyCache(publicKeysMax, (bytes) =>
    isTrustworthyEd25519(bytes) ? importPublic("ed25519", bytes) : undefined,
  );
  readonly #agreeing = new KeyCache(publicKeysMax, (bytes) => importPublic("x25519", bytes));

  sha256(bytes: Uint8Array): Uint8Array {
    return plainView(hash("sha256", bytes, "buffer"));
  }

  hmacSha256(key: Uint8Array, bytes: Uint8Array): Uint8Array {
    return plainView(createHmac("sha256", createSecretKey(key)).update(bytes).digest());
  }

  signingPublicKey(seed: Uint8Array): Uint8Array {
    return publicHalf(this.#signing.get(seed));
  }

  sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
    return plainView(signWith(null, message, this.#signing.get(seed).key));
  }

  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    if (publicKey.length !== keyLength || signature.length !== signatureLength) return false;
    const key = this.#verifying.get(publicKey);
    return key !== undefined && verifyWith(null, message, key, signature);
  }

  agreementPublicKey(privateKey: Uint8Array): Uint8Array {
    return publicHalf(this.#agreement.get(privateKey));
  }

  forget(privateKey: Uint8Array): void {
    this.#signing.forget(privateKey);
    this.#agreement.forget(privateKey);
  }

  agree(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
    const own = this.#agreement.get(privateKey).key;
    if (publicKey.length !== keyLength) return undefined;
    try {
      return plainView(diffieHellman({ privateKey: own, publicKey: this.#agreeing.get(publicKey) }));
    } catch {
      return undefined; // translated: a stranger's key of low order, the only thing that is refused here
    }
  }

  seal(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array): Uint8Array {
    assertSizes(key, nonce);
    const cipher = createCipheriv(aead, createSecretKey(key), nonce, { authTagLength: tagLength });
    cipher.setAAD(associated, { plaintextLength: plain.length });
    const sealed = new Uint8Array(plain.length + tagLength);
    sealed.set(cipher.update(plain));
    cipher.final();
    sealed.set(cipher.getAuthTag(), plain.length);
    return sealed;
  }

  open(
    key: Uint8Array,
    nonce: Uint8Array,
    associated: Uint8Array,
    sealed: Uint8Array,
  ): Uint8Array | undefined {
    assertSizes(key, nonce);
    const length = sealed.length - tagLength;
    if (length < 0) return undefined;
    const decipher = createDecipheriv(aead, createSecretKey(key), nonce, { authTagLength: tagLength });
    decipher.setAAD(associated, { plaintextLength: length });
    decipher.setAuthTag(sealed.subarray(length));
    const plain = decipher.update(sealed.subarray(0, length));
    try {
      decipher.final();
      return plainView(plain);
    } catch {
      return undefined; // translated: the tag does not fit, which is a stranger's mistake
    }
  }
}

function publicHalf(pair: KeyPair): Uint8Array {
  pair.publicHalf ??= publicBytes(pair.key);
  return pair.publicHalf.slice();
}

function assertSizes(key: Uint8Array, nonce: Uint8Array): void {
  assert(key.length === keyLength && nonce.length === nonceLength, "a key has 32 bytes, a nonce 12");
}
