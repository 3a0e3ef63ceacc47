/** Merges an exported history: read in portions, judged line by line, handed to the core in slices. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { Lines } from "../api/lines.ts";
import { KithError, problemOf } from "../base/errors.ts";
import type { ImportCount, ImportRecord } from "../core/commands.ts";
import { isHeader, toRecord } from "./history-file.ts";

/** The longest text that a network carries, written out as JSON, fits in several times over. */
const lineBytesMax = 1024 * 1024;
/** Taken in at once: a few milliseconds and one commit. */
const recordsPerSlice = 200;
const portionBytes = 64 * 1024;

export interface ImportOutcome extends ImportCount {
  /** Lines that are no message. */
  readonly skipped: number;
}

export type TakeIn = (records: readonly ImportRecord[]) => Promise<ImportCount>;

/** What was taken in before something failed stays, and is known when the file is imported again. */
export async function importHistory(path: string, takeIn: TakeIn): Promise<ImportOutcome> {
  const file = await openFile(path);
  try {
    return await merge(file, path, takeIn);
  } finally {
    await file.close();
  }
}

async function merge(file: FileHandle, path: string, takeIn: TakeIn): Promise<ImportOutcome> {
  let [added, known, skipped] = [0, 0, 0];
  let begun = false;
  for await (const texts of portions(file, path)) {
    const lines = begun ? texts : texts.slice(1);
    if (!begun && !isHeader(texts[0] ?? "")) throw new KithError("not-an-export", { file: path });
    begun = true;
    const records = lines.map(toRecord).filter((record) => record !== undefined);
    skipped += lines.length - records.length;
    for (let at = 0; at < records.length; at += recordsPerSlice) {
      const count = await takeIn(records.slice(at, at + recordsPerSlice));
      added += count.added;
      known += count.known;
    }
  }
  if (!begun) throw new KithError("not-an-export", { file: path });
  return { added, known, skipped };
}

/** Lines as they are read, some at a time; one that is no text is an empty one, and is skipped like it. */
async function* portions(file: FileHandle, path: string): AsyncGenerator<readonly string[]> {
  const lines = new Lines(lineBytesMax);
  for (;;) {
    const bytes = await read(file, path);
    // The last line may end with the file.
    const found = lines.take(bytes.length === 0 ? new Uint8Array([newline]) : bytes);
    if (found.some(({ kind }) => kind === "too-long")) throw new KithError("not-an-export", { file: path });
    const texts = found.map((line) => (line.kind === "line" ? line.text : ""));
    if (texts.length > 0) yield texts;
    if (bytes.length === 0) return;
  }
}

const newline = 0x0a;

/** Nothing at the end of the file. */
async function read(file: FileHandle, path: string): Promise<Uint8Array> {
  const buffer = new Uint8Array(portionBytes);
  try {
    const { bytesRead } = await file.read(buffer);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw new KithError("file-unusable", { file: path, problem: problemOf(error) }, error);
  }
}

/** Without waiting for whoever would write into a pipe. */
async function openFile(path: string): Promise<FileHandle> {
  if (!isAbsolute(path))
    throw new KithError("file-unusable", { file: path, problem: "the path is not absolute" });
  try {
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new KithError("file-unusable", { file: path, problem: problemOf(error) }, error);
  }
}
