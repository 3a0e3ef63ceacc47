/** The log: one line of JSON an event, never the text of a message, never a secret, never more than two files of it. */
import { renameSync, statSync } from "node:fs";
import type { DestinationStream, Logger, pino as Pino } from "pino";
import { secondMs } from "../base/time.ts";
import { harmlessBody, harmlessLine } from "../base/harmless.ts";
import type { Clock } from "./clock.ts";

/** Weeks of ordinary running; with the file before it, half of what one would hesitate to send somebody who helps. */
export const logFileBytesMax = 5 * 1024 * 1024;
/** Lines before the library is loaded: the start writes a few dozen. */
const earlyLinesMax = 1_000;
/** A stranger's text among the details says what it has to say within this. */
const detailLengthMax = 500;
/** Some twenty places in the program. */
const stackLengthMax = 3_000;
/** The start of the program takes less. */
const loadAfterMs = secondMs / 2;
/** A disk that takes nothing does not hold up the end of the program for longer. */
const closeMsMax = secondMs;
/** Names under which a secret or a message's text would stand, should somebody log it after all. */
const keptOut = ["text", "body", "password", "passphrase", "token", "secret", "privateKey", "hash", "pepper"];

export type LogLevel = "debug" | "info" | "warn" | "error";

export type LogDetails = Readonly<Record<string, string | number | boolean | undefined | Error>>;

export interface Log {
  /** `event` says in kebab-case what happened; the details say to what. */
  write(level: LogLevel, event: string, details?: LogDetails): void;
  /** Resolves when everything is in the file. What is written from the call on is not taken. */
  close(): Promise<void>;
}

export interface LogOptions {
  readonly file: string;
  /** From this on, and worse. */
  readonly level: LogLevel;
  readonly clock: Clock;
}

export function createLog(options: LogOptions): Log {
  return new FileLog(options);
}

interface Line {
  readonly level: LogLevel;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The library is loaded after the first line, when the program has started: nobody waits for it. */
class FileLog implements Log {
  readonly #options: LogOptions;
  #early: Line[] = [];
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #opening: Promise<OpenLog> | undefined;
  #open: OpenLog | undefined;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  write(level: LogLevel, event: string, details: LogDetails = {}): void {
    if (this.#closed || severity[level] < severity[this.#options.level]) return;
    const time = new Date(this.#options.clock.now().wall).toISOString();
    const line = { level, details: { time, event, ...plain(details) } };
    if (this.#open !== undefined) this.#open.write(line);
    else if (this.#early.length < earlyLinesMax) this.#early.push(line);
    else this.#lost++;
    if (this.#opening === undefined) this.#timer ??= setTimeout(() => void this.#load(), loadAfterMs).unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    if (this.#opening === undefined && this.#early.length === 0) return;
    await (await this.#load()).close();
  }

  #load(): Promise<OpenLog> {
    return (this.#opening ??= OpenLog.open(this.#options).then((open) => {
      for (const line of this.#early) open.write(line);
      if (this.#lost > 0)
        open.write({ level: "warn", details: { event: "log-lines-lost", count: this.#lost } });
      this.#early = [];
      this.#open = open;
      return open;
    }));
  }
}

/** The log with its library and its file. */
class OpenLog {
  readonly #logger: Logger;
  readonly #file: RotatingFile;

  private constructor(logger: Logger, file: RotatingFile) {
    this.#logger = logger;
    this.#file = file;
  }

  static async open({ file, level }: LogOptions): Promise<OpenLog> {
    // The default export alone is there in Node and in the bundle alike.
    const { default: pino } = await import("pino");
    const rotating = new RotatingFile(
      file,
      openOrNothing(() => pino.destination({ dest: file, sync: true, mkdir: true, mode: 0o600 })),
    );
    const logger = pino(
      {
        level,
        base: null,
        timestamp: false,
        formatters: { level: (label) => ({ level: label }) },
        redact: { paths: keptOut, censor: "(kept out)" },
      },
      rotating,
    );
    return new OpenLog(logger, rotating);
  }

  write({ level, details }: Line): void {
    this.#logger[level](details);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

type Destination = ReturnType<typeof Pino.destination>;

/**
 * Written at once: the lines are few, and those before a crash are the ones that matter. Written later, a log that could
 * not be opened would throw when the process ends.
 */
function openOrNothing(open: () => Destination): Destination | undefined {
  try {
    return open();
  } catch {
    return undefined; // acts by going on: the chat must not end because it has no log
  }
}

/** Begins anew before it grows too long; what was there until then stands beside it as `<file>.1`. */
class RotatingFile implements DestinationStream {
  readonly #file: string;
  readonly #destination: Destination | undefined;
  #size: number;

  constructor(file: string, destination: Destination | undefined) {
    this.#file = file;
    this.#destination = destination;
    this.#size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    // Acts by going on: the chat must not end because its log cannot be written. Later lines try again.
    destination?.on("error", () => undefined);
  }

  write(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (this.#size + bytes > logFileBytesMax) this.#rotate();
    this.#size += bytes;
    this.#destination?.write(line);
  }

  async close(): Promise<void> {
    const destination = this.#destination;
    if (destination === undefined) return;
    await new Promise<void>((resolve) => {
      destination.once("close", resolve).once("error", () => resolve());
      setTimeout(resolve, closeMsMax).unref();
      destination.end();
    });
  }

  #rotate(): void {
    this.#size = 0;
    try {
      renameSync(this.#file, `${this.#file}.1`);
      this.#destination?.reopen();
    } catch {
      // Acts by going on in the old file until it has grown by as much again.
    }
  }
}

const severity: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

function plain(details: LogDetails): Record<string, unknown> {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: LogDetails[string]): unknown {
  if (typeof value === "string") return harmlessLine(value.slice(0, detailLengthMax));
  if (!(value instanceof Error)) return value;
  const code = "code" in value && typeof value.code === "string" ? { code: value.code } : undefined;
  return {
    ...code,
    message: plainValue(value.message),
    stack: harmlessBody(value.stack?.slice(0, stackLengthMax) ?? ""),
  };
}
