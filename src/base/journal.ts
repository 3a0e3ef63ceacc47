/**
 * Memory that follows a transaction: changes are made at once and undone when the work they belong to fails, so that
 * what is held in memory never says more than what was committed.
 */
export class Journal {
  readonly #undo: (() => void)[] = [];

  /** A place to roll back to. */
  mark(): number {
    return this.#undo.length;
  }

  record(undo: () => void): void {
    this.#undo.push(undo);
  }

  rollBack(to: number): void {
    while (this.#undo.length > to) this.#undo.pop()?.();
  }

  /** What was done stays done. */
  keep(): void {
    this.#undo.length = 0;
  }
}

/** A map whose changes are recorded in a journal. */
export class JournaledMap<Key, Value> {
  readonly #journal: Journal;
  readonly #map = new Map<Key, Value>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get size(): number {
    return this.#map.size;
  }

  get(key: Key): Value | undefined {
    return this.#map.get(key);
  }

  has(key: Key): boolean {
    return this.#map.has(key);
  }

  entries(): IterableIterator<[Key, Value]> {
    return this.#map.entries();
  }

  set(key: Key, value: Value): void {
    const before = this.#map.get(key);
    this.#journal.record(
      before === undefined ? () => this.#map.delete(key) : () => this.#map.set(key, before),
    );
    this.#map.set(key, value);
  }

  delete(key: Key): void {
    const before = this.#map.get(key);
    if (before === undefined) return;
    this.#journal.record(() => this.#map.set(key, before));
    this.#map.delete(key);
  }
}
