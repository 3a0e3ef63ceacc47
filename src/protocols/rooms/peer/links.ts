/** The links to members: one to each at most, read within a rate, retired without losing what is under way. */
import { secondMs, type Now } from "../../../base/time.ts";
import { TokenBucket } from "../../../base/token-bucket.ts";
import type { LinkId } from "../../machine.ts";
import { incompleteMsMax } from "../limits.ts";
import type { PeerMessage, TextMessage } from "../messages.ts";
import type { MessageStream } from "../stream.ts";
import { earliest, type Emit } from "./contract.ts";
import type { Farewell } from "./farewell.ts";
import type { Pace } from "./pace.ts";

/** A room of hundreds needs a handful of links to each; more only costs copies. */
export const linksMax = 32;
/** Messages that a link brings: a lively room's worth. Beyond it the link is read no further for a while. */
export const messageRate = { perSecond: 20, burst: 60 } as const;
/** How long a retired link may take to say what waits on it. */
export const retiredMsMax = 12 * secondMs;
/**
 * How long the other side of a link that we have moved still takes us for linked. A text on its way around the room may
 * have passed the new neighbour before the link to it stood, and still comes by the old one.
 */
export const overlapMs = 2 * secondMs;
/** While a queue is full nothing more is taken in; it empties at the pace of the wire. */
const fullRetryMs = 100;

export interface PeerLink {
  readonly id: LinkId;
  readonly hid: bigint;
  /** "forward" was dialled here. */
  readonly way: "forward" | "backward";
  /** The other end is where the member says it is. */
  readonly isThere: boolean;
  readonly stream: MessageStream<PeerMessage>;
}

interface Entry extends PeerLink {
  readonly bucket: TokenBucket;
  heard: Now;
  /** Mono ms; while the link is not read. */
  resumeAt: number | undefined;
  /** Mono ms; since when it is read. */
  readSince: number;
  /** Set once it is no link any more and only says what waits on it, and hears what is under way. */
  retired: Retired | undefined;
}

interface Retired {
  readonly until: number;
  /** Mono ms; while it is not to be ended yet. */
  endAt: number | undefined;
  ended: boolean;
}

export interface LinksParts {
  readonly emit: Emit;
  readonly pace: Pace;
  readonly farewell: Farewell;
  readonly text: (text: TextMessage, from: LinkId, now: Now) => void;
  /** A link has gone that was not retired by us. */
  readonly broken: (now: Now) => void;
}

/**
 * Invariants: at most one link to each member, and one of them forward; texts are taken in the order in which they came;
 * every link that is not read has a time at which it is read again.
 */
export class Links {
  readonly #parts: LinksParts;
  readonly #entries = new Map<LinkId, Entry>();
  readonly #byHid = new Map<bigint, Entry>();
  #forward: Entry | undefined;
  #lastHeard: Now | undefined;

  constructor(parts: LinksParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#byHid.size;
  }

  get forward(): PeerLink | undefined {
    return this.#forward;
  }

  get lastHeard(): Now | undefined {
    return this.#lastHeard;
  }

  get wakeAt(): number | undefined {
    return earliest([...this.#entries.values()].map(dueAt));
  }

  of(hid: bigint): PeerLink | undefined {
    return this.#byHid.get(hid);
  }

  /** When something came from the member last; undefined without a link. */
  heard(hid: bigint): Now | undefined {
    return this.#byHid.get(hid)?.heard;
  }

  /** Those to which a text goes: all but the one that brought it and the one to its origin. */
  except(bringer: LinkId, origin: bigint): readonly LinkId[] {
    const ids: LinkId[] = [];
    for (const { id, hid } of this.#byHid.values()) if (id !== bringer && hid !== origin) ids.push(id);
    return ids;
  }

  get all(): readonly LinkId[] {
    return [...this.#byHid.values()].map(({ id }) => id);
  }

  /** What came behind the handshake is read with the next `read`. */
  add(link: PeerLink, now: Now): void {
    const bucket = new TokenBucket(messageRate.perSecond, messageRate.burst, now.mono);
    const reading = { resumeAt: undefined, readSince: now.mono };
    const entry: Entry = { ...link, bucket, heard: now, ...reading, retired: undefined };
    this.#entries.set(link.id, entry);
    this.#byHid.set(link.hid, entry);
    if (link.way === "forward") this.#forward = entry;
    this.#parts.pace.open(link.id, now);
  }

  read(id: LinkId, now: Now): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#read(entry, now);
  }

  bytes(id: LinkId, bytes: Uint8Array, now: Now): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.heard = now;
    this.#lastHeard = now;
    entry.stream.push(bytes, now.mono);
    if (entry.resumeAt === undefined) this.#read(entry, now);
  }

  /** The other side has finished: what waits for it still goes out. */
  ended(id: LinkId, now: Now): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.retired !== undefined) return;
    this.#retire(entry, undefined, now);
    this.#parts.broken(now);
  }

  down(id: LinkId, now: Now): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    // What had come is heard; it cannot be held back any more.
    while (this.#take(entry, now));
    if (!this.#entries.has(id)) return;
    this.#forget(entry);
    if (entry.retired === undefined) this.#parts.broken(now);
  }

  /** It is a link no more: says what waits on it, and hears what is under way. */
  retire(id: LinkId, now: Now): void {
    const entry = this.#entries.get(id);
    if (entry?.retired === undefined && entry !== undefined) this.#retire(entry, now.mono + overlapMs, now);
  }

  /** Another one takes its place: the member behind it has gone without a word. */
  drop(id: LinkId): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#breakOff(entry, "silent");
  }

  /** The room is left. */
  close(now: Now): void {
    for (const entry of [...this.#entries.values()]) {
      this.#forget(entry);
      if (entry.retired?.ended === true) this.#parts.emit({ kind: "drop", link: entry.id, why: "left" });
      else this.#parts.farewell.end(entry.id, now);
    }
  }

  wake(now: Now): void {
    for (const entry of [...this.#entries.values()]) {
      if (entry.resumeAt !== undefined && now.mono >= entry.resumeAt) this.#read(entry, now);
      if (entry.retired?.endAt !== undefined && now.mono >= entry.retired.endAt)
        entry.retired.endAt = undefined;
      this.#endRetired(entry);
      const isRetiredLong = entry.retired !== undefined && now.mono >= entry.retired.until;
      if (isRetiredLong) this.#breakOff(entry, "not closed");
      else if (now.mono >= (stuckAt(entry) ?? Infinity)) this.#violate(entry, "too-slow", now);
    }
  }

  #read(entry: Entry, now: Now): void {
    while (this.#entries.has(entry.id)) {
      const readyAt = this.#readyAt(entry, now);
      if (readyAt > now.mono && entry.stream.unread > 0) {
        this.#pause(entry, readyAt);
        return;
      }
      if (!this.#take(entry, now)) break;
    }
    if (entry.resumeAt === undefined) return;
    entry.resumeAt = undefined;
    entry.readSince = now.mono;
    if (this.#entries.has(entry.id)) this.#parts.emit({ kind: "reading", link: entry.id, on: true });
  }

  /** Takes the next message. False when there is none, or no link any more. */
  #take(entry: Entry, now: Now): boolean {
    const next = entry.stream.next(now.mono);
    if (next === undefined) return false;
    entry.bucket.take(now.mono);
    if (next.kind === "violation") {
      this.#violate(entry, next.why, now);
      return false;
    }
    if (next.kind === "message" && next.message.kind === "text")
      this.#parts.text(next.message, entry.id, now);
    else this.#count(next.kind === "reject" ? `link-${next.why}` : "link-unexpected");
    return true;
  }

  #readyAt(entry: Entry, now: Now): number {
    if (this.#parts.pace.isFull) return now.mono + fullRetryMs;
    const readyAt = entry.bucket.readyAt(now.mono);
    // A millisecond at least: the moment itself may be too early by a rounding error.
    return readyAt > now.mono ? Math.max(now.mono + 1, readyAt) : readyAt;
  }

  #pause(entry: Entry, until: number): void {
    if (entry.resumeAt === undefined) {
      this.#count("link-paused");
      this.#parts.emit({ kind: "reading", link: entry.id, on: false });
    }
    entry.resumeAt = until;
  }

  #violate(entry: Entry, why: string, now: Now): void {
    this.#count(`link-${why}`);
    const isRetired = entry.retired !== undefined;
    this.#breakOff(entry, why);
    if (!isRetired) this.#parts.broken(now);
  }

  #retire(entry: Entry, endAt: number | undefined, now: Now): void {
    entry.retired = { until: now.mono + retiredMsMax, endAt, ended: false };
    this.#unlink(entry);
    this.#endRetired(entry);
  }

  #endRetired({ id, retired }: Entry): void {
    if (retired === undefined || retired.ended || retired.endAt !== undefined) return;
    if (!this.#parts.pace.isIdle(id)) return;
    retired.ended = true;
    this.#parts.emit({ kind: "end", link: id });
  }

  #breakOff(entry: Entry, why: string): void {
    this.#forget(entry);
    this.#parts.emit({ kind: "drop", link: entry.id, why });
  }

  #forget(entry: Entry): void {
    this.#entries.delete(entry.id);
    this.#unlink(entry);
    this.#parts.pace.close(entry.id);
  }

  #unlink(entry: Entry): void {
    if (this.#byHid.get(entry.hid) === entry) this.#byHid.delete(entry.hid);
    if (this.#forward === entry) this.#forward = undefined;
  }

  #count(what: string): void {
    this.#parts.emit({ kind: "count", what });
  }
}

function dueAt(entry: Entry): number | undefined {
  const { resumeAt, retired } = entry;
  return earliest([resumeAt, retired?.endAt, retired?.until, stuckAt(entry)]);
}

/** When a message has stayed incomplete for too long; the time in which we did not read is not its sender's fault. */
function stuckAt({ resumeAt, readSince, stream }: Entry): number | undefined {
  const { partialSince } = stream;
  if (resumeAt !== undefined || partialSince === undefined) return undefined;
  return Math.max(partialSince, readSince) + incompleteMsMax;
}
