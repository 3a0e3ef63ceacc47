/** A simulated disk with the store on it: full or failing for a while, torn off in the middle of a commit. */
import { KithError } from "../base/errors.ts";
import type { Random } from "../base/random.ts";
import type { Store } from "../core/ports/store.ts";
import { MemoryStore, type MemoryStoreOptions } from "../store/memory/memory-store.ts";

/** What stands between a program and its disk: places where a planted bug gets in. */
export interface DiskWrappers {
  readonly store?: (store: Store) => Store;
  readonly memory?: (options: MemoryStoreOptions) => MemoryStore;
}

export class Disk {
  readonly #wrappers: DiskWrappers;
  readonly #random: Random;
  #memory: MemoryStore | undefined;
  #tears = false;
  /** It takes nothing until there is room again. */
  full = false;
  /** Share of 1 of the changes that fail, in whatever transaction they are. */
  failing = 0;

  constructor(wrappers: DiskWrappers, random: Random) {
    this.#wrappers = wrappers;
    this.#random = random;
  }

  /** As it is after a start: all that was committed, and nothing else. */
  open(): Store {
    this.#tears = false;
    const from = this.#memory?.durable();
    const commit = (): void => this.#commit();
    const change = (): void => this.#change();
    const options = { commit, change, ...(from !== undefined && { from }) };
    this.#memory = this.#wrappers.memory?.(options) ?? new MemoryStore(options);
    return this.#wrappers.store?.(this.#memory) ?? this.#memory;
  }

  /** What is on it, whether a program runs or not. */
  get content(): Store | undefined {
    return this.#memory;
  }

  /** Whoever writes on it must expect failures. */
  get isIll(): boolean {
    return this.full || this.failing > 0;
  }

  recover(): void {
    this.full = false;
    this.failing = 0;
  }

  /** The next commit does not happen. */
  tearAtCommit(): void {
    this.#tears = true;
  }

  #commit(): void {
    const failed = this.full || this.#tears;
    this.#tears = false;
    if (failed) throw new KithError("store-failed", { problem: "the disk is full" });
  }

  #change(): void {
    if (this.failing > 0 && this.#random.fraction() < this.failing)
      throw new KithError("store-failed", { problem: "the disk does not take it" });
  }
}
