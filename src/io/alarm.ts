/** One timer on the monotonic clock: late perhaps, early never, however far away. */
import { assert } from "../base/assert.ts";
import type { Clock } from "./clock.ts";

/** The longest wait a timer of the system keeps; a longer one would fire at once. */
export const timerMsMax = 2 ** 31 - 1;

export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #at = Infinity;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer fires: not later than `#at`, sooner where the alarm was put off since. */
  #timerAt = Infinity;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings once at `mono`, in place of what was set before; undefined for never. */
  set(mono: number | undefined): void {
    assert(!Number.isNaN(mono), "an alarm is set to a number");
    this.#at = mono ?? Infinity;
    // Putting an alarm off is frequent and costs nothing: the timer finds out when it fires.
    if (this.#at < this.#timerAt || this.#at === Infinity) this.#startTimer();
  }

  stop(): void {
    this.set(undefined);
  }

  #startTimer(): void {
    clearTimeout(this.#timer);
    this.#timerAt = this.#at;
    if (this.#at === Infinity) return;
    const wait = Math.max(1, Math.ceil(this.#at - this.#clock.now().mono));
    this.#timer = setTimeout(() => this.#fired(), Math.min(wait, timerMsMax));
  }

  #fired(): void {
    this.#timerAt = Infinity;
    if (this.#clock.now().mono < this.#at) {
      this.#startTimer();
      return;
    }
    this.#at = Infinity;
    this.#ring();
  }
}
