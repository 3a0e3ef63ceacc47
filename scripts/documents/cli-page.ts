/** Makes the reference page of the command line from the table of verbs and the table of slash commands. */
import { topicsText } from "../../src/faces/cli/topics.ts";
import { commonOptions, verbs } from "../../src/faces/cli/verbs.ts";
import type { Verb } from "../../src/faces/cli/verb.ts";
import { commands } from "../../src/faces/model/commands.ts";
import { generatedNotice, table } from "./markdown.ts";

export function cliPage(): Promise<string> {
  const parts = [
    opening,
    optionsTable(commonOptions),
    "## Verbs",
    ...verbs.map(section),
    chatCommands(),
    topics,
  ];
  return Promise.resolve(parts.join("\n\n") + "\n");
}

const opening = `# Command line

${generatedNotice}

\`kith\` alone opens the chat. Every verb attaches to the profile's daemon and starts one when none runs.

## Options of every verb`;

const topics = `## Signs, names, numbers, JSON, exit codes\n\n\`\`\`text\n${topicsText.trimEnd()}\n\`\`\``;

function section(verb: Verb): string {
  const { name, usage, what, options = [] } = verb;
  const typed = name === "chat" ? "kith" : `kith ${name} ${usage}`.trimEnd();
  const list = options.length === 0 ? [] : [optionsTable(options)];
  return [`### \`${typed}\``, what, ...list, `\`--json\`: ${jsonOf(verb)}.`].join("\n\n");
}

function jsonOf({ json }: Verb): string {
  return "says" in json ? json.says : `what [\`${json.answerOf}\`](api.md) answers`;
}

function optionsTable(options: readonly { readonly flags: string; readonly what: string }[]): string {
  return table(
    ["Option", "Meaning"],
    options.map(({ flags, what }) => [`\`${flags}\``, what]),
  );
}

function chatCommands(): string {
  const rows = commands.map(({ name, usage, aliases, what }) => [
    `\`/${name} ${usage}`.trimEnd() + "`",
    aliases.map((alias) => `\`/${alias}\``).join(" "),
    what,
  ]);
  return `## Commands of the chat\n\n${table(["Command", "Also", "Meaning"], rows)}`;
}
