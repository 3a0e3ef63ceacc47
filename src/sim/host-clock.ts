/** The clocks of a host: the one on the wall, which is set at will, and the one that only goes on; both go a little wrong. */
import type { Now } from "../base/time.ts";

export class HostClock {
  readonly #time: () => number;
  /** How much passes here while one passes in the world. */
  #rate = 1;
  /** World time at which `#mono` and `#wall` were what they are. */
  #setAt = 0;
  #mono = 0;
  #wall: number;

  constructor(time: () => number, wallAtStart: number) {
    this.#time = time;
    this.#wall = wallAtStart;
  }

  now(): Now {
    const passed = this.#passed;
    return { wall: Math.floor(this.#wall + passed), mono: this.#mono + passed };
  }

  /** When (world time) `mono` of this clock comes, as long as its rate stays. */
  timeOf(mono: number): number {
    return this.#setAt + (mono - this.#mono) / this.#rate;
  }

  /** The wall clock jumps; the other one does not notice. */
  step(ms: number): void {
    this.#wall += ms;
  }

  /** From here on both go at this rate, as when a time service slews them. */
  slew(rate: number): void {
    const passed = this.#passed;
    this.#wall += passed;
    this.#mono += passed;
    this.#setAt = this.#time();
    this.#rate = rate;
  }

  /** The one that only goes on begins anew, as it does for a new process. */
  restart(): void {
    this.slew(this.#rate);
    this.#mono = 0;
  }

  get #passed(): number {
    return (this.#time() - this.#setAt) * this.#rate;
  }
}
