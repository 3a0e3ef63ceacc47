/** Connections that we have done with: what was written goes out, and the other side gets a moment to close. */
import { secondMs, type Now } from "../../../base/time.ts";
import type { LinkId } from "../../machine.ts";
import { earliest, type Emit } from "./contract.ts";

/** A side that reads at all has read within this, and closes. */
export const closeAwaitedMs = 2 * secondMs;
/** Beyond, the oldest is broken off: whoever makes us refuse many gets less courtesy. */
export const closingMax = 128;

/** A plain close and no reset: simple programs die of a reset where an end is the usual answer. */
export class Farewell {
  readonly #emit: Emit;
  /** When to break off (mono, ms); the oldest first. */
  readonly #closing = new Map<LinkId, number>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  get wakeAt(): number | undefined {
    return earliest(this.#closing.values());
  }

  end(link: LinkId, now: Now): void {
    this.#emit({ kind: "end", link });
    this.#closing.set(link, now.mono + closeAwaitedMs);
    const [oldest] = this.#closing.keys();
    if (this.#closing.size > closingMax && oldest !== undefined) this.#breakOff(oldest);
  }

  down(link: LinkId): void {
    this.#closing.delete(link);
  }

  wake(now: Now): void {
    for (const [link, at] of this.#closing) if (now.mono >= at) this.#breakOff(link);
  }

  #breakOff(link: LinkId): void {
    this.#closing.delete(link);
    this.#emit({ kind: "drop", link, why: "not closed" });
  }
}
