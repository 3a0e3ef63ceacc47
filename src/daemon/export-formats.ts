/** How an exported history is written: for this program again, for reading, for a browser. */
import { localTime } from "./local-time.ts";
import { header, recordOf } from "./history-file.ts";
import type { ConversationView, MessageView, Queries } from "../core/queries.ts";
import type { Records } from "./records.ts";

export interface ExportFormat {
  readonly begin: string;
  conversation(view: ConversationView): string;
  message(view: MessageView, within: ConversationView): string;
  readonly end: string;
}

export interface ExportParts {
  readonly queries: Queries;
  readonly records: Records;
}

export const exportFormats = { jsonl, text, html };

function jsonl({ queries }: ExportParts): ExportFormat {
  return {
    begin: `${JSON.stringify(header)}\n`,
    conversation: () => "",
    message: (view, within) => {
      const record = recordOf(within, view, queries);
      return record === undefined ? "" : `${JSON.stringify(record)}\n`;
    },
    end: "",
  };
}

function text({ records }: ExportParts): ExportFormat {
  return {
    begin: "",
    conversation: ({ title, conversation }) => `\n=== ${oneLine(title)} (${conversation.network}) ===\n\n`,
    message: (view) => {
      const { time, name, said } = spoken(view, records);
      return `${time}  ${oneLine(name)}: ${harmless(said).replaceAll("\n", "\n    ")}\n`;
    },
    end: "",
  };
}

function html({ records }: ExportParts): ExportFormat {
  return {
    begin: htmlBegin,
    conversation: ({ title, conversation }) =>
      `<h2>${escaped(title)} <small>${escaped(conversation.network)}</small></h2>\n`,
    message: (view) => {
      const { time, name, said } = spoken(view, records);
      return `<p><time datetime="${time}">${time}</time> <b>${escaped(name)}</b> <span>${escaped(said)}</span></p>\n`;
    },
    end: "</main>\n",
  };
}

interface Spoken {
  readonly time: string;
  readonly name: string;
  readonly said: string;
}

function spoken(view: MessageView, records: Records): Spoken {
  const { authorLabel = "*", arrivedAt, deleted, body } = records.message(view);
  return {
    time: localTime(new Date(arrivedAt)),
    name: authorLabel,
    said: deleted ? "(deleted)" : sayingOf(body),
  };
}

function sayingOf(body: MessageView["message"]["body"]): string {
  switch (body.kind) {
    case "text":
      return body.text;
    case "action":
      return `* ${body.text}`;
    case "poke":
      return "(poke)";
    case "file":
      return `(file ${body.name}, ${body.bytes} bytes)`;
    case "system":
      return `(${Object.values(body.notice).join(" ")})`;
    case "unknown":
      return `(${body.what})`;
  }
}

/** Nothing steers the terminal that the file is shown on. */
function harmless(said: string): string {
  return said.replaceAll(/(?!\n)\p{Cc}/gu, "\ufffd");
}

function oneLine(said: string): string {
  return harmless(said).replaceAll("\n", " ");
}

const entities: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
]);

function escaped(said: string): string {
  return harmless(said).replaceAll(/[&<>"']/g, (sign) => entities.get(sign) ?? "");
}

/** Nothing is fetched and nothing runs, whatever the messages contain. */
const htmlBegin = `<!doctype html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>kith history</title>
<style>
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  main { max-width: 50rem; margin: auto; padding: 1rem; }
  p { margin: 0.25rem 0; }
  time, small { font-size: 0.8rem; font-weight: normal; opacity: 0.7; }
  span { white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
<main>
`;
