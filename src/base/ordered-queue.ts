/** A queue that gives out its entries smallest key first, and first in first out among equal keys. */
export class OrderedQueue<Value> {
  readonly #heap: Entry<Value>[] = [];
  #inserted = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The smallest key, undefined when empty. */
  get next(): number | undefined {
    return this.#heap[0]?.key;
  }

  add(key: number, value: Value): void {
    const entry = { key, order: this.#inserted++, value };
    this.#heap.push(entry);
    this.#rise(this.#heap.length - 1, entry);
  }

  /** Removes and returns the first value whose key is at most `most`. */
  takeUpTo(most: number): Value | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.key > most) return undefined;
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first.value;
  }

  #rise(from: number, entry: Entry<Value>): void {
    let at = from;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = this.#heap[parentAt];
      if (parent === undefined || before(parent, entry)) break;
      this.#heap[at] = parent;
      at = parentAt;
    }
    this.#heap[at] = entry;
  }

  #sink(entry: Entry<Value>): void {
    let at = 0;
    for (;;) {
      const childAt = this.#smallerChild(at);
      const child = this.#heap[childAt];
      if (child === undefined || before(entry, child)) break;
      this.#heap[at] = child;
      at = childAt;
    }
    this.#heap[at] = entry;
  }

  #smallerChild(at: number): number {
    const left = this.#heap[2 * at + 1];
    const right = this.#heap[2 * at + 2];
    return left !== undefined && right !== undefined && before(right, left) ? 2 * at + 2 : 2 * at + 1;
  }
}

interface Entry<Value> {
  readonly key: number;
  readonly order: number;
  readonly value: Value;
}

function before<Value>(a: Entry<Value>, b: Entry<Value>): boolean {
  return a.key < b.key || (a.key === b.key && a.order < b.order);
}
