/** Makes the reference page of the settings from the tables of their keys. */
import * as z from "zod";
import { programKeys } from "../../src/daemon/config-keys.ts";
import type { Keys } from "../../src/daemon/config-keys.ts";
import { variableOf } from "../../src/daemon/config.ts";
import { networkKeys } from "../../src/daemon/network-kinds.ts";
import { generatedNotice, table } from "./markdown.ts";
import { SchemaText } from "./schema-text.ts";

const opening = `# Settings

${generatedNotice}

Each setting has its value from the first of these that names it:

1. a flag of the command that starts the daemon: \`--set lan.address=192.168.1.15\`
2. the environment: \`KITH_LAN_ADDRESS=192.168.1.15\`
3. what was changed while kith ran: \`kith network configure\`, \`kith nick\`, \`kith presence\`
4. the file \`config.toml\`, which is yours and is never written by kith
5. the usual value

\`config.toml\` is in \`$XDG_CONFIG_HOME/kith/<profile>/\` (\`~/.config/kith/default/\`), or in the profile's folder where one was chosen with
\`--home\` or \`KITH_HOME\`. A key that does not exist is refused. \`kith\` reads it when the daemon starts.

    [profile]
    name = "Ece"

    [lan]
    targets = ["192.168.2.255"]

A section that bears the name of a kind of network sets the network of that name; further networks of the kind are set by
\`kith network connect\` and \`kith network configure\` alone. In flags and in the environment a list is written with commas.`;

export function configPage(): Promise<string> {
  const keys: Keys = { ...programKeys, ...networkKeys };
  const rows = Object.entries(keys)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, schema]) => row(key, schema));
  const head = ["key", "takes", "usually", "what it is for", "environment"];
  return Promise.resolve(`${opening}\n\n${table(head, rows)}\n`);
}

const types = new SchemaText({});

function row(key: string, schema: z.core.$ZodType): readonly string[] {
  const { default: usual, description = "" } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
  });
  const shown = usual === undefined ? "" : `\`${JSON.stringify(usual)}\``;
  return [`\`${key}\``, `\`${types.write(schema)}\``, shown, description, `\`${variableOf(key)}\``];
}
