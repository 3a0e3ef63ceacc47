/** Answers the methods conversations.*. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Conversation } from "../../api/records.ts";
import type { Answers } from "../../api/server.ts";
import { KithError } from "../../base/errors.ts";
import type { ConversationId } from "../../base/ids.ts";
import { personMeant } from "./context.ts";
import type { Context } from "./context.ts";

type ConversationAnswers = Pick<
  Answers,
  "conversations.list" | "conversations.get" | "conversations.open" | "conversations.change"
>;

/** Of a list: so many are put together in some milliseconds, and what waits behind them is not made to wait longer. */
export const portionRows = 500;

export function conversationAnswers(context: Context): ConversationAnswers {
  const { queries, loop, records, cursor } = context;
  const show = (id: ConversationId): Conversation => {
    const view = queries.conversation(id);
    if (view === undefined) throw new KithError("no-such-conversation", { conversation: id });
    return records.conversation(view);
  };
  return {
    "conversations.list": async () => {
      const before = cursor(); // what changes while the list is made is told behind it
      const ids = queries.conversationIds();
      const conversations: Conversation[] = [];
      for (let at = 0; at < ids.length; at += portionRows) {
        if (at > 0) await nextTurn();
        const views = queries.conversationsOf(ids.slice(at, at + portionRows));
        conversations.push(...views.map((view) => records.conversation(view)));
      }
      return { conversations, cursor: before };
    },
    "conversations.get": ({ conversation }) => show(conversation),
    "conversations.open": async ({ who, ...where }) => {
      const person = personMeant(context, who);
      return show((await loop.command({ kind: "open-conversation", person, ...where })).id);
    },
    "conversations.change": async (changes) => {
      await loop.command({ kind: "change-conversation", ...changes });
      return show(changes.conversation);
    },
  };
}
