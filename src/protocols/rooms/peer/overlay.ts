/** One room as we are in it: its list, our links, the texts that pass, and the pokes. */
import { toHex } from "../../../base/bytes.ts";
import type { Crypto } from "../../../base/crypto.ts";
import type { Random } from "../../../base/random.ts";
import type { Now } from "../../../base/time.ts";
import type { Address, LinkId } from "../../machine.ts";
import type { Member } from "../messages.ts";
import { Callers, type Accepted } from "./callers.ts";
import { earliest, type RoomsMember, type RoomsMemberFacts, type RoomsTicket } from "./contract.ts";
import { Flood } from "./flood.ts";
import { Links } from "./links.ts";
import { Membership } from "./membership.ts";
import { OutgoingTexts, type OwnText } from "./outgoing.ts";
import { Pace } from "./pace.ts";
import type { RoomPlace } from "./place.ts";
import { Pokes } from "./pokes.ts";
import { Search } from "./search.ts";
import { Seen } from "./seen.ts";

/** Enough that no two of our joins have the same. */
const joinBytes = 6;

export interface OverlayParts extends Omit<RoomPlace, "membership"> {
  readonly me: Member;
  readonly random: Random;
  readonly crypto: Pick<Crypto, "sha256">;
  /** The address to dial from; left to the system when absent. */
  readonly from: string | undefined;
}

/** Invariant: after `close` nothing of it is linked, waited for or reported. */
export class Overlay {
  readonly membership: Membership;
  readonly #pace: Pace;
  readonly #links: Links;
  readonly #seen: Seen;
  readonly #flood: Flood;
  readonly #callers: Callers;
  readonly #search: Search;
  readonly #outgoing: OutgoingTexts;
  readonly #pokes: Pokes;
  #isListNew = false;

  constructor(parts: OverlayParts) {
    const { emit, farewell, me, random, crypto, from } = parts;
    this.membership = new Membership(me);
    this.#pace = new Pace(emit);
    this.#seen = new Seen(toHex(random.bytes(joinBytes)), crypto);
    this.#links = new Links({
      emit,
      pace: this.#pace,
      farewell,
      text: (text, link, now) => this.#flood.take(text, link, now),
      broken: (now) => this.#search.begin(now),
    });
    const place = { ...parts, membership: this.membership, links: this.#links, pace: this.#pace };
    this.#flood = new Flood({ ...place, seen: this.#seen });
    this.#outgoing = new OutgoingTexts(place);
    this.#pokes = new Pokes(place);
    this.#search = new Search({
      ...place,
      random,
      from,
      dialled: (met, now) => {
        if (met !== undefined) this.#linked(met, now);
        this.#callers.dialled(now);
      },
    });
    this.#callers = new Callers({
      ...place,
      dialling: () => this.#search.dialling,
      giveUpDialling: (now) => this.#search.giveUp(now),
      accepted: (caller, now) => {
        this.#linked(caller, now);
        this.#search.begin(now);
      },
    });
    parts.ids.enter(this.membership.me.hid);
  }

  get isConnected(): boolean {
    return this.#links.size > 0;
  }

  /** When somebody is dialled again (mono), where nobody could be reached. */
  get unreachableUntil(): number | undefined {
    return this.#search.unreachableUntil;
  }

  get wakeAt(): number | undefined {
    return earliest([
      this.#pace.wakeAt,
      this.#links.wakeAt,
      this.#callers.wakeAt,
      this.#search.wakeAt,
      this.#pokes.wakeAt,
    ]);
  }

  get others(): readonly RoomsMember[] {
    const { me, list } = this.membership;
    return list
      .filter(({ hid }) => hid !== me.hid)
      .map(({ identity, name, address }) => ({ identity, name, address }));
  }

  get members(): readonly RoomsMemberFacts[] {
    return this.membership.list.map(({ hid, identity, name, address }) => {
      const link = this.#links.of(hid)?.way ?? "none";
      const heard = this.#links.heard(hid);
      const me = hid === this.membership.me.hid;
      return { identity, name, address, me, link, ...(heard && { heardAt: heard.wall }) };
    });
  }

  get facts(): Flood["facts"] & OverlayFacts {
    const { forward, size, lastHeard } = this.#links;
    const identity = forward === undefined ? undefined : this.membership.byHid(forward.hid)?.identity;
    return {
      ...this.#flood.facts,
      ...(identity !== undefined && { forward: identity }),
      backward: size - (forward === undefined ? 0 : 1),
      ...(lastHeard && { lastHeardAt: lastHeard.wall }),
    };
  }

  /** True when it says something new. `mayLack`: the server may not know everybody yet. */
  listed(members: readonly Member[], mayLack: boolean, now: Now): boolean {
    const begunAnew = this.membership.update(members, mayLack);
    if (begunAnew === undefined) return false;
    for (const hid of begunAnew) this.#seen.beginAnew(hid, now);
    this.#search.doubt(begunAnew);
    this.#isListNew = true;
    return true;
  }

  /** We were away: with the next list it turns out who still knows of us. */
  doubtAll(): void {
    this.#search.doubt(this.membership.list.map(({ hid }) => hid));
    this.#isListNew = true;
  }

  /** Looks for the next one on the ring, where the list has changed. */
  seek(now: Now): void {
    if (!this.#isListNew) return;
    this.#isListNew = false;
    this.#search.begin(now);
  }

  came(link: LinkId, remote: Address, now: Now): void {
    this.#callers.came(link, remote, now);
  }

  up(link: LinkId, now: Now): void {
    if (this.#search.has(link)) this.#search.up(now);
  }

  bytes(link: LinkId, bytes: Uint8Array, now: Now): void {
    if (this.#search.has(link)) this.#search.bytes(bytes, now);
    else if (this.#callers.has(link)) this.#callers.bytes(link, bytes, now);
    else this.#links.bytes(link, bytes, now);
  }

  ended(link: LinkId, now: Now): void {
    if (this.#search.has(link)) this.#search.ended(now);
    else if (this.#callers.has(link)) this.#callers.ended(link, now);
    else this.#links.ended(link, now);
  }

  down(link: LinkId, now: Now): void {
    if (this.#search.has(link)) this.#search.down(now);
    else if (this.#callers.has(link)) this.#callers.down(link);
    else this.#links.down(link, now);
  }

  send(text: OwnText, now: Now): void {
    this.#outgoing.send(text, now);
  }

  /** Ids were remembered. */
  idsReady(now: Now): void {
    this.#outgoing.advance(now);
  }

  poke(ticket: RoomsTicket, to: string | undefined, now: Now): void {
    this.#pokes.send(ticket, to, now);
  }

  datagram(from: Address, bytes: Uint8Array, now: Now): void {
    this.#pokes.hear(from, bytes, now);
  }

  wake(now: Now): void {
    this.#pace.wake(now);
    this.#links.wake(now);
    this.#callers.wake(now);
    this.#search.wake(now);
    this.#pokes.wake(now);
  }

  close(now: Now): void {
    this.#callers.close(now);
    this.#search.close(now);
    this.#links.close(now);
    this.#outgoing.close();
    this.#pokes.close();
  }

  /** What came behind the handshake is read now. */
  #linked({ id, hid, lastId }: Accepted, now: Now): void {
    if (lastId !== undefined) this.#seen.met(hid, lastId, now);
    this.#links.read(id, now);
  }
}

export interface OverlayFacts {
  readonly forward?: string;
  readonly backward: number;
  readonly lastHeardAt?: number;
}
