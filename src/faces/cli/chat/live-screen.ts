/** The lower end of a terminal: what was told scrolls up, the line being typed stays below it, undisturbed. */
import { cellsOf, type Spans } from "../../model/spans.ts";
import { paint, type Colours } from "../paint.ts";
import type { OutputStream } from "../parts.ts";
import { inputRows, type InputLine, type InputRows } from "./input-rows.ts";

const rowsDefault = 24;
const columnsDefault = 80;
/** Narrower than this nothing can be laid out; the terminal cuts. */
const columnsMin = 20;

const clearDown = "\r\u001b[J";
const clearAll = "\u001b[H\u001b[2J\u001b[3J";
const bell = "\u0007";
const pasteOn = "\u001b[?2004h";
const pasteOff = "\u001b[?2004l";
/** Terminals that know it show everything between these at once. */
const frameBegins = "\u001b[?2026h";
const frameEnds = "\u001b[?2026l";

export class LiveScreen {
  readonly #stream: OutputStream;
  readonly #colours: Colours;
  #line: InputLine = { prompt: [], text: "", cursor: 0 };
  #drawn: InputRows = { rows: [[]], row: 0, column: 0 };
  /** What stands directly above the input, if it may still be drawn anew. */
  #last: { readonly key: string; readonly height: number } | undefined;

  constructor(stream: OutputStream, colours: Colours) {
    this.#stream = stream;
    this.#colours = colours;
    stream.write(pasteOn);
  }

  get width(): number {
    return Math.max(columnsMin, this.#stream.columns ?? columnsDefault);
  }

  get #rows(): number {
    return this.#stream.rows ?? rowsDefault;
  }

  /** Tells lines above the input; with a key they can be replaced as long as nothing follows them. */
  print(lines: readonly Spans[], key?: string): void {
    this.#draw(0, lines);
    this.#last = key === undefined ? undefined : { key, height: lines.length };
  }

  /** False when something was told since, or it has scrolled out of reach. */
  replace(key: string, lines: readonly Spans[]): boolean {
    const last = this.#last;
    if (last?.key !== key || last.height + this.#drawn.rows.length >= this.#rows) return false;
    this.#draw(last.height, lines);
    this.#last = { key, height: lines.length };
    return true;
  }

  show(line: InputLine): void {
    this.#line = line;
    this.#draw(0, []);
  }

  clear(): void {
    this.#last = undefined;
    this.#drawn = { rows: [[]], row: 0, column: 0 };
    this.#stream.write(clearAll);
    this.#draw(0, []);
  }

  ring(): void {
    this.#stream.write(bell);
  }

  /** The terminal has broken the rows anew: finds out in which one the cursor is now. */
  resized(): void {
    const width = this.#stream.columns ?? columnsDefault;
    const { rows, row, column } = this.#drawn;
    const above = rows
      .slice(0, row)
      .reduce((sum, spans) => sum + Math.max(1, Math.ceil(cellsOf(spans) / width)), 0);
    this.#drawn = { rows, row: above + Math.floor(column / width), column };
    this.#last = undefined;
    this.#draw(0, []);
  }

  /** Leaves the terminal as it was, the cursor below everything. */
  end(): void {
    this.#line = { prompt: [], text: "", cursor: 0 };
    this.#draw(0, []);
    this.#stream.write(pasteOff);
  }

  /** One write: goes up over the input and so many lines more, clears, tells the lines, and draws the input below. */
  #draw(over: number, lines: readonly Spans[]): void {
    const next = inputRows(this.#line, this.width, Math.max(1, Math.floor(this.#rows / 2)));
    const below = next.rows.length - 1 - next.row;
    const painted = [...lines, ...next.rows].map((line) => paint(line, this.#colours));
    this.#stream.write(
      frameBegins +
        up(this.#drawn.row + over) +
        clearDown +
        painted.join("\r\n") +
        up(below) +
        toColumn(next.column) +
        frameEnds,
    );
    this.#drawn = next;
  }
}

function up(rows: number): string {
  return rows > 0 ? `\u001b[${rows}A` : "";
}

function toColumn(column: number): string {
  return column > 0 ? `\r\u001b[${column}C` : "\r";
}
