/** Search in the database: finds at once, takes rows into the index later, and keeps the index true to every change. */
import { toQuery } from "../../base/search-terms.ts";
import type { Message } from "../../core/model.ts";
import type { IndexProgress, SearchQuery, SearchStore } from "../../core/ports/store.ts";
import { checkLimit } from "../checks.ts";
import { searchedText } from "../searched-text.ts";
import { damaged } from "./failures.ts";
import { indexEntry } from "./index-terms.ts";
import type { LateIndex } from "./late-index.ts";
import { newestHits } from "./newest-hits.ts";
import { toMessage } from "./rows.ts";
import type { MessageRow } from "./rows.ts";
import type { Transactions } from "./transactions.ts";

export class SqliteSearch implements SearchStore {
  readonly #transactions: Transactions;
  readonly #late: LateIndex;
  readonly #file: string;

  constructor(transactions: Transactions, late: LateIndex, file: string) {
    this.#transactions = transactions;
    this.#late = late;
    this.#file = file;
  }

  find(query: SearchQuery): readonly Message[] {
    checkLimit(query.limit);
    const sought = toQuery(query.text);
    if (sought === undefined || query.limit === 0) return [];
    const { number, indexed } = this.#transactions;
    const found: Message[] = [];
    const walk = {
      file: this.#file,
      sought,
      conversation: query.conversation,
      below: query.before ?? number + 1,
      indexed,
      slice: query.limit,
    };
    for (const hits of newestHits(this.#transactions, walk)) {
      found.push(...hits);
      if (found.length >= query.limit) break;
    }
    return found.slice(0, query.limit);
  }

  index(rowsMax: number): IndexProgress {
    checkLimit(rowsMax);
    return { indexed: this.#transactions.run(() => this.#takeIn(rowsMax)), left: this.left() };
  }

  left(): number {
    return this.#late.messages;
  }

  /** After a change of a message: the index says what the message says now. */
  follow(before: Message, after: Message): void {
    const unchanged = searchedText(before) === searchedText(after);
    if (unchanged || after.arrived > this.#transactions.indexed) return;
    this.#transactions.write("DELETE FROM message_terms WHERE rowid = ?", after.arrived);
    this.#enter(after);
  }

  #takeIn(rowsMax: number): number {
    const rows = this.#transactions.all<MessageRow>(
      "SELECT * FROM messages WHERE arrived > ? ORDER BY arrived LIMIT ?",
      this.#transactions.indexed,
      rowsMax,
    );
    for (const row of rows) this.#enter(toMessage(row, this.#file));
    this.#late.takeInMessages(rows);
    this.#late.takeInSeen(rowsMax);
    const last = rows.at(-1);
    if (last === undefined) return 0;
    if (last.arrived <= this.#transactions.indexed) throw damaged(this.#file, "messages are out of order");
    this.#transactions.markIndexed(last.arrived);
    return rows.length;
  }

  #enter(message: Message): void {
    const entry = indexEntry(message);
    if (entry === undefined) return;
    this.#transactions.write(
      "INSERT INTO message_terms (rowid, terms) VALUES (?, ?)",
      message.arrived,
      entry,
    );
  }
}
