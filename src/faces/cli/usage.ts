/** What is wrong with a command line itself, and reading numbers, choices and key=value from it. */
import { verbWords } from "../model/verb-words.ts";
import type { VerbInput } from "./verb.ts";

/** The command line cannot be understood: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export function textOption({ options }: VerbInput, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}

/** A whole number, not negative. `name` as commander has it: of several words, in camel case. */
export function numberOption(input: VerbInput, name: string): number | undefined {
  const text = textOption(input, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(verbWords.optionTakesNumber(flagOf(name), text));
  return Number(text);
}

function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function choiceOption<Choice extends string>(
  input: VerbInput,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const text = textOption(input, name);
  return text === undefined ? undefined : chosen(text, `--${name}`, choices);
}

export function chosen<Choice extends string>(
  text: string,
  what: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new UsageError(verbWords.takesOneOf(what, choices, text));
  return found;
}

export function keyAndValue(text: string): readonly [key: string, value: string] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(verbWords.notKeyAndValue(text));
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Values as JSON where they are JSON (numbers, true, lists), else as the text they are. */
export function settingsFrom(pairs: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(pairs.map(keyAndValue).map(([key, value]) => [key, valueFrom(value)]));
}

function valueFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // acted upon: what is no JSON is a text without its quotes
  }
}
