/** The later variant: JSON messages, plain or under a key that anybody on the way can find. Never secure, whatever it says. */
import { fromBase64, fromUtf8Leniently, toUtf8 } from "../../base/bytes.ts";
import { wholeBetween, type Random } from "../../base/random.ts";
import { good, type Result } from "../../base/result.ts";
import { secondMs, type Now } from "../../base/time.ts";
import { present } from "../../base/assert.ts";
import { writeNameAnnouncement } from "./announcement.ts";
import type { FailedOutcome, LanOutgoing } from "./contract.ts";
import { classicAction } from "./classic.ts";
import type { Dialect, Shared } from "./dialect.ts";
import type { Next, Pending, Reception, Taken } from "./inbound.ts";
import type { LinkId } from "../machine.ts";
import { own, parseObject, scanObject, type JsonObject } from "./json.ts";
import type { Prepared } from "./outbound.ts";
import { addressInIdentity } from "./roster.ts";

/** The cipher that this variant's encrypted messages are under, and nothing else: 3DES-ECB with PKCS#5 padding. */
export interface LegacyCipher {
  /** `key`: 24 bytes. Undefined when the padding does not fit. */
  openTripleDes(key: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

export type Item2025 =
  | { readonly kind: "text"; readonly text: string }
  /** The other side's half of the key exchange. */
  | { readonly kind: "key"; readonly half: number }
  | { readonly kind: "encrypted"; readonly sealed: Uint8Array }
  /** Spaces between and after messages. */
  | { readonly kind: "nothing" };

const announcePeriodMs = 8 * secondMs;
/** A text of 4 KiB with a few escapes. It is looked through with every chunk that comes, so it must not be long. */
export const jsonBytesMax = 16 * 1_024;
const generator = 2;
const modulus = 19;
const keyBytes = 24;

/** The shared number in decimals, padded with spaces behind. */
export function legacyKey(shared: number): Uint8Array {
  return toUtf8(String(shared).padEnd(keyBytes, " "));
}

export function power(base: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i++) result = (result * base) % modulus;
  return result;
}

/** Invariants: whatever arrives is marked as readable by all; a shared number lives as long as its connection. */
export class Dialect2025 implements Dialect<Item2025>, Reception<Item2025> {
  readonly announcePeriodMs = announcePeriodMs;
  readonly reception = this;
  readonly bytesMax = jsonBytesMax;
  readonly completesAtOnce = true;
  readonly ownKey = undefined;
  readonly wakeAt = undefined;
  readonly #random: Random;
  readonly #cipher: LegacyCipher;
  readonly #shared: Shared;
  /** By link: gone with it. */
  readonly #keys = new WeakMap<object, Uint8Array>();

  constructor(parts: { readonly random: Random; readonly cipher: LegacyCipher }, shared: Shared) {
    this.#random = parts.random;
    this.#cipher = parts.cipher;
    this.#shared = shared;
  }

  get isReady(): boolean {
    return this.#shared.me() !== undefined;
  }

  start(): boolean {
    return true;
  }

  wake(): boolean {
    return false;
  }

  remembered(): boolean {
    return false;
  }

  announcement(): Uint8Array {
    return writeNameAnnouncement(
      present(this.#shared.me(), "the name of somebody who is ready to announce").name,
    );
  }

  cardOf(): Result<undefined, string> {
    return good(undefined);
  }

  /** Without the key exchange: it would cost a way there and back, and hide nothing from anybody. */
  prepare(outgoing: LanOutgoing): Prepared | FailedOutcome {
    if (outgoing.sealedOnly) return { state: "failed", why: { code: "no-consent" }, again: "when-seen" };
    const host = this.#shared.roster.find(outgoing.to)?.person.address ?? addressInIdentity(outgoing.to);
    if (host === undefined) return { state: "failed", why: { code: "offline" }, again: "when-seen" };
    const { kind, text } = outgoing.body;
    const words = kind === "action" ? classicAction(this.#shared.me()?.name ?? "", text) : text;
    return { host, pieces: [toUtf8(JSON.stringify({ unencrypted_message: words }))] };
  }

  take({ bytes }: Pending): Taken<Item2025> | "malformed" | undefined {
    const spaces = bytes.findIndex((byte) => !isSpace(byte));
    // Before a message too, so that it is no longer for what happened to come in one chunk with it.
    if (spaces !== 0) {
      const length = Math.min(spaces < 0 ? bytes.length : spaces, jsonBytesMax);
      return { item: { kind: "nothing" }, length };
    }
    const end = scanObject(bytes);
    if (end === "open") return undefined;
    const parsed = typeof end === "number" ? parseObject(bytes.subarray(0, end)) : undefined;
    const item = parsed?.ok === true ? itemOf(parsed.value) : undefined;
    return item === undefined || typeof end !== "number" ? "malformed" : { item, length: end };
  }

  rateOf(item: Item2025): "stranger" | undefined {
    return item.kind === "nothing" ? undefined : "stranger";
  }

  receive(item: Item2025, link: { readonly id: LinkId; readonly host: string }, now: Now): Next {
    switch (item.kind) {
      case "text":
        this.#arrived(item.text, link.host, now);
        return "more";
      case "key":
        this.#agree(item.half, link);
        return "more";
      case "encrypted":
        return this.#decrypt(item.sealed, link, now);
      case "nothing":
        return "more";
    }
  }

  #agree(half: number, link: { readonly id: LinkId }): void {
    const secret = wholeBetween(this.#random, 1, modulus - 2);
    this.#keys.set(link, legacyKey(power(half, secret)));
    const bytes = toUtf8(JSON.stringify({ key: String(power(generator, secret)) }));
    this.#shared.emit({ kind: "write", to: link.id, bytes });
  }

  #decrypt(sealed: Uint8Array, link: { readonly host: string }, now: Now): Next {
    const key = this.#keys.get(link);
    const plain = key === undefined ? undefined : this.#cipher.openTripleDes(key, sealed);
    if (plain === undefined) {
      this.#shared.emit({ kind: "count", what: "encrypted-does-not-open" });
      return "close";
    }
    this.#arrived(fromUtf8Leniently(plain), link.host, now);
    return "more";
  }

  #arrived(text: string, host: string, now: Now): void {
    if (text === "") return;
    const from = this.#shared.roster.speakerAt(host);
    this.#shared.tell(this.#shared.roster.spoke(from, now));
    const arrival = { from, body: { kind: "text", text }, secrecy: "none" } as const;
    this.#shared.emit({ kind: "report", report: { kind: "arrived", arrival } });
  }
}

function itemOf(message: JsonObject): Item2025 | undefined {
  const text = own(message, "unencrypted_message");
  if (typeof text === "string") return { kind: "text", text: text.toWellFormed() };
  const encrypted = own(message, "encrypted_message");
  if (typeof encrypted === "string") {
    const sealed = fromBase64(encrypted);
    return sealed === undefined ? undefined : { kind: "encrypted", sealed };
  }
  const half = halfOf(own(message, "key"));
  return half === undefined ? undefined : { kind: "key", half };
}

/** Written as text or as a number; 1..18, since it is a power modulo 19. */
function halfOf(value: unknown): number | undefined {
  const half = typeof value === "string" && /^\d{1,2}$/.test(value) ? Number(value) : value;
  return typeof half === "number" && Number.isInteger(half) && half >= 1 && half < modulus ? half : undefined;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
