/** Completion of what somebody is typing: commands, their arguments, and names. */
import { commandNamed, commands, type Argument } from "./commands.ts";

/** What there is to complete with. */
export interface Known {
  /** Labels, those who are likeliest meant first. */
  readonly people: readonly string[];
  /** Titles of conversations of several. */
  readonly places: readonly string[];
  /** Names of rooms, those included in which nobody has spoken yet. */
  readonly rooms: readonly string[];
  /** Labels of those in the current room. */
  readonly members: readonly string[];
  readonly networks: readonly string[];
  readonly kinds: readonly string[];
}

export interface Completion {
  /** Where the begun word starts, in UTF-16 units of the text. */
  readonly from: number;
  /** What may stand there instead, with what belongs behind it. */
  readonly choices: readonly string[];
}

/** Completions for the text before the cursor. */
export function complete(before: string, known: Known): Completion {
  if (!before.startsWith("/") || before.startsWith("//")) return completeName(before, known);
  const [, name = "", gap = "", rest = ""] = /^\/(\S*)(\s*)([\s\S]*)$/.exec(before) ?? [];
  if (gap === "")
    return {
      from: 0,
      choices: namesOfCommands()
        .filter((found) => hasBegun(found, `/${name}`))
        .map((found) => `${found} `),
    };
  const command = commandNamed(name);
  if (command === undefined) return { from: before.length, choices: [] };
  return completeArgument(command.takes, rest, before.length - rest.length, known);
}

function namesOfCommands(): readonly string[] {
  return commands
    .flatMap(({ name, aliases }) => [name, ...aliases.filter((alias) => alias.length > 2)])
    .map((name) => `/${name}`);
}

function hasBegun(text: string, beginning: string): boolean {
  return text.toLowerCase().startsWith(beginning.toLowerCase());
}

/** Names may contain spaces: what was typed is taken off argument by argument, as long as it is a whole name. */
function completeArgument(takes: readonly Argument[], rest: string, from: number, known: Known): Completion {
  const [argument, ...further] = takes;
  if (argument === undefined || argument === "text") return completeText(rest, from, known);
  const choices = choicesFor(argument, known);
  const whole = choices
    .filter((choice) => hasBegun(rest, `${choice} `))
    .sort((a, b) => b.length - a.length)[0];
  const longer = choices.filter((choice) => hasBegun(choice, rest));
  if (whole !== undefined && longer.length === 0) {
    const left = rest.slice(whole.length).trimStart();
    return completeArgument(further, left, from + rest.length - left.length, known);
  }
  return { from, choices: longer.map((choice) => `${choice} `) };
}

function choicesFor(argument: Exclude<Argument, "text">, known: Known): readonly string[] {
  switch (argument) {
    case "person":
      return known.people;
    case "partner":
      return [...known.people, ...known.places];
    case "room":
      return known.rooms;
    case "member":
      return known.members;
    case "network":
      return known.networks;
    case "kind":
      return known.kinds;
    case "command":
      return commands.map(({ name }) => name);
  }
}

function completeText(text: string, from: number, known: Known): Completion {
  const { from: at, choices } = completeName(text, known);
  return { from: from + at, choices };
}

/** A name in a text; at its beginning it addresses somebody. */
function completeName(before: string, { people }: Known): Completion {
  const word = /\S*$/.exec(before)?.[0] ?? "";
  const from = before.length - word.length;
  const bare = word.replace(/^@/, "");
  if (bare === "") return { from, choices: [] };
  const behind = from === 0 ? ": " : " ";
  return { from, choices: people.filter((name) => hasBegun(name, bare)).map((name) => name + behind) };
}
