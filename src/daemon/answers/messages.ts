/** Answers the methods messages.*. */
import type { Message } from "../../api/records.ts";
import type { Checked } from "../../api/methods.ts";
import type { Answers } from "../../api/server.ts";
import { KithError } from "../../base/errors.ts";
import { toMessageId } from "../../base/ids.ts";
import type { ConversationId, MessageId } from "../../base/ids.ts";
import type { LongQueries, PageQuery } from "../../core/ports/store.ts";
import type { MessageView } from "../../core/queries.ts";
import { personMeant } from "./context.ts";
import type { Context } from "./context.ts";

type MessageAnswers = Pick<
  Answers,
  | "messages.send"
  | "messages.get"
  | "messages.page"
  | "messages.since"
  | "messages.search"
  | "messages.retry"
  | "messages.cancel"
  | "messages.delete"
>;

/** Where the caller does not say how many. */
const usualLimit = 50;

export interface MessageContext extends Context {
  /** The worker is started by the first question. */
  readonly longQueries: () => Promise<LongQueries>;
}

export function messageAnswers(context: MessageContext): MessageAnswers {
  const { queries, loop, records, cursor } = context;
  const show = (id: MessageId): Message => {
    const view = queries.message(id);
    if (view === undefined) throw new KithError("no-such-message", { message: id });
    return records.message(view);
  };
  return {
    "messages.send": async ({ to, text, action, id, ...options }) => {
      const conversation = await conversationMeant(context, to);
      const body = { kind: action === true ? ("action" as const) : ("text" as const), text };
      const message = id === undefined ? {} : { message: id };
      return show(
        (await loop.command({ kind: "send-message", conversation, body, ...message, ...options })).id,
      );
    },
    "messages.get": ({ message }) => records.message(messageMeant(context, message)),
    "messages.page": (params) => ({
      messages: queries.page(toPageQuery(params)).map((view) => records.message(view)),
      cursor: cursor(),
    }),
    "messages.since": ({ after, limit = usualLimit }) => {
      const newest = queries.lastNumber();
      // Waiting for such a number would pass over everything that comes until it is reached.
      if (after > newest)
        throw new KithError("bad-parameters", { problem: `after is beyond the newest number, ${newest}` });
      const messages = queries.since(after, limit).map((view) => records.message(view));
      return { messages, next: messages.at(-1)?.changed ?? newest };
    },
    "messages.search": async (params, left) => ({ messages: await search(context, params, left) }),
    "messages.retry": async ({ message }) =>
      show((await loop.command({ kind: "retry-message", message })).id),
    "messages.cancel": async ({ message }) =>
      show((await loop.command({ kind: "cancel-message", message })).id),
    "messages.delete": async ({ message }) =>
      show((await loop.command({ kind: "delete-message", message })).id),
  };
}

async function conversationMeant(
  context: Context,
  to: Checked<"messages.send">["to"],
): Promise<ConversationId> {
  if ("conversation" in to) return to.conversation;
  const { who, ...where } = to;
  const person = personMeant(context, who);
  return (await context.loop.command({ kind: "open-conversation", person, ...where })).id;
}

async function search(
  { queries, records, longQueries }: MessageContext,
  { how = "words", limit = usualLimit, ...what }: Checked<"messages.search">,
  left: AbortSignal,
): Promise<readonly Message[]> {
  const query = { ...what, limit };
  if (how === "words") return queries.search(query).map((view) => records.message(view));
  const long = await longQueries();
  const found = await long[how](query, left);
  return records.messages(found.map(({ id }) => id));
}

function toPageQuery({
  conversation,
  before,
  after,
  around,
  limit = usualLimit,
}: Checked<"messages.page">): PageQuery {
  const places = { before, after, around };
  const given = Object.entries(places).flatMap(([kind, number]) =>
    number === undefined ? [] : [{ kind, number }],
  );
  if (given.length > 1)
    throw new KithError("bad-parameters", { problem: "before, after and around exclude each other" });
  if (before !== undefined) return { conversation, limit, from: { kind: "before", number: before } };
  if (after !== undefined) return { conversation, limit, from: { kind: "after", number: after } };
  if (around !== undefined) return { conversation, limit, from: { kind: "around", number: around } };
  return { conversation, limit, from: { kind: "newest" } };
}

/** Shorter than any id. */
const numberPattern = /^\d{1,15}$/;

/** By its id or its number. */
function messageMeant({ queries }: Context, text: string): MessageView {
  const id = toMessageId(text);
  const byId = id === undefined ? undefined : queries.message(id);
  const view = numberPattern.test(text) ? queries.numbered(Number(text)) : byId;
  if (view === undefined) throw new KithError("no-such-message", { message: text });
  return view;
}
