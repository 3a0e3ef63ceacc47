/** The messages in the database: added at the end, changed in place, read in pages. */
import { assert, present } from "../../base/assert.ts";
import type { ConversationId, MessageId } from "../../base/ids.ts";
import type { Message } from "../../core/model.ts";
import type { MessageStore, NewMessage, PageQuery, SeenMark } from "../../core/ports/store.ts";
import { checkLimit, checkMoments } from "../checks.ts";
import type { Value } from "./connection.ts";
import type { LateIndex } from "./late-index.ts";
import { messageValues, toMessage } from "./rows.ts";
import type { MessageRow } from "./rows.ts";
import type { SqliteSearch } from "./search.ts";
import type { Transactions } from "./transactions.ts";

const ofConversation = "SELECT * FROM messages WHERE conversation = ? AND arrived";

export class SqliteMessages implements MessageStore {
  readonly #transactions: Transactions;
  readonly #late: LateIndex;
  readonly #search: SqliteSearch;
  readonly #file: string;

  constructor(transactions: Transactions, late: LateIndex, search: SqliteSearch, file: string) {
    this.#transactions = transactions;
    this.#late = late;
    this.#search = search;
    this.#file = file;
  }

  add(message: NewMessage): Message {
    checkMoments(message);
    assert(this.#late.arrivedOf(message.id) === undefined, `message ${message.id} is stored already`);
    const arrived = this.#transactions.nextNumber();
    const added = { ...message, arrived, changed: arrived };
    this.#transactions.write(
      "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...messageValues(added),
    );
    this.#late.addMessage(added.id, arrived);
    return added;
  }

  change(message: Message): Message {
    checkMoments(message);
    const before = present(this.get(message.id), `message ${message.id}`);
    const { conversation, arrived } = before;
    const changed = { ...message, conversation, arrived, changed: this.#transactions.nextNumber() };
    this.#transactions.write(
      "REPLACE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...messageValues(changed),
    );
    this.#search.follow(before, changed);
    return changed;
  }

  get(id: MessageId): Message | undefined {
    const arrived = this.#late.arrivedOf(id);
    if (arrived === undefined) return undefined;
    const row = this.#transactions.get<MessageRow>("SELECT * FROM messages WHERE arrived = ?", arrived);
    return row && toMessage(row, this.#file);
  }

  at(numbers: readonly number[]): readonly Message[] {
    const sql = "SELECT * FROM messages WHERE arrived IN (SELECT value FROM json_each(?)) ORDER BY arrived";
    return this.#messages(sql, JSON.stringify(numbers));
  }

  page({ conversation, from, limit }: PageQuery): readonly Message[] {
    checkLimit(limit);
    switch (from.kind) {
      case "newest":
        return this.#before(conversation, this.#transactions.number + 1, limit);
      case "before":
        return this.#before(conversation, from.number, limit);
      case "after":
        return this.#from(conversation, from.number + 1, limit);
      case "around": {
        const half = Math.floor(limit / 2);
        const before = this.#before(conversation, from.number, half);
        return [...before, ...this.#from(conversation, from.number, limit - half)];
      }
    }
  }

  since(after: number, limit: number): readonly Message[] {
    checkLimit(limit);
    const sql = "SELECT * FROM messages WHERE changed > ? ORDER BY changed LIMIT ?";
    return this.#messages(sql, after, limit);
  }

  lastNumber(): number {
    return this.#transactions.number;
  }

  seen(mark: SeenMark): MessageId | undefined {
    return this.#late.seen(mark);
  }

  #before(conversation: ConversationId, number: number, limit: number): Message[] {
    return this.#messages(
      `${ofConversation} < ? ORDER BY arrived DESC LIMIT ?`,
      conversation,
      number,
      limit,
    ).reverse();
  }

  #from(conversation: ConversationId, number: number, limit: number): Message[] {
    return this.#messages(`${ofConversation} >= ? ORDER BY arrived LIMIT ?`, conversation, number, limit);
  }

  #messages(sql: string, ...values: readonly Value[]): Message[] {
    return this.#transactions.all<MessageRow>(sql, ...values).map((row) => toMessage(row, this.#file));
  }
}
