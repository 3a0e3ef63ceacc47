/** Sealed messages and their receipts: HPKE to the recipient's key of the day, signed inside by the sender's for ever. */
import { concatBytes, toBase64, toUtf8 } from "../../base/bytes.ts";
import type { Crypto } from "../../base/crypto.ts";
import { toMessageId, type MessageId } from "../../base/ids.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { bytesOf, isMoment, type Card, type CardReader } from "./card.ts";
import { encBytes, hpkeExport, hpkeRecipient, hpkeSender, type HpkeContext } from "./hpke.ts";
import { isObject, own, parseObject, type JsonObject } from "./json.ts";

/** What a sealed message begins with, and no text that a person writes. */
export const sealedPrefix = toUtf8('{"kith":');
/** Bodies are padded to a multiple of this, so that their length says little. */
export const paddingBytes = 128;
/** The longest body with its padding; base64 and the card make 44 KiB of it, which a reader's 64 KiB hold. */
export const bodyBytesMax = 32 * 1_024;

export interface SealedBody {
  readonly kind: "text" | "action";
  readonly id: MessageId;
  /** Wall ms, the sender's claim. */
  readonly at: number;
  readonly text: string;
}

/** What came out of a sealed message. `unknown`: a kind that this version cannot show. */
export type OpenedBody =
  | SealedBody
  | { readonly kind: "unknown"; readonly id: MessageId; readonly at: number; readonly what: string };

/** A sealed message of the right form; nothing in it is proven yet. */
export interface Envelope {
  /** The sender's card, unread. */
  readonly from: unknown;
  /** The signing key that the card claims, in base64. */
  readonly claimed: string;
  /** The recipient's signing key, in base64. */
  readonly to: string;
  readonly enc: Uint8Array;
  readonly ct: Uint8Array;
}

export interface SealingKeys {
  readonly seed: Uint8Array;
  readonly card: Card;
  /** A private key for this message alone. */
  readonly ephemeral: Uint8Array;
}

export interface OpeningKeys {
  readonly sign: Uint8Array;
  readonly signText: string;
  /** Those of the last days, the newest first. */
  readonly days: readonly { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array }[];
}

export type SealedProblem =
  "sealed-card" | "sealed-not-for-us" | "sealed-does-not-open" | "sealed-signature" | "sealed-body";

const infoDomain = toUtf8("kith/lan/seal/1\0");
const messageDomain = toUtf8("kith/lan/message/1\0");
const receiptContext = toUtf8("kith/lan/receipt/1");
const signatureBytes = 64;
const receiptKeyBytes = 32;
const receiptNonceBytes = 12;
const tagBytes = 16;
const none = new Uint8Array(0);
/** A version's name of a kind is shown to nobody in full. */
const kindLengthMax = 32;

/** The body in bytes, padded. Its length may exceed `bodyBytesMax`: such a body must not be sent. */
export function writeBody(body: SealedBody): Uint8Array {
  const text = JSON.stringify({ kind: body.kind, id: body.id, at: body.at, text: body.text });
  const bytes = toUtf8(text);
  const padded = new Uint8Array(Math.ceil(bytes.length / paddingBytes) * paddingBytes).fill(0x20);
  padded.set(bytes);
  return padded;
}

/** The message as it goes over the wire, and how its receipt is known. Undefined: the recipient's key is of low order. */
export function sealMessage(
  crypto: Crypto,
  keys: SealingKeys,
  to: Card,
  body: Uint8Array,
): { readonly bytes: Uint8Array; readonly context: HpkeContext } | undefined {
  const sender = hpkeSender(crypto, keys.ephemeral, to.key, infoFor(keys.card.sign, to.sign));
  if (sender === undefined) return undefined;
  const { enc, context } = sender;
  const signature = crypto.sign(keys.seed, signedBytes(enc, to.key, to.sign, body));
  const ct = crypto.seal(context.key, context.nonce, none, concatBytes(signature, body));
  const message = { kith: 1, from: keys.card.json, to: to.signText, enc: toBase64(enc), ct: toBase64(ct) };
  return { bytes: toUtf8(JSON.stringify(message)), context };
}

/** Judges the form alone: reading a card costs a signature check, which a stranger gets at a stranger's rate. */
export function readEnvelope(bytes: Uint8Array): Envelope | undefined {
  const parsed = parseObject(bytes);
  if (!parsed.ok || own(parsed.value, "kith") !== 1) return undefined;
  const from = own(parsed.value, "from");
  const claimed = isObject(from) ? own(from, "sign") : undefined;
  const to = own(parsed.value, "to");
  const enc = bytesOf(own(parsed.value, "enc"), encBytes);
  const ct = ciphertextOf(parsed.value);
  if (typeof claimed !== "string" || typeof to !== "string" || enc === undefined || ct === undefined)
    return undefined;
  return { from, claimed, to, enc, ct };
}

export interface Opened {
  readonly from: Card;
  readonly body: OpenedBody;
  readonly context: HpkeContext;
}

export function openMessage(
  crypto: Crypto,
  keys: OpeningKeys,
  envelope: Envelope,
  cards: CardReader,
): Result<Opened, SealedProblem> {
  if (envelope.to !== keys.signText) return bad("sealed-not-for-us");
  const card = cards.read(envelope.from);
  if (!card.ok) return bad("sealed-card");
  const from = card.value;
  const info = infoFor(from.sign, keys.sign);
  for (const day of keys.days) {
    const context = hpkeRecipient(crypto, day, envelope.enc, info);
    const plain = context && crypto.open(context.key, context.nonce, none, envelope.ct);
    if (context === undefined || plain === undefined) continue;
    const bytes = plain.subarray(signatureBytes);
    const signed = signedBytes(envelope.enc, day.publicKey, keys.sign, bytes);
    if (!crypto.verify(from.sign, signed, plain.subarray(0, signatureBytes))) return bad("sealed-signature");
    const body = readBody(bytes);
    return body === undefined ? bad("sealed-body") : good({ from, body, context });
  }
  return bad("sealed-does-not-open");
}

export function writeReceipt(crypto: Crypto, context: HpkeContext, id: MessageId): Uint8Array {
  const { key, nonce } = receiptKeys(crypto, context);
  return crypto.seal(key, nonce, none, toUtf8(JSON.stringify({ kind: "receipt", id, state: "delivered" })));
}

/** True only for the receipt of this very message: nobody but its recipient can make it. */
export function isReceipt(crypto: Crypto, context: HpkeContext, id: MessageId, bytes: Uint8Array): boolean {
  if (bytes.length < tagBytes) return false;
  const { key, nonce } = receiptKeys(crypto, context);
  const plain = crypto.open(key, nonce, none, bytes);
  const parsed = plain === undefined ? undefined : parseObject(plain);
  if (parsed?.ok !== true) return false;
  const receipt = parsed.value;
  return (
    own(receipt, "kind") === "receipt" && own(receipt, "id") === id && own(receipt, "state") === "delivered"
  );
}

function receiptKeys(
  crypto: Crypto,
  context: HpkeContext,
): { readonly key: Uint8Array; readonly nonce: Uint8Array } {
  const secret = hpkeExport(crypto, context, receiptContext, receiptKeyBytes + receiptNonceBytes);
  return { key: secret.subarray(0, receiptKeyBytes), nonce: secret.subarray(receiptKeyBytes) };
}

function infoFor(sender: Uint8Array, recipient: Uint8Array): Uint8Array {
  return concatBytes(infoDomain, sender, recipient);
}

/**
 * Names the recipient and this very encryption: neither can a thief of the recipient's keys speak as others, nor can the
 * recipient pass the message on as if it had been meant for somebody else.
 */
function signedBytes(enc: Uint8Array, key: Uint8Array, sign: Uint8Array, body: Uint8Array): Uint8Array {
  return concatBytes(messageDomain, enc, key, sign, body);
}

function ciphertextOf(message: JsonObject): Uint8Array | undefined {
  const text = own(message, "ct");
  if (typeof text !== "string") return undefined;
  const spare = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const length = (text.length / 4) * 3 - spare;
  if (length < signatureBytes + tagBytes || length > signatureBytes + bodyBytesMax + tagBytes)
    return undefined;
  return bytesOf(text, length);
}

function readBody(bytes: Uint8Array): OpenedBody | undefined {
  const parsed = parseObject(bytes);
  if (!parsed.ok) return undefined;
  const [kind, text, at] = [own(parsed.value, "kind"), own(parsed.value, "text"), own(parsed.value, "at")];
  const idText = own(parsed.value, "id");
  const id = typeof idText === "string" ? toMessageId(idText) : undefined;
  if (typeof kind !== "string" || id === undefined || !isMoment(at)) return undefined;
  if (kind !== "text" && kind !== "action")
    return { kind: "unknown", id, at, what: kind.slice(0, kindLengthMax) };
  return typeof text === "string" ? { kind, id, at, text: text.toWellFormed() } : undefined;
}
