/** Puts what the rooms machine reports, refuses and knows into the core's words. */
import { unreachable } from "../../base/assert.ts";
import { type ErrorDetails, KithError } from "../../base/errors.ts";
import type { Body } from "../../core/model.ts";
import type {
  ContactFacts,
  JoinedRoom,
  NetworkEvent,
  NetworkReport,
  RoomMember,
} from "../../core/ports/network.ts";
import type { SocketReport } from "../../protocols/machine.ts";
import { nameBytesMax } from "../../protocols/rooms/limits.ts";
import type {
  RoomsFacts,
  RoomsMember,
  RoomsMemberFacts,
  RoomsRefusal,
  RoomsReport,
  RoomsStanding,
  RoomsWhy,
} from "../../protocols/rooms/peer/contract.ts";

/** Reports that answer nobody. */
export type RoomsNews = Exclude<RoomsReport, { readonly kind: "done" | "listed" | "refused" }>;

export function eventOf(report: RoomsNews): NetworkEvent {
  switch (report.kind) {
    case "health":
      return { kind: "health", ...report.health };
    case "roster":
      return { ...report, members: report.members.map(contactOf) };
    case "left":
      return { kind: "roomLeft", room: report.room };
    case "arrived":
      return {
        ...heardIn(report.room, report.from),
        wireId: report.wireId,
        body: bodyIn(report.text, report.from.name),
      };
    case "poked":
      return { ...heardIn(report.room, report.from), body: { kind: "poke" } };
    case "outcome":
      return { kind: "delivery", message: report.message, outcome: report.outcome };
    case "stray":
      return {
        kind: "noticed",
        place: { kind: "room", room: report.room },
        notice: { code: "wrong-room", name: report.name, room: report.spoken },
      };
    default:
      return unreachable(report);
  }
}

/** The wire has no actions: one is said in words that every program shows. `user`: who does it. */
export function actionIn(words: string, user: string): string {
  return `${actionMark(user)}${words}`;
}

/** Such words are an action again where they come from whom they name: nobody is made to do what another says. */
function bodyIn(text: string, author: string): Body {
  const mark = actionMark(author);
  const isAction = text.startsWith(mark) && text.length > mark.length;
  return isAction ? { kind: "action", text: text.slice(mark.length) } : { kind: "text", text };
}

function actionMark(user: string): string {
  return `* ${user} `;
}

function heardIn(room: string, from: RoomsMember) {
  const place = { kind: "room", room } as const;
  return { kind: "messageArrived", from: contactOf(from), place, secrecy: "none" } as const;
}

/** Nothing on this wire proves who somebody is. */
function contactOf({ identity, name, address }: RoomsMember): ContactFacts {
  return { identity, keyed: false, name, secrecy: "none", address };
}

export function joinedRoomOf({ joined }: RoomsStanding): JoinedRoom | undefined {
  return joined && { ...joined, members: joined.members.map(memberOf) };
}

function memberOf({ me, identity, ...others }: RoomsMemberFacts): RoomMember {
  return me ? others : { identity, ...others };
}

const portWords: Readonly<Partial<Record<RoomsWhy["code"], string>>> = {
  "port-in-use": "another program holds it",
  "not-here": "the address is none of this machine's",
  forbidden: "the system does not allow it",
};

/** `network`: where it was asked. */
export function errorOf(refusal: RoomsRefusal, network: string): KithError {
  if (refusal.code === "cancelled") return new KithError("network-stopped", { network });
  if (refusal.code === "busy") return new KithError("network-busy", { network });
  if (refusal.code === "poke-whom") {
    const members = refusal.members.join(", ");
    return new KithError("poke-whom", { members: members === "" ? "nobody else" : members });
  }
  if (refusal.code === "not-joined") return new KithError("not-joined", { room: refusal.room ?? "a room" });
  if (refusal.code === "not-listening") {
    const { port, why } = refusal;
    return new KithError("port-unusable", { network, port, problem: portWords[why.code] ?? why.code });
  }
  const { code, ...details } = refusal;
  return new KithError(code, details satisfies ErrorDetails);
}

export function factsOf(facts: RoomsFacts): NetworkReport["facts"] {
  const { address, hid, msid, forward, lastHeardAt } = facts;
  return {
    state: facts.state,
    server: facts.server,
    ...(address !== undefined && { address }),
    ...(hid !== undefined && { hid }),
    ...(msid !== undefined && { msid }),
    members: facts.members,
    // Some servers run a name of this length into what follows it: the doctor warns of it.
    "name-bytes-max": nameBytesMax,
    ...(forward !== undefined && { forward }),
    backward: facts.backward,
    joins: facts.joins,
    "lists-changed": facts.listsChanged,
    "texts-shown": facts.textsShown,
    "texts-forwarded": facts.textsForwarded,
    duplicates: facts.duplicates,
    ...(lastHeardAt !== undefined && { "last-heard-at": lastHeardAt }),
  };
}

export function socketLine({ name, at, state, why }: SocketReport): NetworkReport["sockets"][number] {
  return { what: name, at: `${at.host}:${at.port}`, state, ...(why && { why }) };
}
