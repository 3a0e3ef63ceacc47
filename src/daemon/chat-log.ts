/**
 * Keeps chat-log.txt, a plain record of what was said, behind the database. A number remembered in the profile says up
 * to where it goes; after a crash or a full disk the end of the file is compared with what follows that number.
 */
import type { MessageId } from "../base/ids.ts";
import { secondMs } from "../base/time.ts";
import type { Message } from "../core/model.ts";
import type { MessageStore } from "../core/ports/store.ts";
import { AppendFile } from "../io/files.ts";

/** What was said a moment ago is written together. */
const gatherMs = 50;
/** How far the remembered number may lag behind the file: it costs a transaction. */
const markMs = 5 * secondMs;
/** How soon a disk that failed is tried again. */
const retryMs = 60 * secondMs;
const pageRows = 500;
/** Messages waiting to be written; more than these are found again by their numbers. */
export const freshMax = 10_000;

export interface ChatLogOptions {
  readonly file: string;
  readonly messages: Pick<MessageStore, "get" | "since" | "lastNumber">;
  /** Undefined for a message that does not belong in the log. */
  readonly line: (message: Message) => string | undefined;
  /** The number remembered last; undefined where the log begins now. */
  readonly mark: number | undefined;
  /** Remembers the number for good. */
  readonly saveMark: (mark: number) => Promise<unknown>;
  /** Told once of each time that writing becomes impossible. */
  readonly failed: (error: unknown) => void;
}

export class ChatLog {
  readonly #options: ChatLogOptions;
  /** Everything up to this `arrived` is in the file or does not belong there. */
  #mark: number;
  #savedMark: number | undefined;
  #fresh: MessageId[] = [];
  /** Not all that waits stands in `#fresh`: what follows the mark does. */
  #recovering = true;
  /** The file may hold more than the mark says, the last line cut short: at the start, and after a failure. */
  #uncertain = true;
  #stopped = false;
  #failing = false;
  #timer: NodeJS.Timeout | undefined;
  #markTimer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: ChatLogOptions) {
    this.#options = options;
    this.#mark = options.mark ?? options.messages.lastNumber();
    this.#savedMark = options.mark;
    // A crash before the first lines must find from where to go on.
    if (options.mark === undefined) void this.#save();
    this.#writeIn(0);
  }

  /** Messages that were committed. */
  added(messages: readonly MessageId[]): void {
    this.#fresh.push(...messages);
    if (this.#fresh.length > freshMax) {
      this.#fresh = [];
      this.#recovering = true;
    }
    this.#writeIn(this.#failing ? retryMs : gatherMs);
  }

  /** Everything is in the file, and remembered, when this resolves; a disk that fails is not waited for. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#markTimer);
    await this.#write();
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#save();
  }

  #writeIn(ms: number): void {
    if (!this.#stopped) this.#timer ??= setTimeout(() => void this.#write(), ms);
  }

  #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#append());
    return this.#writing;
  }

  async #append(): Promise<void> {
    const upTo = this.#options.messages.lastNumber();
    const lines = this.#recovering ? this.#linesAfterMark() : this.#linesOf(this.#fresh);
    this.#fresh = [];
    this.#recovering = false;
    try {
      await append(this.#options.file, lines, this.#uncertain);
      this.#uncertain = false;
      this.#failing = false;
      this.#mark = upTo;
      if (!this.#stopped) this.#markTimer ??= setTimeout(() => void this.#save(), markMs);
    } catch (error) {
      // Reported and tried again later: the messages are in the database, the mark says from where to go on.
      if (!this.#failing) this.#options.failed(error);
      this.#failing = true;
      this.#uncertain = true;
      this.#recovering = true;
      this.#writeIn(retryMs);
    }
  }

  async #save(): Promise<void> {
    clearTimeout(this.#markTimer);
    this.#markTimer = undefined;
    if (this.#mark === this.#savedMark) return;
    this.#savedMark = this.#mark;
    await this.#options.saveMark(this.#mark).catch(this.#options.failed);
  }

  #linesOf(ids: readonly MessageId[]): readonly string[] {
    return ids.flatMap((id) => {
      const message = this.#options.messages.get(id);
      return message === undefined ? [] : (this.#options.line(message) ?? []);
    });
  }

  #linesAfterMark(): readonly string[] {
    const found: (readonly [arrived: number, line: string])[] = [];
    let after = this.#mark;
    for (;;) {
      const rows = this.#options.messages.since(after, pageRows);
      for (const message of rows) {
        const line = message.arrived > this.#mark ? this.#options.line(message) : undefined;
        if (line !== undefined) found.push([message.arrived, line]);
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) break;
      after = last.changed;
    }
    return found.toSorted(([a], [b]) => a - b).map(([, line]) => line);
  }
}

async function append(file: string, lines: readonly string[], uncertain: boolean): Promise<void> {
  if (lines.length === 0) return;
  const log = await AppendFile.open(file);
  try {
    const written = lines.map(toBytes);
    const text = uncertain ? missing(await tailOf(log, written), written) : written.join("");
    if (text !== "") await log.append(Buffer.from(text, "latin1"));
  } finally {
    await log.close();
  }
}

/** A character a byte: a file may be cut inside of what UTF-8 makes of one. */
function toBytes(line: string): string {
  return Buffer.from(line).toString("latin1");
}

/** As much of the file's end as `lines` could have left there. */
async function tailOf(log: AppendFile, lines: readonly string[]): Promise<string> {
  const bytesMax = lines.reduce((sum, line) => sum + line.length, 1);
  return Buffer.from(await log.tail(bytesMax)).toString("latin1");
}

/**
 * What is to be appended behind `tail`, which may end with the first of the lines already, and then with the next one
 * cut short.
 */
export function missing(tail: string, lines: readonly string[]): string {
  const whole = tail.slice(0, tail.lastIndexOf("\n") + 1);
  const fragment = tail.slice(whole.length);
  const written = whole.split(/(?<=\n)/);
  for (let count = Math.min(lines.length, written.length); count >= 0; count--) {
    const end = written.length - count;
    const isThere = lines.slice(0, count).every((line, i) => line === written[end + i]);
    const rest = lines.slice(count).join("");
    if (isThere && rest.startsWith(fragment)) return rest.slice(fragment.length);
  }
  return `\n${lines.join("")}`; // somebody else wrote there
}
