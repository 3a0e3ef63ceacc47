/** A line being typed, with readline's keys: a pure reducer, by characters as a person counts them. */
import { graphemes } from "../../../base/width.ts";
import type { KeyName } from "./keys.ts";

export interface Editor {
  readonly text: string;
  /** In UTF-16 units, at the edge of a character. */
  readonly cursor: number;
  readonly killed: string;
  readonly undo: readonly Pick<Editor, "text" | "cursor">[];
  readonly history: readonly string[];
  /** Which entry of the history is shown; its length while the line itself is. */
  readonly at: number;
  /** The line that was being typed before the history was looked through. */
  readonly stashed: string;
}

/** More than anybody takes back or looks for with one key. */
export const undoMax = 100;
export const historyMax = 500;

export const emptyEditor: Editor = {
  text: "",
  cursor: 0,
  killed: "",
  undo: [],
  history: [],
  at: 0,
  stashed: "",
};

/** The line with another text, the cursor behind it. */
export function withText(editor: Editor, text: string): Editor {
  return changed(editor, text, text.length);
}

/** Puts text in at the cursor. */
export function insert(editor: Editor, text: string): Editor {
  const { text: before, cursor } = editor;
  return changed(editor, before.slice(0, cursor) + text + before.slice(cursor), cursor + text.length);
}

/** An empty line, after this one was sent: it can be found again with "up". */
export function submitted(editor: Editor): Editor {
  const { text, history } = editor;
  const isNew = text.trim() !== "" && text !== history.at(-1);
  const entries = isNew ? [...history, text].slice(-historyMax) : history;
  return { ...emptyEditor, killed: editor.killed, history: entries, at: entries.length };
}

/** Keys that only edit; all others leave the line as it is. */
export function press(editor: Editor, key: KeyName): Editor {
  const edit = edits[key];
  return edit === undefined ? editor : edit(editor);
}

const edits: Partial<Readonly<Record<KeyName, (editor: Editor) => Editor>>> = {
  newline: (editor) => insert(editor, "\n"),
  left: (editor) => moved(editor, previous(editor)),
  right: (editor) => moved(editor, next(editor)),
  home: (editor) => moved(editor, lineStart(editor.text, editor.cursor)),
  end: (editor) => moved(editor, lineEnd(editor.text, editor.cursor)),
  "word-left": (editor) => moved(editor, wordLeft(editor)),
  "word-right": (editor) => moved(editor, wordRight(editor)),
  backspace: (editor) => cut(editor, previous(editor), editor.cursor),
  delete: (editor) => cut(editor, editor.cursor, next(editor)),
  "kill-to-end": (editor) => kill(editor, editor.cursor, lineEnd(editor.text, editor.cursor)),
  "kill-to-start": (editor) => kill(editor, lineStart(editor.text, editor.cursor), editor.cursor),
  "kill-word-left": (editor) => kill(editor, wordLeft(editor), editor.cursor),
  "kill-word-right": (editor) => kill(editor, editor.cursor, wordRight(editor)),
  yank: (editor) => insert(editor, editor.killed),
  swap,
  undo,
  up,
  down,
};

function moved(editor: Editor, cursor: number): Editor {
  return { ...editor, cursor };
}

function changed(editor: Editor, text: string, cursor: number): Editor {
  const undo = [...editor.undo, { text: editor.text, cursor: editor.cursor }].slice(-undoMax);
  return { ...editor, text, cursor, undo };
}

function cut(editor: Editor, from: number, to: number): Editor {
  if (from === to) return editor;
  return changed(editor, editor.text.slice(0, from) + editor.text.slice(to), from);
}

function kill(editor: Editor, from: number, to: number): Editor {
  if (from === to) return editor;
  return { ...cut(editor, from, to), killed: editor.text.slice(from, to) };
}

function previous({ text, cursor }: Editor): number {
  return cursor - (graphemes(text.slice(lineBefore(text, cursor), cursor)).at(-1)?.length ?? 0);
}

function next({ text, cursor }: Editor): number {
  return cursor + (graphemes(text.slice(cursor))[0]?.length ?? 0);
}

/** Where the characters before the cursor are counted from: no character reaches across a line break. */
function lineBefore(text: string, cursor: number): number {
  return lineStart(text, Math.max(0, cursor - 1));
}

function lineStart(text: string, cursor: number): number {
  return text.slice(0, cursor).lastIndexOf("\n") + 1;
}

function lineEnd(text: string, cursor: number): number {
  const end = text.indexOf("\n", cursor);
  return end < 0 ? text.length : end;
}

/** Characters between the beginning of the line and the cursor. */
function columnOf({ text, cursor }: Editor): number {
  return graphemes(text.slice(lineStart(text, cursor), cursor)).length;
}

/** So many characters into the line that begins there, or at its end. */
function atColumn(text: string, start: number, column: number): number {
  const line = graphemes(text.slice(start, lineEnd(text, start)));
  return start + line.slice(0, column).join("").length;
}

function wordLeft({ text, cursor }: Editor): number {
  return text.slice(0, cursor).replace(/\S+\s*$|\s+$/u, "").length;
}

function wordRight({ text, cursor }: Editor): number {
  return cursor + (/^\s*\S+|^\s+/u.exec(text.slice(cursor))?.[0].length ?? 0);
}

/** Swaps the two characters around the cursor, at the end of the line the last two. */
function swap(editor: Editor): Editor {
  const { text } = editor;
  const middle = editor.cursor === text.length ? previous(editor) : editor.cursor;
  const from = previous({ ...editor, cursor: middle });
  const to = next({ ...editor, cursor: middle });
  if (from === middle || to === middle) return editor;
  const swapped = text.slice(middle, to) + text.slice(from, middle);
  return changed(editor, text.slice(0, from) + swapped + text.slice(to), to);
}

function undo(editor: Editor): Editor {
  const last = editor.undo.at(-1);
  return last === undefined ? editor : { ...editor, ...last, undo: editor.undo.slice(0, -1) };
}

function up(editor: Editor): Editor {
  const { text, cursor, at, history } = editor;
  const start = lineStart(text, cursor);
  if (start > 0) return moved(editor, atColumn(text, lineStart(text, start - 1), columnOf(editor)));
  const entry = history[at - 1];
  if (entry === undefined) return editor;
  const stashed = at === history.length ? text : editor.stashed;
  return { ...withText(editor, entry), at: at - 1, stashed };
}

function down(editor: Editor): Editor {
  const { text, cursor, at, history } = editor;
  const end = lineEnd(text, cursor);
  if (end < text.length) {
    return moved(editor, atColumn(text, end + 1, columnOf(editor)));
  }
  if (at >= history.length) return editor;
  const entry = at + 1 === history.length ? editor.stashed : (history[at + 1] ?? "");
  return { ...withText(editor, entry), at: at + 1 };
}
