/** The memory store's search: it looks at every message, so that its index is only a mark that moves as the real one. */
import { toQuery } from "../../base/search-terms.ts";
import type { TermQuery } from "../../base/search-terms.ts";
import type { Message } from "../../core/model.ts";
import type { LongQueries, SearchQuery, SearchStore } from "../../core/ports/store.ts";
import { checkLimit } from "../checks.ts";
import { bestOf, rankedHit, rankedHitsMax } from "../ranked-hits.ts";
import { contains, isFound } from "../searched-text.ts";
import type { Tables } from "./tables.ts";

export function memorySearch(tables: Tables, transaction: (work: () => void) => void): SearchStore {
  const indexed = (): number => tables.order.countWhile((arrived) => arrived <= tables.count("indexed"));
  const left = (): number => tables.order.length - indexed();
  return {
    find(query) {
      const sought = toQuery(query.text);
      return sought === undefined ? [] : newest(tables, query, (message) => isFound(message, sought));
    },
    index(rowsMax) {
      const rows = Math.min(rowsMax, left());
      const mark = tables.order.at(indexed() + rows - 1);
      if (rows > 0 && mark !== undefined) transaction(() => tables.setCount("indexed", mark));
      return { indexed: rows, left: left() };
    },
    left,
  };
}

/** Nothing takes long in memory: the queries are answered at once. */
export function memoryLongQueries(tables: Tables): LongQueries {
  const answer = async (signal: AbortSignal, find: () => readonly Message[]): Promise<readonly Message[]> => {
    signal.throwIfAborted();
    return Promise.resolve(find());
  };
  const ranked = (query: SearchQuery, sought: TermQuery): Message[] => {
    const hits = newest(tables, { ...query, limit: rankedHitsMax }, (message) => isFound(message, sought));
    return bestOf(
      hits.map((message) => rankedHit(message, sought)),
      query.limit,
    );
  };
  return {
    contains: (query, signal) =>
      answer(signal, () => newest(tables, query, (message) => contains(message, query.text))),
    ranked(query, signal) {
      const sought = toQuery(query.text);
      return answer(signal, () => (sought === undefined ? [] : ranked(query, sought)));
    },
    close: () => Promise.resolve(),
  };
}

function newest(tables: Tables, query: SearchQuery, fits: (message: Message) => boolean): Message[] {
  checkLimit(query.limit);
  const order = query.conversation === undefined ? tables.order : tables.orderOf(query.conversation);
  const before = query.before ?? Number.POSITIVE_INFINITY;
  const found: Message[] = [];
  for (let at = order.countWhile((arrived) => arrived < before) - 1; at >= 0; at--) {
    if (found.length >= query.limit) break;
    const arrived = order.at(at);
    const message = arrived === undefined ? undefined : tables.messages.get(arrived);
    if (message !== undefined && fits(message)) found.push(message);
  }
  return found;
}
