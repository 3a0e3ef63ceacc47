/** One connection to the database: how it is opened, its prepared statements, and its errors in our own codes. */
import Database from "better-sqlite3-multiple-ciphers";
import { assert } from "../../base/assert.ts";
import { KithError } from "../../base/errors.ts";
import { translated } from "./failures.ts";

export interface Opening {
  readonly file: string;
  readonly passphrase?: string | undefined;
  readonly readonly?: boolean;
}

/** What a statement takes. */
export type Value = string | number | null;

/** How long a statement waits for another connection's lock. */
const busyMsMax = 5_000;
/** How long the log's emptying waits for readers: nothing else is done meanwhile, and it can be tried again. */
const emptyingMsMax = 100;
/** Pages of 4 KiB that the log grows by before they are copied into the database: fewer copies of busy pages. */
const checkpointPages = 4_000;

/** What searches read from: the store itself, or a worker's own connection. */
export interface Reader {
  all<Row>(sql: string, ...values: readonly Value[]): Row[];
}

export class Connection {
  readonly file: string;
  readonly #database: Database;
  /** Of rows of no kind yet: each caller says what the columns of its statement make of them. */
  readonly #statements = new Map<string, Database.Statement<never>>();

  private constructor(file: string, database: Database) {
    this.file = file;
    this.#database = database;
  }

  static open(opening: Opening): Connection {
    let database: Database | undefined;
    try {
      const readonly = opening.readonly === true;
      database = new Database(opening.file, { readonly, fileMustExist: readonly, timeout: busyMsMax });
      if (opening.passphrase !== undefined) unlock(database, opening.passphrase, opening.file);
      const connection = new Connection(opening.file, database);
      connection.#configure(readonly);
      return connection;
    } catch (error) {
      database?.close();
      throw translated(error, opening.file);
    }
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  run(sql: string, ...values: readonly Value[]): Database.RunResult {
    try {
      return this.#statement(sql).run(...values);
    } catch (error) {
      throw translated(error, this.file);
    }
  }

  /** The caller names the row's shape, which the statement's columns decide. */
  get<Row>(sql: string, ...values: readonly Value[]): Row | undefined {
    try {
      return this.#statement<Row>(sql).get(...values);
    } catch (error) {
      throw translated(error, this.file);
    }
  }

  all<Row>(sql: string, ...values: readonly Value[]): Row[] {
    try {
      return this.#statement<Row>(sql).all(...values);
    } catch (error) {
      throw translated(error, this.file);
    }
  }

  /** Several statements at once, without values. */
  script(sql: string): void {
    try {
      this.#database.exec(sql);
    } catch (error) {
      throw translated(error, this.file);
    }
  }

  pragma(pragma: string): unknown {
    try {
      return this.#database.pragma(pragma, { simple: true });
    } catch (error) {
      throw translated(error, this.file);
    }
  }

  /** Copies the log into the database and cuts it to nothing. Throws where a reader still needs it. */
  emptyLog(): void {
    this.pragma(`busy_timeout = ${emptyingMsMax}`);
    try {
      const isBusy = this.pragma("wal_checkpoint(TRUNCATE)");
      if (isBusy !== 0) throw new KithError("store-failed", { problem: "its log is being read" });
    } finally {
      this.pragma(`busy_timeout = ${busyMsMax}`);
    }
  }

  /** For a file that is damaged: reads on where it is shorter than its header says, or its schema looks wrong. */
  tolerateDamage(): void {
    this.#database.unsafeMode(true);
    this.#database.pragma("writable_schema = ON");
  }

  /** Encrypts the file anew, or decrypts it. The log must have been given up before: it would hold the old key's pages. */
  rekey(passphrase: string | undefined): void {
    assert(passphrase !== "", "an empty passphrase would encrypt nothing");
    try {
      this.#database.pragma("cipher = 'chacha20'");
      this.#database.rekey(Buffer.from(passphrase ?? "", "utf8"));
    } catch (error) {
      throw translated(error, this.file);
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #statement<Row>(sql: string): Database.Statement<Row> {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (!this.#database.open) throw new KithError("store-failed", { problem: "its file is not open" });
    const prepared = this.#database.prepare<never>(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }

  #configure(readonly: boolean): void {
    const pragmas = [
      "foreign_keys = ON",
      "trusted_schema = OFF",
      "cell_size_check = ON",
      // A mapped file turns a read error into the death of the process.
      "mmap_size = 0",
      // Savepoints keep copies of pages: not in a file, which would stand unencrypted on the disk besides.
      "temp_store = MEMORY",
      `wal_autocheckpoint = ${checkpointPages}`,
    ];
    for (const pragma of pragmas) this.#database.pragma(pragma);
    if (readonly) return;
    this.#database.pragma("journal_mode = WAL");
    // What is replaced or deleted is overwritten: keys that had their time among it.
    this.#database.pragma("secure_delete = ON");
    // With the default, NORMAL, a power cut takes back what was committed.
    this.#database.pragma("synchronous = FULL");
  }
}

function unlock(database: Database, passphrase: string, file: string): void {
  assert(passphrase !== "", "an empty passphrase would encrypt nothing");
  try {
    database.pragma("cipher = 'chacha20'");
    database.key(Buffer.from(passphrase, "utf8"));
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
  } catch (error) {
    const wrong = error instanceof Database.SqliteError && error.code === "SQLITE_NOTADB";
    throw wrong ? new KithError("passphrase-wrong", { file }, error) : error;
  }
}
