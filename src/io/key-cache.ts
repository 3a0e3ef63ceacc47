/** Keys that were imported lately: to import one for each use costs half the speed. */
import { hash } from "node:crypto";

export class KeyCache<Key> {
  readonly #max: number;
  readonly #make: (bytes: Uint8Array) => Key;
  /**
   * By a digest of the key's bytes: their owner may wipe or reuse the array, and nothing that could be turned back
   * into a private key may outlive it here. The longest unused first.
   */
  readonly #entries = new Map<string, { readonly key: Key }>();

  constructor(max: number, make: (bytes: Uint8Array) => Key) {
    this.#max = max;
    this.#make = make;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(bytes: Uint8Array): Key {
    const name = digest(bytes);
    const entry = this.#entries.get(name) ?? { key: this.#make(bytes) };
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    if (this.#entries.size > this.#max) this.#forgetOne();
    return entry.key;
  }

  forget(bytes: Uint8Array): void {
    this.#entries.delete(digest(bytes));
  }

  #forgetOne(): void {
    const { value } = this.#entries.keys().next();
    if (value !== undefined) this.#entries.delete(value);
  }
}

function digest(bytes: Uint8Array): string {
  return hash("sha256", bytes, "base64");
}
