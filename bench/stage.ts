/** Where one benchmark runs: a folder, programs and endings, all gone when it is over, however it ends. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What a program may take to say what it is waited for. */
const lineMsMax = 60_000;

export class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), "kith-bench-"));
  readonly #endings: (() => unknown)[] = [];
  /** A worker that is waited for keeps no process alive by itself. */
  readonly #alive = setInterval(() => undefined, lineMsMax);

  static async use<Value>(work: (stage: Stage) => Promise<Value>): Promise<Value> {
    const stage = new Stage();
    // Interrupted, the programs must end with us: this process waits for them in `finally` no more.
    const interrupted = (): void => void stage.#end().then(() => process.exit(1));
    process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
    try {
      return await work(stage);
    } finally {
      process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
      await stage.#end();
    }
  }

  /** Done when all is over, the last added first. */
  atEnd(ending: () => unknown): void {
    this.#endings.push(ending);
  }

  /** The program ends with the stage at the latest. */
  program(child: ChildProcess): Program {
    const program = new Program(child);
    this.atEnd(() => program.kill());
    return program;
  }

  async #end(): Promise<void> {
    for (let ending = this.#endings.pop(); ending !== undefined; ending = this.#endings.pop()) {
      try {
        await ending();
      } catch (error) {
        console.error(`could not clean up: ${String(error)}`); // told, and the rest is cleaned up all the same
      }
    }
    clearInterval(this.#alive);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A program that speaks in lines. */
export class Program {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #closed: Promise<number | null>;
  #heard = Promise.withResolvers<undefined>();
  #isClosed = false;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#closed = once(child, "close").then(([code]: unknown[]) => {
      this.#isClosed = true;
      this.#heard.resolve(undefined);
      return typeof code === "number" ? code : null;
    });
    this.#closed.catch(() => undefined); // whoever waits for it is told
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.#lines.push(line);
      this.#heard.resolve(undefined);
      this.#heard = Promise.withResolvers();
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The exit code; null when a signal ended it. */
  get closed(): Promise<number | null> {
    return this.#closed;
  }

  say(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** The next line that begins like that, and what follows in it. */
  async hear(beginning: string): Promise<string> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), lineMsMax);
    try {
      for (;;) {
        for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) {
          if (line.startsWith(beginning)) return line.slice(beginning.length);
        }
        if (this.#isClosed) throw new Error(`the program ended before it said "${beginning}"`);
        await this.#heard.promise;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends it as the system does, and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.#isClosed) return;
    this.#child.kill("SIGKILL");
    await this.#closed;
  }
}
