/** Tests of what the index is asked: a word that is only begun finds the words that begin so, few or many. */
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ConversationId } from "../../base/ids.ts";
import { toQuery } from "../../base/search-terms.ts";
import type { Store } from "../../core/ports/store.ts";
import { Connection } from "./connection.ts";
import { completionsMax, indexExpression } from "./index-terms.ts";
import { openSqliteStore } from "./sqlite-store.ts";
import { putMessage, testFolder } from "./testing.ts";

/** A store whose index has these texts, the first of them as message 1. */
function indexed(texts: readonly string[]): { readonly store: Store; readonly file: string } {
  const file = join(testFolder(), "history.db");
  const store = openSqliteStore({ file });
  store.transaction(() => texts.forEach((text, at) => putMessage(store, at + 1, text)));
  store.search.index(texts.length);
  return { store, file };
}

function asked(file: string, text: string, conversation?: ConversationId): string {
  const sought = toQuery(text);
  const connection = Connection.open({ file, readonly: true });
  const expression = sought === undefined ? "" : indexExpression(connection, sought, conversation);
  connection.close();
  return expression;
}

test("a longer beginning is asked for as the words that begin so, and finds just these", () => {
  const { store, file } = indexed(["wond", "wonder", "won", "wont wondering", "wonderful", "wane", "wonder"]);
  expect(asked(file, "wond")).toBe('("wond" OR "wonder" OR "wonderful" OR "wondering")');
  expect(asked(file, "wane wond", 1 as ConversationId)).toBe(
    '"§1" AND "wane" AND ("wond" OR "wonder" OR "wonderful" OR "wondering")',
  );
  const found = store.search.find({ text: "wond", limit: 9 });
  expect(found.map((message) => message.arrived)).toEqual([7, 5, 4, 2, 1]);
  expect(store.search.find({ text: "wonders", limit: 9 })).toEqual([]);
  store.close();
});

test("beginnings that the index has itself are asked for as they are", () => {
  const { store, file } = indexed(["wonder", "漢字"]);
  expect(asked(file, "won")).toBe('"won" *');
  expect(asked(file, "漢")).toBe('"漢" *');
  expect(asked(file, "wond")).toBe('("wonder")');
  store.close();
});

test.each([
  ["as many words as are named", completionsMax, " OR "],
  ["one word more", completionsMax + 1, '"word" *'],
])("%s: all of them are found", (_, count, form) => {
  const { store, file } = indexed(Array.from({ length: count }, (_unused, at) => `word${at}`));
  expect(asked(file, "word")).toContain(form);
  expect(store.search.find({ text: "word", limit: count + 1 })).toHaveLength(count);
  store.close();
});
