/** Rooms as lines: which there are, who is in one, and how one is linked there. */
import type { Answer } from "../../../api/methods.ts";
import { harmlessLine } from "../../../base/harmless.ts";
import { hueOf } from "../../model/colour.ts";
import type {
  Conversation,
  Network,
  RoomList,
  RoomMember,
  RoomMembers,
  RoomUser,
} from "../../model/records.ts";
import { roomWords } from "../../model/room-words.ts";
import { plain, styled, type Span, type Spans } from "../../model/spans.ts";
import { ago } from "../../model/time.ts";
import { verbWords } from "../../model/verb-words.ts";
import { healthWords, isJoined, networkWords, secrecyWords, titleOf } from "../../model/words.ts";
import { paragraph, tableLines } from "../output.ts";

/** In the order of the server's list. */
export function roomListLines({ rooms }: RoomList, width: number | undefined): readonly Spans[] {
  if (rooms.length === 0) return paragraph([plain(roomWords.none)], width);
  const rows = rooms.map(({ room, joined }) => [
    styled(harmlessLine(`#${room}`), "strong"),
    styled(joined ? roomWords.youAreIn : "", "good"),
  ]);
  return tableLines(rows, width);
}

export function userLine({ network, user }: RoomUser): string {
  return user === undefined ? roomWords.noUser(network) : roomWords.user(user, network);
}

/** In the order of the room's own list. */
export function memberLines(found: RoomMembers, now: number, width: number | undefined): readonly Spans[] {
  const { connected, members } = found;
  const rows = members.map((member) => [
    ...whoAndWhere(member),
    styled(linkOf(member, connected), "dim"),
    styled(heardOf(member, now), "dim"),
  ]);
  return [linkedHeadOf(found), ...tableLines(rows, width)];
}

/** A room that was just entered: who is there, and what one should know before saying anything. Links take a moment. */
export function enteredLines(
  { network, conversation, members }: Answer<"rooms.join">,
  width: number | undefined,
): readonly Spans[] {
  const head = headOf({ network, room: conversation.title }, roomWords.members(members.length));
  const lines = [head, ...tableLines(members.map(whoAndWhere), width)];
  if (conversation.secrecy !== "none") return lines;
  const { sign } = secrecyWords[conversation.secrecy];
  return [...lines, ...paragraph([styled(`${sign} ${roomWords.readable}`, "warning")], width)];
}

/** Volumes say nothing of links, and what is dropped as duplicate is counted by the network itself. */
const uncounted = /^(?:bytes-|datagrams-|text-duplicate$)/;

/** Only those who are linked, then what was counted and how the network is. */
export function linkLines(
  found: RoomMembers,
  network: Network | undefined,
  { now, width }: { readonly now: number; readonly width: number | undefined },
): readonly Spans[] {
  const rows = linkedOf(found).map((member) => [
    plain(`  ${roomWords.link[member.link]}`),
    memberSpan(member),
    plain(member.address),
    styled(heardOf(member, now), "dim"),
  ]);
  const counted = Object.entries(found.counters).filter(([name]) => !uncounted.test(name));
  const counts = counted.flatMap(([name, count]) => roomWords.counted(name, count) ?? []).join(", ");
  return [
    linkedHeadOf(found),
    ...tableLines(rows, width),
    ...(network === undefined ? [] : paragraph(serverSpans(network, now), width)),
    ...(counts === "" ? [] : paragraph([styled(`  ${counts}`, "dim")], width)),
  ];
}

function linkedHeadOf(found: RoomMembers): Spans {
  const { members } = found;
  const linked = members.length > 1 ? `, ${roomWords.linked(linkedOf(found).length)}` : "";
  return headOf(found, `${roomWords.members(members.length)}${linked}`);
}

function headOf({ room, network }: Pick<RoomMembers, "room" | "network">, facts: string): Spans {
  return [styled(harmlessLine(roomWords.on(room, network)), "strong"), styled(`: ${facts}`, "dim")];
}

function linkedOf({ members }: RoomMembers): readonly RoomMember[] {
  return members.filter(({ link }) => link !== "none");
}

function whoAndWhere(member: RoomMember): Spans {
  return [indented(memberSpan(member)), styled(standingOf(member), "dim"), plain(member.address)];
}

function memberSpan({ name, label = name, identity }: RoomMember): Span {
  return identity === undefined
    ? styled(harmlessLine(name), "strong")
    : { text: harmlessLine(label), hue: hueOf(identity), styles: ["strong"] };
}

function indented(span: Span): Span {
  return { ...span, text: `  ${span.text}` };
}

function standingOf({ me, name, label = name }: RoomMember): string {
  if (me) return roomWords.you;
  return label === name ? "" : verbWords.as(name);
}

function linkOf({ me, link }: RoomMember, connected: boolean): string {
  if (me) return "";
  return link === "none" && !connected ? roomWords.notLinked : roomWords.link[link];
}

function heardOf({ link, heardAt }: RoomMember, now: number): string {
  if (heardAt !== undefined) return roomWords.heard(ago(heardAt, now));
  return link === "none" ? "" : roomWords.notHeard;
}

function serverSpans(network: Network, now: number): Spans {
  const server = roomWords.server(String(network.facts["server"] ?? network.name));
  return [plain(`  ${server}: ${healthWords[network.health].sign} ${networkWords(network, now)}`)];
}

/** Where I am on a network with rooms: undefined for any other. */
export function whereabouts(network: Network, conversations: readonly Conversation[]): string | undefined {
  if (!network.traits.conversations.includes("room")) return undefined;
  const { server, address } = network.facts;
  const joined = conversations.filter((place) => place.network === network.name && isJoined(place));
  return [
    ...(server === undefined ? [] : [roomWords.server(String(server))]),
    ...(address === undefined ? [] : [roomWords.youAreAt(String(address))]),
    roomWords.inRooms(joined.map(titleOf)),
  ].join(", ");
}
