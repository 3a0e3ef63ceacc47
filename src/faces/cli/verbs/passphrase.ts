/** `kith passphrase`: sets, changes or takes away the passphrase of the profile. */
import { KithError } from "../../../base/errors.ts";
import { verbWords } from "../../model/verb-words.ts";
import { askSecret, type Terminal } from "../ask.ts";
import type { Context, Said } from "../context.ts";
import type { PassphraseChanged } from "../parts.ts";
import { textOption, UsageError } from "../usage.ts";
import type { VerbInput } from "../verb.ts";

export async function passphrase(context: Context, input: VerbInput): Promise<Said> {
  const { parts, options } = context;
  const next = nextOf(context, input);
  const mayDelete = async (chatLogs: readonly string[]): Promise<boolean> =>
    input.options["deleteChatLog"] === true ||
    (await context.askYes(verbWords.deleteChatLogs(chatLogs))) === true;
  const changed = await context.withPassphrase((present) =>
    parts.changePassphrase(options.where, { present, next, mayDelete }),
  );
  return { json: changed, lines: linesOf(changed) };
}

/** How the new one is found out once the profile is open; what cannot be is said before anything is opened. */
function nextOf(context: Context, input: VerbInput): () => Promise<string | undefined> {
  const file = textOption(input, "newPassphraseFile");
  const { terminal } = context;
  if (input.options["remove"] === true) {
    if (file !== undefined) throw new UsageError(verbWords.removeOrNew);
    return () => Promise.resolve(undefined);
  }
  if (file !== undefined) {
    if (file === "-" && context.options.passphraseFile === "-") throw new UsageError(verbWords.oneStdin);
    return () => context.readPassphrase(file);
  }
  if (terminal === undefined) throw new UsageError(verbWords.needsNewPassphrase);
  return () => askTwice(terminal);
}

async function askTwice(terminal: Terminal): Promise<string> {
  const first = await askSecret(terminal, verbWords.newPassphrasePrompt);
  if (first === undefined || first === "") throw new KithError("passphrase-missing");
  if ((await askSecret(terminal, verbWords.againPrompt)) !== first) throw new KithError("passphrases-differ");
  return first;
}

function linesOf({ home, encrypted, deleted, left }: PassphraseChanged): readonly string[] {
  return [
    verbWords.passphraseIs(home, encrypted),
    ...deleted.map(verbWords.isDeleted),
    ...(left.length === 0 ? [] : [verbWords.stillReadable, ...left.map((file) => `  ${file}`)]),
  ];
}
