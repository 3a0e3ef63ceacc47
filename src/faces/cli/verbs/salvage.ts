/** `kith salvage`: a damaged history, as far as it can be read, made into a whole one. */
import { verbWords } from "../../model/verb-words.ts";
import type { Context, Said } from "../context.ts";
import type { Salvaged } from "../parts.ts";
import { UsageError } from "../usage.ts";
import type { VerbInput } from "../verb.ts";

export async function salvage(context: Context, { options }: VerbInput): Promise<Said> {
  const agreed = options["yes"] === true || (await context.askYes(verbWords.salvageQuestion));
  if (agreed === undefined) throw new UsageError(verbWords.needsYes);
  if (!agreed) return { json: { done: false }, lines: [verbWords.nothingChanged], exitCode: 1 };
  const { parts } = context;
  const salvaged = await context.withPassphrase((passphrase) =>
    parts.salvage(context.options.where, passphrase),
  );
  return { json: salvaged, lines: linesOf(salvaged) };
}

function linesOf({ file, aside, saved, incomplete }: Salvaged): readonly string[] {
  const { messages = 0, conversations = 0, people = 0 } = saved;
  const lost = [...new Set(incomplete.map(verbWords.salvagedPart))];
  return [
    verbWords.salvaged({ messages, conversations, people, file }),
    lost.length === 0 ? verbWords.nothingLost : verbWords.partlyLost(lost),
    verbWords.setAside(aside),
  ];
}
