/** What every verb is given: the way to the daemon, somewhere to write, and somebody to ask. */
import { readFile } from "node:fs/promises";
import { KithError } from "../../base/errors.ts";
import { harmlessLine } from "../../base/harmless.ts";
import { chatWords } from "../model/chat-words.ts";
import type { Person } from "../model/records.ts";
import { clockOf, type Clock } from "../model/time.ts";
import type { Spans } from "../model/spans.ts";
import { verbWords } from "../model/verb-words.ts";
import { askLine, askSecret, type Terminal } from "./ask.ts";
import { Output } from "./output.ts";
import type { Client, Parts, Surroundings, Where } from "./parts.ts";
import { peopleLines } from "./lines/people.ts";
import { findPerson } from "./who.ts";

/** The options that every verb has. */
export interface CommonOptions {
  readonly json: boolean;
  readonly simple: boolean;
  readonly mayStart: boolean;
  readonly passphraseFile: string | undefined;
  readonly where: Where;
}

/** What a verb found out: for programs, and for people. */
export interface Said {
  readonly json: unknown;
  readonly lines: readonly (Spans | string)[];
  /** 0 unless it says so. */
  readonly exitCode?: number;
}

/** Undefined when no answer was given. */
type PassphraseAsker = (error: KithError) => Promise<string | undefined>;

const passphraseTries = 3;

export class Context {
  readonly options: CommonOptions;
  readonly parts: Parts;
  readonly around: Surroundings;
  readonly out: Output;
  readonly clock: Clock;
  readonly #clients: Client[] = [];

  constructor(options: CommonOptions, parts: Parts, around: Surroundings) {
    this.options = options;
    this.parts = parts;
    this.around = around;
    this.out = new Output(around.stdout, { simple: options.simple, env: around.env });
    this.clock = clockOf({ locale: localeOf(around.env) });
  }

  /** A connection to the profile's daemon, which is started when none runs. */
  async attach(): Promise<Client> {
    const running = await this.connect();
    if (running === undefined) return await this.#started();
    await this.#warnOfSettings(running);
    return running;
  }

  /** What `--set` says counts only for a daemon that is started. */
  async #warnOfSettings(client: Client): Promise<void> {
    const wanted = Object.entries(this.options.where.set);
    if (wanted.length === 0) return;
    const { settings } = await client.call("settings.get", {});
    for (const [key, value] of wanted) {
      const inForce = textOf(settings.find((setting) => setting.key === key)?.value);
      if (inForce === value) continue;
      this.around.stderr.write(
        `${harmlessLine(verbWords.withoutEffect(key, inForce === "" ? verbWords.notSet : inForce))}\n`,
      );
    }
  }

  /** A connection to a daemon that runs already. */
  async connect(): Promise<Client | undefined> {
    const client = await this.parts.connect(this.options.where);
    if (client !== undefined) this.#clients.push(client);
    return client;
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }

  async #started(): Promise<Client> {
    if (!this.options.mayStart) throw new KithError("daemon-absent");
    await this.withPassphrase((passphrase) => this.parts.startDaemon(this.options.where, passphrase));
    const client = await this.connect();
    if (client === undefined) throw new KithError("daemon-lost");
    return client;
  }

  /** Does what may need the passphrase, which is asked for only when it is needed. */
  async withPassphrase<Value>(
    work: (passphrase: string | undefined) => Promise<Value>,
    ask = this.#askerOnTerminal,
  ): Promise<Value> {
    const { passphraseFile } = this.options;
    if (passphraseFile !== undefined) return work(await this.readPassphrase(passphraseFile));
    let passphrase: string | undefined;
    for (let left = passphraseTries; ; left--) {
      try {
        return await work(passphrase);
      } catch (error) {
        if (!isAboutPassphrase(error) || ask === undefined || left === 0) throw error; // not ours to mend, or tried often enough
        passphrase = await ask(error);
        if (passphrase === undefined || passphrase === "") throw new KithError("passphrase-needed");
      }
    }
  }

  /** The file's first line; `-` is the standard input, which is how a daemon in the background gets it. */
  async readPassphrase(file: string): Promise<string> {
    const text = file === "-" ? await readAll(this.around.stdin) : await readFile(file, "utf8");
    const [line = ""] = text.split(/\r?\n/, 1);
    if (line === "") throw new KithError("passphrase-needed");
    return line;
  }

  get #askerOnTerminal(): PassphraseAsker | undefined {
    const { terminal } = this;
    if (terminal === undefined) return undefined;
    return (error) => {
      if (error.code === "passphrase-wrong") terminal.output.write(`${error.message}.\n`);
      return askSecret(terminal, verbWords.passphrasePrompt);
    };
  }

  /** Where somebody can be asked: on the terminal, beside whatever the output is. */
  get terminal(): Terminal | undefined {
    const { stdin, stderr } = this.around;
    return stdin.isTTY === true && stderr.isTTY === true ? { input: stdin, output: stderr } : undefined;
  }

  /** True for yes, false for no, undefined when nobody can be asked. */
  async askYes(question: string): Promise<boolean | undefined> {
    if (this.terminal === undefined || this.options.json) return undefined;
    const answer = await askLine(this.terminal, `${question} ${verbWords.yesOrNo}`);
    return answer !== undefined && /^y(?:es)?$/i.test(answer.trim());
  }

  /** The one person meant by a name; asks when it fits several. */
  person(client: Client, who: string): Promise<Person> {
    return findPerson(client, who, (name, people) => this.#choose(name, people));
  }

  async #choose(name: string, people: readonly Person[]): Promise<Person | undefined> {
    if (this.terminal === undefined || this.options.json) return undefined;
    const asker = new Output(this.terminal.output, { simple: this.options.simple, env: this.around.env });
    asker.line(chatWords.fitsSeveral(name));
    for (const line of peopleLines(people, this.around.now(), asker.width)) asker.line(line);
    const answer = await askLine(this.terminal, verbWords.whichNumber);
    return people.find(({ id }) => String(id) === answer?.trim());
  }
}

/** A setting's value as it is written behind `--set key=`. */
function textOf(value: unknown): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map(textOf).join(",");
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isAboutPassphrase(error: unknown): error is KithError {
  return (
    error instanceof KithError && (error.code === "passphrase-needed" || error.code === "passphrase-wrong")
  );
}

export async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

/** The locale of the environment where it names one that exists; the engine's own choice otherwise. */
function localeOf(env: Surroundings["env"]): string {
  const named = (env["LC_ALL"] ?? env["LC_TIME"] ?? env["LANG"] ?? "").split(".")[0]?.replace("_", "-") ?? "";
  try {
    return Intl.getCanonicalLocales(named)[0] ?? "en-GB";
  } catch {
    return "en-GB"; // acted upon: "C", "POSIX" and the like name no language
  }
}
