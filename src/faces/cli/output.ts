/** What a verb writes: painted lines or JSON, nothing else; a reader that has gone away is no error. */
import { harmlessJson, harmlessLine } from "../../base/harmless.ts";
import { truncate } from "../../base/width.ts";
import { breakSpans, cellsOf, plain, textOf, type Span, type Spans } from "../model/spans.ts";
import { paint, type Colours } from "./paint.ts";
import type { OutputStream } from "./parts.ts";

export interface OutputStyle {
  /** No colours, no redrawing: for screen readers and for terminals that know nothing. */
  readonly simple: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Columns of a table are this far apart. */
const gap = "  ";
/** A terminal that does not say how wide it is. */
const columnsDefault = 80;

export class Output {
  readonly #stream: OutputStream;
  readonly #gone = Promise.withResolvers<undefined>();
  readonly colours: Colours;

  constructor(stream: OutputStream, { simple, env }: OutputStyle) {
    this.#stream = stream;
    const plainly =
      simple || stream.isTTY !== true || env["TERM"] === "dumb" || (env["NO_COLOR"] ?? "") !== "";
    this.colours = plainly ? "none" : "full";
    stream.on("error", (error: Error & { readonly code?: string }) => {
      // Acted upon: `kith history | head` ends when head has enough.
      if (error.code === "EPIPE") this.#gone.resolve(undefined);
      else throw error;
    });
  }

  /** Resolves when nobody reads any more. */
  get gone(): Promise<undefined> {
    return this.#gone.promise;
  }

  /** Cells of a line; undefined where lines are not shown but passed on. */
  get width(): number | undefined {
    return this.#stream.isTTY === true ? (this.#stream.columns ?? columnsDefault) : undefined;
  }

  line(spans: Spans | string): void {
    const line = typeof spans === "string" ? [plain(spans)] : spans;
    this.#stream.write(`${paint(line, this.colours)}\n`);
  }

  json(value: unknown): void {
    this.#stream.write(`${harmlessJson(value)}\n`);
  }
}

/** Sentences of any length, broken where they are shown; all lines are as far in as the first. */
export function paragraph(spans: Spans, width: number | undefined): readonly Spans[] {
  if (width === undefined) return [spans];
  const [indent = ""] = /^ */.exec(textOf(spans)) ?? [];
  const lines = breakSpans(spans, Math.max(1, width - indent.length));
  return indent === "" ? lines : lines.map((line, at) => (at === 0 ? line : [plain(indent), ...line]));
}

/** Rows as lines: columns as wide as their widest cell, the last one cut where the screen ends. */
export function tableLines(rows: readonly (readonly Span[])[], width: number | undefined): readonly Spans[] {
  const cellsMax = width === undefined ? Number.POSITIVE_INFINITY : columnCellsMax;
  const shown = rows
    .map(withoutEmptyEnd)
    .map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cutCell(cell, cellsMax))));
  const columns = Math.max(0, ...shown.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(0, ...shown.map((row) => (row[at] === undefined ? 0 : cellsOf([row[at]])))),
  );
  return shown.map((row) => {
    const spans = row.flatMap((cell, at) =>
      at === row.length - 1 ? [cell] : [cell, padding(cell, widths[at] ?? 0)],
    );
    return width === undefined ? spans : cut(spans, width);
  });
}

/** No line ends in spaces that nobody sees. */
function withoutEmptyEnd(row: readonly Span[]): readonly Span[] {
  return row.slice(0, row.findLastIndex(({ text }) => text !== "") + 1);
}

/** Only a text that somebody else chose is this long: it must not push the other columns off the screen. */
const columnCellsMax = 44;

function cutCell(cell: Span, cellsMax: number): Span {
  const text = harmlessLine(cell.text);
  return { ...cell, text: cellsMax === Number.POSITIVE_INFINITY ? text : truncate(text, cellsMax) };
}

function padding(cell: Span, width: number): Span {
  return plain(" ".repeat(Math.max(0, width - cellsOf([cell]))) + gap);
}

function cut(spans: Spans, width: number): Spans {
  if (cellsOf(spans) <= width) return spans;
  const kept: Span[] = [];
  let left = width;
  for (const span of spans) {
    const text = truncate(span.text, left);
    kept.push({ ...span, text });
    left -= cellsOf([{ text }]);
    if (text !== span.text || left <= 0) break;
  }
  return textOf(kept).trimEnd() === "" ? [] : kept;
}
