/**
 * Tests that a file of every version that was ever released becomes one of the present version, with all it held.
 * fixtures/v<n>.sql is such a file as text. For a new version run this test once with KITH_WRITE_FIXTURE=1, and
 * commit what it writes together with the migration.
 */
import Database from "better-sqlite3-multiple-ciphers";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ContactId, ConversationId, NetworkName } from "../../base/ids.ts";
import type { Store } from "../../core/ports/store.ts";
import { migrations } from "./schema.ts";
import { openSqliteStore } from "./sqlite-store.ts";
import { fill, messageOf, putMessage, testFolder, testMessageId } from "./testing.ts";

const versions = migrations.map((_, at) => at + 1);

function fixtureOf(version: number): string {
  return join(import.meta.dirname, "fixtures", `v${version}.sql`);
}

if (process.env["KITH_WRITE_FIXTURE"] === "1") {
  test("writes the fixture of the present version, where there is none", () => {
    const file = join(testFolder(), "history.db");
    const store = openSqliteStore({ file });
    populate(store);
    store.close();
    const fixture = fixtureOf(migrations.length);
    expect(existsSync(fixture)).toBe(false);
    writeFileSync(fixture, dump(file));
  });
}

test.each(versions)(
  "a file of version %i becomes one of the present version, with all it held",
  (version) => {
    const file = join(testFolder(), "history.db");
    const database = new Database(file);
    database.unsafeMode(true); // the full text's own tables are filled directly
    database.exec(readFileSync(fixtureOf(version), "utf8"));
    database.close();
    const store = openSqliteStore({ file });
    const person = store.people.list()[0];
    expect(person).toEqual({ id: 1, label: "Bob", givenName: "Bobby", trust: "pinned", plainAllowed: true });
    expect(store.people.contacts().map((contact) => [contact.id, contact.identity])).toEqual([[1, "key:b"]]);
    expect(store.conversations.list().map(({ room, members }) => [room, members.length])).toEqual([
      ["den", 1],
    ]);
    expect(store.messages.lastNumber()).toBe(6);
    expect(store.search.find({ text: "hello wor", limit: 9 }).map((message) => message.arrived)).toEqual([
      5, 4, 2, 1,
    ]);
    expect(store.messages.get(testMessageId(3))).toMatchObject({
      deleted: true,
      changed: 6,
      reactions: [{ sign: "👍" }],
    });
    expect(store.deliveries.open().map((delivery) => delivery.why?.code)).toEqual(["timed-out"]);
    expect(store.settings.list("")).toEqual([["nick", "alice"]]);
    const mark = { conversation: 1 as ConversationId, author: 1 as ContactId, wireId: testMessageId(5) };
    expect(store.transaction(() => store.messages.seen({ ...mark, message: testMessageId(9) }))).toBe(
      testMessageId(5),
    );
    store.transaction(() => putMessage(store, 7, "hello world 7"));
    expect(store.search.index(9).left).toBe(0);
    store.close();
    const fresh = join(testFolder(), "history.db");
    openSqliteStore({ file: fresh }).close();
    expect(schemaOf(file)).toEqual(schemaOf(fresh));
  },
);

function populate(store: Store): void {
  fill(store, 3);
  store.search.index(2);
  store.transaction(() => {
    const network = "lan" as NetworkName;
    const { id: person } = store.people.add({
      label: "Bob",
      givenName: "Bobby",
      trust: "pinned",
      plainAllowed: true,
    });
    store.people.addContact({
      person,
      network,
      identity: "key:b",
      keyed: true,
      name: "bob",
      secrecy: "end-to-end",
    });
    const flags = { muted: false, pinned: true, draft: "hm", readUpTo: 2, unread: 1, newest: 5 };
    const members = [{ contact: 1 as ContactId, role: "member" as const }];
    store.conversations.add({ network, kind: "room", room: "den", members, ...flags });
    putMessage(store, 4, "hello world 4");
    putMessage(store, 5, "hello world 5");
    const deleted = { ...messageOf(3, ""), deleted: true, reactions: [{ sign: "👍" }] };
    store.messages.change({ ...deleted, arrived: 3, changed: 3 });
    const why = { code: "timed-out" as const };
    const counts = { heldBy: 0, attempts: 1, nextTryAt: 9, at: 8 };
    store.deliveries.put({
      message: testMessageId(5),
      recipient: 1 as ContactId,
      state: "queued",
      why,
      ...counts,
    });
    store.settings.put("nick", "alice");
  });
}

interface SchemaRow {
  readonly name: string;
  readonly sql: string;
}

function schemaOf(file: string): readonly SchemaRow[] {
  const database = new Database(file, { readonly: true });
  const sql = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
  const rows = database.prepare<SchemaRow>(sql).all();
  database.close();
  return rows.map((row) => ({ ...row, sql: row.sql.replace(/\s+/g, " ") }));
}

/** The database as SQL. The full text is no longer readable as it went in: its own tables are copied byte for byte. */
function dump(file: string): string {
  const database = new Database(file, { readonly: true });
  const schema = database
    .prepare<SchemaRow>("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")
    .all();
  const created = schema.filter(({ name }) => !name.startsWith("sqlite_") && !/^message_terms_/.test(name));
  const tables = schema.filter(({ name, sql }) => /^CREATE TABLE/.test(sql) && name !== "sqlite_sequence");
  const filled = [...tables.map((table) => table.name), "sqlite_sequence"].flatMap((name) =>
    insertsOf(database, name),
  );
  const pragmas = ["application_id", "user_version"].map(
    (name) => `PRAGMA ${name} = ${String(database.pragma(name, { simple: true }))};`,
  );
  database.close();
  return [...created.map(({ sql }) => `${sql};`), ...filled, ...pragmas, ""].join("\n");
}

function insertsOf(database: Database, table: string): string[] {
  const columns = database.prepare<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`).all();
  const quoted = columns.map(({ name }) => `quote("${name}")`).join(" || ', ' || ");
  const rows = database.prepare<{ line: string }>(`SELECT ${quoted} AS line FROM "${table}"`).all();
  return [`DELETE FROM ${table};`, ...rows.map(({ line }) => `INSERT INTO ${table} VALUES (${line});`)];
}
