/** The command line: every verb, from the words after `kith` to an exit code. */
import { Command, CommanderError } from "commander";
import { KithError, problemOf } from "../../base/errors.ts";
import { harmlessJson, harmlessLine } from "../../base/harmless.ts";
import { nearest } from "../../base/nearest.ts";
import { verbWords } from "../model/verb-words.ts";
import { Context, type CommonOptions, type Said } from "./context.ts";
import type { Parts, Surroundings } from "./parts.ts";
import { processSurroundings } from "./surroundings.ts";
import { topicsText } from "./topics.ts";
import { keyAndValue, UsageError } from "./usage.ts";
import type { Verb, VerbInput } from "./verb.ts";
import { chatVerb, commonOptions, verbs } from "./verbs.ts";

const done = 0;
const failed = 1;
const wrongUsage = 2;

/** Runs one command line and resolves with the exit code: 0 done, 1 failed (the reason is on stderr), 2 wrong usage. */
export async function runProgram(
  argv: readonly string[],
  parts: Parts,
  around: Surroundings = processSurroundings(),
): Promise<number> {
  let exitCode = done;
  const program = commandLine(parts.version, around, async (verb, input, options) => {
    exitCode = await runVerb(verb, input, new Context(options, parts, around));
  });
  try {
    await program.parseAsync(withHelpLast(argv), { from: "user" });
    return exitCode;
  } catch (error) {
    return explain(error, around, argv.includes("--json"));
  }
}

/** Commander looks at one word behind `help`; verbs have up to two. */
function withHelpLast(argv: readonly string[]): string[] {
  const [first, ...verb] = argv;
  return first === "help" && verb.length > 1 ? [...verb, "--help"] : [...argv];
}

async function runVerb(verb: Verb, input: VerbInput, context: Context): Promise<number> {
  const nobodyReads = context.out.gone.then(() => done);
  try {
    const run = await verb.load();
    const outcome = await Promise.race([run(context, input), nobodyReads]);
    return typeof outcome === "number" ? outcome : print(outcome, context);
  } finally {
    context.close();
  }
}

function print({ json, lines, exitCode = done }: Said, { out, options }: Context): number {
  if (options.json) out.json(json);
  else for (const line of lines) out.line(line);
  return exitCode;
}

/** Says on stderr what went wrong and what to do. */
function explain(error: unknown, { stderr }: Surroundings, asJson: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? done : wrongUsage; // it has said so itself
  const known =
    error instanceof KithError
      ? { code: error.code, message: error.message, mend: error.mend, details: error.details }
      : { code: error instanceof UsageError ? "usage" : "internal", message: problemOf(error) };
  const mend = "mend" in known ? known.mend : error instanceof UsageError ? verbWords.seeHelp : undefined;
  const lines = [`kith: ${known.message}`, ...(mend === undefined ? [] : [`      ${mend}`])];
  stderr.write(asJson ? `${harmlessJson({ error: known })}\n` : `${lines.map(harmlessLine).join("\n")}\n`);
  return error instanceof UsageError ? wrongUsage : failed;
}

type Act = (verb: Verb, input: VerbInput, options: CommonOptions) => Promise<void>;

/** The table of verbs as commander has it. */
function commandLine(version: string, around: Surroundings, act: Act): Command {
  const program = new Command("kith")
    .description(verbWords.about)
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => around.stdout.write(text),
      writeErr: (text) => around.stderr.write(text),
      getOutHelpWidth: () => around.stdout.columns ?? 80,
      getOutHasColors: () => false,
    })
    .helpCommand("help [verb]", verbWords.aboutHelp)
    .usage("[verb] [options]");
  addCommon(program);
  add(program, chatVerb, act);
  for (const verb of verbs) if (verb !== chatVerb) add(placeOf(program, verb), verb, act);
  program
    .command("topics")
    .description(verbWords.aboutTopics)
    .configureHelp({ formatHelp: () => topicsText })
    .action(() => {
      around.stdout.write(topicsText);
    });
  return program;
}

/** A verb's own command, in its group where it has two words. */
function placeOf(program: Command, { name, what }: Verb): Command {
  const [group = "", sub] = name.split(" ");
  const existing = program.commands.find((command) => command.name() === group);
  const outer = existing ?? program.command(group).copyInheritedSettings(program);
  if (sub === undefined) return outer.description(what);
  if (existing === undefined) {
    const about = verbWords.aboutGroup(group);
    outer.summary(`${about}: ${verbWords.seeGroup(group)}`).description(`${about}.`);
  }
  return outer.command(sub).description(what);
}

function add(command: Command, verb: Verb, act: Act): void {
  if (verb.usage !== "") command.arguments(verb.usage);
  command.allowExcessArguments(verb === chatVerb); // where they are words that are no verbs
  for (const { flags, what } of verb.options ?? []) command.option(flags, what);
  command.action(async () => {
    const options = command.optsWithGlobals<Record<string, unknown>>();
    if (verb === chatVerb) refuseUnknown(command.args);
    await act(verb, { args: command.args, options: onlyFlags(options) }, commonOf(options));
  });
}

function refuseUnknown([word]: readonly string[]): void {
  if (word === undefined) return;
  const meant = nearest(word, new Set(verbs.map(({ name }) => name.split(" ")[0] ?? name)));
  throw new UsageError(verbWords.noVerb(word, meant));
}

function addCommon(command: Command): void {
  for (const { flags, what } of commonOptions) {
    if (flags.startsWith("--set ")) command.option(flags, what, collect, []);
    else command.option(flags, what);
  }
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function onlyFlags(options: Readonly<Record<string, unknown>>): VerbInput["options"] {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) =>
      typeof value === "string" || typeof value === "boolean" ? [[name, value]] : [],
    ),
  );
}

function commonOf(options: Readonly<Record<string, unknown>>): CommonOptions {
  const { json, home, profile, set, start, passphraseFile, simple } = options;
  const pairs = Array.isArray(set) ? set.map(String).map(keyAndValue) : [];
  return {
    json: json === true,
    simple: simple === true,
    mayStart: start !== false,
    passphraseFile: typeof passphraseFile === "string" ? passphraseFile : undefined,
    where: {
      ...(typeof home === "string" ? { home } : {}),
      ...(typeof profile === "string" ? { profile } : {}),
      set: Object.fromEntries(pairs),
    },
  };
}
