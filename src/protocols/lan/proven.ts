/** Who has lately proven, by a sealed message that opened, that a key speaks from an address. */
import { minuteMs } from "../../base/time.ts";

/** Longer than a pause in a conversation; after it the first message proves it anew, at a stranger's rate. */
export const provenForMs = 10 * minuteMs;
/** As many as the roster has people; the one whose proof is oldest gives way. */
export const provenMax = 512;

/**
 * A card is public: whoever heard it can claim to be its owner, and each claim costs up to four key agreements. Only
 * where one has opened lately are more of them opened at the rate of a conversation.
 */
export class Proven {
  /** Mono ms of the latest proof; the oldest first. */
  readonly #provenAt = new Map<string, number>();

  get size(): number {
    return this.#provenAt.size;
  }

  has(sign: string, host: string, mono: number): boolean {
    const at = this.#provenAt.get(keyOf(sign, host));
    return at !== undefined && mono < at + provenForMs;
  }

  add(sign: string, host: string, mono: number): void {
    this.remove(sign, host);
    const oldest = this.#provenAt.size >= provenMax ? this.#provenAt.keys().next() : undefined;
    if (oldest?.done === false) this.#provenAt.delete(oldest.value);
    this.#provenAt.set(keyOf(sign, host), mono);
  }

  /** A claim did not hold: the next one is a stranger's until it does. */
  remove(sign: string, host: string): void {
    this.#provenAt.delete(keyOf(sign, host));
  }
}

function keyOf(sign: string, host: string): string {
  return `${host} ${sign}`;
}
