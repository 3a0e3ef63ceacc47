/** The chat on a terminal in memory, over a daemon in memory: what tests of the chat begin with. */
import type { Person } from "../../model/records.ts";
import type { Parts } from "../parts.ts";
import { runProgram } from "../program.ts";
import { FakeDaemon } from "./daemon.ts";
import { testTerminal, until, type TestTerminal } from "./terminal.ts";

export interface Scene {
  readonly terminal: TestTerminal;
  readonly done: Promise<number>;
  /** Waits until the screen shows it, and gives the whole screen. */
  readonly shows: (text: string | RegExp) => Promise<string>;
}

export interface SceneFacts {
  readonly argv?: readonly string[];
  /** Other ways to the daemon than its own. */
  readonly parts?: Partial<Parts>;
}

export function scene(
  daemon: FakeDaemon,
  terminal = testTerminal(),
  { argv = [], parts = {} }: SceneFacts = {},
): Scene {
  const done = runProgram(argv, { ...daemon.parts(), ...parts }, terminal.around);
  const shows = async (text: string | RegExp): Promise<string> => {
    let last = "";
    const find = async (): Promise<string | undefined> => {
      last = await terminal.screen();
      return (typeof text === "string" ? last.includes(text) : text.test(last)) ? last : undefined;
    };
    return await until(find, () => `${String(text)} did not come; the screen is\n${last}`);
  };
  return { terminal, done, shows };
}

export function withEce(facts: Partial<Person> = {}): { readonly daemon: FakeDaemon; readonly ece: Person } {
  const daemon = new FakeDaemon();
  const ece = daemon.addPerson("Ece", facts);
  daemon.open(ece);
  return { daemon, ece };
}

export async function leave({ terminal, done }: Scene): Promise<void> {
  terminal.type("\u0003\u0003");
  const code = await done;
  if (code !== 0) throw new Error(`the chat ended with ${code}`);
}
