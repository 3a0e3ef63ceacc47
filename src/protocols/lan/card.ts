/** Cards: who somebody is on this network, signed by the key that they are. Signing, checking, and what was checked. */
import {
  concatBytes,
  fromBase64,
  toBase64,
  toUtf8,
  uint32Bytes,
  uint64Bytes,
  utf8Length,
} from "../../base/bytes.ts";
import type { Crypto } from "../../base/crypto.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { isObject, own, type JsonObject } from "./json.ts";

export type Availability = "available" | "busy" | "away";

/** A checked card. Keys as bytes and, for `sign`, in base64: that text is the identity. */
export interface Card {
  readonly name: string;
  readonly status: Availability;
  /** X25519, new every day. */
  readonly key: Uint8Array;
  /** Ed25519, for ever. */
  readonly sign: Uint8Array;
  readonly signText: string;
  /** Wall ms, the owner's claim; nothing depends on it. */
  readonly at: number;
  /** The card as it stands in JSON. */
  readonly json: CardJson;
}

export interface CardJson {
  readonly v: 1;
  readonly name: string;
  readonly status: Availability;
  readonly key: string;
  readonly sign: string;
  readonly at: number;
  readonly sig: string;
}

/** What a card is made of, by its owner. */
export interface CardFacts {
  readonly name: string;
  readonly status: Availability;
  readonly key: Uint8Array;
  readonly at: number;
}

export type CardProblem =
  | "card-malformed"
  /** Of a version that this program does not know: its owner is somebody without a card for us. */
  | "card-version"
  | "card-signature";

export const nameBytesMax = 64;
const publicKeyBytes = 32;
const signatureBytes = 64;
const domain = toUtf8("kith/lan/card/1\0");

export function signCard(crypto: Crypto, seed: Uint8Array, facts: CardFacts): Card {
  const sign = crypto.signingPublicKey(seed);
  const signText = toBase64(sign);
  const sig = crypto.sign(seed, signedBytes({ ...facts, sign }));
  const json: CardJson = {
    v: 1,
    name: facts.name,
    status: facts.status,
    key: toBase64(facts.key),
    sign: signText,
    at: facts.at,
    sig: toBase64(sig),
  };
  return { ...facts, sign, signText, json };
}

/** 1..64 bytes of UTF-8, compared as received. Lone surrogates are refused: different ones would be signed alike. */
export function isName(value: unknown): value is string {
  return (
    typeof value === "string" && value !== "" && value.isWellFormed() && utf8Length(value) <= nameBytesMax
  );
}

/**
 * Checks cards, each only once: announcements repeat every minute and every message brings one. Only good cards are
 * remembered, so that bad ones cannot push them out.
 */
export class CardReader {
  readonly #crypto: Crypto;
  readonly #checked = new Map<string, Card>();

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  /** The card, where it has been found good before: costs no signature check. */
  known(value: unknown): Card | undefined {
    const card = readShape(value);
    return card.ok ? this.#checked.get(cacheKey(card.value)) : undefined;
  }

  read(value: unknown): Result<Card, CardProblem> {
    const shape = readShape(value);
    if (!shape.ok) return shape;
    const cached = this.#checked.get(cacheKey(shape.value));
    if (cached !== undefined) return good(cached);
    const card = this.#check(shape.value);
    if (card.ok) this.#remember(card.value);
    return card;
  }

  #check(json: CardJson): Result<Card, CardProblem> {
    const key = bytesOf(json.key, publicKeyBytes);
    const sign = bytesOf(json.sign, publicKeyBytes);
    const sig = bytesOf(json.sig, signatureBytes);
    if (key === undefined || sign === undefined || sig === undefined) return bad("card-malformed");
    const { name, status, at } = json;
    if (!this.#crypto.verify(sign, signedBytes({ name, status, key, sign, at }), sig))
      return bad("card-signature");
    return good({ name, status, key, sign, signText: json.sign, at, json });
  }

  #remember(card: Card): void {
    const oldest = this.#checked.size >= checkedMax ? this.#checked.keys().next() : undefined;
    if (oldest?.done === false) this.#checked.delete(oldest.value);
    this.#checked.set(cacheKey(card.json), card);
  }
}

/** Twice the roster: a person's card of yesterday and of today. About 0.5 KiB each. */
export const checkedMax = 1_024;

function cacheKey(json: CardJson): string {
  return [json.sig, json.sign, json.key, json.at, json.status, json.name].join(" ");
}

function readShape(value: unknown): Result<CardJson, CardProblem> {
  if (!isObject(value)) return bad("card-malformed");
  if (own(value, "v") !== 1)
    return bad(typeof own(value, "v") === "number" ? "card-version" : "card-malformed");
  return readFields(value);
}

function readFields(value: JsonObject): Result<CardJson, CardProblem> {
  const [name, status, at] = [own(value, "name"), own(value, "status"), own(value, "at")];
  const [key, sign, sig] = [own(value, "key"), own(value, "sign"), own(value, "sig")];
  if (!isName(name) || !isAvailability(status) || !isMoment(at)) return bad("card-malformed");
  if (typeof key !== "string" || typeof sign !== "string" || typeof sig !== "string")
    return bad("card-malformed");
  return good({ v: 1, name, status, key, sign, at, sig });
}

function isAvailability(value: unknown): value is Availability {
  return value === "available" || value === "busy" || value === "away";
}

/** Whole milliseconds that fit eight signed bytes exactly. */
export function isMoment(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** Base64 of exactly so many bytes. */
export function bytesOf(value: unknown, length: number): Uint8Array | undefined {
  // Four characters a triple: longer texts are not even decoded.
  if (typeof value !== "string" || value.length > Math.ceil(length / 3) * 4) return undefined;
  const bytes = fromBase64(value);
  return bytes?.length === length ? bytes : undefined;
}

function signedBytes(card: CardFacts & { readonly sign: Uint8Array }): Uint8Array {
  const fields = [toUtf8(card.name), toUtf8(card.status), card.key, card.sign, uint64Bytes(card.at)];
  return concatBytes(domain, ...fields.flatMap((field) => [uint32Bytes(field.length), field]));
}
