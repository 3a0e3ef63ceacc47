/** Sees to it that one process has a profile open: a lock that lives as long as its holder, and no longer. */
import Database from "better-sqlite3-multiple-ciphers";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KithError } from "../../base/errors.ts";
import { translated } from "./failures.ts";
import { prepareFolder } from "./store-file.ts";

export interface ProfileLock {
  release(): void;
}

/**
 * Throws KithError "profile-in-use" while another process holds it. The system itself takes the lock from a process
 * that dies; only the holder's number stays behind, in a file that is read while somebody holds the lock.
 */
export function lockProfile(folder: string): ProfileLock {
  const file = join(folder, "lock.db");
  const holderFile = join(folder, "lock.pid");
  const database = openLock(folder, file);
  try {
    database.exec("BEGIN EXCLUSIVE");
    writeFileSync(holderFile, String(process.pid), { mode: 0o600 });
  } catch (error) {
    database.close();
    const busy = error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY");
    throw busy
      ? new KithError("profile-in-use", { folder, pid: readHolder(holderFile) })
      : translated(error, file);
  }
  return { release: () => void database.close() };
}

function openLock(folder: string, file: string): Database {
  prepareFolder(folder, file);
  try {
    return new Database(file, { timeout: 0 });
  } catch (error) {
    throw translated(error, file);
  }
}

function readHolder(holderFile: string): string {
  try {
    return readFileSync(holderFile, "utf8");
  } catch {
    return "unknown"; // translated: the holder has just begun, and has not written it yet
  }
}
