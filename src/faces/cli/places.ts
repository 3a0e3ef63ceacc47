/** From what somebody writes (a name, #room, a number, a network) to what it means, and the room there is to show it. */
import { KithError } from "../../base/errors.ts";
import { toNetworkName, type NetworkName } from "../../base/ids.ts";
import type { Layout } from "../model/lines.ts";
import { isRoomWritten, placeNamed, withDistinctTitles } from "../model/naming.ts";
import type { Conversation } from "../model/records.ts";
import { conversationsById } from "../model/screen.ts";
import type { Context } from "./context.ts";
import type { Surrounding } from "./lines/messages.ts";
import type { Client } from "./parts.ts";
import { textOption } from "./usage.ts";
import type { VerbInput } from "./verb.ts";

/** A person's conversation, or one of several by its #name or number. Throws `no-such-conversation` where there is none yet. */
export async function conversationOf(
  context: Context,
  client: Client,
  { written, network }: { readonly written: string; readonly network?: NetworkName },
): Promise<Conversation> {
  const conversations = await placesListed(client);
  const place =
    conversations.find(({ id }) => String(id) === written) ?? placeNamed(conversations, written, network);
  if (place !== undefined) return place;
  if (isRoomWritten(written)) throw new KithError("no-such-conversation", { conversation: written });
  const person = await context.person(client, written);
  const found = conversations.find(
    (conversation) =>
      conversation.person === person.id && (network === undefined || conversation.network === network),
  );
  if (found === undefined)
    throw new KithError("no-such-conversation", { conversation: `with ${person.label}` });
  return found;
}

export async function placesListed(client: Client): Promise<readonly Conversation[]> {
  const { conversations } = await client.call("conversations.list", {});
  return withDistinctTitles(conversations);
}

export async function surroundingOf(client: Client): Promise<Surrounding> {
  const [{ people }, { conversations }] = await Promise.all([
    client.call("people.list", {}),
    client.call("conversations.list", {}),
  ]);
  return {
    people: new Map(people.map((person) => [person.id, person])),
    conversations: conversationsById(conversations),
  };
}

/** Lines that are passed on and not shown are as long as their text. */
export function layoutOf({ out, clock, around }: Pick<Context, "out" | "clock" | "around">): Layout {
  return { width: out.width ?? Number.POSITIVE_INFINITY, clock, now: around.now() };
}

/** `--in`, as the methods of the API take it. */
export async function inOption(
  context: Context,
  client: Client,
  input: VerbInput,
): Promise<{ readonly conversation?: Conversation["id"] }> {
  const written = textOption(input, "in");
  if (written === undefined) return {};
  return { conversation: (await conversationOf(context, client, { written, ...networkOption(input) })).id };
}

/** `--network`, as the methods of the API take it. */
export function networkOption(input: VerbInput): { readonly network?: NetworkName } {
  const text = textOption(input, "network");
  return text === undefined ? {} : { network: existingName(text) };
}

/** What a network is to be called. Throws `name-unusable`. */
export function newNetworkName(text: string): NetworkName {
  const name = toNetworkName(text);
  if (name !== undefined) return name;
  const problem = "a network's name is up to 32 small letters, digits and -, the first a letter";
  throw new KithError("name-unusable", { problem });
}

/** A name that cannot be one belongs to no network. */
export function existingName(text: string): NetworkName {
  const name = toNetworkName(text);
  if (name === undefined) throw new KithError("no-such-network", { network: text });
  return name;
}
