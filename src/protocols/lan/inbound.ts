/** Accepted links: gathers bytes into messages, within limits of size, time, number and rate. What they say is not its subject. */
import { concatBytes } from "../../base/bytes.ts";
import { secondMs, type Now } from "../../base/time.ts";
import type { LinkId } from "../machine.ts";
import { earliest, type Emit } from "./contract.ts";
import { Rates, companionRate, strangerRate } from "./rates.ts";

/** The classic programs write a message at once; what follows later is the next one. */
export const silenceMs = 200;
/** From a message's first byte to its last. */
export const messageWithinMs = 10 * secondMs;
/** Bytes that come one by one are put together at this number of chunks, so that they take no more room than others. */
const chunksMax = 1_024;
/** A connection that says nothing; two of the classic programs keep one open between messages. */
export const idleMs = 90 * secondMs;
/** A receipt that takes longer would come too late for the sender. */
export const receiptWithinMs = 5 * secondMs;
/** Links at which a message is awaited or gathered: beyond, the address that holds most of them gives its oldest up. */
export const pendingMax = 32;
/**
 * All links, with those whose message is held back or awaits its receipt, and those that are gone but not yet read:
 * 16 MiB at the very most.
 */
export const linksMax = 256;

/** What has come over a link and was not taken yet. */
export interface Pending {
  readonly bytes: Uint8Array;
  /** The other side has finished: no more will come. */
  readonly ended: boolean;
  /** Since the last byte. */
  readonly silentMs: number;
  /** Since the first byte. */
  readonly ageMs: number;
}

export interface Taken<Item> {
  readonly item: Item;
  /** Bytes of `pending` that it consisted of. */
  readonly length: number;
}

/**
 * What becomes of a link once an item was received. The receipt is written when the message has been confirmed. After a
 * false claim the link is closed, and its address is charged as a stranger's.
 */
export type Next = "more" | "close" | "false-claim" | { readonly receipt: Uint8Array };

export type RateName = "companion" | "stranger";

/** What the bytes mean. */
export interface Reception<Item> {
  /** The longest message, whole. */
  readonly bytesMax: number;
  /** An item can be complete before the other side falls silent or finishes: looked for with every chunk. */
  readonly completesAtOnce: boolean;
  /** The next item; undefined while it is not complete. */
  take(pending: Pending): Taken<Item> | "malformed" | undefined;
  /** Whom the item comes from, for the rate: undefined where it costs nothing. */
  rateOf(item: Item, host: string, now: Now): RateName | undefined;
  receive(item: Item, link: { readonly id: LinkId; readonly host: string }, now: Now): Next;
}

interface Link<Item> {
  readonly id: LinkId;
  readonly host: string;
  chunks: Uint8Array[];
  size: number;
  /** Mono ms of the first and last byte that was not taken yet. */
  firstAt: number;
  lastAt: number;
  /** The other side has finished. */
  ended: boolean;
  /** The link is gone; what came over it is still to be taken. */
  gone: boolean;
  state:
    | { readonly kind: "gathering" }
    /** An item over its rate: handed on later, in the order of being held. */
    | { readonly kind: "held"; readonly item: Item; readonly rate: RateName; readonly order: number }
    | { readonly kind: "awaits-receipt"; readonly receipt: Uint8Array };
  /** When to look at it again. */
  checkAt: number;
}

interface Rated<Item> {
  readonly item: Item;
  readonly rate: RateName | undefined;
}

type Held<Item> = Extract<Link<Item>["state"], { readonly kind: "held" }>;

const gathering = { kind: "gathering" } as const;

/**
 * Invariants: at most `bytesMax` bytes, and the driver's last chunk, are kept for a link; what is complete is taken
 * before anything else is read; an item over its rate is held, and its link read no further, until its time comes:
 * nothing is lost within `linksMax`. Every link has a time at which it is looked at again, so that none lives for ever.
 */
export class Inbound<Item> {
  readonly #reception: Reception<Item>;
  readonly #emit: Emit;
  readonly #links = new Map<LinkId, Link<Item>>();
  readonly #rates = { stranger: new Rates(strangerRate), companion: new Rates(companionRate) };
  #lastHeld = 0;

  constructor(reception: Reception<Item>, emit: Emit) {
    this.#reception = reception;
    this.#emit = emit;
  }

  get wakeAt(): number | undefined {
    return earliest([...this.#links.values()].map((link) => link.checkAt));
  }

  accept(id: LinkId, host: string, now: Now): void {
    const link: Link<Item> = {
      id,
      host,
      chunks: [],
      size: 0,
      firstAt: now.mono,
      lastAt: now.mono,
      ended: false,
      gone: false,
      state: gathering,
      checkAt: now.mono + idleMs,
    };
    this.#links.set(id, link);
    if (this.#links.size > linksMax) this.#refuseOne();
    this.#makeRoom();
  }

  bytes(id: LinkId, bytes: Uint8Array, now: Now): void {
    const link = this.#links.get(id);
    if (link === undefined || link.state.kind === "awaits-receipt" || bytes.length === 0) return;
    if (link.size === 0) link.firstAt = now.mono;
    link.lastAt = now.mono;
    link.chunks.push(bytes);
    link.size += bytes.length;
    // One chunk may bring several messages: only what is left when they are taken can be too long.
    if (this.#reception.completesAtOnce || link.state.kind === "held") this.#look(link, now);
    else if (link.size > this.#reception.bytesMax) this.#drop(link, "message-too-long");
    else this.#planNextLook(link, now);
  }

  ended(id: LinkId, now: Now): void {
    const link = this.#links.get(id);
    if (link === undefined || link.ended) return;
    link.ended = true;
    this.#look(link, now);
  }

  /** The link is gone. What came before is read all the same: a classic program may break off what it has finished. */
  down(id: LinkId, now: Now): void {
    const link = this.#links.get(id);
    if (link === undefined) return;
    link.gone = true;
    if (link.state.kind === "awaits-receipt") this.#forget(link);
    else this.ended(id, now);
  }

  wake(now: Now): void {
    for (const link of this.#links.values()) if (now.mono >= link.checkAt) this.#look(link, now);
  }

  /** Writes the receipt of a link that awaits one, and closes it. Nothing happens when it is too late. */
  confirm(id: LinkId): void {
    const link = this.#links.get(id);
    if (link?.state.kind !== "awaits-receipt") return;
    this.#emit({ kind: "write", to: id, bytes: link.state.receipt });
    this.#close(link);
  }

  #look(link: Link<Item>, now: Now): void {
    while (this.#links.has(link.id)) {
      if (link.state.kind === "awaits-receipt") {
        if (now.mono >= link.checkAt) this.#giveUpReceipt(link);
        return;
      }
      if (link.state.kind === "held" && !this.#tryHeld(link, link.state, now)) return;
      if (link.state.kind === "gathering" && !this.#takeNext(link, now)) return;
    }
  }

  /** Takes the next item and hands it on. False when there is none yet, or when it must wait. */
  #takeNext(link: Link<Item>, now: Now): boolean {
    if (link.size === 0) return this.#waitForMore(link, now);
    const bytes = concatBytes(...link.chunks);
    const [ageMs, silentMs] = [now.mono - link.firstAt, now.mono - link.lastAt];
    const taken = this.#reception.take({ bytes, ended: link.ended, silentMs, ageMs });
    if (taken === "malformed") return this.#drop(link, "message-malformed");
    if ((taken?.length ?? link.size) > this.#reception.bytesMax) return this.#drop(link, "message-too-long");
    if (taken === undefined) return this.#waitForRest(link, bytes, now);
    const rest = bytes.subarray(taken.length);
    link.chunks = rest.length === 0 ? [] : [rest];
    link.size = rest.length;
    const rate = this.#reception.rateOf(taken.item, link.host, now);
    if (rate === undefined || this.#allows(rate, link, now)) {
      this.#handOn(link, { item: taken.item, rate }, now);
      return true;
    }
    link.state = { kind: "held", item: taken.item, rate, order: ++this.#lastHeld };
    this.#emit({ kind: "count", what: "paused" });
    if (!link.gone) this.#emit({ kind: "reading", link: link.id, on: false });
    return false;
  }

  #waitForMore(link: Link<Item>, now: Now): false {
    link.checkAt = link.lastAt + idleMs;
    if (link.ended) this.#close(link);
    else if (now.mono >= link.checkAt) this.#drop(link, "idle");
    return false;
  }

  #waitForRest(link: Link<Item>, bytes: Uint8Array, now: Now): false {
    if (link.ended) return this.#drop(link, "message-cut-off");
    if (now.mono >= link.firstAt + messageWithinMs) return this.#drop(link, "message-too-slow");
    link.chunks = [bytes];
    this.#planNextLook(link, now);
    return false;
  }

  #planNextLook(link: Link<Item>, now: Now): void {
    if (link.chunks.length >= chunksMax) link.chunks = [concatBytes(...link.chunks)];
    const silent = link.lastAt + silenceMs;
    const latest = link.firstAt + messageWithinMs;
    link.checkAt = now.mono < silent ? Math.min(silent, latest) : latest;
  }

  #tryHeld(link: Link<Item>, held: Held<Item>, now: Now): boolean {
    if (!this.#allows(held.rate, link, now)) return false;
    link.state = gathering;
    if (!link.gone) this.#emit({ kind: "reading", link: link.id, on: true });
    this.#handOn(link, held, now);
    return true;
  }

  /** Takes a token where it is this link's turn, or notes when to ask again. */
  #allows(rate: RateName, link: Link<Item>, now: Now): boolean {
    const rates = this.#rates[rate];
    if (!this.#isBehind(rate, link) && rates.take(link.host, now.mono)) return true;
    // A millisecond at least: the moment itself may be too early by a rounding error.
    link.checkAt = Math.max(now.mono + 1, rates.readyAt(link.host, now.mono));
    return false;
  }

  /** Whether something else of the same address waits for longer: what was said first is shown first. */
  #isBehind(rate: RateName, link: Link<Item>): boolean {
    const own = link.state.kind === "held" ? link.state.order : Infinity;
    for (const { host, state } of this.#links.values()) {
      if (state.kind === "held" && host === link.host && state.rate === rate && state.order < own)
        return true;
    }
    return false;
  }

  #handOn(link: Link<Item>, { item, rate }: Rated<Item>, now: Now): void {
    // Waiting is not the sender's fault: its time for the next message begins now.
    link.firstAt = now.mono;
    link.lastAt = now.mono;
    const next = this.#reception.receive(item, link, now);
    if (next === "false-claim" && rate === "companion") this.#rates.stranger.take(link.host, now.mono);
    if (next === "close" || next === "false-claim") this.#close(link);
    else if (next !== "more" && link.gone) this.#forget(link);
    else if (next !== "more") {
      link.state = { kind: "awaits-receipt", receipt: next.receipt };
      link.checkAt = now.mono + receiptWithinMs;
    }
  }

  #giveUpReceipt(link: Link<Item>): void {
    this.#emit({ kind: "count", what: "receipt-too-late" });
    this.#close(link);
  }

  /** Ours is done: what was written goes out, then FIN. A side that has not finished is not waited for. */
  #close(link: Link<Item>): void {
    if (!link.gone) {
      if (link.ended) this.#emit({ kind: "end", link: link.id });
      else this.#emit({ kind: "drop", link: link.id, why: "done" });
    }
    this.#forget(link);
  }

  #drop(link: Link<Item>, why: string): false {
    this.#emit({ kind: "count", what: why });
    if (!link.gone) this.#emit({ kind: "drop", link: link.id, why });
    this.#forget(link);
    return false;
  }

  #forget(link: Link<Item>): void {
    this.#links.delete(link.id);
  }

  /**
   * One address cannot keep others out: of those that hold the most links, the oldest link goes. Nor can many
   * addresses with one link each: the one silent longest that has not said a word goes, never the newest.
   */
  #makeRoom(): void {
    const pending = [...this.#links.values()].filter((link) => link.state.kind === "gathering");
    if (pending.length <= pendingMax) return;
    const crowded = crowdedOf(pending);
    const mute = pending.slice(0, -1).filter((link) => link.size === 0);
    const gone = crowded.length > 1 ? crowded[0] : leastBy(mute, (link) => link.lastAt);
    if (gone !== undefined) this.#drop(gone, "crowded-out");
  }

  /** What waits for its turn stays: of the address that holds the most links, the newest goes. */
  #refuseOne(): void {
    const newest = crowdedOf([...this.#links.values()]).at(-1);
    if (newest !== undefined) this.#drop(newest, "links-full");
  }
}

/** The links of the address that holds the most of them, the oldest first; of several such addresses, the latest one's. */
function crowdedOf<Item>(links: readonly Link<Item>[]): readonly Link<Item>[] {
  let crowded: readonly Link<Item>[] = [];
  for (const here of Map.groupBy(links, (link) => link.host).values())
    if (here.length >= crowded.length) crowded = here;
  return crowded;
}

function leastBy<One>(all: readonly One[], measure: (one: One) => number): One | undefined {
  let least: One | undefined;
  for (const one of all) if (least === undefined || measure(one) < measure(least)) least = one;
  return least;
}
