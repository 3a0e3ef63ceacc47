/** The developer's command: runs worlds by their seeds, reports on them, and shrinks and keeps what fails. */
import { present } from "../base/assert.ts";
import type { Crypto } from "../base/crypto.ts";
import { minuteMs, secondMs } from "../base/time.ts";
import { drawOptions, type Options } from "./options.ts";
import { plugOf, plugs } from "./plugs.ts";
import { type Outcome, run, type Setting } from "./run.ts";
import { shrink } from "./shrink.ts";

/** What the command is given by the program around it. */
export interface CommandParts {
  readonly realCrypto: Crypto;
  /** Milliseconds that have really passed. */
  readonly elapsedMs: () => number;
  readonly print: (line: string) => void;
  /** What the program around it saw thrown and caught by nobody, since it was asked last. */
  readonly astray: () => Promise<unknown>;
  /** Keeps a world that failed, to be run for ever. */
  readonly keep: (options: Options, found: string) => void;
}

interface Wish {
  readonly first: number;
  readonly last: number;
  /** Of real time: no further world is begun after it. */
  readonly minutes: number;
  /** Of simulated time, in each world. */
  readonly hours: number;
  readonly network: string;
}

export const usage =
  "npm run sim -- [--seed N | --seeds A..B] [--minutes M] [--hours H] [--network " +
  `${plugs.map(({ kind }) => kind).join("|")}]`;

const defaultHours = 1;
const defaultMinutes = 1;

/** False when a promise was broken or the arguments cannot be understood. */
export async function command(args: readonly string[], parts: CommandParts): Promise<boolean> {
  const wish = read(args);
  const plug = wish === undefined ? undefined : plugOf(wish.network);
  if (wish === undefined || plug === undefined) {
    parts.print(usage);
    return false;
  }
  const setting: Setting = { plug, realCrypto: parts.realCrypto, astray: parts.astray };
  const given = { hours: wish.hours, realCrypto: true };
  const done = new Tally();
  for (let seed = wish.first; seed <= wish.last; seed++) {
    if (parts.elapsedMs() >= wish.minutes * minuteMs) break;
    const outcome = await run(drawOptions(seed, plug, given), setting);
    done.add(outcome);
    if (outcome.violation !== undefined) await explain(outcome, setting, parts);
    else if (wish.first === wish.last) parts.print(`seed ${seed}: ${JSON.stringify(outcome.options)}`);
  }
  parts.print(done.summary(parts.elapsedMs()));
  return done.broken === 0;
}

/** Again, smaller and in words. */
async function explain(outcome: Outcome, setting: Setting, { print, keep }: CommandParts): Promise<void> {
  const { options } = outcome;
  const { invariant, what } = present(outcome.violation, "the promise that was broken");
  print(`SEED=${options.seed} ${invariant}: ${what}`);
  print(`OPTIONS=${JSON.stringify(options)}`);
  const smallest = await shrink(options, async (smaller) => {
    const again = await run(smaller, setting);
    return again.violation?.invariant === invariant;
  });
  const { lines, violation } = await run(smallest, { ...setting, verbose: true });
  print(`SHRUNK=${JSON.stringify(smallest)}`);
  for (const line of lines) print(line);
  keep(smallest, `${violation?.invariant ?? invariant}: ${violation?.what ?? what}`);
}

class Tally {
  broken = 0;
  #worlds = 0;
  #hours = 0;
  #messages = 0;
  #events = 0;

  add({ options, violation, messages, events }: Outcome): void {
    this.#worlds++;
    this.#hours += options.hours;
    this.#messages += messages;
    this.#events += events;
    if (violation !== undefined) this.broken++;
  }

  summary(elapsedMs: number): string {
    const seconds = elapsedMs / secondMs;
    const what = `${this.#hours.toFixed(1)} simulated hours, ${this.#messages} messages, ${this.#events} events`;
    const rate = `${seconds.toFixed(1)} s, ${(this.#hours / seconds).toFixed(1)} hours a second`;
    return `${this.#worlds} worlds, ${this.broken} broken: ${what} in ${rate}`;
  }
}

/** Undefined where it cannot be understood. */
function read(args: readonly string[]): Wish | undefined {
  const given = new Map<string, string>();
  for (let i = 0; i < args.length; i += 2) {
    const [name = "", value = ""] = args.slice(i, i + 2);
    if (!/^--(seed|seeds|minutes|hours|network)$/.test(name) || value === "") return undefined;
    given.set(name.slice(2), value);
  }
  const wish = {
    ...seedsIn(given.get("seed") ?? given.get("seeds") ?? "1..1000000"),
    minutes: Number(
      given.get("minutes") ?? (given.has("seed") || given.has("seeds") ? Infinity : defaultMinutes),
    ),
    hours: Number(given.get("hours") ?? defaultHours),
    network: given.get("network") ?? "lan",
  };
  const numbers = [wish.first, wish.last, wish.minutes, wish.hours];
  return numbers.some(Number.isNaN) || wish.hours <= 0 ? undefined : wish;
}

/** "7" or "1..200"; not numbers where it is neither. */
export function seedsIn(text: string): { readonly first: number; readonly last: number } {
  const [first = NaN, last = first] = text.split("..").map(Number);
  return { first, last };
}
