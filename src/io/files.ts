/** Files that are whole or not there, for this user alone; folders that nobody else can tamper with. */
import { randomBytes } from "node:crypto";
import { constants, lstatSync, mkdirSync } from "node:fs";
import { type FileHandle, open, rename, rm, statfs } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { KithError, problemOf } from "../base/errors.ts";
import { plainView } from "./plain-view.ts";

const ownFile = 0o600;
const ownFolder = 0o700;
const othersRights = 0o077;

/** The file has all of `content` or is what it was before, whenever the power fails. */
export async function writeAtomically(file: string, content: Uint8Array | string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeNew(draft, content);
    await rename(draft, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(draft, { force: true });
    throw unusable(file, error);
  }
}

/** Makes the folder where it is missing. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: ownFolder });
  } catch (error) {
    throw new KithError("folder-unusable", { folder, problem: problemOf(error) }, error);
  }
}

/** The same, for a place where others may have been first (/tmp): a folder that is not this user's alone is refused. */
export function makePrivateFolder(folder: string): void {
  makeFolder(folder);
  if (process.platform === "win32") return; // there each user's folders are his own
  const found = lstatSync(folder);
  const isOwn = found.isDirectory() && found.uid === userInfo().uid && (found.mode & othersRights) === 0;
  if (!isOwn) throw new KithError("folder-not-private", { folder });
}

/** Bytes that an ordinary user may still write to the disk of `path`. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

/** A file that only grows. What is appended lies on the disk when `append` resolves. */
export class AppendFile {
  readonly #file: string;
  readonly #handle: FileHandle;

  private constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  /** Made where it is missing; a symbolic link is not followed, somebody may have laid it. */
  static async open(file: string): Promise<AppendFile> {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
    try {
      return new AppendFile(file, await open(file, flags, ownFile));
    } catch (error) {
      throw unusable(file, error);
    }
  }

  /** To be called again only when it has resolved. */
  async append(content: Uint8Array): Promise<void> {
    try {
      await this.#handle.appendFile(content);
      await this.#handle.datasync();
    } catch (error) {
      throw unusable(this.#file, error);
    }
  }

  /** The last bytes, `bytesMax` at most. */
  async tail(bytesMax: number): Promise<Uint8Array> {
    const { size } = await this.#handle.stat();
    const length = Math.min(bytesMax, size);
    const { buffer, bytesRead } = await this.#handle.read(Buffer.alloc(length), 0, length, size - length);
    return plainView(buffer.subarray(0, bytesRead));
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

async function writeNew(file: string, content: Uint8Array | string): Promise<void> {
  const handle = await open(file, "wx", ownFile);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A name is on the disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return; // folders cannot be opened there
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function unusable(file: string, error: unknown): KithError {
  if (error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT")) {
    return new KithError("disk-full", { file }, error);
  }
  return new KithError("file-unusable", { file, problem: problemOf(error) }, error);
}
