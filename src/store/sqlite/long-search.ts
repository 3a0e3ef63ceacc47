/** Searches that may take long, in steps: what the worker of the long queries runs, and can stop between two steps. */
import { toQuery } from "../../base/search-terms.ts";
import type { Message } from "../../core/model.ts";
import type { SearchQuery } from "../../core/ports/store.ts";
import { bestOf, rankedHit, rankedHitsMax } from "../ranked-hits.ts";
import { contains } from "../searched-text.ts";
import type { SearchedPart } from "../searched-text.ts";
import { newestHits, scannedHits } from "./newest-hits.ts";
import type { Reader } from "./connection.ts";

export type LongSearchKind = "contains" | "ranked";

/** A search that yields between its steps, and returns what it found. */
export type LongSearch = Generator<undefined, readonly Message[]>;

/** Rows a step: a few milliseconds, so that a search that is given up ends at once. */
const stepRows = 2_000;

export function longSearch(
  kind: LongSearchKind,
  reader: Reader,
  query: SearchQuery,
  file: string,
): LongSearch {
  return kind === "contains" ? containing(reader, query, file) : ranked(reader, query, file);
}

function* containing(reader: Reader, query: SearchQuery, file: string): LongSearch {
  const scan = {
    file,
    conversation: query.conversation,
    above: 0,
    below: query.before ?? Number.MAX_SAFE_INTEGER,
    slice: stepRows,
    fits: (part: SearchedPart) => contains(part, query.text),
  };
  const found: Message[] = [];
  for (const hits of scannedHits(reader, scan)) {
    found.push(...hits);
    if (found.length >= query.limit) break;
    yield;
  }
  return found.slice(0, query.limit);
}

function* ranked(reader: Reader, query: SearchQuery, file: string): LongSearch {
  const sought = toQuery(query.text);
  if (sought === undefined) return [];
  const [state] = reader.all<{ indexed: number }>("SELECT indexed FROM state");
  const walk = {
    file,
    sought,
    conversation: query.conversation,
    below: query.before ?? Number.MAX_SAFE_INTEGER,
    indexed: state?.indexed ?? 0,
    slice: stepRows,
  };
  const hits = [];
  for (const messages of newestHits(reader, walk)) {
    hits.push(...messages.map((message) => rankedHit(message, sought)));
    if (hits.length >= rankedHitsMax) break;
    yield;
  }
  return bestOf(hits.slice(0, rankedHitsMax), query.limit);
}
