/** Editing a line with readline's keys, by characters as a person counts them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { graphemes } from "../../../base/width.ts";
import {
  emptyEditor,
  historyMax,
  insert,
  press,
  submitted,
  undoMax,
  withText,
  type Editor,
} from "./editor.ts";
import type { KeyName } from "./keys.ts";

/** The text with "|" where the cursor is. */
function shown({ text, cursor }: Editor): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

function after(text: string, ...keys: readonly KeyName[]): string {
  return shown(keys.reduce(press, withText(emptyEditor, text)));
}

describe("editing", () => {
  test.each<[string, KeyName[], string]>([
    ["one two", ["word-left"], "one |two"],
    ["one two", ["kill-word-left"], "one |"],
    ["one two", ["kill-word-left", "home", "yank"], "two|one "],
    ["one two", ["home", "kill-word-right"], "| two"],
    ["one two", ["home", "word-right", "kill-to-end"], "one|"],
    ["one two", ["kill-to-start"], "|"],
    ["ab", ["swap"], "ba|"],
    ["abc", ["left", "swap"], "acb|"],
    ["x👩\u200d💻", ["backspace"], "x|"],
    ["e\u0301", ["left", "delete"], "|"],
    ["abc", ["backspace", "backspace", "undo"], "ab|"],
    ["one\ntwo", ["up"], "one|\ntwo"],
    ["one\ntwo", ["home", "up", "down"], "one\n|two"],
    ["", ["backspace", "delete", "left", "right", "swap", "undo", "yank"], "|"],
  ])("%j and %j gives %j", (text, keys, result) => {
    expect(after(text, ...keys)).toBe(result);
  });

  test("the cursor never stands inside a character, whatever is pressed", () => {
    const keys: readonly KeyName[] = [
      "left",
      "right",
      "backspace",
      "delete",
      "swap",
      "up",
      "down",
      "home",
      "end",
      "undo",
      "word-left",
      "word-right",
      "kill-word-left",
      "yank",
      "newline",
    ];
    const text = fc.array(fc.constantFrom("a", " ", "👩\u200d💻", "日", "e\u0301", "\n"), { maxLength: 12 });
    fc.assert(
      fc.property(text, fc.array(fc.constantFrom(...keys), { maxLength: 20 }), (parts, pressed) => {
        const editor = pressed.reduce(press, withText(emptyEditor, parts.join("")));
        const before = graphemes(editor.text.slice(0, editor.cursor)).length;
        expect(before + graphemes(editor.text.slice(editor.cursor)).length).toBe(
          graphemes(editor.text).length,
        );
      }),
    );
  });
});

test("up and down go by characters as a person counts them", () => {
  const lines = withText(emptyEditor, "👩\u200d💻ab\n日本");
  expect(shown(press(lines, "up"))).toBe("👩\u200d💻a|b\n日本");
  expect(shown((["up", "left", "down"] as const).reduce(press, lines))).toBe("👩\u200d💻ab\n日|本");
});

describe("history", () => {
  test("goes back and comes back to what was being typed", () => {
    const one = submitted(withText(emptyEditor, "one"));
    const two = insert(submitted(withText(one, "two")), "three");
    expect(
      ["up", "up", "up"].map((_, at) =>
        shown(Array.from({ length: at + 1 }, () => "up" as const).reduce(press, two)),
      ),
    ).toEqual(["two|", "one|", "one|"]);
    expect(shown((["up", "up", "down", "down", "down"] as const).reduce(press, two))).toBe("three|");
  });

  test("keeps as many lines and changes as allowed, and not one more", () => {
    let editor = emptyEditor;
    for (let at = 0; at <= historyMax; at++) editor = submitted(withText(editor, `line ${at}`));
    expect(editor.history).toHaveLength(historyMax);
    expect(editor.history[0]).toBe("line 1");
    for (let at = 0; at <= undoMax; at++) editor = insert(editor, "x");
    expect(editor.undo).toHaveLength(undoMax);
  });
});
