/** Which texts have been here: for each origin and incarnation a set of ids and contents. */
import { toHex } from "../../../base/bytes.ts";
import type { Crypto } from "../../../base/crypto.ts";
import { secondMs, type Now } from "../../../base/time.ts";
import type { TextMessage } from "../messages.ts";

/** Texts of one origin that are remembered: at 20 a second, those of the last minute. */
export const seenMax = 1_024;
/** A flood has long run dry after this: what a new incarnation says again is meant to be said again. */
export const echoMs = 30 * secondMs;
/** Origins that are remembered: what is kept of one that said much takes 100 KiB. */
export const originsMax = 512;
/** Enough that nobody makes another text of the same hash to silence the first. */
const hashBytes = 8;

interface Origin {
  readonly incarnation: number;
  /** What was seen, with when (mono, ms); the oldest first. */
  readonly seen: Map<string, number>;
  highest: bigint;
}

/**
 * A set, because a highest id could be forged once and would silence its victim for ever. With the content, because the
 * first texts of a program that was started again, which counts from 1 again, may overtake the news of it.
 */
export class Seen {
  readonly #join: string;
  readonly #crypto: Pick<Crypto, "sha256">;
  /** The one that spoke longest ago first. */
  readonly #origins = new Map<bigint, Origin>();
  #incarnations = 0;

  /** `join`: a random text of our own entering, so that ids of this wire mean nothing beyond it. */
  constructor(join: string, crypto: Pick<Crypto, "sha256">) {
    this.#join = join;
    this.#crypto = crypto;
  }

  /** What the text is to be known by; undefined where it was seen already. */
  take(hid: bigint, text: TextMessage, now: Now): string | undefined {
    const { id } = text;
    const origin = this.#originOf(hid);
    const key = this.#keyOf(text);
    if (origin.seen.has(key)) return undefined;
    origin.seen.set(key, now.mono);
    if (id > origin.highest) origin.highest = id;
    if (origin.seen.size > seenMax) forgetOldest(origin.seen);
    return `${this.#join}.${origin.incarnation}.${key}`;
  }

  /** Whether it was seen, and not forgotten since. */
  has(hid: bigint, text: TextMessage): boolean {
    return this.#origins.get(hid)?.seen.has(this.#keyOf(text)) === true;
  }

  /** It says by a handshake which id of its own it has used last: fewer than we know of, so it counts anew. */
  met(hid: bigint, lastId: bigint, now: Now): void {
    const origin = this.#origins.get(hid);
    if (origin !== undefined && lastId < origin.highest) this.beginAnew(hid, now);
  }

  beginAnew(hid: bigint, now: Now): void {
    const origin = this.#origins.get(hid);
    if (origin === undefined) return;
    const { seen } = origin;
    for (const [key, at] of seen) {
      if (now.mono < at + echoMs) break;
      seen.delete(key);
    }
    this.#origins.set(hid, { incarnation: ++this.#incarnations, seen, highest: 0n });
  }

  #keyOf({ id, content }: TextMessage): string {
    return `${id}.${toHex(this.#crypto.sha256(content).subarray(0, hashBytes))}`;
  }

  #originOf(hid: bigint): Origin {
    const origin = this.#origins.get(hid) ?? {
      incarnation: ++this.#incarnations,
      seen: new Map<string, number>(),
      highest: 0n,
    };
    this.#origins.delete(hid);
    this.#origins.set(hid, origin);
    if (this.#origins.size > originsMax) forgetOldest(this.#origins);
    return origin;
  }
}

function forgetOldest<Key>(map: Map<Key, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
