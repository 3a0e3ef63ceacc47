/** The full-text index: what it is told of a message, and what it is asked for a query. */
import { terms } from "../../base/search-terms.ts";
import type { QueryPart, TermQuery } from "../../base/search-terms.ts";
import type { ConversationId } from "../../base/ids.ts";
import type { Message } from "../../core/model.ts";
import { searchedText } from "../searched-text.ts";
import type { Reader } from "./connection.ts";
import { indexedBeginningMax, wordsTable } from "./schema.ts";

/** Words that a beginning is replaced by: each costs some 30 µs, and with more of them the other way is as good. */
export const completionsMax = 32;

/**
 * What the index holds of a message: its conversation, so that a search in one of them reads nothing of the others, and
 * its terms. No term has a sign like that in it. Undefined for a message that is never found.
 */
export function indexEntry(message: Message): string | undefined {
  const text = searchedText(message);
  return text === undefined ? undefined : [conversationTerm(message.conversation), ...terms(text)].join(" ");
}

export function indexExpression(
  reader: Reader,
  sought: TermQuery,
  conversation: ConversationId | undefined,
): string {
  const parts = sought.map((part) => partExpression(reader, part));
  const all = conversation === undefined ? parts : [quoted(conversationTerm(conversation)), ...parts];
  return all.join(" AND ");
}

function conversationTerm(conversation: ConversationId): string {
  return `§${conversation}`;
}

function partExpression(reader: Reader, { terms: sought, beginning }: QueryPart): string {
  const [first, ...rest] = sought;
  if (!beginning) return quoted(sought.join(" "));
  return rest.length === 0 ? begun(reader, first) : `${quoted(sought.join(" "))} *`;
}

/**
 * Every whole word is the beginning of others as well. The index has beginnings of up to three signs; for a longer one
 * it would collect all hits of all words before it gave the first, 10 ms for a common word among a million messages.
 * Where the words are named, it gives the newest hits at once.
 */
function begun(reader: Reader, beginning: string): string {
  const words = Array.from(beginning).length > indexedBeginningMax ? completions(reader, beginning) : [];
  if (words.length === 0 || words.length > completionsMax) return `${quoted(beginning)} *`;
  return `(${words.map(quoted).join(" OR ")})`;
}

/** The words of the index that begin so, by the alphabet; one more than the limit where there are more. */
function completions(reader: Reader, beginning: string): readonly string[] {
  const sql = `SELECT term FROM ${wordsTable} WHERE term >= ? AND term < ? LIMIT 1`;
  const words: string[] = [];
  let from = beginning;
  while (words.length <= completionsMax) {
    const [next] = reader.all<{ term: string }>(sql, from, `${beginning}${afterAll}`);
    if (next === undefined) break;
    words.push(next.term);
    from = `${next.term} `; // behind the word, before all that it begins: its other hits are not read
  }
  return words;
}

/** Sorts behind every sign of a term. */
const afterAll = "\u{10ffff}";

function quoted(text: string): string {
  return `"${text}"`;
}
