/** Runs the contract of stores on every store there is. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { storeContract } from "./store.ts";
import type { StorePlace } from "./store.ts";

storeContract("the memory store", () => {
  let last: MemoryStore | undefined;
  return {
    open() {
      last =
        last === undefined ? new MemoryStore() : new MemoryStore({ from: structuredClone(last.durable()) });
      return last;
    },
    remove: () => undefined,
  };
});

function sqlitePlace(passphrase?: string): StorePlace {
  const folder = mkdtempSync(join(tmpdir(), "kith-store-"));
  const file = join(folder, "history.db");
  return {
    open: () => openSqliteStore({ file, ...(passphrase === undefined ? {} : { passphrase }) }),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

storeContract("the SQLite store", () => sqlitePlace());
