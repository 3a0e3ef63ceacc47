/** Takes new messages into the search index soon after they came, in slices that nobody notices. */
import type { SearchStore } from "../core/ports/store.ts";
import type { Clock } from "../io/clock.ts";

/** The rest is found by a scan, which so many rows do not make slow. */
export const leftMax = 5_000;
/** Rows are gathered for so long after the first of them: many are taken in as cheaply as one. */
const gatherMs = 1_000;
/** The event loop's share for one slice: a message that comes meanwhile waits no longer than for a slow disk. */
const sliceMs = 4;
/** Rows of one step of a slice: a step takes a fraction of it, a commit included. */
const stepRows = 100;
/** Between slices, so that everything else gets its turns. */
const pauseMs = 5;
/** After a disk that failed. */
const retryMs = 10_000;

export interface IndexingParts {
  readonly search: Pick<SearchStore, "index" | "left">;
  readonly clock: Clock;
  readonly failed: (error: unknown) => void;
}

/** What the next slice waits for: more rows, its turn, or a disk that has recovered. */
type Waiting = "for-more" | "for-its-turn" | "after-failure";

/** Invariant: a slice that is due is never put off by further messages, nor brought forward after a failure. */
export class Indexing {
  readonly #parts: IndexingParts;
  #timer: NodeJS.Timeout | undefined;
  #waiting: Waiting | undefined;
  #stopped = false;

  constructor(parts: IndexingParts) {
    this.#parts = parts;
    this.added();
  }

  /** Messages were committed. */
  added(): void {
    if (this.#waiting === "for-its-turn" || this.#waiting === "after-failure") return;
    const left = this.#parts.search.left();
    if (left > leftMax) this.#sliceIn(0, "for-its-turn");
    else if (left > 0 && this.#waiting === undefined) this.#sliceIn(gatherMs, "for-more");
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #sliceIn(ms: number, waiting: Waiting): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#waiting = waiting;
    this.#timer = setTimeout(() => this.#slice(), ms);
  }

  #slice(): void {
    const { search, clock, failed } = this.#parts;
    const end = clock.now().mono + sliceMs;
    this.#waiting = undefined;
    try {
      let left = search.left();
      while (left > 0 && clock.now().mono < end) ({ left } = search.index(stepRows));
      if (left > 0) this.#sliceIn(pauseMs, "for-its-turn");
    } catch (error) {
      failed(error); // told, and tried again: nothing is missed meanwhile, only slower to find
      this.#sliceIn(retryMs, "after-failure");
    }
  }
}
