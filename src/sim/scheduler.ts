/** Virtual time: what is due is done in the order of its time, and first in, first out at equal times. */
import { OrderedQueue } from "../base/ordered-queue.ts";

export class Scheduler {
  readonly #queue = new OrderedQueue<() => void>();
  #time = 0;

  /** Milliseconds since the world began; grows only while `run` works. */
  get time(): number {
    return this.#time;
  }

  /** Nothing is ever done inside `after`: at the earliest when the present event is over. */
  after(ms: number, work: () => void): void {
    this.at(this.#time + ms, work);
  }

  /** What lies in the past is due at once. */
  at(time: number, work: () => void): void {
    this.#queue.add(Math.max(time, this.#time), work);
  }

  /** Does the next thing that is due up to `until`; false when there is none. */
  step(until: number): boolean {
    const next = this.#queue.next;
    if (next === undefined || next > until) return false;
    this.#time = next;
    this.#queue.takeUpTo(next)?.();
    return true;
  }

  /** Does everything that is due up to `until`, which it then is. */
  run(until: number): void {
    while (this.step(until));
    this.#time = Math.max(this.#time, until);
  }
}
