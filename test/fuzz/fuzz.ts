/**
 * Runs a promise over thousands of damaged specimens, always the same ones. Inputs that are taken in a new way become
 * specimens themselves; an input that breaks the promise is shrunk before it is shown.
 */
import { expect, test } from "vitest";
import { seededRandom, wholeBetween } from "../../src/base/random.ts";
import { inAlphabet, mutated, pick, type Alphabet } from "./mutation.ts";

/** Few enough for every change; `TEST_FUZZ_CASES=300000 npm run fuzz` looks longer, another `TEST_FUZZ_SEED` elsewhere. */
const usualCases = 2_000;
const wanted = process.env["TEST_FUZZ_CASES"];
const cases = Number(wanted ?? usualCases);
export const firstSeed = Number(process.env["TEST_FUZZ_SEED"] ?? 1);

/** Inputs that behaved in a way of their own: more of them and the rarest would seldom have their turn. */
const poolMax = 512;
/** A longer input stays out of the pool: what grows from it would only be slow. */
const pooledLengthMax = 4_096;
/** Attempts to make a failing input shorter. */
const shrinkingMax = 1_000;
/** For a machine that is busy with something else, too. */
const patienceMs = 30_000 + 2 * cases;

/** How many runs of something that costs as much as `cost` inputs of a usual parser. */
export function runsOf(cost: number): number {
  return Math.ceil(cases / cost);
}

/** Throws where a promise is broken. What it returns names the way in which the input was taken. */
type Check<Input> = (input: Input) => string;

export function fuzzBytes(
  name: string,
  corpus: readonly [Uint8Array, ...Uint8Array[]],
  check: Check<Uint8Array>,
  cost = 1,
): void {
  const [first, ...rest] = corpus;
  const texts = [latin1(first), ...rest.map(latin1)] as const;
  const judge: Check<string> = (text) => check(new Uint8Array(Buffer.from(text, "latin1")));
  fuzz(name, { corpus: texts, alphabet: "bytes", check: judge, cost });
}

/** `cost`: as in `runsOf`. */
export function fuzzText(name: string, corpus: Corpus, check: Check<string>, cost = 1): void {
  fuzz(name, { corpus, alphabet: "text", check, cost });
}

type Corpus = readonly [string, ...string[]];

interface Target {
  readonly corpus: Corpus;
  readonly alphabet: Alphabet;
  readonly check: Check<string>;
  readonly cost: number;
}

function fuzz(name: string, { corpus, alphabet, check, cost }: Target): void {
  const runs = runsOf(cost);
  test(name, { timeout: patienceMs }, () => {
    measured(name, runs, () => {
      const random = seededRandom(firstSeed);
      const known = new Set<string>();
      const pool: [string, ...string[]] = [...corpus];
      corpus.forEach((specimen) => known.add(judge(specimen, "the specimen itself", check)));
      for (let i = 0; i < runs; i++) {
        const input = mutated(random, pick(random, pool), pool, alphabet);
        const way = judge(input, `TEST_FUZZ_SEED=${firstSeed}, case ${i}`, check);
        if (known.has(way) || input.length > pooledLengthMax) continue;
        known.add(way);
        if (pool.length < poolMax) pool.push(input);
        else pool[wholeBetween(random, 0, poolMax - 1)] = input;
      }
    });
  });
}

type Judged = { readonly way: string } | { readonly problem: unknown };

function judge(input: string, where: string, check: Check<string>): string {
  const judged = attempt(input, check);
  if ("way" in judged) return judged.way;
  const least = shrunk(input, (shorter) => "problem" in attempt(shorter, check));
  throw new Error(`${where}: ${JSON.stringify(least)}: ${String(judged.problem)}`, { cause: judged.problem });
}

function attempt(input: string, check: Check<string>): Judged {
  try {
    return { way: check(input) };
  } catch (problem) {
    return { problem }; // translated: the promise is broken, by this input
  }
}

/** Leaves out what can be left out: halves first, single units last. */
export function shrunk(input: string, fails: (shorter: string) => boolean): string {
  let least = input;
  let left = shrinkingMax;
  for (
    let size = Math.ceil(input.length / 2);
    size >= 1 && left > 0;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < least.length && left > 0; left--) {
      const shorter = least.slice(0, at) + least.slice(at + size);
      if (fails(shorter)) least = shorter;
      else at += size;
    }
  }
  return least;
}

/** Runs `work`, sees that nothing all objects inherit from has changed, and says of a long run how fast it was. */
export function measured(name: string, count: number, work: () => void): void {
  const before = inherited();
  const begin = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(begin);
  expect(inherited()).toEqual(before);
  if (wanted === undefined) return;
  const seconds = (user + system) / 1e6;
  process.stdout.write(`${name}: ${count} cases, ${Math.round(count / seconds)} a second, 0 escapes\n`);
}

function inherited(): unknown {
  const roots = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
  return roots.map((root) => Reflect.ownKeys(root).map(String));
}

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

/** A text in UTF-8, as a specimen of bytes. */
export function specimen(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(inAlphabet(text, "bytes"), "latin1"));
}
