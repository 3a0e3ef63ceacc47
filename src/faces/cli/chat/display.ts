/** What the chat asks of its surface: a terminal with a line to type on, or plain lines in and out. */
import type { Completion } from "../../model/completion.ts";
import type { Spans } from "../../model/spans.ts";

export interface Display {
  /** Cells of a line. */
  readonly width: number;
  /** With a key, the lines can be replaced as long as nothing follows them. */
  print(lines: readonly Spans[], key?: string): void;
  /** False when they cannot be replaced any more. */
  replace(key: string, lines: readonly Spans[]): boolean;
  /** Something went wrong. */
  complain(lines: readonly Spans[]): void;
  /** Asks for one line; undefined when there is nobody to ask, or no answer was given. */
  ask(question: readonly Spans[], prompt: string): Promise<string | undefined>;
  /** Asks for one line that is not shown while it is typed; undefined as above. */
  askSecret(prompt: string): Promise<string | undefined>;
  /** What stands before the line; asked for anew when there is another width. */
  prompt(prompt: (width: number) => Spans): void;
  clear(): void;
  /** Sounds the terminal's bell. */
  ring(): void;
  /** What is being typed. */
  readonly typed: string;
  /** Puts a text into the line, unless something is being typed there. */
  offer(text: string): void;
  /** Runs until the input ends or the chat is left. */
  run(listener: DisplayListener): Promise<void>;
  /** Leaves. */
  end(): void;
}

export interface DisplayListener {
  /** A line was entered. */
  entered(text: string): Promise<void>;
  /** A key was pressed: somebody is there. */
  touched(): void;
  /** What is being typed has changed. */
  typing(text: string): void;
  complete(before: string): Completion;
}
