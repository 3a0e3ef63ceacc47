/** `kith conversations`, `history`, `search`, `why`: reading what was said. */
import { plain } from "../../model/spans.ts";
import { verbWords } from "../../model/verb-words.ts";
import { emptyWords } from "../../model/words.ts";
import type { Context, Said } from "../context.ts";
import { conversationLines, numberedLines, whyLines } from "../lines/messages.ts";
import { paragraph } from "../output.ts";
import { conversationOf, inOption, layoutOf, networkOption, surroundingOf } from "../places.ts";
import { numberOption, UsageError } from "../usage.ts";
import type { VerbInput } from "../verb.ts";

const limitDefault = 50;
/** The API's own limit of a page. */
const limitMax = 500;

export async function conversations(context: Context): Promise<Said> {
  const client = await context.attach();
  const answer = await client.call("conversations.list", {});
  const lines = conversationLines(answer.conversations, context.around.now(), context.out.width);
  return { json: answer, lines: lines.length === 0 ? [emptyWords.conversations] : lines };
}

export async function history(context: Context, input: VerbInput): Promise<Said> {
  const [written = ""] = input.args;
  const [limit, before] = [limitOf(input), numberOption(input, "before")];
  const client = await context.attach();
  const { id } = await conversationOf(context, client, { written, ...networkOption(input) });
  const answer = await client.call("messages.page", {
    conversation: id,
    limit,
    ...(before === undefined ? {} : { before }),
  });
  const around = { ...(await surroundingOf(client)), current: id };
  const lines = numberedLines(answer.messages, around, layoutOf(context));
  return { json: answer, lines: lines.length === 0 ? [emptyWords.history] : lines };
}

function limitOf(input: VerbInput): number {
  const limit = numberOption(input, "limit") ?? limitDefault;
  if (limit < 1 || limit > limitMax) throw new UsageError(verbWords.limitTakes(limitMax, limit));
  return limit;
}

export async function search(context: Context, input: VerbInput): Promise<Said> {
  const { contains, ranked } = input.options;
  if (contains === true && ranked === true) throw new UsageError(verbWords.containsOrRanked);
  const how = contains === true ? "contains" : ranked === true ? "ranked" : "words";
  const limit = limitOf(input);
  const client = await context.attach();
  const within = await inOption(context, client, input);
  const text = input.args.join(" ");
  const answer = await client.call("messages.search", {
    text,
    how,
    limit,
    ...within,
  });
  // The newest are found first and shown last, where the eye is; the best fitting stay on top.
  const shown = how === "ranked" ? answer.messages : answer.messages.toReversed();
  const lines = numberedLines(shown, await surroundingOf(client), layoutOf(context));
  return {
    json: answer,
    lines: lines.length === 0 ? paragraph([plain(emptyWords.search)], context.out.width) : lines,
  };
}

export async function why(context: Context, { args: [written = ""] }: VerbInput): Promise<Said> {
  const client = await context.attach();
  const message = await client.call("messages.get", { message: written });
  return { json: message, lines: whyLines(message, layoutOf(context)) };
}
