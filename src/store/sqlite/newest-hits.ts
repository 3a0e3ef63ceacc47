/** Walks through what a search finds, newest first, in slices: first the rows that no index has yet, then the index. */
import type { TermQuery } from "../../base/search-terms.ts";
import type { ConversationId } from "../../base/ids.ts";
import type { Message } from "../../core/model.ts";
import { isFound } from "../searched-text.ts";
import type { SearchedPart } from "../searched-text.ts";
import { damaged } from "./failures.ts";
import { indexExpression } from "./index-terms.ts";
import type { Reader } from "./connection.ts";
import { toBody, toMessage } from "./rows.ts";
import type { MessageRow } from "./rows.ts";

export interface Walk {
  readonly file: string;
  readonly sought: TermQuery;
  readonly conversation: ConversationId | undefined;
  /** Only messages whose `arrived` is smaller. */
  readonly below: number;
  /** Messages up to this one stand in the index. */
  readonly indexed: number;
  /** Hits of the index that are read at a time. */
  readonly slice: number;
}

/** Rows that a scan reads at a time: it stops within one when it has enough. */
const scanSlice = 500;

/** A slice may be empty; the walk goes on until it returns. */
export function* newestHits(reader: Reader, walk: Walk): Generator<Message[], void> {
  const fits = (part: SearchedPart): boolean => isFound(part, walk.sought);
  yield* scannedHits(reader, { ...walk, above: walk.indexed, slice: scanSlice, fits });
  yield* indexedHits(reader, walk);
}

export interface Scan {
  readonly file: string;
  readonly conversation: ConversationId | undefined;
  /** Only messages whose `arrived` lies between these two. */
  readonly above: number;
  readonly below: number;
  /** Rows that are read at a time. */
  readonly slice: number;
  readonly fits: (part: SearchedPart) => boolean;
}

/** Looks at every row of a stretch, newest first; only those that fit are read whole. */
export function* scannedHits(reader: Reader, scan: Scan): Generator<Message[], void> {
  const { file, conversation, above, slice } = scan;
  const within = conversation === undefined ? "" : "conversation = ? AND ";
  const first = conversation === undefined ? [] : [conversation];
  const sql = `
    SELECT arrived, kind, body, deleted FROM messages
    WHERE ${within}arrived > ? AND arrived < ? ORDER BY arrived DESC LIMIT ?`;
  let below = scan.below;
  for (;;) {
    const rows = reader.all<SketchRow>(sql, ...first, above, below, slice);
    yield rows.filter((row) => scan.fits(toPart(row, file))).flatMap((row) => wholeOf(reader, row, file));
    const last = rows.at(-1);
    if (last === undefined || rows.length < slice) return;
    below = nextBelow(below, last.arrived, file);
  }
}

type SketchRow = Pick<MessageRow, "arrived" | "kind" | "body" | "deleted">;

function toPart(row: SketchRow, file: string): SearchedPart {
  return { body: toBody(row, file), deleted: row.deleted === 1 };
}

/** None when it has gone meanwhile. */
function wholeOf(reader: Reader, row: SketchRow, file: string): Message[] {
  const rows = reader.all<MessageRow>("SELECT * FROM messages WHERE arrived = ?", row.arrived);
  return rows.map((whole) => toMessage(whole, file));
}

function* indexedHits(reader: Reader, walk: Walk): Generator<Message[], void> {
  const expression = indexExpression(reader, walk.sought, walk.conversation);
  const sql = `
    SELECT m.* FROM message_terms t CROSS JOIN messages m ON m.arrived = t.rowid
    WHERE message_terms MATCH ? AND t.rowid < ? ORDER BY t.rowid DESC LIMIT ?`;
  let below = Math.min(walk.below, walk.indexed + 1);
  for (;;) {
    const rows = reader.all<MessageRow>(sql, expression, below, walk.slice);
    yield rows.map((row) => toMessage(row, walk.file));
    const last = rows.at(-1);
    if (last === undefined || rows.length < walk.slice) return;
    below = nextBelow(below, last.arrived, walk.file);
  }
}

/** Where a walk towards older messages goes on. In a damaged file numbers could lead in a circle. */
function nextBelow(below: number, last: number, file: string): number {
  if (last >= below) throw damaged(file, "messages are out of order");
  return last;
}
