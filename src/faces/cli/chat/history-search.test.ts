/** Looking through what was entered before. */
import { expect, test } from "vitest";
import { emptyEditor, insert, submitted, type Editor } from "./editor.ts";
import { beginSearch, foundText, soughtLess, soughtMore, soughtOlder, taken } from "./history-search.ts";

const entered = ["lunch at noon?", "see you at the lighthouse", "LUNCH was good", "bye"];
const line = insert(
  entered.reduce((editor: Editor, text) => submitted(insert(editor, text)), emptyEditor),
  "half typed",
);
const sought = (text: string) => soughtMore(beginSearch(line), text);

test("the newest line with the text is found first, whatever its case, then older ones, and the oldest stays", () => {
  const first = sought("lunch");
  expect(foundText(first)).toBe("LUNCH was good");
  const second = soughtOlder(first);
  expect(foundText(second)).toBe("lunch at noon?");
  expect(foundText(soughtOlder(second))).toBe("lunch at noon?");
});

test("another letter keeps what still fits, and one taken back looks from the newest again", () => {
  const older = soughtOlder(sought("at"));
  expect(foundText(soughtMore(older, " noon"))).toBe("lunch at noon?");
  expect(foundText(soughtLess(soughtMore(older, " ")))).toBe("see you at the lighthouse");
});

test("what was typed stays when nothing fits, and one undo brings it back when something did", () => {
  expect(taken(sought("no such thing"))).toBe(line);
  expect(foundText(beginSearch(line))).toBe("");
  const found = taken(sought("bye"));
  expect(found).toMatchObject({ text: "bye", cursor: 3 });
  expect(found.undo.at(-1)).toMatchObject({ text: "half typed" });
});
