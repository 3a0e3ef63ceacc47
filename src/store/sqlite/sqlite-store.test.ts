/** Tests of the database as a file: durability, permissions, versions, encryption, and its limit of rows held late. */
import Database from "better-sqlite3-multiple-ciphers";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { KithError } from "../../base/errors.ts";
import type { ConversationId } from "../../base/ids.ts";
import { Connection } from "./connection.ts";
import { migrations, tableNames, wordsTable } from "./schema.ts";
import { lateRowsMax, openSqliteStore } from "./sqlite-store.ts";
import { codeOf, fill, putMessage, testFolder, testMessageId } from "./testing.ts";

function newFile(): string {
  return join(testFolder(), "profile", "history.db");
}

test("every connection syncs fully, seen after a write", () => {
  const file = newFile();
  openSqliteStore({ file }).close();
  const connection = Connection.open({ file });
  connection.run("UPDATE state SET commits = commits + 1");
  expect(connection.pragma("synchronous")).toBe(2);
  expect(connection.pragma("journal_mode")).toBe("wal");
  const settings = ["foreign_keys", "trusted_schema", "cell_size_check", "mmap_size", "temp_store"];
  expect(settings.map((name) => connection.pragma(name))).toEqual([1, 0, 1, 0, 2]);
  connection.close();
});

test("folder and files are their owner's alone, also where they were not", () => {
  const file = newFile();
  const store = openSqliteStore({ file });
  fill(store, 1);
  const mode = (path: string): number => statSync(path).mode & 0o777;
  expect(mode(join(file, ".."))).toBe(0o700);
  expect([mode(file), mode(`${file}-wal`), mode(`${file}-shm`)]).toEqual([0o600, 0o600, 0o600]);
  store.close();
  chmodSync(file, 0o644);
  openSqliteStore({ file }).close();
  expect(mode(file)).toBe(0o600);
});

test("a newer file is refused untouched, with both versions named", () => {
  const file = newFile();
  openSqliteStore({ file }).close();
  const database = new Database(file);
  database.pragma("user_version = 4711");
  database.close();
  const before = readFileSync(file);
  expect(() => openSqliteStore({ file })).toThrow(`format 4711, this one knows up to ${migrations.length}`);
  expect(readFileSync(file).equals(before)).toBe(true);
});

test("another program's database and a text file are refused", () => {
  const file = newFile();
  mkdirSync(join(file, ".."));
  const database = new Database(file);
  database.exec("CREATE TABLE theirs (a)");
  database.close();
  expect(() => openSqliteStore({ file })).toThrow("another program");
  writeFileSync(file, "This is no database at all.\n");
  expect(() => openSqliteStore({ file })).toThrow("is not that of a database");
  writeFileSync(file, "short");
  expect(codeOf(() => openSqliteStore({ file }))).toBe("store-damaged");
});

test.each(["seen", wordsTable])("a lost table is noticed at the start: %s", (name) => {
  const file = newFile();
  openSqliteStore({ file }).close();
  const database = new Database(file);
  database.exec(`DROP TABLE ${name}`);
  database.close();
  expect(() => openSqliteStore({ file })).toThrow(`the table ${name} is missing`);
});

test("a migration that fails leaves the version before", () => {
  const file = newFile();
  openSqliteStore({ file }).close();
  const connection = Connection.open({ file });
  expect(() =>
    connection.script("BEGIN; CREATE TABLE more (a); PRAGMA user_version = 2; nonsense; COMMIT;"),
  ).toThrow();
  connection.close();
  const store = openSqliteStore({ file });
  fill(store, 1);
  store.close();
});

test("a passphrase hides every word, and nothing else opens the file", () => {
  const file = newFile();
  const store = openSqliteStore({ file, passphrase: "open sesame" });
  fill(store, 50, "canary");
  store.search.index(50);
  const canary = Buffer.from("canary");
  expect(readFileSync(`${file}-wal`).includes(canary)).toBe(false);
  store.close();
  expect(readFileSync(file).includes(canary)).toBe(false);
  expect(codeOf(() => openSqliteStore({ file }))).toBe("passphrase-needed");
  expect(codeOf(() => openSqliteStore({ file, passphrase: "open sesam" }))).toBe("passphrase-wrong");
  expect(() => openSqliteStore({ file, passphrase: "" })).toThrow("an empty passphrase");
  const again = openSqliteStore({ file, passphrase: "open sesame" });
  expect(again.search.find({ text: "canary 7", limit: 5 })).toHaveLength(1);
  again.close();
});

test("a passphrase is set, changed and taken away, and all is still there", () => {
  const file = newFile();
  const store = openSqliteStore({ file });
  fill(store, 300, "canary");
  store.search.index(200);
  const passphrases = ["first", "zweites Wort", undefined];
  for (const [n, passphrase] of passphrases.entries()) {
    store.setPassphrase(passphrase);
    store.transaction(() => putMessage(store, 1_000 + n, "more"));
    expect(readFileSync(file).includes(Buffer.from("canary"))).toBe(passphrase === undefined);
    expect(store.search.find({ text: "canary 299", limit: 5 })).toHaveLength(1);
  }
  store.close();
  expect(codeOf(() => openSqliteStore({ file, passphrase: "first" }))).toBe("passphrase-not-set");
  const again = openSqliteStore({ file });
  expect(again.messages.lastNumber()).toBe(303);
  again.close();
});

test("a change that somebody else made after the disk had failed is not overlooked", () => {
  const file = newFile();
  const store = openSqliteStore({ file });
  fill(store, 1);
  const other = Connection.open({ file });
  other.run("UPDATE state SET commits = commits + 1");
  other.close();
  const ahead = expect.objectContaining({ code: "store-ahead" }) as Error;
  expect(() => store.setPassphrase("x")).toThrow(ahead);
  expect(() => store.transaction(() => 0)).toThrow(ahead);
  store.close();
});

test(
  "rows wait for the index up to the limit; beyond it the next transaction takes in a slice first",
  { timeout: 60_000 },
  () => {
    const store = openSqliteStore({ file: newFile() });
    fill(store, lateRowsMax, "w");
    store.transaction(() => putMessage(store, lateRowsMax + 1, "one past it"));
    expect(store.search.left()).toBe(lateRowsMax + 1);
    store.transaction(() => putMessage(store, lateRowsMax + 2, "two past it"));
    expect(store.search.left()).toBe(lateRowsMax + 2 - 1_000);
    const conversation = 1 as ConversationId;
    expect(store.search.find({ text: "past", conversation, limit: 3 })).toHaveLength(2);
    expect(store.messages.get(testMessageId(1))?.arrived).toBe(1);
    store.close();
  },
);

test(
  "a transaction that fails because the index cannot be caught up with has stored nothing",
  { timeout: 60_000 },
  () => {
    const store = openSqliteStore({ file: newFile() });
    const { index } = store.search;
    store.search.index = () => {
      throw new KithError("disk-full", { file: "history.db" });
    };
    fill(store, lateRowsMax + 1, "w");
    expect(
      codeOf(() =>
        store.transaction(() => {
          putMessage(store, lateRowsMax + 2, "not stored");
        }),
      ),
    ).toBe("disk-full");
    expect(store.messages.lastNumber()).toBe(lateRowsMax + 1);
    store.search.index = index;
    store.close();
  },
);

test("all tables of the present version are known by name", () => {
  const file = newFile();
  openSqliteStore({ file }).close();
  const connection = Connection.open({ file, readonly: true });
  const names = connection.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'");
  const own = names.map((row) => row.name).filter((name) => !/^(sqlite_|message_terms_)/.test(name));
  expect(own.toSorted()).toEqual([...tableNames, wordsTable].toSorted());
  connection.close();
});
