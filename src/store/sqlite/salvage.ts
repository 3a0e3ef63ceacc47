/** Saves from a damaged database what can be read: into a new file that takes its place, the damaged one set aside. */
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname } from "node:path";
import { KithError } from "../../base/errors.ts";
import { Connection } from "./connection.ts";
import type { Value } from "./connection.ts";
import { endsTransaction, translated } from "./failures.ts";
import { LateIndex } from "./late-index.ts";
import { openForWriting } from "./opening.ts";
import { toConversation, toDelivery, toMessage } from "./rows.ts";
import type { ConversationRow, DeliveryRow, MessageRow } from "./rows.ts";
import { SqliteSearch } from "./search.ts";
import { judgeFile, syncFolder } from "./store-file.ts";
import type { Transactions } from "./transactions.ts";

export interface SalvageOptions {
  /** Held by nobody: the caller has the profile's lock. */
  readonly file: string;
  readonly passphrase?: string;
  /** A name for the moment, which becomes a part of the damaged file's new name: "2031-05-17T0930". */
  readonly stamp: string;
}

export interface SalvageReport {
  /** Where the damaged file is kept. */
  readonly aside: string;
  /** Rows copied, by table. */
  readonly saved: Readonly<Record<string, number>>;
  /** Tables of which a part or all could not be read. */
  readonly incomplete: readonly string[];
}

const sliceRows = 500;
/** Reads of messages that may fail before the rest is given up: far more damage than that is a table without a root. */
const failedReadsMax = 20_000;
/** Far above every number that was given out: none that was lost is given out again, to another person or message. */
const lostNumbers = 1_000_000;

/** The file keeps its place until the new one is whole; after a crash in between it can be salvaged again. */
export function salvageStore({ file, passphrase, stamp }: SalvageOptions): SalvageReport {
  const aside = `${file}.damaged-${stamp}`;
  const fresh = `${file}.salvaged`;
  refuseWrongPassphrase(file, passphrase);
  try {
    setAside(file, aside);
    remove(fresh, ["-wal", "-shm", ""]);
    const rest = copyInto(fresh, aside, passphrase);
    remove(file, ["-wal", "-shm"]); // a log that is not the new file's own would be played into it
    renameSync(fresh, file);
    syncFolder(dirname(file));
    return { aside, ...rest };
  } catch (error) {
    throw translated(error, file);
  }
}

/** What is encrypted must not pass for damaged beyond reading. */
function refuseWrongPassphrase(file: string, passphrase: string | undefined): void {
  try {
    judgeFile(file, passphrase);
  } catch (error) {
    if (!isDamage(error)) throw error; // damage is what we are here for
  }
  openDamaged(file, passphrase)?.close();
}

function setAside(file: string, aside: string): void {
  for (const suffix of ["", "-wal"].filter((ending) => existsSync(file + ending))) {
    copyFileSync(file + suffix, aside + suffix, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const descriptor = openSync(aside + suffix, "r");
    fsyncSync(descriptor);
    closeSync(descriptor);
  }
  syncFolder(dirname(file));
}

function remove(file: string, suffixes: readonly string[]): void {
  for (const suffix of suffixes) rmSync(file + suffix, { force: true });
}

function copyInto(
  fresh: string,
  aside: string,
  passphrase: string | undefined,
): Omit<SalvageReport, "aside"> {
  const target = openForWriting({ file: fresh, passphrase });
  const source = openDamaged(aside, passphrase);
  try {
    const copy = new Copy(target, source);
    copyTables(copy, fresh);
    copy.counters();
    indexAll(target, fresh);
    return { saved: copy.saved, incomplete: [...copy.incomplete] };
  } finally {
    source?.close();
    target.close();
    remove(aside, ["-shm"]); // made by reading
  }
}

/** What is referred to comes first. The indexes are made anew. */
function copyTables(copy: Copy, fresh: string): void {
  copy.table("settings", ["key"]);
  copy.table("people", ["id"]);
  copy.table("contacts", ["id"]);
  copy.table<ConversationRow>("conversations", ["id"], (row) => toConversation(row, fresh));
  copy.messages((row) => toMessage(row, fresh));
  copy.table("seen", ["conversation", "author", "wire_id"]);
  copy.table("seen_lately", ["place"]);
  copy.table<DeliveryRow>("deliveries", ["message", "recipient"], (row) => toDelivery(row, fresh));
}

/** Undefined when not even its beginning can be read. A wrong passphrase is no damage. */
function openDamaged(aside: string, passphrase: string | undefined): Connection | undefined {
  try {
    const source = Connection.open({ file: aside, passphrase, readonly: true });
    source.tolerateDamage();
    return source;
  } catch (error) {
    if (isDamage(error)) return undefined; // reported: every table will be incomplete
    throw error;
  }
}

function indexAll(target: Transactions, fresh: string): void {
  const search = new SqliteSearch(target, new LateIndex(target), fresh);
  while (search.index(sliceRows).indexed > 0);
}

type Check<Row> = (row: Row) => unknown;

interface Table<Row> {
  readonly name: string;
  readonly keys: readonly string[];
  readonly check: Check<Row>;
}

function accept(): void {
  // Every column may be anything that the table takes.
}

function nextRows<Row>({ name, keys }: Table<Row>, end: "first" | "last", beyond: boolean): string {
  const order = keys.map((key) => (end === "first" ? key : `${key} DESC`)).join(", ");
  const after = `(${keys.join(", ")}) ${end === "first" ? ">" : "<"} (${keys.map(() => "?").join(", ")})`;
  return `SELECT * FROM ${name} ${beyond ? `WHERE ${after}` : ""} ORDER BY ${order} LIMIT ?`;
}

function keyOf<Row extends object>({ keys }: Table<Row>, row: Row): readonly Value[] {
  const byName = new Map<string, Value>(Object.entries(row));
  return keys.map((key) => byName.get(key) ?? null);
}

class Copy {
  readonly saved: Record<string, number> = {};
  readonly incomplete = new Set<string>();
  readonly #target: Transactions;
  readonly #source: Connection | undefined;
  #failedReads = 0;

  constructor(target: Transactions, source: Connection | undefined) {
    this.#target = target;
    this.#source = source;
  }

  /** `check` throws for a row that the damage has made unreadable. */
  table<Row extends object>(name: string, keys: readonly string[], check: Check<Row> = accept): void {
    this.saved[name] = 0;
    if (!this.#fromEnd({ name, keys, check }, "first")) this.#fromEnd({ name, keys, check }, "last");
  }

  messages(check: Check<MessageRow>): void {
    this.saved["messages"] = 0;
    this.#halves({ name: "messages", keys: ["arrived"], check }, 0, this.#highestNumber() ?? lostNumbers);
  }

  /** Ids and numbers go on above those of the damaged file. */
  counters(): void {
    const number = this.#highestNumber();
    const sequence = this.#read<{ name: string; seq: number }>("SELECT name, seq FROM sqlite_sequence") ?? [];
    this.#target.run(() => {
      const known = this.#target.get<{ n: number }>("SELECT max(changed) AS n FROM messages")?.n ?? 0;
      this.#target.skipTo(Math.max(known, number ?? known + lostNumbers));
      for (const name of ["people", "contacts", "conversations"]) {
        const seq = sequence.find((row) => row.name === name)?.seq;
        const copied = this.#target.get<{ n: number | null }>(`SELECT max(id) AS n FROM ${name}`)?.n ?? 0;
        this.#target.write("DELETE FROM sqlite_sequence WHERE name = ?", name);
        this.#target.write("INSERT INTO sqlite_sequence VALUES (?, ?)", name, seq ?? copied + lostNumbers);
      }
    });
  }

  /** The counter itself, or where it cannot be read, whatever else tells how far it had come. */
  #highestNumber(): number | undefined {
    const witnesses = [
      "SELECT number AS n FROM state",
      "SELECT max(changed) AS n FROM messages",
      "SELECT max(newest) AS n FROM conversations",
    ];
    const told = witnesses.map((sql) => this.#read<{ n: number | null }>(sql)?.[0]?.n);
    return told.find((n) => typeof n === "number");
  }

  /** Splits a stretch of numbers that cannot be read, until what is damaged stands alone. */
  #halves(table: Table<MessageRow>, from: number, to: number): void {
    const sql = `SELECT * FROM messages WHERE arrived BETWEEN ? AND ? ORDER BY arrived LIMIT ${sliceRows}`;
    for (let at = from; at <= to;) {
      const rows = this.#read<MessageRow>(sql, at, to);
      if (rows === undefined) {
        this.incomplete.add(table.name);
        if (at === to || ++this.#failedReads > failedReadsMax) return;
        const middle = Math.floor((at + to) / 2);
        this.#halves(table, at, middle);
        at = middle + 1;
      } else {
        this.#put(table, rows);
        const last = rows.at(-1);
        if (last === undefined || rows.length < sliceRows) return;
        at = last.arrived + 1;
      }
    }
  }

  /**
   * From one end as far as it can be read; whether that was everything. Keys that the damage has made smaller could
   * lead in a circle: what brings nothing new is the end, or what has been copied from the other side.
   */
  #fromEnd<Row extends object>(table: Table<Row>, end: "first" | "last"): boolean {
    let last: readonly Value[] = [];
    let limit = sliceRows;
    for (;;) {
      const rows = this.#read<Row>(nextRows(table, end, last.length > 0), ...last, limit);
      if (rows === undefined && limit === 1) break;
      if (rows === undefined) limit = 1;
      else {
        const added = this.#put(table, rows);
        const lastRow = rows.at(-1);
        if (lastRow === undefined || rows.length < limit) return true;
        if (added === 0) break;
        last = keyOf(table, lastRow);
      }
    }
    this.incomplete.add(table.name);
    return false;
  }

  /** How many of them are new. */
  #put<Row extends object>(table: Table<Row>, rows: readonly Row[]): number {
    let count = 0;
    this.#target.run(() => {
      for (const row of rows) {
        try {
          table.check(row);
          count += this.#target.savepoint(() => this.#insert(table.name, Object.values(row)));
        } catch (error) {
          if (endsTransaction(error)) throw error;
          this.incomplete.add(table.name); // acted on: the damage has made something else of the row
        }
      }
    });
    this.saved[table.name] = (this.saved[table.name] ?? 0) + count;
    return count;
  }

  #insert(table: string, values: readonly Value[]): number {
    const places = values.map(() => "?").join(", ");
    return this.#target.write(`INSERT OR IGNORE INTO ${table} VALUES (${places})`, ...values);
  }

  /** Undefined where the file is damaged. */
  #read<Found>(sql: string, ...values: readonly Value[]): Found[] | undefined {
    try {
      return this.#source?.all<Found>(sql, ...values);
    } catch (error) {
      if (isDamage(error)) return undefined; // acted on: the caller reads around it
      throw error;
    }
  }
}

/** A missing or garbled table comes as a plain error of SQLite. */
function isDamage(error: unknown): boolean {
  return !(error instanceof KithError) || ["store-damaged", "store-failed"].includes(error.code);
}
