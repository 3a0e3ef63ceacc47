/** Our entry in the room's list: renewed for as long as we stay, and asked for out of turn when something must be looked up. */
import { secondMs, type Now } from "../../../base/time.ts";
import { encodeDepart, encodeJoin } from "../encode.ts";
import type { Member, ServerReply } from "../messages.ts";
import { earliest, type Emit } from "./contract.ts";
import type { ListWaiter } from "./place.ts";
import type { LegReply, ServerLeg } from "./server-leg.ts";

/** Servers forget who has not been heard for a minute. */
export const renewEveryMs = 20 * secondMs;
/** However many strangers call: the server is not asked more often. */
export const askEveryMs = secondMs;
/** Who waits for a list, at one time; whoever comes on top is judged by the list at hand. */
export const waitersMax = 256;
/** A server that knows no departures may say nothing to it; that we have hung up tells it the same. */
export const departWithinMs = 2 * secondMs;

export type MembersReply = Extract<ServerReply, { readonly kind: "members" }>;

export interface EnrolmentParts {
  readonly leg: ServerLeg;
  readonly emit: Emit;
  readonly room: string;
  readonly me: Member;
  readonly listed: (list: MembersReply, now: Now) => void;
  /** Those who waited for a list have been told: a caller comes first, then those whom we call. */
  readonly lookedUp: (now: Now) => void;
  /** `reason`: the server's words. */
  readonly refused: (reason: string, now: Now) => void;
}

interface Waiting {
  readonly waiter: ListWaiter;
  /** How many times the server had been asked before: the list that counts is a later one. */
  readonly after: number;
}

/** Invariant: one request under way, and those out of turn at least `askEveryMs` apart; nobody waits while none can come. */
export class Enrolment {
  readonly #parts: EnrolmentParts;
  #asked = 0;
  #underWay = false;
  /** By the server's last word. */
  #isListed = false;
  /** Mono ms. */
  #askedAt = -Infinity;
  #dueAt: number | undefined;
  #waiting: Waiting[] = [];

  constructor(parts: EnrolmentParts) {
    this.#parts = parts;
  }

  /** Requests sent. */
  get asked(): number {
    return this.#asked;
  }

  get wakeAt(): number | undefined {
    if (this.#underWay || !this.#parts.leg.isOpen) return undefined;
    return earliest([this.#dueAt, this.#waiting.length > 0 ? this.#askedAt + askEveryMs : undefined]);
  }

  /** The server can be asked: it does not know us (any more). */
  begin(now: Now): void {
    if (this.#underWay) return;
    this.#askedAt = -Infinity;
    this.#dueAt = now.mono;
    this.wake(now);
  }

  awaitList(waiter: ListWaiter, now: Now): void {
    if (this.#parts.leg.isOpen && this.#waiting.length < waitersMax) {
      this.#waiting.push({ waiter, after: this.#asked });
      this.wake(now);
    } else waiter(true, now);
  }

  wake(now: Now): void {
    const at = this.wakeAt;
    if (at === undefined || now.mono < at) return;
    const { leg, room, me } = this.#parts;
    const settle = (reply: LegReply, then: Now): void => this.#settle(reply, then);
    if (!leg.request({ bytes: encodeJoin(room, me), settle }, now)) {
      this.#dueAt = now.mono + askEveryMs;
      return;
    }
    this.#underWay = true;
    this.#asked += 1;
    this.#askedAt = now.mono;
    this.#dueAt = now.mono + renewEveryMs;
  }

  /** The server cannot be asked any more. */
  lost(now: Now): void {
    this.#tellWaiting(Infinity, now);
  }

  /** The room is left: the server is told where it can be. */
  end(now: Now): void {
    const { leg } = this.#parts;
    this.stop();
    if (!leg.isOpen || !(this.#isListed || this.#underWay)) return;
    leg.request({ bytes: this.lastWord, settle: () => undefined, lastWithinMs: departWithinMs }, now);
  }

  /** Nothing is asked any more, nor heard. */
  stop(): void {
    this.#dueAt = undefined;
    this.#waiting = [];
  }

  /** What a departing member says. */
  get lastWord(): Uint8Array {
    return encodeDepart(this.#parts.room, this.#parts.me);
  }

  #settle(reply: LegReply, now: Now): void {
    this.#underWay = false;
    this.#isListed = reply.ok && reply.value.kind === "members";
    if (this.#dueAt === undefined) return;
    if (!reply.ok) this.#tellWaiting(Infinity, now);
    else if (reply.value.kind === "members") {
      this.#parts.listed(reply.value, now);
      this.#tellWaiting(this.#asked, now);
      this.#parts.lookedUp(now);
    } else {
      this.#parts.emit({ kind: "count", what: `join-${reply.value.kind}` });
      this.#tellWaiting(Infinity, now);
      if (reply.value.kind === "refused") this.#parts.refused(reply.value.reason, now);
    }
    this.wake(now);
  }

  /** `asked`: which request brought the list. */
  #tellWaiting(asked: number, now: Now): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const rest = waiting.filter(({ waiter, after }) => !waiter(asked > after, now));
    this.#waiting = [...rest, ...this.#waiting];
  }
}
