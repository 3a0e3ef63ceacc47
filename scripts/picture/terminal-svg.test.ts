/** A screen drawn as an SVG: cells become texts at their places, in the colours of the terminal. */
import { expect, test } from "vitest";
import { paletteColour, terminalSvg, type Cell } from "./terminal-svg.ts";

function cell(
  chars: string,
  facts: { readonly colour?: number; readonly bold?: boolean; readonly width?: number } = {},
): Cell {
  return {
    getChars: () => chars,
    getWidth: () => facts.width ?? 1,
    isFgDefault: () => facts.colour === undefined,
    isFgPalette: () => facts.colour !== undefined,
    getFgColor: () => facts.colour ?? 0,
    isBold: () => (facts.bold === true ? 1 : 0),
    isItalic: () => 0,
    isUnderline: () => 0,
    isStrikethrough: () => 0,
  };
}

test("cells of one look are one text, as wide as on the terminal, and blanks are not drawn", () => {
  const row = [
    cell(""),
    cell("a"),
    cell("日", { width: 2 }),
    cell("", { width: 0 }),
    cell("<", { bold: true }),
    cell(""),
  ];
  const svg = terminalSvg({ columns: 6, rows: [row] }, "a chat");
  expect(svg.match(/<text.*/g)).toEqual([
    '<text x="24.4" y="30" textLength="25.2" lengthAdjust="spacingAndGlyphs">a日</text>',
    '<text x="49.6" y="30" textLength="8.4" lengthAdjust="spacingAndGlyphs" font-weight="bold">&lt;</text>',
  ]);
});

test.each([
  [16, "#000000"],
  [71, "#5faf5f"],
  [231, "#ffffff"],
  [245, "#8a8a8a"],
])("colour %i of the 256 is %s", (index, colour) => {
  expect(paletteColour(index)).toBe(colour);
});
