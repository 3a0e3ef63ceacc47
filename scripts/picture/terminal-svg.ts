/** Draws a terminal's screen as an SVG: plain text in a monospace font, a cell where the terminal has one. */

/** What a terminal shows in one cell: of @xterm/headless, as much as is drawn. */
export interface Cell {
  getChars(): string;
  /** 0 behind a wide character. */
  getWidth(): number;
  isFgDefault(): boolean;
  isFgPalette(): boolean;
  getFgColor(): number;
  isBold(): number;
  isItalic(): number;
  isUnderline(): number;
  isStrikethrough(): number;
}

export interface Rows {
  readonly columns: number;
  readonly rows: readonly (readonly Cell[])[];
}

/** In px. */
const cellWidth = 8.4;
const cellHeight = 19;
const fontSize = 14;
const padding = 16;
const baseline = 14;

const ground = "#16191f";
const ink = "#d5d8de";
const fonts = "ui-monospace, 'SFMono-Regular', 'DejaVu Sans Mono', Menlo, Consolas, monospace";

/** The first sixteen of the 256 colours are the terminal's own; these are readable on our ground. */
const basic: readonly string[] = [
  ...["#2e3440", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d5d8de"],
  ...["#5c6370", "#ef7f88", "#a9d48a", "#f0cf8e", "#7fc1ff", "#d68ceb", "#6fcbd6", "#ffffff"],
];

interface Run {
  readonly start: number;
  readonly look: string;
  text: string;
  cells: number;
}

export function terminalSvg({ columns, rows }: Rows, label: string): string {
  const width = columns * cellWidth + 2 * padding;
  const height = rows.length * cellHeight + 2 * padding;
  const lines = rows.flatMap((row, at) => runsOf(row).map((run) => drawn(run, at)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${px(width)}" height="${px(height)}" viewBox="0 0 ${px(width)} ${px(height)}" role="img" aria-label="${escaped(label)}">`,
    `<rect width="100%" height="100%" rx="10" fill="${ground}"/>`,
    `<g font-family="${fonts}" font-size="${fontSize}" fill="${ink}" xml:space="preserve" style="white-space:pre">`,
    ...lines,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** Cells of one look beside each other; spaces between them are left out, for nothing is drawn there. */
function runsOf(row: readonly Cell[]): readonly Run[] {
  const runs: Run[] = [];
  row.forEach((cell, column) => {
    if (cell.getWidth() === 0) return;
    const [last, look] = [runs.at(-1), lookOf(cell)];
    const text = cell.getChars() === "" ? " " : cell.getChars();
    if (last?.look === look && last.start + last.cells === column) {
      last.text += text;
      last.cells += cell.getWidth();
    } else runs.push({ start: column, look, text, cells: cell.getWidth() });
  });
  return runs.filter(({ text }) => text.trim() !== "").map(trimmed);
}

function trimmed(run: Run): Run {
  const text = run.text.trimStart();
  const skipped = run.text.length - text.length;
  const end = text.trimEnd();
  return {
    ...run,
    start: run.start + skipped,
    text: end,
    cells: run.cells - skipped - (text.length - end.length),
  };
}

function lookOf(cell: Cell): string {
  const decorations = [
    ...(cell.isUnderline() ? ["underline"] : []),
    ...(cell.isStrikethrough() ? ["line-through"] : []),
  ];
  return [
    cell.isFgDefault() ? "" : ` fill="${cell.isFgPalette() ? paletteColour(cell.getFgColor()) : ink}"`,
    cell.isBold() ? ' font-weight="bold"' : "",
    cell.isItalic() ? ' font-style="italic"' : "",
    decorations.length === 0 ? "" : ` text-decoration="${decorations.join(" ")}"`,
  ].join("");
}

function drawn({ start, look, text, cells }: Run, row: number): string {
  const x = px(padding + start * cellWidth);
  const y = px(padding + row * cellHeight + baseline);
  // Whatever font is there, each run takes the cells that it takes on the terminal.
  const length = ` textLength="${px(cells * cellWidth)}" lengthAdjust="spacingAndGlyphs"`;
  return `<text x="${x}" y="${y}"${length}${look}>${escaped(text)}</text>`;
}

/** xterm's 256 colours: sixteen of its own, a cube of six by six by six, and greys. */
export function paletteColour(index: number): string {
  const own = basic[index];
  if (own !== undefined) return own;
  if (index >= 232) return rgb([8 + (index - 232) * 10, 8 + (index - 232) * 10, 8 + (index - 232) * 10]);
  const cube = index - 16;
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  return rgb([level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]);
}

function rgb(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
