/** `kith export` and `kith import`: the history as files. */
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { verbWords } from "../../model/verb-words.ts";
import type { Context, Said } from "../context.ts";
import { inOption } from "../places.ts";
import type { Client } from "../parts.ts";
import { choiceOption, textOption } from "../usage.ts";
import type { VerbInput } from "../verb.ts";

type Format = "jsonl" | "text" | "html";

export async function exportHistory(context: Context, input: VerbInput): Promise<Said | number> {
  const format = choiceOption<Format>(input, "format", ["jsonl", "text", "html"]) ?? "jsonl";
  const file = textOption(input, "out");
  const client = await context.attach();
  const what = { format, ...(await inOption(context, client, input)) };
  if (file === undefined) return await printed(context, client, what);
  const answer = await client.call("history.export", { ...what, file: resolve(file) });
  return { json: answer, lines: [verbWords.exported(answer.messages, answer.file)] };
}

/** The daemon writes to a folder that nobody else can look into; from there it goes to the standard output. */
async function printed(
  context: Context,
  client: Client,
  what: { readonly format: Format; readonly conversation?: number },
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "kith-export-"));
  try {
    const { file } = await client.call("history.export", {
      ...what,
      file: join(folder, `history.${what.format}`),
    });
    await pipeline(createReadStream(file), context.around.stdout, { end: false });
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function importHistory(context: Context, { args: [file = ""] }: VerbInput): Promise<Said> {
  const client = await context.attach();
  const answer = await client.call("history.import", { file: resolve(file) });
  const { added, known, skipped } = answer;
  return {
    json: answer,
    lines: [verbWords.imported(added, known, skipped)],
  };
}
