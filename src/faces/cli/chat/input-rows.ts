/** A prompt and the line being typed as rows of a terminal, and where the cursor stands in them. */
import { cells, graphemes } from "../../../base/width.ts";
import { cellsOf, plain, type Span, type Spans } from "../../model/spans.ts";

export interface InputRows {
  readonly rows: readonly Spans[];
  readonly row: number;
  readonly column: number;
}

export interface InputLine {
  readonly prompt: Spans;
  readonly text: string;
  /** In UTF-16 units of the text. */
  readonly cursor: number;
}

/** Rows of at most so many cells; when there are more than fit, those around the cursor. */
export function inputRows({ prompt, text, cursor }: InputLine, width: number, rowsMax: number): InputRows {
  const rows: Span[][] = [[...prompt]];
  let [column, at] = [cellsOf(prompt), 0];
  let place = { row: 0, column };
  let run = "";
  const endRow = (): void => {
    rows.at(-1)?.push(plain(run));
    rows.push([]);
    [run, column] = ["", 0];
  };
  for (const grapheme of graphemes(text)) {
    const wide = grapheme === "\n" ? 0 : cells(grapheme);
    if (column + wide > width) endRow();
    if (at === cursor) place = { row: rows.length - 1, column };
    if (grapheme === "\n") endRow();
    else [run, column] = [run + grapheme, column + wide];
    at += grapheme.length;
  }
  // Behind the last cell of a row there is no place for the cursor.
  if (column >= width) endRow();
  rows.at(-1)?.push(plain(run));
  if (cursor >= at) place = { row: rows.length - 1, column };
  const first = Math.max(0, Math.min(place.row - rowsMax + 1, rows.length - rowsMax));
  return { rows: rows.slice(first, first + rowsMax), row: place.row - first, column: place.column };
}
