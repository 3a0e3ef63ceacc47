/** Makes the reference page of the error codes from the table in src/base/errors.ts. */
import { errorTable } from "../../src/base/errors.ts";
import type { ErrorEntry } from "../../src/base/errors.ts";
import { generatedNotice } from "./markdown.ts";

const opening = `# Errors

${generatedNotice}

Every failure has a permanent code, which scripts may test for: the command line shows it with \`--json\`, the API sends it as
\`data.code\`. Words in braces stand for the particulars.`;

export function errorsPage(): Promise<string> {
  const entries: [string, ErrorEntry][] = Object.entries(errorTable);
  return Promise.resolve([opening, ...entries.map(section)].join("\n\n") + "\n");
}

function section([code, { what, mend }]: [string, ErrorEntry]): string {
  return `## ${code}\n\n${asSentence(what)}\n\n**What to do:** ${mend}`;
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
