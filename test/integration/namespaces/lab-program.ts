/** A program that a test has started: its lines as they come, and words to it. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";

export class LabProgram {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #output: Interface;
  readonly #ended: Promise<never>;

  /** The program's input and output must be pipes, as they are by default. */
  constructor(child: ChildProcess) {
    if (child.stdout === null) throw new Error("the program has no output to read");
    this.#child = child;
    this.#output = createInterface({ input: child.stdout });
    this.#output.on("line", (line) => this.lines.push(line));
    this.#ended = this.#end();
    this.#ended.catch(() => undefined); // acted on by whoever awaits a line
  }

  say(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Resolves with the first line that fits, told already or to come; rejects when the program ends before. */
  async line(fits: (line: string) => boolean): Promise<string> {
    for (;;) {
      const found = this.lines.find(fits);
      if (found !== undefined) return found;
      await Promise.race([once(this.#output, "line"), this.#ended]);
    }
  }

  async #end(): Promise<never> {
    await once(this.#child, "close");
    throw new Error(`the program has ended; it said:\n${this.lines.join("\n")}`);
  }
}
