/** A rate limit: so many tokens a second, saved up to a burst. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  constructor(perSecond: number, burst: number, mono: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = mono;
  }

  /** Takes a token; false when there is none. */
  take(mono: number): boolean {
    this.#refill(mono);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** The moment (mono, ms) at which a token can be taken. */
  readyAt(mono: number): number {
    this.#refill(mono);
    return this.#tokens >= 1 ? mono : mono + ((1 - this.#tokens) * 1_000) / this.#perSecond;
  }

  /** Nothing distinguishes a full bucket from a new one: it may be forgotten. */
  isFull(mono: number): boolean {
    this.#refill(mono);
    return this.#tokens >= this.#burst;
  }

  #refill(mono: number): void {
    const gained = ((mono - this.#at) * this.#perSecond) / 1_000;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    this.#at = mono;
  }
}
