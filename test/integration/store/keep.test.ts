/** What a network keeps comes back, and what it replaces is gone from the disk. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { present } from "../../../src/base/assert.ts";
import { toBase64, toUtf8 } from "../../../src/base/bytes.ts";
import { toNetworkName } from "../../../src/base/ids.ts";
import { openSqliteStore } from "../../../src/store/sqlite/sqlite-store.ts";
import { codeOf, testFolder } from "../../../src/store/sqlite/testing.ts";
import { Connection } from "../../../src/store/sqlite/connection.ts";
import { keepFor } from "../../../src/core/keep.ts";

const lan = present(toNetworkName("lan"), "a name");
const record = (day: number): Uint8Array => toUtf8(`the keys of day ${day}`.padEnd(193, "."));

it("a value that was replaced is in none of the database's files, while the program runs on", () => {
  const folder = testFolder();
  const store = openSqliteStore({ file: join(folder, "kith.db") });
  const keep = keepFor(lan, store);
  const days = Array.from({ length: 8 }, (_, day) => day);
  for (const day of days) {
    keep.replace("keys", record(day));
    keep.write("companions", toUtf8("somebody ".repeat(day * 700)));
  }
  keep.replace("keys", toUtf8("short"));
  const found = days.filter((day) => {
    const bytes = readdirSync(folder).map((file) => readFileSync(join(folder, file), "latin1"));
    return bytes.some((text) => text.includes(toBase64(record(day))));
  });
  expect(found).toEqual([]);
  expect(keep.read("keys")).toEqual(toUtf8("short"));
  store.close();
});

it("where a reader holds the old value fast, it is said, and the next try succeeds", () => {
  const file = join(testFolder(), "kith.db");
  const store = openSqliteStore({ file });
  const keep = keepFor(lan, store);
  keep.replace("keys", record(0));
  const reader = Connection.open({ file, readonly: true });
  reader.run("BEGIN");
  reader.all("SELECT * FROM settings");
  expect(codeOf(() => keep.replace("keys", record(1)))).toBe("store-failed");
  reader.run("COMMIT");
  keep.replace("keys", record(2));
  expect(keep.read("keys")).toEqual(record(2));
  reader.close();
  store.close();
});
