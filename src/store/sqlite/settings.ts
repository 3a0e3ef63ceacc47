/** The settings in the database. */
import type { SettingStore } from "../../core/ports/store.ts";
import type { Transactions } from "./transactions.ts";

interface SettingRow {
  readonly key: string;
  readonly value: string;
}

/** Sorts behind every key that begins with what stands before it. */
const afterAll = "\u{10ffff}";

export function sqliteSettings(transactions: Transactions): SettingStore {
  return {
    get: (key) => transactions.get<SettingRow>("SELECT * FROM settings WHERE key = ?", key)?.value,
    put: (key, value) => void transactions.write("REPLACE INTO settings VALUES (?, ?)", key, value),
    remove: (key) => void transactions.write("DELETE FROM settings WHERE key = ?", key),
    list(prefix) {
      const sql = "SELECT * FROM settings WHERE key >= ? AND key < ? ORDER BY key";
      const rows = transactions.all<SettingRow>(sql, prefix, prefix + afterAll);
      return rows.map((row) => [row.key, row.value] as const);
    },
  };
}
