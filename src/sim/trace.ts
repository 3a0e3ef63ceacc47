/** What happened in a world: a digest of all of it, to compare two runs, and the last of it in words. */

// Enough to see what led to a failure, short enough to be read.
const linesMax = 400;

export class Trace {
  readonly #time: () => number;
  readonly #verbose: boolean;
  readonly #lines: string[] = [];
  #high = 0x9e3779b9;
  #low = 0x85ebca6b;
  #events = 0;

  constructor(time: () => number, verbose: boolean) {
    this.#time = time;
    this.#verbose = verbose;
  }

  get events(): number {
    return this.#events;
  }

  /** The same in two runs that went alike. */
  get digest(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }

  /** Oldest first. */
  get lines(): readonly string[] {
    return this.#lines.slice(-linesMax);
  }

  /** The words are made only where somebody will read them: the digest lives on the time and `facts`. */
  event(words: () => string, ...facts: readonly number[]): void {
    this.#events++;
    const time = this.#time();
    this.#mix(Math.floor(time));
    this.#mix(Math.floor((time % 1) * 2 ** 31));
    for (const fact of facts) this.#mix(fact);
    if (!this.#verbose) return;
    this.#lines.push(`${(time / 1_000).toFixed(3).padStart(12)}  ${words()}`);
    if (this.#lines.length > 2 * linesMax) this.#lines.splice(0, linesMax);
  }

  #mix(value: number): void {
    this.#low = Math.imul(this.#low ^ value, 0x01000193);
    this.#high = Math.imul(this.#high ^ (this.#low >>> 15), 0x5bd1e995) + value;
  }
}
