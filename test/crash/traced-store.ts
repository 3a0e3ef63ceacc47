/** A process of its own whose writes are recorded: fills a store, and says of each transaction that it is committed. */
import { openSync, writeSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3-multiple-ciphers";
import { seededRandom, wholeBetween } from "../../src/base/random.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { putTransaction } from "./told-transactions.ts";

const [, , folder = "", settings = "{}"] = process.argv;

/** What is done to the store. */
export interface Workload {
  readonly seed: number;
  readonly transactions: number;
  /** Of each text. */
  readonly textBytes: number;
  readonly passphrase?: string;
  /** As the usual driver has it: commits are not synced. The control, which must lose something. */
  readonly careless?: boolean;
}

const { seed, transactions, textBytes, passphrase, careless } = JSON.parse(settings) as Workload;

if (careless === true) {
  const { pragma } = Database.prototype;
  Database.prototype.pragma = function (this: Database, text, options) {
    if (text === "synchronous") return 2; // the store asks whether it is careful
    return pragma.call(this, text === "synchronous = FULL" ? "synchronous = NORMAL" : text, options);
  };
}

const options = { file: join(folder, "kith.db"), ...(passphrase !== undefined && { passphrase }) };
const acknowledgements = openSync(join(folder, "acknowledged"), "a", 0o600);
const dice = seededRandom(seed);
let store = openSqliteStore(options);
for (let number = 1; number <= transactions; number++) {
  store.transaction(() => putTransaction(store, number, { parts: wholeBetween(dice, 1, 4), textBytes }));
  writeSync(acknowledgements, `${number}\n`);
  const fate = dice.fraction();
  if (fate < 0.15) store.search.index(wholeBetween(dice, 1, 20));
  if (fate > 0.96) {
    store.close();
    store = openSqliteStore(options);
  }
}
