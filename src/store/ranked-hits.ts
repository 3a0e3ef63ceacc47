/** Puts the newest hits of a search into the order of how well they fit. */
import { fitness, terms } from "../base/search-terms.ts";
import type { TermQuery } from "../base/search-terms.ts";
import type { Message } from "../core/model.ts";
import { searchedText } from "./searched-text.ts";

/** Of a common word only so many newest hits are compared: more takes long, and the old ones are rarely meant. */
export const rankedHitsMax = 10_000;

export interface RankedHit {
  readonly message: Message;
  readonly fits: number;
}

export function rankedHit(message: Message, query: TermQuery): RankedHit {
  return { message, fits: fitness(terms(searchedText(message) ?? ""), query) };
}

/** The best first, the newer first among equals. */
export function bestOf(hits: readonly RankedHit[], limit: number): Message[] {
  const order = hits.toSorted((a, b) => b.fits - a.fits || b.message.arrived - a.message.arrived);
  return order.slice(0, limit).map((hit) => hit.message);
}
