/** The forward link: walks the ring until a member is found who can be reached, and back to the ring when it has moved. */
import { wholeBetween, type Random } from "../../../base/random.ts";
import { secondMs, type Now } from "../../../base/time.ts";
import type { Address, LinkId } from "../../machine.ts";
import { encodeHandshake } from "../encode.ts";
import type { PeerMessage } from "../messages.ts";
import { peerStream } from "../peer-stream.ts";
import type { MessageStream } from "../stream.ts";
import { silentMsMin } from "./callers.ts";
import { earliest } from "./contract.ts";
import { linksMax, type Links } from "./links.ts";
import type { Listed } from "./membership.ts";
import type { RoomPlace } from "./place.ts";
import { dialAddress } from "./reach.ts";

export const connectWithinMs = secondMs;
export const answerWithinMs = 2 * secondMs;
/** Pauses between two rounds in which nobody was reached: doubled from the one to the other. */
export const pauseMsMin = 2 * secondMs;
export const pauseMsMax = 20 * secondMs;
/** How often the ring is looked at though nothing has happened: what was not reachable may be now. */
export const ringEveryMs = 20 * secondMs;

export interface SearchParts extends RoomPlace {
  readonly links: Links;
  readonly random: Random;
  /** The address to dial from; left to the system when absent. */
  readonly from: string | undefined;
  /** We dial nobody any more. `met`: who answered, and the id that it has used last. */
  readonly dialled: (met: Met | undefined, now: Now) => void;
}

export interface Met {
  readonly id: LinkId;
  readonly hid: bigint;
  readonly lastId: bigint;
}

interface Dial {
  readonly link: LinkId;
  readonly listed: Listed;
  readonly stream: MessageStream<PeerMessage>;
  /** Mono ms; absent while the driver's own limit holds. */
  answerBy: number | undefined;
}

/**
 * Invariants: one dial at a time, nobody twice in one walk, nobody to whom there is a link that is not in doubt;
 * a forward link is given up only for one to a member nearer on the ring, and after that one stands; who has no forward
 * link though there is somebody to dial is dialling or has a time at which it begins again.
 */
export class Search {
  readonly #parts: SearchParts;
  /** Those who were tried in the walk at hand; undefined while there is none. */
  #tried: Set<bigint> | undefined;
  /** Members to whom the link may have died unnoticed: each is dialled once more. Never more than there are links. */
  readonly #doubtful = new Set<bigint>();
  #dial: Dial | undefined;
  #fruitless = 0;
  #againAt: number | undefined;
  #isAlone = false;

  constructor(parts: SearchParts) {
    this.#parts = parts;
  }

  get wakeAt(): number | undefined {
    return earliest([this.#dial?.answerBy, this.#tried === undefined ? this.#againAt : undefined]);
  }

  /** When the next walk begins (mono), where the last one found nobody and there is no link at all. */
  get unreachableUntil(): number | undefined {
    return this.#isAlone && this.#parts.links.size === 0 ? this.#againAt : undefined;
  }

  get dialling(): bigint | undefined {
    return this.#dial?.listed.hid;
  }

  has(link: LinkId): boolean {
    return this.#dial?.link === link;
  }

  /** The list has changed, or a link has gone: who is next on the ring may be another. */
  begin(now: Now): void {
    this.#tried ??= new Set();
    if (this.#dial === undefined) this.#walk(now);
  }

  /** A partition lay between these and us, perhaps, which keeps the signs of a link's end from whoever waits for them. */
  doubt(hids: Iterable<bigint>): void {
    const { links } = this.#parts;
    for (const hid of this.#doubtful) if (links.of(hid) === undefined) this.#doubtful.delete(hid);
    for (const hid of hids) if (links.of(hid) !== undefined) this.#doubtful.add(hid);
  }

  up(now: Now): void {
    const dial = this.#dial;
    if (dial === undefined) return;
    const { room, membership, ids, emit } = this.#parts;
    dial.answerBy = now.mono + answerWithinMs;
    emit({ kind: "write", to: dial.link, bytes: encodeHandshake(room, membership.me.member, ids.last) });
  }

  bytes(bytes: Uint8Array, now: Now): void {
    const dial = this.#dial;
    if (dial === undefined) return;
    dial.stream.push(bytes, now.mono);
    const next = dial.stream.next(now.mono);
    if (next?.kind === "message" && next.message.kind === "accept")
      this.#reached(dial, next.message.lastId, now);
    else if (next !== undefined) this.#missed("bad-answer", now);
  }

  /** The other side has closed, or could not be reached. */
  down(now: Now): void {
    this.#dial = undefined;
    this.#count("unreached");
    this.#next(now);
  }

  ended(now: Now): void {
    this.#missed("refused", now);
  }

  /** The member calls us at the same time, and its call stands. */
  giveUp(now: Now): void {
    const dial = this.#dial;
    if (dial === undefined) return;
    this.#count("given-up");
    this.#hangUp(dial, now);
  }

  wake(now: Now): void {
    const dial = this.#dial;
    if (dial?.answerBy !== undefined && now.mono >= dial.answerBy) this.#missed("unanswered", now);
    if (this.#tried === undefined && this.#againAt !== undefined && now.mono >= this.#againAt)
      this.begin(now);
  }

  close(now: Now): void {
    this.giveUp(now);
    this.#tried = undefined;
    this.#againAt = undefined;
  }

  /** Dials the next one who is to be tried; ends the walk when there is none. */
  #walk(now: Now): void {
    const { links, membership } = this.#parts;
    const tried = this.#tried;
    if (tried === undefined) return;
    // A forward link would be one too many; those who have called are enough.
    const isFull = links.forward === undefined && links.size >= linksMax;
    for (const listed of isFull ? [] : membership.ring) {
      const { hid } = listed;
      if (links.of(hid) !== undefined && !this.#isDoubtful(hid, now)) {
        // Nobody nearer can be had than this one, to whom there is a link.
        if (links.forward !== undefined) break;
        continue;
      }
      if (tried.has(hid)) continue;
      tried.add(hid);
      this.#doubtful.delete(hid);
      const to = dialAddress(listed.member, membership.me.member);
      if (to !== undefined) {
        this.#call(listed, to);
        return;
      }
      this.#count("unusable-address");
    }
    this.#end(tried.size > 0 && links.forward === undefined, now);
  }

  /** What was heard since tells that the link lives. */
  #isDoubtful(hid: bigint, now: Now): boolean {
    const heard = this.#parts.links.heard(hid);
    return this.#doubtful.has(hid) && heard !== undefined && now.mono >= heard.mono + silentMsMin;
  }

  #call(listed: Listed, to: Address): void {
    const { emit, from } = this.#parts;
    const link = this.#parts.nextLink();
    this.#dial = { link, listed, stream: peerStream(), answerBy: undefined };
    const source = from !== undefined && { from };
    emit({ kind: "dial", link, to, ...source, timeoutMs: connectWithinMs });
  }

  #reached({ link, listed, stream }: Dial, lastId: bigint, now: Now): void {
    const { links } = this.#parts;
    this.#dial = undefined;
    const before = [links.forward, links.of(listed.hid)];
    links.add({ id: link, hid: listed.hid, way: "forward", isThere: true, stream }, now);
    for (const old of before) if (old !== undefined) links.retire(old.id, now);
    this.#end(false, now);
    this.#parts.dialled({ id: link, hid: listed.hid, lastId }, now);
  }

  #missed(why: string, now: Now): void {
    const dial = this.#dial;
    if (dial === undefined) return;
    this.#count(why);
    this.#hangUp(dial, now);
    this.#next(now);
  }

  #hangUp({ link, answerBy }: Dial, now: Now): void {
    this.#dial = undefined;
    if (answerBy === undefined) this.#parts.emit({ kind: "drop", link, why: "given up" });
    else this.#parts.farewell.end(link, now);
  }

  #next(now: Now): void {
    this.#parts.dialled(undefined, now);
    // A call that has waited for this one may have been answered meanwhile, and the walk gone on or ended with it.
    if (this.#dial === undefined) this.#walk(now);
  }

  #end(fruitless: boolean, now: Now): void {
    this.#isAlone = fruitless && this.#parts.links.size === 0;
    if (!fruitless) this.#rest(now);
    else {
      const pauseMs = Math.min(pauseMsMax, pauseMsMin * 2 ** this.#fruitless);
      this.#fruitless += 1;
      this.#tried = undefined;
      this.#againAt = now.mono + wholeBetween(this.#parts.random, pauseMsMin, pauseMs);
    }
  }

  #rest(now: Now): void {
    this.#fruitless = 0;
    this.#tried = undefined;
    this.#againAt = now.mono + ringEveryMs;
  }

  #count(what: string): void {
    this.#parts.emit({ kind: "count", what: `dial-${what}` });
  }
}
