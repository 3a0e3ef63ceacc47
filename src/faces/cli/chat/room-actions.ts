/** What the slash commands about rooms do: they ask the daemon, which refuses what cannot be. */
import { KithError } from "../../../base/errors.ts";
import type { NetworkName } from "../../../base/ids.ts";
import { splitWho, type CommandName } from "../../model/commands.ts";
import { roomWritten } from "../../model/naming.ts";
import type { RoomMembers } from "../../model/records.ts";
import { roomWords } from "../../model/room-words.ts";
import { plain, styled } from "../../model/spans.ts";
import { titleOf } from "../../model/words.ts";
import { enteredLines, linkLines, memberLines, roomListLines, userLine } from "../lines/rooms.ts";
import { existingName } from "../places.ts";
import { UsageError } from "../usage.ts";
import type { Controls } from "./controls.ts";

type RoomAction = (chat: Controls, rest: string) => Promise<void>;

export const roomActions = { rooms, join, leave, members, poke, user, links } as const satisfies Partial<
  Record<CommandName, RoomAction>
>;

async function rooms(chat: Controls, rest: string): Promise<void> {
  const answer = await chat.client.call("rooms.list", networkMeant(chat, rest));
  chat.feed.apply({ kind: "rooms", rooms: answer.rooms.map(({ room }) => room) });
  chat.display.print(roomListLines(answer, chat.layout.width));
}

async function join(chat: Controls, rest: string): Promise<void> {
  const { who: room, rest: network } = splitWho(rest, []);
  const answer = await chat.client.call("rooms.join", {
    ...networkMeant(chat, network),
    ...(room === "" ? {} : { room: roomWritten(room) }),
  });
  await chat.open(answer.conversation.id);
  chat.display.print(enteredLines(answer, chat.layout.width));
}

/** Only a room can be left; everything else is closed. */
async function leave(chat: Controls): Promise<void> {
  const { current } = chat;
  if (current !== undefined && current.kind !== "room")
    throw new UsageError(roomWords.closeCloses(titleOf(current)));
  await chat.client.call("rooms.leave", roomHere(chat));
  chat.say([styled(roomWords.left, "dim")]);
}

async function members(chat: Controls, rest: string): Promise<void> {
  const found = await membersMeant(chat, rest);
  chat.display.print(memberLines(found, chat.layout.now, chat.layout.width));
}

async function links(chat: Controls, rest: string): Promise<void> {
  const found = await membersMeant(chat, rest);
  const network = chat.screen.networks.find(({ name }) => name === found.network);
  chat.display.print(linkLines(found, network, chat.layout));
}

async function poke(chat: Controls, rest: string): Promise<void> {
  const { who, rest: network } = splitWho(rest, membersHere(chat));
  const where = networkMeant(chat, network);
  try {
    await pokeOne(chat, where, who);
  } catch (error) {
    const whom = await askedWhom(chat, error);
    if (whom !== "") await pokeOne(chat, where, whom);
  }
}

async function pokeOne(chat: Controls, where: Where, who: string): Promise<void> {
  await chat.client.call("rooms.poke", { ...where, ...(who === "" ? {} : { who }) });
  chat.say([styled(roomWords.poked(who), "dim")]);
}

/** The daemon's own question with the nicknames, put to the one who typed; thrown on where nobody can be asked. */
async function askedWhom(chat: Controls, error: unknown): Promise<string> {
  const isAlone = chat.current?.kind === "room" && chat.current.members.length === 0;
  if (!(error instanceof KithError) || error.code !== "poke-whom" || isAlone) throw error; // for the one who typed it
  const answer = await chat.display.ask([[plain(error.message)]], roomWords.nickname);
  if (answer === undefined) throw error;
  return answer.trim();
}

async function user(chat: Controls, rest: string): Promise<void> {
  const { who: name, rest: network } = splitWho(rest, []);
  const answer = await chat.client.call("rooms.user", {
    ...networkMeant(chat, network),
    ...(name === "" ? {} : { name }),
  });
  if (answer.user === undefined) throw new KithError("name-empty");
  chat.say([plain(userLine(answer))]);
}

interface Where {
  readonly network?: NetworkName;
}

/** What was written behind the command, else where one is talking; else the daemon finds the only one. */
function networkMeant({ current }: Controls, written: string): Where {
  if (written !== "") return { network: existingName(written) };
  return current?.kind === "room" ? { network: current.network } : {};
}

function roomHere({ current }: Controls): Where & { readonly room?: string } {
  if (current?.kind !== "room") return {};
  return { network: current.network, ...(current.room === undefined ? {} : { room: current.room }) };
}

function membersMeant(chat: Controls, written: string): Promise<RoomMembers> {
  const where = written === "" ? roomHere(chat) : networkMeant(chat, written);
  return chat.client.call("rooms.members", where);
}

/** Labels of those in the current room: they may contain spaces. */
export function membersHere({ current }: Pick<Controls, "current">): readonly string[] {
  return current?.kind === "room" ? current.members.map(({ label }) => label) : [];
}
