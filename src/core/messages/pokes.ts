/** How many pokes are taken in: they cost their sender a datagram, and each would stand in the history. */
import type { ContactId, ConversationId } from "../../base/ids.ts";
import type { Journal } from "../../base/journal.ts";
import { type Now, secondMs } from "../../base/time.ts";
import { Allowance } from "../allowance.ts";

/** Of one person: the pause that the wire asks for. So many can be in theirs at a time as a room has members for us. */
export const pokesOfOneLimits = { burst: 1, everyMs: 2 * secondMs, keysMax: 1_000 } as const;

/** In one conversation, by however many: nobody reads more of them. */
export const pokesLimits = { burst: 20, everyMs: 10 * secondMs, keysMax: 1_000 } as const;

export class Pokes {
  readonly #ofOne: Allowance<ContactId>;
  readonly #all: Allowance<ConversationId>;

  constructor(journal: Journal) {
    this.#ofOne = new Allowance(pokesOfOneLimits, journal);
    this.#all = new Allowance(pokesLimits, journal);
  }

  /** Those that were one too many, since the start. */
  get refused(): number {
    return this.#ofOne.refused + this.#all.refused;
  }

  take(conversation: ConversationId, author: ContactId, now: Now): boolean {
    return this.#ofOne.take(author, now) && this.#all.take(conversation, now);
  }
}
