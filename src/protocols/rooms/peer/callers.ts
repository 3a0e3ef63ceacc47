/** Connections that came in and have not been agreed to: who they are, whether they are members, and how long they may take. */
import { secondMs, type Now } from "../../../base/time.ts";
import type { Address, LinkId } from "../../machine.ts";
import { encodeAccept } from "../encode.ts";
import { incompleteMsMax, messageBytesMax } from "../limits.ts";
import type { PeerMessage } from "../messages.ts";
import { peerStream } from "../peer-stream.ts";
import type { MessageStream } from "../stream.ts";
import { earliest } from "./contract.ts";
import { linksMax, type Links } from "./links.ts";
import type { RoomPlace } from "./place.ts";
import { hostOf } from "./reach.ts";

/** All connections that are not agreed to yet. Beyond, the one that waits longest goes. */
export const callersMax = 64;
/** Of one address: several members may live at one. Beyond, the new one is refused. */
export const callersPerHostMax = 8;
/** What a caller may say before it is answered: nobody does. */
const bytesAheadMax = messageBytesMax;
/** A link silent for as long may have died with its member's computer: a new call from there takes its place. */
export const silentMsMin = 25 * secondMs;

type Handshake = Extract<PeerMessage, { readonly kind: "handshake" }>;

interface Caller {
  readonly id: LinkId;
  readonly host: string;
  readonly stream: MessageStream<PeerMessage>;
  /** Mono ms: a call is made and answered by then. */
  readonly until: number;
  handshake: Handshake | undefined;
  /** We are dialling the same member, and that comes first. */
  held: boolean;
}

export interface CallersParts extends RoomPlace {
  readonly links: Links;
  /** Of the member that we are dialling. */
  readonly dialling: () => bigint | undefined;
  /** Gives up dialling: the member's own call has come and takes precedence. */
  readonly giveUpDialling: (now: Now) => void;
  readonly accepted: (caller: Accepted, now: Now) => void;
}

export interface Accepted {
  readonly id: LinkId;
  readonly hid: bigint;
  /** The id that it has used last; undefined where it is not to be believed. */
  readonly lastId: bigint | undefined;
}

type Verdict = "accept" | "hold" | "unknown" | { readonly refuse: string };

/**
 * Invariants: what does not belong here is closed without a word; who is not in the list is looked for in a fresh one
 * first; of two members that call each other the call of the smaller HID stands; whoever calls in a member's name from
 * elsewhere gives way to the member itself.
 */
export class Callers {
  readonly #parts: CallersParts;
  /** In the order in which they came. */
  readonly #callers = new Map<LinkId, Caller>();

  constructor(parts: CallersParts) {
    this.#parts = parts;
  }

  get wakeAt(): number | undefined {
    return earliest([...this.#callers.values()].map(({ until }) => until));
  }

  has(id: LinkId): boolean {
    return this.#callers.has(id);
  }

  came(id: LinkId, remote: Address, now: Now): void {
    const { host } = remote;
    const until = now.mono + incompleteMsMax;
    const caller: Caller = { id, host, stream: peerStream(), until, handshake: undefined, held: false };
    this.#callers.set(id, caller);
    const fromThere = [...this.#callers.values()].filter((other) => other.host === host);
    if (fromThere.length > callersPerHostMax) this.#refuse(caller, "host-full", now);
    const [first] = this.#callers.values();
    if (this.#callers.size > callersMax && first !== undefined) this.#refuse(first, "crowded-out", now);
  }

  bytes(id: LinkId, bytes: Uint8Array, now: Now): void {
    const caller = this.#callers.get(id);
    if (caller === undefined) return;
    caller.stream.push(bytes, now.mono);
    if (caller.handshake !== undefined) {
      // Whoever is not answered yet has nothing to say; what does not wait is read when there is an answer.
      if (caller.stream.unread > bytesAheadMax) this.#refuse(caller, "impatient", now);
      return;
    }
    const next = caller.stream.next(now.mono);
    if (next === undefined) return;
    if (next.kind !== "message" || next.message.kind !== "handshake") {
      this.#refuse(caller, next.kind === "message" ? "no-handshake" : next.why, now);
      return;
    }
    caller.handshake = next.message;
    this.#judge(caller, now);
  }

  /** The other side has finished, or is gone. */
  ended(id: LinkId, now: Now): void {
    const caller = this.#callers.get(id);
    if (caller !== undefined) this.#refuse(caller, "hung-up", now);
  }

  down(id: LinkId): void {
    if (this.#callers.delete(id)) this.#count("hung-up");
  }

  /** Our own call has ended, one way or the other. */
  dialled(now: Now): void {
    for (const caller of [...this.#callers.values()]) {
      if (!caller.held) continue;
      caller.held = false;
      this.#judge(caller, now);
    }
  }

  wake(now: Now): void {
    for (const caller of [...this.#callers.values()])
      if (now.mono >= caller.until) this.#refuse(caller, "too-slow", now);
  }

  close(now: Now): void {
    for (const caller of [...this.#callers.values()]) this.#refuse(caller, "not-joined", now);
  }

  #judge(caller: Caller, now: Now): void {
    const { handshake } = caller;
    if (handshake === undefined) return;
    const verdict = this.#verdictOn(handshake, caller.host, now);
    if (verdict === "accept") this.#accept(caller, handshake, now);
    else if (verdict === "hold") caller.held = true;
    else if (verdict === "unknown")
      this.#parts.awaitList((last, then) => this.#lookAgain(caller, last, then), now);
    else this.#refuse(caller, verdict.refuse, now);
  }

  #verdictOn({ room, member }: Handshake, host: string, now: Now): Verdict {
    const { membership, links } = this.#parts;
    if (room !== this.#parts.room) return { refuse: "wrong-room" };
    const listed = membership.find(member);
    if (listed === undefined) return "unknown";
    const { hid } = listed;
    if (hid === membership.me.hid) return { refuse: "own-name" };
    const isThere = host === hostOf(member);
    const isOursFirst = membership.me.hid < hid || !isThere;
    if (this.#parts.dialling() === hid && isOursFirst) return "hold";
    if (links.of(hid) !== undefined)
      return isThere && this.#givesWay(hid, now) ? "accept" : { refuse: "linked-already" };
    return links.size < linksMax ? "accept" : { refuse: "links-full" };
  }

  /** To a call from the member's own address: what is silent, and who has called in its name from another one. */
  #givesWay(hid: bigint, now: Now): boolean {
    const { links } = this.#parts;
    const heard = links.heard(hid);
    const isSilent = heard !== undefined && now.mono >= heard.mono + silentMsMin;
    return isSilent || links.of(hid)?.isThere === false;
  }

  #lookAgain(caller: Caller, last: boolean, now: Now): boolean {
    const { handshake } = caller;
    if (handshake === undefined || !this.#callers.has(caller.id)) return true;
    const isListed = this.#parts.membership.find(handshake.member) !== undefined;
    if (isListed) this.#judge(caller, now);
    else if (last) this.#refuse(caller, "unknown", now);
    return isListed || last;
  }

  #accept(caller: Caller, { member, lastId }: Handshake, now: Now): void {
    const { links, membership, ids, emit } = this.#parts;
    const hid = membership.find(member)?.hid;
    if (hid === undefined) return;
    if (this.#parts.dialling() === hid) this.#parts.giveUpDialling(now);
    const old = links.of(hid);
    // Where its own call was in doubt of a link that lives, texts may be under way on it.
    if (old?.isThere === true) links.retire(old.id, now);
    else if (old !== undefined) links.drop(old.id);
    this.#callers.delete(caller.id);
    emit({ kind: "write", to: caller.id, bytes: encodeAccept(ids.last) });
    // What is claimed from elsewhere is believed as far as a link goes, and changes nothing else.
    const isThere = caller.host === hostOf(member);
    links.add({ id: caller.id, hid, way: "backward", isThere, stream: caller.stream }, now);
    if (!isThere) this.#count("from-elsewhere");
    this.#parts.accepted({ id: caller.id, hid, lastId: isThere ? lastId : undefined }, now);
  }

  #refuse(caller: Caller, why: string, now: Now): void {
    this.#callers.delete(caller.id);
    this.#count(why);
    this.#parts.farewell.end(caller.id, now);
  }

  #count(why: string): void {
    this.#parts.emit({ kind: "count", what: `caller-${why}` });
  }
}
