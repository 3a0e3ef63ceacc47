/** What the doctor says of rooms: where their server is, how I am linked there, what was heard, and what was too much to be noted. */
import type { Check } from "../api/records.ts";
import { harmlessLine } from "../base/harmless.ts";
import { minuteMs, secondMs } from "../base/time.ts";
import type { JoinedRoom, Network, NetworkReport, RoomMember } from "../core/ports/network.ts";
import type { Queries } from "../core/queries.ts";

/** Names in one sentence: more would hide it; `kith rooms members` has them all. */
const namesMax = 5;

export function roomChecks(network: Network, report: NetworkReport, wall: number): readonly Check[] {
  if (network.rooms === undefined) return [];
  const { user, joined } = network.rooms.state();
  return [
    ...serverCheck(network, report),
    ...namesCheck(network, report, [
      ...(user === undefined ? [] : [user]),
      ...joined.map(({ room }) => room),
    ]),
    ...joined.map((room) => linksCheck(network, room, report, wall)),
    ...countedCheck(network, report),
  ];
}

/** The wire lets a name be so long, and some programs cannot take it. Names on it are of one byte a character. */
function namesCheck({ name }: Network, { facts }: NetworkReport, names: readonly string[]): readonly Check[] {
  const longest = names.filter((one) => one.length === facts["name-bytes-max"]);
  if (longest.length === 0) return [];
  const says = `As long as a name may be on ${name}: ${longest.map(harmlessLine).join(", ")}. Some servers cannot take it.`;
  const mend = "Where others do not see you or the room, choose a shorter name.";
  return [{ code: `names.${name}`, state: "warning", says, mend }];
}

/** Volumes, and what the line about links says already. */
const toldElsewhere = /^(?:bytes-|datagrams-|text-duplicate$)/;

/** What strangers and members did that was not taken, by its reason: none of it needs to be mended here. */
function countedCheck({ name }: Network, { counters }: NetworkReport): readonly Check[] {
  const counted = Object.entries(counters).filter(([what, count]) => count > 0 && !toldElsewhere.test(what));
  if (counted.length === 0) return [];
  const list = counted.map(([what, count]) => `${count} × ${what.replaceAll("-", " ")}`).join(", ");
  return [{ code: `counted.${name}`, state: "good", says: `Not taken or not reached on ${name}: ${list}.` }];
}

/** The server is another machine's, so that nothing here can say more than where it was looked for. */
function serverCheck({ name }: Network, { facts, why }: NetworkReport): readonly Check[] {
  const { server, address } = facts;
  if (server === undefined) return [];
  const code = `server.${name}`;
  const own = address === undefined ? "" : `; others are told that you are at ${address}`;
  if (why?.code !== "server-lost")
    return [{ code, state: "good", says: `The server of ${name} is ${server}${own}.` }];
  const says = `The server of ${name}, ${server}, cannot be reached${own}.`;
  const mend =
    "Whoever is linked already can go on talking, and it is tried again by itself. See that the server runs; " +
    `\`kith network configure ${name} server=HOST:PORT\` names another.`;
  return [{ code, state: "warning", says, mend }];
}

function linksCheck({ name }: Network, joined: JoinedRoom, { facts }: NetworkReport, wall: number): Check {
  const code = `links.${name}`;
  const others = joined.members.filter(({ identity }) => identity !== undefined);
  const { duplicates } = facts;
  const says = [
    `In the room ${harmlessLine(joined.room)} on ${name}: ${others.length} ${others.length === 1 ? "other" : "others"}`,
    linksOf(others, "forward", "to"),
    linksOf(others, "backward", "from"),
    lastHeard(others, wall),
    ...(duplicates === undefined ? [] : [`${duplicates} repeats dropped`]),
  ].join("; ");
  if (joined.connected || others.length === 0) return { code, state: "good", says: `${says}.` };
  const mend =
    "Nobody could be linked yet, and it is tried again by itself. Let the firewall pass TCP and UDP on the port " +
    "above, and see that the others can reach the address that you announce (the network's `address`).";
  return { code, state: "warning", says: `${says}.`, mend };
}

function linksOf(others: readonly RoomMember[], link: RoomMember["link"], way: "to" | "from"): string {
  const names = others.filter((member) => member.link === link).map((member) => harmlessLine(member.name));
  if (names.length === 0) return `no ${link} link`;
  const more = names.length > namesMax ? ` and ${names.length - namesMax} more` : "";
  return `${link} ${names.length === 1 ? "link" : "links"} ${way} ${names.slice(0, namesMax).join(", ")}${more}`;
}

function lastHeard(others: readonly RoomMember[], wall: number): string {
  const latest = Math.max(...others.map(({ heardAt }) => heardAt ?? -Infinity));
  if (latest === -Infinity) return "nothing heard yet";
  const agoMs = Math.max(0, wall - latest);
  const ago =
    agoMs < 2 * minuteMs ? `${Math.round(agoMs / secondMs)} s` : `${Math.round(agoMs / minuteMs)} min`;
  return `last heard ${ago} ago`;
}

/** Only where something was too much: it happens when somebody floods a room, or a server invents its members. */
export function unsaidCheck({ notices, pokes }: ReturnType<Queries["unsaid"]>): readonly Check[] {
  if (notices === 0 && pokes === 0) return [];
  const says = `Too much happened in rooms to be noted in full: ${notices} notices and ${pokes} pokes were left out since the start.`;
  const mend = "Leave the room in which it happens, or mute its conversation.";
  return [{ code: "rooms", state: "warning", says, mend }];
}
