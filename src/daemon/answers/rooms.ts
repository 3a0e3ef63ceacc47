/** Answers the methods rooms.*: what a network with rooms is asked, which one is meant, and who is in a room. */
import type { Checked } from "../../api/methods.ts";
import type { RoomMember } from "../../api/records.ts";
import type { Answers } from "../../api/server.ts";
import { KithError } from "../../base/errors.ts";
import type { NetworkName, PersonId } from "../../base/ids.ts";
import type { JoinedRoom, Network, NetworkReport, RoomsFacet } from "../../core/ports/network.ts";
import type { Networks } from "../networks.ts";
import { ambiguous, peopleFitting, personMeant } from "./context.ts";
import type { Context } from "./context.ts";

export interface RoomContext extends Context {
  readonly networks: Pick<Networks, "get" | "all">;
}

type RoomAnswers = Pick<
  Answers,
  "rooms.list" | "rooms.join" | "rooms.leave" | "rooms.members" | "rooms.user" | "rooms.poke"
>;

export function roomAnswers(context: RoomContext): RoomAnswers {
  const { queries, records, loop } = context;
  const membersOf = ({ members }: JoinedRoom, network: NetworkName): readonly RoomMember[] =>
    members.map((member) => records.roomMember(member, network));
  return {
    "rooms.list": async (params) => {
      const { network, rooms } = roomsMeant(context, params.network);
      const listed = await rooms.list();
      const joined = new Set(rooms.state().joined.map(({ room }) => room));
      return { network: network.name, rooms: listed.map((room) => ({ room, joined: joined.has(room) })) };
    },
    "rooms.join": async ({ room = "", ...params }) => {
      const { network, rooms } = roomsMeant(context, params.network);
      if (room === "") throw new KithError("room-missing");
      await entered(rooms, room);
      await loop.settled(); // the chat learns who is there in the next turn
      const { name } = network;
      const members = membersOf(joinedRoom(rooms, room), name);
      const view = queries.room(name, room);
      if (view === undefined) throw new KithError("store-failed", { problem: "that the room was joined" });
      return { network: name, conversation: records.conversation(view), members };
    },
    "rooms.leave": async (params) => {
      await roomsMeant(context, params.network).rooms.leave(params.room);
      await loop.settled();
      return { done: true };
    },
    "rooms.members": (params) => {
      const { network, rooms } = roomsMeant(context, params.network);
      const joined = joinedRoom(rooms, params.room);
      const { room, connected } = joined;
      const counters = countersOf(network.inspect());
      return { network: network.name, room, connected, members: membersOf(joined, network.name), counters };
    },
    "rooms.user": (params) => {
      const { network, rooms } = roomsMeant(context, params.network);
      if (params.name !== undefined) rooms.user(params.name);
      const { user } = rooms.state();
      return { network: network.name, ...(user !== undefined && { user }) };
    },
    "rooms.poke": async (params) => {
      const { network, facet } = networkMeant(context, params.network, ({ poke }) => poke);
      await facet.poke(memberMeant(context, network, params.who));
      return { done: true };
    },
  };
}

/** The network of that name, or the only one that can do it. */
function networkMeant<Facet>(
  { networks }: RoomContext,
  wanted: NetworkName | undefined,
  facetOf: (network: Network) => Facet | undefined,
): { readonly network: Network; readonly facet: Facet } {
  if (wanted !== undefined && networks.get(wanted) === undefined)
    throw new KithError("no-such-network", { network: wanted });
  const found = networks.all().flatMap(({ network }) => {
    const facet = wanted === undefined || network.name === wanted ? facetOf(network) : undefined;
    return facet === undefined ? [] : [{ network, facet }];
  });
  const [only, another] = found;
  if (only === undefined) throw new KithError("no-rooms-network");
  if (another === undefined) return only;
  throw new KithError("which-network", { networks: found.map(({ network }) => network.name).join(", ") });
}

function roomsMeant(
  context: RoomContext,
  wanted: NetworkName | undefined,
): { readonly network: Network; readonly rooms: RoomsFacet } {
  const { network, facet } = networkMeant(context, wanted, ({ rooms }) => rooms);
  return { network, rooms: facet };
}

/** A room that was not left is entered again by itself, which lasts as long as its server cannot be reached. */
async function entered(rooms: RoomsFacet, room: string): Promise<void> {
  try {
    await rooms.join(room);
  } catch (error) {
    const isAwaited =
      error instanceof KithError && error.code === "already-joined" && rooms.state().joined.length === 0;
    throw isAwaited ? new KithError("room-awaited", error.details) : error; // translated: I am not in it yet
  }
}

/** The one I am in, where none is named. */
function joinedRoom(rooms: RoomsFacet, wanted: string | undefined): JoinedRoom {
  const found = rooms.state().joined.find(({ room }) => wanted === undefined || room === wanted);
  if (found === undefined)
    throw new KithError("not-joined", { room: wanted === undefined ? "a room" : `the room ${wanted}` });
  return found;
}

/** By what the network knows them: the identity of the one member who is meant, else the name as it was written. */
function memberMeant(
  context: RoomContext,
  { name: network, rooms }: Network,
  who: Checked<"rooms.poke">["who"],
): string | undefined {
  if (who === undefined || who === "") return undefined;
  const { queries } = context;
  const members = rooms?.state().joined.flatMap((joined) => joined.members) ?? [];
  const there = new Set(members.map(({ identity }) => identity));
  const found = peopleWritten(context, who).flatMap((id) => {
    const { person, contacts = [] } = queries.person(id) ?? {};
    const contact = contacts.find((one) => one.network === network && there.has(one.identity));
    return person === undefined || contact === undefined ? [] : [{ person, contact }];
  });
  const [only, another] = found;
  if (another !== undefined)
    throw ambiguous(
      String(who),
      found.map(({ person }) => person),
    );
  if (only !== undefined) return only.contact.identity;
  if (typeof who === "string") return who;
  throw new KithError("no-such-member", { name: queries.person(who)?.person.label ?? `#${who}` });
}

/** Where nobody is called so, digits are the number that lists of people show. */
function peopleWritten(context: RoomContext, who: PersonId | string): readonly PersonId[] {
  const people = typeof who === "number" ? [personMeant(context, who)] : peopleFitting(context, who);
  return people.length === 0 && /^\d+$/.test(String(who)) ? peopleFitting(context, `#${who}`) : people;
}

/** Facts that count something, beside what the network counts by itself. */
const countingFacts = ["texts-shown", "texts-forwarded", "duplicates"];

function countersOf({ counters, facts }: NetworkReport): Readonly<Record<string, number>> {
  const counted = countingFacts.flatMap((name) => {
    const fact = facts[name];
    return typeof fact === "number" ? [[name, fact] as const] : [];
  });
  return { ...Object.fromEntries(counted), ...counters };
}
