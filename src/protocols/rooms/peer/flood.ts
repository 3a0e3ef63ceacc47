/** Texts that arrive: whose they are, whether they were here before, and to whom they go on. */
import { fromUtf8Leniently } from "../../../base/bytes.ts";
import type { Now } from "../../../base/time.ts";
import type { LinkId } from "../../machine.ts";
import type { TextMessage } from "../messages.ts";
import type { Links } from "./links.ts";
import type { Listed } from "./membership.ts";
import type { Pace } from "./pace.ts";
import type { RoomPlace } from "./place.ts";
import type { Seen } from "./seen.ts";

/** Texts that wait for a fresh list, to see whether it knows their origin: a second of lively talk. */
export const parkedMax = 64;
/** Names that are told to speak as if we were in another room: enough for a mistake, too few to fill a screen. */
export const straysToldMax = 8;

export interface FloodParts extends RoomPlace {
  readonly links: Links;
  readonly pace: Pace;
  readonly seen: Seen;
}

interface Parked {
  readonly text: TextMessage;
  readonly from: LinkId;
}

/**
 * Invariants: a text is shown and passed on once for each origin and incarnation, to every link but the one that brought
 * it and the one to its origin, with the bytes in which it came; what waits for a list keeps its order.
 */
export class Flood {
  readonly #parts: FloodParts;
  #parked: Parked[] = [];
  readonly #strays = new Set<string>();
  #shown = 0;
  #forwarded = 0;
  #duplicates = 0;

  constructor(parts: FloodParts) {
    this.#parts = parts;
  }

  get facts(): { readonly textsShown: number; readonly textsForwarded: number; readonly duplicates: number } {
    return { textsShown: this.#shown, textsForwarded: this.#forwarded, duplicates: this.#duplicates };
  }

  take(text: TextMessage, from: LinkId, now: Now): void {
    if (text.room !== this.#parts.room) {
      this.#stray(text);
      return;
    }
    const origin = this.#originOf(text);
    const isBehind = this.#parked.some((parked) => isSameOrigin(parked.text, text));
    if (origin !== undefined && !isBehind) this.#pass(text, origin, from, now);
    else this.#park({ text, from }, now);
  }

  #originOf({ originHid }: TextMessage): Listed | undefined {
    const { membership } = this.#parts;
    if (originHid === undefined) return undefined;
    if (originHid === membership.me.hid) return membership.me;
    return membership.byHid(originHid);
  }

  #park(parked: Parked, now: Now): void {
    if (this.#parked.length >= parkedMax) {
      this.#count("unknown-origin-full");
      return;
    }
    this.#parked.push(parked);
    this.#parts.awaitList((last, then) => this.#judgeParked(parked, last, then), now);
  }

  /** With a list that was asked for after the text had come, a name that only one member has will do. */
  #judgeParked(parked: Parked, last: boolean, now: Now): boolean {
    const { text, from } = parked;
    const origin = this.#originOf(text) ?? (last ? this.#onlyOneNamed(text) : undefined);
    if (origin === undefined && !last) return false;
    this.#parked = this.#parked.filter((other) => other !== parked);
    if (origin === undefined) this.#count("unknown-origin");
    else if (this.#wasElsewhere(text)) this.#drop();
    else this.#pass(text, origin, from, now);
    return true;
  }

  #onlyOneNamed({ originUser }: TextMessage): Listed | undefined {
    const [only, ...others] = this.#parts.membership.named(originUser);
    return others.length === 0 ? only : undefined;
  }

  /** It was seen when its origin had another address, from which it has moved. */
  #wasElsewhere(text: TextMessage): boolean {
    return text.originHid !== undefined && this.#parts.seen.has(text.originHid, text);
  }

  #pass(text: TextMessage, origin: Listed, from: LinkId, now: Now): void {
    const { room, emit, seen, links, pace, membership } = this.#parts;
    if (origin.hid === membership.me.hid) {
      this.#count("own");
      return;
    }
    const wireId = seen.take(origin.hid, text, now);
    if (wireId === undefined) {
      this.#drop();
      return;
    }
    const on = links.except(from, origin.hid);
    pace.put({ bytes: text.wire, waiting: 0, written: 0 }, on, now);
    this.#forwarded += on.length;
    if (text.content.length === 0) {
      this.#count("empty");
      return;
    }
    this.#shown += 1;
    const { identity, name, address } = origin;
    const report = { from: { identity, name, address }, text: fromUtf8Leniently(text.content), wireId };
    emit({ kind: "report", report: { kind: "arrived", room, ...report } });
  }

  #drop(): void {
    this.#duplicates += 1;
    this.#count("duplicate");
  }

  #stray({ originUser: name, room: spoken }: TextMessage): void {
    this.#count("wrong-room");
    if (this.#strays.has(name) || this.#strays.size >= straysToldMax) return;
    this.#strays.add(name);
    const { room, emit } = this.#parts;
    emit({ kind: "report", report: { kind: "stray", room, name, spoken } });
  }

  #count(why: string): void {
    this.#parts.emit({ kind: "count", what: `text-${why}` });
  }
}

function isSameOrigin(one: TextMessage, other: TextMessage): boolean {
  return one.originHid === other.originHid && one.originUser === other.originUser;
}
