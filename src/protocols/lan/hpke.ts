/**
 * HPKE (RFC 9180), base mode, one shot: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. Put together from
 * the Crypto port, since the packages that offer it are asynchronous and a machine cannot wait.
 */
import { concatBytes, toUtf8 } from "../../base/bytes.ts";
import type { Crypto } from "../../base/crypto.ts";

/** What both sides hold after the key agreement, RFC 9180 section 5.1. One message only: there is no sequence. */
export interface HpkeContext {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly exporterSecret: Uint8Array;
}

export interface HpkeSender {
  /** The ephemeral public key that goes along with the ciphertext. */
  readonly enc: Uint8Array;
  readonly context: HpkeContext;
}

export const encBytes = 32;
const keyBytes = 32;
const nonceBytes = 12;
const hashBytes = 32;
const none = new Uint8Array(0);
const version = toUtf8("HPKE-v1");
/** KEM 0x0020. */
const kemSuite = concatBytes(toUtf8("KEM"), Uint8Array.of(0x00, 0x20));
/** KEM 0x0020, KDF 0x0001, AEAD 0x0003. */
const suite = concatBytes(toUtf8("HPKE"), Uint8Array.of(0x00, 0x20, 0x00, 0x01, 0x00, 0x03));
const baseMode = Uint8Array.of(0);

/** Undefined when the recipient's key is of low order. `ephemeral`: a private key used for this message only. */
export function hpkeSender(
  crypto: Crypto,
  ephemeral: Uint8Array,
  recipientKey: Uint8Array,
  info: Uint8Array,
): HpkeSender | undefined {
  const enc = crypto.agreementPublicKey(ephemeral);
  const agreed = crypto.agree(ephemeral, recipientKey);
  if (agreed === undefined) return undefined;
  return { enc, context: schedule(crypto, sharedSecret(crypto, agreed, enc, recipientKey), info) };
}

/** Undefined when `enc` is of low order. */
export function hpkeRecipient(
  crypto: Crypto,
  own: { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array },
  enc: Uint8Array,
  info: Uint8Array,
): HpkeContext | undefined {
  const agreed = crypto.agree(own.privateKey, enc);
  if (agreed === undefined) return undefined;
  return schedule(crypto, sharedSecret(crypto, agreed, enc, own.publicKey), info);
}

/** RFC 9180 section 5.3. `length` is at most 255 hashes. */
export function hpkeExport(
  crypto: Crypto,
  context: HpkeContext,
  exporterContext: Uint8Array,
  length: number,
): Uint8Array {
  const labelled = label(suite, "sec", exporterContext, length);
  return expand(crypto, context.exporterSecret, labelled, length);
}

/** ExtractAndExpand of RFC 9180 section 4.1. */
function sharedSecret(
  crypto: Crypto,
  agreed: Uint8Array,
  enc: Uint8Array,
  recipientKey: Uint8Array,
): Uint8Array {
  const secret = extract(crypto, none, [kemSuite, toUtf8("eae_prk"), agreed]);
  const kemContext = concatBytes(enc, recipientKey);
  return expand(crypto, secret, label(kemSuite, "shared_secret", kemContext, hashBytes), hashBytes);
}

/** KeySchedule of RFC 9180 section 5.1, base mode: without a pre-shared key. */
function schedule(crypto: Crypto, shared: Uint8Array, info: Uint8Array): HpkeContext {
  const pskIdHash = extract(crypto, none, [suite, toUtf8("psk_id_hash")]);
  const infoHash = extract(crypto, none, [suite, toUtf8("info_hash"), info]);
  const context = concatBytes(baseMode, pskIdHash, infoHash);
  const secret = extract(crypto, shared, [suite, toUtf8("secret")]);
  const derive = (what: string, length: number): Uint8Array =>
    expand(crypto, secret, label(suite, what, context, length), length);
  return {
    key: derive("key", keyBytes),
    nonce: derive("base_nonce", nonceBytes),
    exporterSecret: derive("exp", hashBytes),
  };
}

/** HKDF-Extract (RFC 5869) over the labelled input of LabeledExtract. */
function extract(crypto: Crypto, salt: Uint8Array, labelled: readonly Uint8Array[]): Uint8Array {
  return crypto.hmacSha256(salt, concatBytes(version, ...labelled));
}

/** The labelled info of LabeledExpand. */
function label(suiteId: Uint8Array, what: string, info: Uint8Array, length: number): Uint8Array {
  return concatBytes(Uint8Array.of(length >> 8, length & 255), version, suiteId, toUtf8(what), info);
}

/** HKDF-Expand, RFC 5869. */
function expand(crypto: Crypto, secret: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(Math.ceil(length / hashBytes) * hashBytes);
  let block: Uint8Array = none;
  for (let i = 0; i * hashBytes < length; i++) {
    block = crypto.hmacSha256(secret, concatBytes(block, info, Uint8Array.of(i + 1)));
    out.set(block, i * hashBytes);
  }
  return out.subarray(0, length);
}
