/**
 * Where a message stands by its id, and what was seen. Both are sought by random keys, whose indexes are written late,
 * many rows at a time. Invariant: what the indexes do not have yet is in memory here, made from the rows that are
 * durable already; together they always answer truly.
 */
import type { ContactId, ConversationId, MessageId } from "../../base/ids.ts";
import { JournaledMap } from "../../base/journal.ts";
import type { SeenMark } from "../../core/ports/store.ts";
import type { MessageRow } from "./rows.ts";
import type { Transactions } from "./transactions.ts";

interface SeenRow {
  readonly place: number;
  readonly conversation: ConversationId;
  readonly author: ContactId;
  readonly wire_id: string;
  readonly message: MessageId;
}

export class LateIndex {
  readonly #transactions: Transactions;
  readonly #arrivedOf: JournaledMap<MessageId, number>;
  readonly #seen: JournaledMap<string, MessageId>;
  /** Sought last, and nowhere: who adds a message has just asked for it, and the index is not read twice. */
  #absent: MessageId | undefined;

  constructor(transactions: Transactions) {
    this.#transactions = transactions;
    this.#arrivedOf = new JournaledMap(transactions.journal);
    this.#seen = new JournaledMap(transactions.journal);
    const rows = transactions.all<Pick<MessageRow, "id" | "arrived">>(
      "SELECT id, arrived FROM messages WHERE arrived > ? ORDER BY arrived",
      transactions.indexed,
    );
    for (const row of rows) this.#arrivedOf.set(row.id, row.arrived);
    for (const row of transactions.all<SeenRow>("SELECT * FROM seen_lately")) {
      this.#seen.set(seenKey(row.conversation, row.author, row.wire_id), row.message);
    }
    transactions.journal.keep();
  }

  /** Messages that are not in the indexes yet. */
  get messages(): number {
    return this.#arrivedOf.size;
  }

  /** Rows of either kind that are held in memory. */
  get held(): number {
    return Math.max(this.#arrivedOf.size, this.#seen.size);
  }

  arrivedOf(id: MessageId): number | undefined {
    const late = this.#arrivedOf.get(id);
    if (late !== undefined || id === this.#absent) return late;
    const sql = "SELECT arrived FROM message_ids WHERE id = ?";
    const found = this.#transactions.get<{ arrived: number }>(sql, id)?.arrived;
    if (found === undefined) this.#absent = id;
    return found;
  }

  addMessage(id: MessageId, arrived: number): void {
    this.#absent = undefined;
    this.#arrivedOf.set(id, arrived);
  }

  /** What the mark became before; else it is remembered. */
  seen({ conversation, author, wireId, message }: SeenMark): MessageId | undefined {
    const key = seenKey(conversation, author, wireId);
    const late = this.#seen.get(key);
    if (late !== undefined) return late;
    const before = this.#transactions.get<Pick<SeenRow, "message">>(
      "SELECT message FROM seen WHERE conversation = ? AND author = ? AND wire_id = ?",
      conversation,
      author,
      wireId,
    );
    if (before !== undefined) return before.message;
    this.#transactions.write(
      "INSERT INTO seen_lately (conversation, author, wire_id, message) VALUES (?, ?, ?, ?)",
      conversation,
      author,
      wireId,
      message,
    );
    this.#seen.set(key, message);
    return undefined;
  }

  /** Takes these messages into the index, sorted so that each of its pages is touched once. */
  takeInMessages(rows: readonly MessageRow[]): void {
    for (const { id, arrived } of rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
      this.#transactions.write("REPLACE INTO message_ids (id, arrived) VALUES (?, ?)", id, arrived);
      this.#arrivedOf.delete(id);
    }
  }

  /** Takes the oldest of the marks into their index. */
  takeInSeen(rowsMax: number): void {
    const sql = "SELECT * FROM seen_lately ORDER BY place LIMIT ?";
    const rows = this.#transactions.all<SeenRow>(sql, rowsMax);
    const last = rows.at(-1);
    if (last === undefined) return;
    this.#transactions.write(
      `INSERT INTO seen SELECT conversation, author, wire_id, message FROM seen_lately WHERE place <= ?
       ORDER BY conversation, author, wire_id`,
      last.place,
    );
    this.#transactions.write("DELETE FROM seen_lately WHERE place <= ?", last.place);
    for (const row of rows) this.#seen.delete(seenKey(row.conversation, row.author, row.wire_id));
  }
}

function seenKey(conversation: ConversationId, author: ContactId, wireId: string): string {
  return `${conversation} ${author} ${wireId}`;
}
