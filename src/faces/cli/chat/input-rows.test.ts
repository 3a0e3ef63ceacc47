/** The line being typed, laid out in rows with the cursor in its place. */
import { expect, test } from "vitest";
import { plain, textOf } from "../../model/spans.ts";
import { inputRows } from "./input-rows.ts";

function rowsOf(text: string, cursor: number, width = 10, rowsMax = 5): readonly [string[], number, number] {
  const { rows, row, column } = inputRows({ prompt: [plain("> ")], text, cursor }, width, rowsMax);
  return [rows.map(textOf), row, column];
}

test.each<[string, number, readonly [string[], number, number]]>([
  ["", 0, [["> "], 0, 2]],
  ["abc", 1, [["> abc"], 0, 3]],
  ["abcdefgh", 8, [["> abcdefgh", ""], 1, 0]],
  ["abcdefghij", 8, [["> abcdefgh", "ij"], 1, 0]],
  ["日本語です", 5, [["> 日本語で", "す"], 1, 2]],
  ["a\nb", 2, [["> a", "b"], 1, 0]],
  ["a\nb", 1, [["> a", "b"], 0, 3]],
])("%j with the cursor at %i", (text, cursor, expected) => {
  expect(rowsOf(text, cursor)).toEqual(expected);
});

test("as many rows as there is room for, those around the cursor", () => {
  const lines = ["1", "2", "3", "4", "5", "6"].join("\n");
  expect(rowsOf(lines, lines.length, 10, 5)).toEqual([["2", "3", "4", "5", "6"], 4, 1]);
  expect(rowsOf(lines, 0, 10, 5)).toEqual([["> 1", "2", "3", "4", "5"], 0, 2]);
});
