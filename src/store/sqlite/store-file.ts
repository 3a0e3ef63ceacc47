/** The database as a file: made for its owner's eyes only, and judged by its first bytes before SQLite opens it. */
import { closeSync, fchmodSync, fsyncSync, mkdirSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { KithError } from "../../base/errors.ts";
import { damaged, translated } from "./failures.ts";

/** Creates folder (0700) and file (0600) where they are missing. Not while any connection to the file is open. */
export function prepareFile(file: string): void {
  prepareFolder(dirname(file), file);
  try {
    const descriptor = openSync(file, "a", 0o600);
    fchmodSync(descriptor, 0o600);
    closeSync(descriptor);
  } catch (error) {
    throw translated(error, file);
  }
}

/** A new folder's entry is synced: what is durable inside it must not be lost with it. */
export function prepareFolder(folder: string, forFile: string): void {
  try {
    const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (first !== undefined) syncFolder(dirname(first));
  } catch (error) {
    throw translated(error, forFile);
  }
}

export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const headerBytes = 24;
const magic = "SQLite format 3\0";
/** Bytes 21 to 23 are the same in every database, and the cipher leaves them readable. */
const payloadFractions = [64, 32, 32];

/**
 * Refuses what cannot be opened with this passphrase, or without one. Not while any connection of this process to the
 * file is open: closing a descriptor gives up all locks that the process has on the file.
 */
export function judgeFile(file: string, passphrase: string | undefined): void {
  const header = readHeader(file);
  if (header.length === 0) return;
  const plain = header.toString("latin1", 0, magic.length) === magic;
  if (plain && passphrase !== undefined) throw new KithError("passphrase-not-set", { file });
  if (plain) return;
  const ciphered = payloadFractions.every((fraction, at) => header[21 + at] === fraction);
  if (!ciphered) throw damaged(file, "its beginning is not that of a database");
  if (passphrase === undefined) throw new KithError("passphrase-needed", { file });
}

function readHeader(file: string): Buffer {
  try {
    const descriptor = openSync(file, "r");
    const header = Buffer.alloc(headerBytes);
    const length = readSync(descriptor, header, 0, headerBytes, 0);
    closeSync(descriptor);
    return header.subarray(0, length);
  } catch (error) {
    throw translated(error, file);
  }
}
