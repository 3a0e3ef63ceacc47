/** Puts what SQLite and the file system report into the codes that the rest of the program knows. */
import Database from "better-sqlite3-multiple-ciphers";
import { KithError } from "../../base/errors.ts";

/** A KithError for what the world did; any other error, a mistake of ours, as it is. */
export function translated(error: unknown, file: string): unknown {
  if (error instanceof Database.SqliteError) return ofSqlite(error, file) ?? error;
  return isSystemError(error) ? ofSystem(error, file) : error;
}

/** After these the transaction cannot go on, nor can the connection be relied on. */
export function endsTransaction(error: unknown): boolean {
  return error instanceof KithError && (error.code === "disk-full" || error.code === "store-failed");
}

export function damaged(file: string, problem: string, cause?: unknown): KithError {
  return new KithError("store-damaged", { file, problem }, cause);
}

function ofSqlite(error: Database.SqliteError, file: string): KithError | undefined {
  const problem = `${error.message} (${error.code})`;
  switch (error.code.split("_")[1] ?? "") {
    case "FULL":
      return new KithError("disk-full", { file }, error);
    case "CORRUPT":
    case "NOTADB":
      return damaged(file, error.message, error);
    case "READONLY":
    case "CANTOPEN":
    case "PERM":
      return new KithError("store-read-only", { file, problem }, error);
    case "IOERR":
    case "BUSY":
    case "LOCKED":
    case "NOMEM":
    case "PROTOCOL":
      return new KithError("store-failed", { problem }, error);
    default:
      return undefined;
  }
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string";
}

function ofSystem(error: Error & { readonly code: string }, file: string): KithError {
  if (error.code === "ENOSPC" || error.code === "EDQUOT") return new KithError("disk-full", { file }, error);
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR"].includes(error.code)) {
    return new KithError("store-read-only", { file, problem: error.message }, error);
  }
  return new KithError("store-failed", { problem: error.message }, error);
}
