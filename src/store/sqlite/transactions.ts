/**
 * Transactions of the one writing connection, and what is kept in memory beside it. Invariants: what is in memory never
 * says more than what was committed; after a failure of the disk nothing is written before the file was opened anew and
 * found to stand where memory stands.
 */
import { assert } from "../../base/assert.ts";
import { KithError } from "../../base/errors.ts";
import { Journal } from "../../base/journal.ts";
import { Connection } from "./connection.ts";
import type { Opening, Value } from "./connection.ts";
import { damaged, endsTransaction } from "./failures.ts";

/** The counters of the profile, as in the table `state`. */
interface Counters {
  /** Given out last to a message or a change of one. */
  readonly number: number;
  /** Messages up to this one stand in the indexes. */
  readonly indexed: number;
  /** Transactions that have written. */
  readonly commits: number;
}

export class Transactions {
  readonly journal = new Journal();
  #opening: Opening;
  #connection: Connection;
  #counters: Counters;
  #state: "idle" | "open" | "closed" = "idle";
  #wrote = false;
  /** The disk's failure, until the file has been opened anew. */
  #failure: Error | undefined;

  constructor(opening: Opening, connection: Connection) {
    this.#opening = opening;
    this.#connection = connection;
    this.#counters = readCounters(connection);
    this.#proveDurable();
  }

  get number(): number {
    return this.#counters.number;
  }

  get indexed(): number {
    return this.#counters.indexed;
  }

  nextNumber(): number {
    const number = this.#counters.number + 1;
    this.#change({ ...this.#counters, number });
    return number;
  }

  /** The next number will be above `number`. */
  skipTo(number: number): void {
    this.#change({ ...this.#counters, number });
  }

  markIndexed(indexed: number): void {
    this.#change({ ...this.#counters, indexed });
  }

  run<Work>(work: () => Work): Work {
    assert(this.#state === "idle", "one transaction at a time, and none after close");
    if (this.#failure !== undefined) this.#reopen();
    this.#connection.run("BEGIN IMMEDIATE");
    this.#state = "open";
    try {
      const value = work();
      this.#commit();
      this.journal.keep();
      return value;
    } catch (error) {
      this.#rollBack();
      throw this.#failure ?? error;
    } finally {
      this.#state = "idle";
      this.#wrote = false;
    }
  }

  savepoint<Work>(work: () => Work): Work {
    assert(this.#state === "open", "savepoints are within a transaction");
    this.#refuseAfterFailure();
    const mark = this.journal.mark();
    this.#connection.run("SAVEPOINT item");
    try {
      const value = work();
      this.#connection.run("RELEASE item");
      return value;
    } catch (error) {
      this.#note(error);
      this.#refuseAfterFailure();
      this.#connection.run("ROLLBACK TO item");
      this.#connection.run("RELEASE item");
      this.journal.rollBack(mark);
      throw error;
    }
  }

  /** Changes rows; how many. */
  write(sql: string, ...values: readonly Value[]): number {
    return this.#write(sql, values).changes;
  }

  /** Adds a row whose id the table counts; the id. */
  insert(sql: string, ...values: readonly Value[]): number {
    return Number(this.#write(sql, values).lastInsertRowid);
  }

  get<Row>(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.#connection.get<Row>(sql, ...values);
  }

  all<Row>(sql: string, ...values: readonly Value[]): Row[] {
    return this.#connection.all<Row>(sql, ...values);
  }

  /** The log is emptied and given up for the time of it; the file is encrypted page by page in one transaction. */
  setPassphrase(passphrase: string | undefined): void {
    assert(this.#state === "idle", "the passphrase is set between transactions");
    this.#connection.pragma("journal_mode = DELETE");
    try {
      this.#connection.rekey(passphrase);
      this.#opening = { ...this.#opening, passphrase };
    } finally {
      this.#reopen();
    }
  }

  forgetReplaced(): void {
    assert(this.#state === "idle", "what was replaced is forgotten between transactions");
    this.#connection.emptyLog();
  }

  close(): void {
    assert(this.#state !== "open", "a store is closed between transactions");
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#connection.close();
  }

  #change(counters: Counters): void {
    const before = this.#counters;
    this.journal.record(() => (this.#counters = before));
    this.#counters = counters;
  }

  #write(sql: string, values: readonly Value[]): ReturnType<Connection["run"]> {
    assert(this.#state === "open", "changes are made in a transaction");
    this.#refuseAfterFailure();
    this.#wrote = true;
    try {
      return this.#connection.run(sql, ...values);
    } catch (error) {
      this.#note(error);
      throw error;
    }
  }

  /** SQLite may have ended the transaction by itself; what followed would be written outside of any. */
  #note(error: unknown): void {
    if (endsTransaction(error) || !this.#connection.inTransaction) this.#failure ??= asError(error);
  }

  #refuseAfterFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #commit(): void {
    this.#refuseAfterFailure();
    if (this.#wrote) this.#saveCounters();
    try {
      this.#connection.run("COMMIT");
    } catch (error) {
      this.#failure = asError(error);
      throw error;
    }
  }

  #saveCounters(): void {
    this.#change({ ...this.#counters, commits: this.#counters.commits + 1 });
    const { number, indexed, commits } = this.#counters;
    this.write("UPDATE state SET number = ?, indexed = ?, commits = ?", number, indexed, commits);
  }

  #rollBack(): void {
    this.journal.rollBack(0);
    if (!this.#connection.inTransaction) return;
    try {
      this.#connection.run("ROLLBACK");
    } catch (error) {
      this.#failure ??= asError(error); // acted on: the file is opened anew before the next transaction
    }
  }

  /**
   * What a commit wrote before its sync failed may be found valid later, and was reported as failed: memory would say
   * less than the file, for which only a restart helps.
   */
  #reopen(): void {
    this.#connection.close();
    this.#connection = Connection.open(this.#opening);
    const found = readCounters(this.#connection);
    if (found.commits !== this.#counters.commits) {
      this.#failure = new KithError("store-ahead");
      throw this.#failure;
    }
    this.#failure = undefined;
    this.#proveDurable();
  }

  /** SQLite tells the level at which it syncs truly only after a write. */
  #proveDurable(): void {
    this.run(() => (this.#wrote = true));
    const level = this.#connection.pragma("synchronous");
    assert(level === 2, `the database syncs at level ${String(level)}, not at 2 (FULL)`);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function readCounters(connection: Connection): Counters {
  const counters = connection.get<Counters>("SELECT number, indexed, commits FROM state");
  if (counters === undefined) throw damaged(connection.file, "its counters are missing");
  return counters;
}
