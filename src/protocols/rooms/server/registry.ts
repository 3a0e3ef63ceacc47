/** Who is in which room, and what each request is answered with. */
import { present, unreachable } from "../../../base/assert.ts";
import { encodeDeparted, encodeRefused } from "../encode.ts";
import type { Member, RequestType, ServerRequest } from "../messages.ts";
import { hidOf } from "../sdbm.ts";
import {
  livesMs,
  membersPerLinkMax,
  roomMembersMax,
  silenceMsMax,
  type Incident,
  type LeaveCause,
  type Refusal,
  type RoomServerConfig,
} from "./contract.ts";
import { Rooms, type Caller, type Membership } from "./rooms.ts";
import { departRules, joinRules, refusalText, type Holder, type Place } from "./rules.ts";

interface Enrolment {
  readonly room: string;
  readonly member: Member;
}

const departed = encodeDeparted();

/**
 * Invariants: an identity stands in one room at most and is held by one connection; all members of a connection stand
 * in one room; no member stands in a room that is not listed.
 */
export class Registry {
  readonly #config: RoomServerConfig;
  readonly #tell: (incident: Incident) => void;
  readonly #rooms: Rooms;
  readonly #memberships = new Map<bigint, Membership>();

  constructor(config: RoomServerConfig, tell: (incident: Incident) => void) {
    this.#config = config;
    this.#tell = tell;
    this.#rooms = new Rooms(config.roomsMax);
  }

  get rooms(): number {
    return this.#rooms.size;
  }

  get members(): number {
    return this.#memberships.size;
  }

  /** The one message with which a request is answered. It may be the answer to others too: not to be changed. */
  answer(request: ServerRequest, caller: Caller, mono: number): Uint8Array {
    switch (request.kind) {
      case "list":
        return this.#rooms.list;
      case "join":
        return this.#join(request, caller, mono);
      case "depart":
        return this.#depart(request, caller, mono);
      case "malformed":
        return this.#refuse(caller, request.of, request.why);
      default:
        return unreachable(request);
    }
  }

  /** Takes all members of a connection away that is gone. */
  close(caller: Caller): void {
    for (const membership of caller.members) this.#remove(membership, "closed");
  }

  /** Takes away who was silent for too long, and gives their connections; then destroys the rooms in which nobody is. */
  sweep(mono: number): readonly Caller[] {
    const silent = [...this.#memberships.values()].filter(({ heardAt }) => mono - heardAt > silenceMsMax);
    for (const membership of silent) this.#remove(membership, "silent");
    this.#rooms.destroyEmpty();
    return silent.map(({ caller }) => caller);
  }

  #join(asked: Enrolment, caller: Caller, mono: number): Uint8Array {
    const { room, member } = asked;
    if (!this.#mayName(member.ip, caller)) return this.#refuse(caller, "join", "not-the-source");
    const hid = hidOf(member);
    const held = this.#memberships.get(hid);
    const verdict = joinRules[holderOf(held, member, caller, mono)][placeOf(caller, room)];
    switch (verdict) {
      case "enter":
        return this.#enter(asked, hid, caller, mono);
      case "renew":
        return renewed(present(held, "who renews"), mono);
      case "take-over":
        this.#remove(present(held, "who is taken over"), "taken-over");
        return this.#enter(asked, hid, caller, mono);
      case "already-joined":
      case "conflict":
        return this.#refuse(caller, "join", verdict);
      default:
        return unreachable(verdict);
    }
  }

  #enter({ room: name, member }: Enrolment, hid: bigint, caller: Caller, mono: number): Uint8Array {
    if (caller.members.size >= membersPerLinkMax) return this.#refuse(caller, "join", "link-full");
    const room = this.#rooms.get(name) ?? this.#rooms.open(name);
    if (room === undefined) return this.#refuse(caller, "join", "rooms-limit");
    if (room.size >= roomMembersMax) return this.#refuse(caller, "join", "room-full");
    const membership = { hid, member, room, caller, heardAt: mono };
    this.#memberships.set(hid, membership);
    caller.members.add(membership);
    this.#rooms.add(membership);
    this.#tell({ kind: "joined", room: name, member, from: caller.host });
    return room.list;
  }

  #depart({ room, member }: Enrolment, caller: Caller, mono: number): Uint8Array {
    const held = this.#memberships.get(hidOf(member));
    const verdict = departRules[holderOf(held, member, caller, mono)][placeOf(caller, room)];
    if (verdict !== "depart") return this.#refuse(caller, "depart", verdict);
    this.#remove(present(held, "who departs"), "departed");
    return departed;
  }

  #remove(membership: Membership, why: LeaveCause): void {
    const { hid, room, member, caller } = membership;
    this.#memberships.delete(hid);
    caller.members.delete(membership);
    this.#rooms.delete(membership);
    this.#tell({ kind: "left", room: room.name, member, why });
  }

  #refuse({ host }: Caller, of: RequestType, why: Refusal): Uint8Array {
    this.#tell({ kind: "refused", from: host, of, why });
    return encodeRefused(refusalText(of, why));
  }

  /** Else anyone could enrol a victim, to whom all members then connect. */
  #mayName(ip: string, { host }: Caller): boolean {
    return this.#config.trustAddresses || ip === host || (ip === "localhost" && isLoopback(host));
  }
}

function isLoopback(host: string): boolean {
  return host.startsWith("127.") || host === "::1";
}

/** Its place in the list stays, else the list's hash would change. */
function renewed(membership: Membership, mono: number): Uint8Array {
  membership.heardAt = mono;
  return membership.room.list;
}

/** Two members whose fields make one text have one HID too: the later one is somebody else. */
function holderOf(held: Membership | undefined, member: Member, caller: Caller, mono: number): Holder {
  if (held === undefined) return "nobody";
  const isSame = held.member.ip === member.ip && held.member.port === member.port;
  if (held.caller === caller && isSame) return "caller";
  return mono - held.heardAt <= livesMs ? "living" : "silent";
}

function placeOf({ members }: Caller, room: string): Place {
  const [first] = members;
  return first === undefined || first.room.name === room ? "free" : "elsewhere";
}
