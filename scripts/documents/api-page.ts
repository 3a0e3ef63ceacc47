/** Makes the reference page of the API from the table of its methods. */
import type * as z from "zod";
import { methods, notification } from "../../src/api/methods.ts";
import type { Method } from "../../src/api/methods.ts";
import { batchMax, nestingMax } from "../../src/api/request.ts";
import { eventsKeptMax } from "../../src/api/event-log.ts";
import { requestBytesMax } from "../../src/api/wire.ts";
import * as record from "../../src/api/records.ts";
import { generatedNotice } from "./markdown.ts";
import { SchemaText } from "./schema-text.ts";

const opening = `# API

${generatedNotice}

Everything that a face of kith does, it does by these methods; scripts and bots can do the same. They are JSON-RPC 2.0.

**Over the local socket** (its path is in \`kith status\`): one JSON text a line, both ways.

    $ kith status --json | jq -r .api.socket
    $ echo '{"jsonrpc":"2.0","id":1,"method":"people.list","params":{}}' | socat -t 1 - UNIX-CONNECT:/run/user/1000/kith/….sock

**Over WebSocket**, when the setting \`api.http\` is on: at \`/api\` of the address that \`kith status\` shows, with that address as
\`Origin\`. The first frame is the token from the file \`api-token\` in the profile's folder, every later one a JSON text.

A request has at most ${requestBytesMax} bytes, nests ${nestingMax} deep at most, and is one call or a batch of up to ${batchMax}.
Parameters are checked; unknown ones are refused. Whatever fails has \`error.data\` with a permanent \`code\`, its \`details\` and
what to do (\`mend\`): see [errors](errors.md).

**Events** say what changed, by id, and a client reads again what it shows. The daemon keeps the last ${eventsKeptMax} of them:
\`events.follow\` with the cursor that came last brings what was missed. \`resync\` means that this is not possible, for the daemon
was started anew or too much has happened; then everything is to be read again. A client that does not read gets no further events,
and \`resync\` when it does.`;

const records = {
  Person: record.person,
  Contact: record.contact,
  Conversation: record.conversation,
  Message: record.message,
  Body: record.body,
  Delivery: record.delivery,
  Why: record.why,
  Network: record.network,
  Profile: record.profile,
  Event: record.event,
  Check: record.check,
};
const types = new SchemaText(records);

export function apiPage(): Promise<string> {
  const entries: [string, Method][] = Object.entries(methods);
  const parts = [
    opening,
    "## Methods",
    ...entries.map(section),
    "## Notification",
    block("event", notification.shape.params),
    "## Records",
    ...Object.entries(records).map(([name, schema]) => `### ${name}\n\n${code(types.write(schema, true))}`),
  ];
  return Promise.resolve(parts.join("\n\n") + "\n");
}

function section([name, { what, params, result }]: [string, Method]): string {
  return [`### ${name}`, what, block("takes", params), block("answers", result)].join("\n\n");
}

function block(title: string, schema: z.ZodType): string {
  return code(`${title} ${types.write(schema)}`);
}

function code(text: string): string {
  return `\`\`\`\n${text}\n\`\`\``;
}
