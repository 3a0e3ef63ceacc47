/** The chat's surface where there is no terminal, or a simple one: lines are read, lines are printed, nothing is redrawn. */
import { createInterface } from "node:readline";
import type { Spans } from "../../model/spans.ts";
import { Output } from "../output.ts";
import type { Surroundings } from "../parts.ts";
import type { Display, DisplayListener } from "./display.ts";

/** Lines that are only passed on are not broken. */
const widthWhereNobodyLooks = Number.POSITIVE_INFINITY;

export class LinesDisplay implements Display {
  readonly #around: Surroundings;
  readonly #out: Output;
  readonly #errors: Output;
  readonly #ended = Promise.withResolvers<undefined>();
  #answer: ((text: string | undefined) => void) | undefined;
  readonly typed = "";
  /** Something that was asked for did not succeed. */
  hasComplained = false;

  constructor(around: Surroundings, out: Output) {
    this.#around = around;
    this.#out = out;
    this.#errors = new Output(around.stderr, { simple: true, env: around.env });
  }

  get width(): number {
    return this.#out.width ?? widthWhereNobodyLooks;
  }

  print(lines: readonly Spans[]): void {
    for (const line of lines) this.#out.line(line);
  }

  replace(): boolean {
    return false;
  }

  complain(lines: readonly Spans[]): void {
    this.hasComplained = true;
    for (const line of lines) this.#errors.line(line);
  }

  /** Only a person can be asked. */
  ask(question: readonly Spans[], prompt: string): Promise<string | undefined> {
    if (this.#around.stdin.isTTY !== true) return Promise.resolve(undefined);
    this.print(question);
    this.#around.stdout.write(prompt);
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  /** What is typed here would be shown. */
  askSecret(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  prompt(): void {
    // A prompt would stand between the lines of others.
  }

  ring(): void {
    // A control character has no place among lines that are passed on.
  }

  clear(): void {
    // What was printed is not taken back.
  }

  offer(): void {
    // There is no line to put it into.
  }

  async run(listener: DisplayListener): Promise<void> {
    const lines = createInterface({ input: this.#around.stdin, terminal: false });
    let work: Promise<void> = Promise.resolve();
    lines.on("line", (line) => {
      listener.touched();
      const answer = this.#answer;
      this.#answer = undefined;
      if (answer !== undefined) answer(line);
      else work = work.then(() => listener.entered(line));
    });
    lines.once("close", () => {
      this.end();
    });
    const stopListening = this.#around.onInterrupt(() => {
      this.end();
    });
    await this.#ended.promise;
    this.#answer?.(undefined);
    await work;
    lines.close();
    stopListening();
  }

  end(): void {
    this.#ended.resolve(undefined);
  }
}
