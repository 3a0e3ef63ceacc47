/** Lines of the chat log: one for each message received or sent, tabs between, made so that a line stays a line. */

export interface ChatLogEntry {
  /** Local time in ISO 8601 with its offset, as text: only the world knows where it is. */
  readonly time: string;
  readonly direction: "in" | "out";
  /** Of the other side. */
  readonly name: string;
  readonly text: string;
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** With its line break. */
export function formatChatLogLine({ time, direction, name, text }: ChatLogEntry): string {
  return `${[time, direction, escaped(name), escaped(text)].join("\t")}\n`;
}

/** Other control characters are written out as well: whoever shows the file is not steered by a stranger's text. */
function escaped(text: string): string {
  return text.replace(/[\\\p{Cc}]/gu, (sign) => escapes[sign] ?? `\\u${hex(sign)}`);
}

function hex(sign: string): string {
  return sign.charCodeAt(0).toString(16).padStart(4, "0");
}
