/** How many cells of a terminal a text takes, and cutting and breaking it by cells, never inside a visible character. */
import { once } from "./once.ts";

/** What has no cell of its own: marks that stand on the letter before, and what only joins or chooses. */
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}]$/u;
/**
 * Unicode's East Asian Width "wide" and "fullwidth" (UAX 11), which regular expressions have no name for, and what is
 * shown as a picture. Regional indicators are pictures in pairs only.
 */
const wide =
  /^(?:(?!\p{Regional_Indicator})[\p{Emoji_Presentation}\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\u3247\u3250-\ua4c6\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{16ff1}\u{17000}-\u{18d1e}\u{18d80}-\u{18df2}\u{1aff0}-\u{1b2fb}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{2fffd}\u{30000}-\u{3fffd}])/u;
/** Several code points that one picture stands for: a flag, a keycap, a character asked to be a picture. */
const picture = /^(?:\p{Regional_Indicator}{2}|\p{Emoji}\ufe0f)/u;
const printableAscii = /^[\x20-\x7e]*$/;

const segmenter = once(() => new Intl.Segmenter("en", { granularity: "grapheme" }));

/** The characters as a person counts them. */
export function graphemes(text: string): readonly string[] {
  if (printableAscii.test(text)) return text.split("");
  return Array.from(segmenter().segment(text), ({ segment }) => segment);
}

/** Cells of a harmless text without line breaks. */
export function cells(text: string): number {
  if (printableAscii.test(text)) return text.length;
  let sum = 0;
  for (const grapheme of graphemes(text)) sum += cellsOfGrapheme(grapheme);
  return sum;
}

function cellsOfGrapheme(grapheme: string): number {
  if (picture.test(grapheme)) return 2;
  let sum = 0;
  for (const char of grapheme) {
    const isFirst = sum === 0;
    // A letter takes a cell and its spacing marks take theirs; of joined pictures, or of a syllable, the first one counts.
    if (isFirst) sum = cellsOfChar(char);
    else if (/^\p{Mc}$/u.test(char)) sum += 1;
  }
  return sum;
}

function cellsOfChar(char: string): number {
  if (wide.test(char)) return 2;
  return zeroWidth.test(char) ? 0 : 1;
}

/** The text, or as much of it as fits with "…" behind. */
export function truncate(text: string, cellsMax: number): string {
  if (cells(text) <= cellsMax) return text;
  if (cellsMax < 1) return "";
  return `${startOf(text, cellsMax - 1)}…`;
}

/** As much of the beginning as fits. */
function startOf(text: string, cellsMax: number): string {
  let taken = "";
  let left = cellsMax;
  for (const grapheme of graphemes(text)) {
    left -= cellsOfGrapheme(grapheme);
    if (left < 0) break;
    taken += grapheme;
  }
  return taken;
}

/** Exactly so many cells: cut, or filled up with spaces. */
export function fit(text: string, width: number): string {
  const cut = truncate(text, width);
  return cut + " ".repeat(Math.max(0, width - cells(cut)));
}

/** A line of a broken text: from and up to these UTF-16 units of it. */
export interface Line {
  readonly start: number;
  readonly end: number;
}

/** Breaks at spaces, or inside a word that is wider than a line. Spaces at a break are not shown. Always one line at least. */
export function breakLines(text: string, cellsMax: number): readonly Line[] {
  const lines: Line[] = [];
  let from = 0;
  for (const paragraph of text.split("\n")) {
    breakParagraph(paragraph, from, Math.max(1, cellsMax), lines);
    from += paragraph.length + 1;
  }
  return lines;
}

function breakParagraph(text: string, from: number, cellsMax: number, lines: Line[]): void {
  let start = 0;
  let at = 0;
  let used = 0;
  /** Behind the last space of the line, where it can be broken. */
  let breakAt = 0;
  let usedAtBreak = 0;
  for (const grapheme of graphemes(text)) {
    const width = cellsOfGrapheme(grapheme);
    // Twice at the most: at the space, and again where what stood behind the space leaves no room either.
    while (used + width > cellsMax && grapheme !== " " && at > start) {
      const isInWord = breakAt <= start;
      const end = isInWord ? at : breakAt;
      lines.push({ start: from + start, end: from + endWithoutSpaces(text, start, end) });
      used -= isInWord ? used : usedAtBreak;
      start = end;
    }
    at += grapheme.length;
    used += width;
    if (grapheme === " " || width === 2) {
      breakAt = at;
      usedAtBreak = used;
    }
  }
  lines.push({ start: from + start, end: from + endWithoutSpaces(text, start, text.length) });
}

function endWithoutSpaces(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && text[at - 1] === " ") at--;
  return at;
}

/** The lines of a text in a column. */
export function wrap(text: string, cellsMax: number): readonly string[] {
  return breakLines(text, cellsMax).map(({ start, end }) => text.slice(start, end));
}
