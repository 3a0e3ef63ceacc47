/** A simulated disk with the store on it: full for a while, torn off in the middle of a commit, and what survives. */
import { KithError } from "../base/errors.ts";
import { fromBase64, toBase64 } from "../base/bytes.ts";
import type { Keep } from "../core/ports/network.ts";
import type { Store } from "../core/ports/store.ts";
import { MemoryStore, type MemoryStoreOptions } from "../store/memory/memory-store.ts";

/** What stands between a program and its disk: places where a planted bug gets in. */
export interface DiskWrappers {
  readonly store?: (store: Store) => Store;
  readonly memory?: (options: MemoryStoreOptions) => MemoryStore;
}

export class Disk {
  readonly #wrappers: DiskWrappers;
  #memory: MemoryStore | undefined;
  #full = false;
  #tears = false;

  constructor(wrappers: DiskWrappers) {
    this.#wrappers = wrappers;
  }

  /** As it is after a start: all that was committed, and nothing else. */
  open(): Store {
    this.#tears = false;
    const from = this.#memory?.durable();
    const commit = (): void => this.#commit();
    const options = { commit, ...(from !== undefined && { from }) };
    this.#memory = this.#wrappers.memory?.(options) ?? new MemoryStore(options);
    return this.#wrappers.store?.(this.#memory) ?? this.#memory;
  }

  /** What is on it, whether a program runs or not. */
  get content(): Store | undefined {
    return this.#memory;
  }

  set full(full: boolean) {
    this.#full = full;
  }

  get full(): boolean {
    return this.#full;
  }

  /** The next commit does not happen. */
  tearAtCommit(): void {
    this.#tears = true;
  }

  #commit(): void {
    const failed = this.#full || this.#tears;
    this.#tears = false;
    if (failed) throw new KithError("store-failed", { problem: "the disk is full" });
  }
}

const keepPrefix = "keep.";

/** What a network remembers, on the same disk. */
export function keepOn(store: Store, network: string): Keep {
  const named = (key: string): string => `${keepPrefix}${network}.${key}`;
  const write = (key: string, value: Uint8Array): void =>
    store.transaction(() => store.settings.put(named(key), toBase64(value)));
  return {
    read(key) {
      const text = store.settings.get(named(key));
      return text === undefined ? undefined : fromBase64(text);
    },
    write,
    replace: write,
    remove(key) {
      store.transaction(() => {
        store.settings.remove(named(key));
      });
    },
  };
}
