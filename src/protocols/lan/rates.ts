/** How fast each address may speak: freely where there is a conversation, slowly where there is none. */
import { TokenBucket } from "../../base/token-bucket.ts";

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Classic text, which anybody can send in anybody's name, and people with whom there is no conversation. */
export const strangerRate: Rate = { perSecond: 20, burst: 60 };
/** People with a key with whom there is a conversation. */
export const companionRate: Rate = { perSecond: 1_000, burst: 1_000 };
/** Announcements of one address: ours come two seconds apart at most; several people may share an address. */
export const announceRate: Rate = { perSecond: 10, burst: 40 };
/** Cards not seen before, of all addresses together: 500 people are found at once, a flood costs a tenth of a core. */
export const cardRate: Rate = { perSecond: 500, burst: 1_500 };
/**
 * Newcomers without a card, of all addresses together: 500 people are found at once, a flood in made-up names costs a
 * tenth of a core. Who is over it is heard with the next announcement.
 */
export const newcomerRate: Rate = { perSecond: 200, burst: 600 };

/** Addresses whose rate is followed; twice the roster. A bucket that is full again is forgotten first. */
export const ratedAddressesMax = 1_024;

/** One rate for each address. */
export class Rates {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  get size(): number {
    return this.#buckets.size;
  }

  take(host: string, mono: number): boolean {
    return this.#bucket(host, mono).take(mono);
  }

  readyAt(host: string, mono: number): number {
    return this.#bucket(host, mono).readyAt(mono);
  }

  #bucket(host: string, mono: number): TokenBucket {
    const known = this.#buckets.get(host);
    if (known !== undefined) return known;
    if (this.#buckets.size >= ratedAddressesMax) this.#forget(mono);
    const bucket = new TokenBucket(this.#rate.perSecond, this.#rate.burst, mono);
    this.#buckets.set(host, bucket);
    return bucket;
  }

  /** Those that are full mean nothing; when none is, the one followed longest gives way. */
  #forget(mono: number): void {
    const before = this.#buckets.size;
    for (const [host, bucket] of this.#buckets) if (bucket.isFull(mono)) this.#buckets.delete(host);
    const oldest = this.#buckets.keys().next();
    if (this.#buckets.size === before && oldest.done === false) this.#buckets.delete(oldest.value);
  }
}
