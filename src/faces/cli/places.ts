/** From what somebody writes (a name, #room, a number, a network) to what it means, and the room there is to show it. */
import { KithError } from "../../base/errors.ts";
import { toNetworkName, type NetworkName } from "../../base/ids.ts";
import type { Layout } from "../model/lines.ts";
import type { Conversation } from "../model/records.ts";
import type { Context } from "./context.ts";
import type { Surrounding } from "./lines/messages.ts";
import type { Client } from "./parts.ts";

/** Throws `no-such-conversation` where there is none yet. */
export async function conversationOf(
  context: Context,
  client: Client,
  written: string,
): Promise<Conversation> {
  const { conversations } = await client.call("conversations.list", {});
  const title = written.replace(/^#/, "").toLowerCase();
  const byNumber = conversations.find(({ id }) => String(id) === written);
  const byTitle = conversations.find(
    (found) => found.kind !== "direct" && found.title.toLowerCase() === title,
  );
  const direct = byNumber ?? byTitle;
  if (direct !== undefined) return direct;
  const person = await context.person(client, written);
  const found = conversations.find((conversation) => conversation.person === person.id);
  if (found === undefined)
    throw new KithError("no-such-conversation", { conversation: `with ${person.label}` });
  return found;
}

export async function surroundingOf(client: Client): Promise<Surrounding> {
  const [{ people }, { conversations }] = await Promise.all([
    client.call("people.list", {}),
    client.call("conversations.list", {}),
  ]);
  return {
    people: new Map(people.map((person) => [person.id, person])),
    conversations: new Map(conversations.map((conversation) => [conversation.id, conversation])),
  };
}

/** Lines that are passed on and not shown are as long as their text. */
export function layoutOf({ out, clock, around }: Pick<Context, "out" | "clock" | "around">): Layout {
  return { width: out.width ?? Number.POSITIVE_INFINITY, clock, now: around.now() };
}

/** A name that cannot be one belongs to no network. */
export function existingName(text: string): NetworkName {
  const name = toNetworkName(text);
  if (name === undefined) throw new KithError("no-such-network", { network: text });
  return name;
}
