/** With whom there is a conversation: those who were written to. Remembered over a restart, the latest of them. */
import { fromUtf8, toUtf8 } from "../../base/bytes.ts";
import { minuteMs } from "../../base/time.ts";

/** Fewer than the roster holds, so that there is always room for newcomers. */
export const companionsMax = 384;
/** The order alone is remembered this late: it changes with every message between two conversations. */
export const orderWithinMs = minuteMs;

/**
 * A conversation is what the user has taken part in. Were a stranger's own message enough, a flooder would be counted
 * among the friends after the first one.
 */
export class Companions {
  /** The one written to longest ago first. */
  readonly #identities: Set<string>;
  #latest: string | undefined;
  #orderDueAt: number | undefined;

  constructor(kept: Uint8Array | undefined) {
    this.#identities = new Set(kept === undefined ? [] : readRecord(kept));
  }

  has(identity: string): boolean {
    return this.#identities.has(identity);
  }

  /** Mono ms at which a new order is to be remembered. */
  get wakeAt(): number | undefined {
    return this.#orderDueAt;
  }

  /** Somebody is written to. The record to remember, where they are new in it. */
  add(identity: string, mono: number): Uint8Array | undefined {
    if (identity === this.#latest) return undefined;
    this.#latest = identity;
    const isKnown = this.#identities.delete(identity);
    const oldest = this.#identities.values().next();
    if (this.#identities.size >= companionsMax && oldest.done === false)
      this.#identities.delete(oldest.value);
    this.#identities.add(identity);
    if (!isKnown) return this.#record();
    this.#orderDueAt ??= mono + orderWithinMs;
    return undefined;
  }

  /** The record to remember, where its order has changed. */
  wake(mono: number): Uint8Array | undefined {
    return this.#orderDueAt === undefined || mono < this.#orderDueAt ? undefined : this.#record();
  }

  #record(): Uint8Array {
    this.#orderDueAt = undefined;
    return toUtf8(JSON.stringify([...this.#identities]));
  }
}

/** A record that cannot be read costs some people their place in the roster until they are written to again. */
function readRecord(record: Uint8Array): readonly string[] {
  try {
    const identities: unknown = JSON.parse(fromUtf8(record) ?? "[]");
    if (!Array.isArray(identities)) return [];
    return identities.filter((identity) => typeof identity === "string").slice(-companionsMax);
  } catch {
    return []; // translated: a damaged record is an empty one
  }
}
