/** Looks through the lines that were entered for one with a text in it, the newest first: Ctrl+R. */
import { graphemes } from "../../../base/width.ts";
import { withText, type Editor } from "./editor.ts";

export interface HistorySearch {
  readonly sought: string;
  /** The line as it was, with its history. */
  readonly before: Editor;
  /** The entry that is shown; undefined while nothing fits. */
  readonly at: number | undefined;
}

export function beginSearch(before: Editor): HistorySearch {
  return { sought: "", before, at: undefined };
}

/** Another letter: what is shown stays as long as it fits. */
export function soughtMore(search: HistorySearch, text: string): HistorySearch {
  const sought = search.sought + text;
  return { ...search, sought, at: newest(search.before, sought, search.at) };
}

/** The last letter is taken back; what is found begins at the newest again. */
export function soughtLess(search: HistorySearch): HistorySearch {
  const sought = graphemes(search.sought).slice(0, -1).join("");
  return { ...search, sought, at: newest(search.before, sought) };
}

/** The next older entry that fits; the oldest stays. */
export function soughtOlder(search: HistorySearch): HistorySearch {
  const at = search.at === undefined ? undefined : newest(search.before, search.sought, search.at - 1);
  return at === undefined ? search : { ...search, at };
}

/** What is found, empty when nothing is. */
export function foundText({ before, at }: HistorySearch): string {
  return at === undefined ? "" : (before.history[at] ?? "");
}

/** The line with what was found in it, or as it was before. */
export function taken(search: HistorySearch): Editor {
  return search.at === undefined ? search.before : withText(search.before, foundText(search));
}

function newest({ history }: Editor, sought: string, from = history.length - 1): number | undefined {
  if (sought === "") return undefined;
  const wanted = sought.toLowerCase();
  const at = history.findLastIndex((entry, index) => index <= from && entry.toLowerCase().includes(wanted));
  return at < 0 ? undefined : at;
}
