/** So many at once, and then one in every so long: for what others can cause as often as they like. */
import { type Journal, JournaledMap } from "../base/journal.ts";
import type { Now } from "../base/time.ts";

export interface AllowanceLimits {
  readonly burst: number;
  readonly everyMs: number;
  /** Those of whom it must be remembered what they have used up. With so many, a further one has to wait. */
  readonly keysMax: number;
}

export class Allowance<Key> {
  readonly #limits: AllowanceLimits;
  readonly #journal: Journal;
  /** When (mono, ms) the whole burst is there again. */
  readonly #wholeAt: JournaledMap<Key, number>;
  #refused = 0;

  constructor(limits: AllowanceLimits, journal: Journal) {
    this.#limits = limits;
    this.#journal = journal;
    this.#wholeAt = new JournaledMap(journal);
  }

  /** How often it was used up. */
  get refused(): number {
    return this.#refused;
  }

  /** False, and counted, when it is used up. */
  take(key: Key, now: Now): boolean {
    const { burst, everyMs } = this.#limits;
    const mono = Math.floor(now.mono); // whole, for sums of parts differ in their last digit from what they should be
    const wholeAt = Math.max(this.#wholeAt.get(key) ?? mono, mono) + everyMs;
    if (wholeAt - mono > burst * everyMs || !this.#hasPlaceFor(key, mono)) {
      this.#journal.record(() => this.#refused--);
      this.#refused++;
      return false;
    }
    this.#wholeAt.set(key, wholeAt);
    return true;
  }

  /** Of whom all is there again, nothing need be remembered. */
  #hasPlaceFor(key: Key, mono: number): boolean {
    const { keysMax } = this.#limits;
    if (this.#wholeAt.has(key) || this.#wholeAt.size < keysMax) return true;
    for (const [known, wholeAt] of [...this.#wholeAt.entries()]) {
      if (wholeAt <= mono) this.#wholeAt.delete(known);
    }
    return this.#wholeAt.size < keysMax;
  }
}
