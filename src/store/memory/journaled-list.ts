/** A list that only grows at its end, and shrinks again when the work that it grew by is rolled back. */
import type { Journal } from "../../base/journal.ts";

export class JournaledList<Value> {
  readonly #journal: Journal;
  readonly #values: Value[] = [];

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get length(): number {
    return this.#values.length;
  }

  add(value: Value): void {
    this.#values.push(value);
    this.#journal.record(() => this.#values.pop());
  }

  slice(start: number, end?: number): Value[] {
    return this.#values.slice(start, end);
  }

  at(index: number): Value | undefined {
    return this.#values[index];
  }

  /** How many values at the beginning fit; the list must be sorted so that all that fit come first. */
  countWhile(fits: (value: Value) => boolean): number {
    let [low, high] = [0, this.#values.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const value = this.#values[middle];
      if (value !== undefined && fits(value)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
