/** Messages on their way out: a connection each, a lane for each recipient, and how each of them ended. */
import { present } from "../../base/assert.ts";
import { concatBytes } from "../../base/bytes.ts";
import { secondMs, type Now } from "../../base/time.ts";
import type { LinkId, LinkTrouble } from "../machine.ts";
import {
  earliest,
  troubleWhy,
  type Emit,
  type FailedOutcome,
  type LanConfig,
  type LanOutcome,
  type LanOutgoing,
  type LanWhy,
} from "./contract.ts";
import { isKeyed } from "./roster.ts";

export const connectWithinMs = 5 * secondMs;
/** The receiver has 5 s to commit and answer; the rest is for the way there and back. */
export const receiptAwaitedMs = 10 * secondMs;
/** The other side closes when it has read; one that never does may have read it or not. */
export const closeAwaitedMs = 5 * secondMs;
/** Sealed messages under way to one recipient. A receiver takes 8 connections of an address; half of them is enough. */
export const sealedAtOnce = 4;
/** Messages that wait or are under way, of all recipients: the outbox keeps more than a network needs to know. */
export const jobsMax = 4_096;
/** A receipt has 79 bytes; what is longer is none. */
const receiptBytesMax = 1_024;
const noBytes = new Uint8Array(0);

/** A message that can go out, made ready when its turn has come. */
export type Prepared = Plain | Sealable;

interface Plain {
  readonly host: string;
  /** One after the other, each over a connection of its own. */
  readonly pieces: readonly Uint8Array[];
}

interface Sealable {
  readonly host: string;
  /** Once, when there is a connection: the other side takes it up meanwhile, and nothing is sealed for nobody. */
  readonly seal: () => Sealed | FailedOutcome;
}

export interface Sealed {
  readonly bytes: Uint8Array;
  /** Whether these bytes are the message's receipt. */
  readonly isReceipt: (bytes: Uint8Array) => boolean;
}

/** The message ready, or why it cannot go out now. */
export type Prepare = (outgoing: LanOutgoing, now: Now) => Prepared | FailedOutcome;

interface Attempt {
  readonly outgoing: LanOutgoing;
  readonly message: Prepared;
  readonly lane: Lane;
  sealed: Sealed | undefined;
  link: LinkId;
  /** Which piece is under way. */
  piece: number;
  state: "dialling" | "connected" | "written";
  answer: Uint8Array;
  /** Mono ms; absent while the driver's own limit holds. */
  giveUpAt: number | undefined;
}

interface Lane {
  readonly to: string;
  readonly atOnce: number;
  readonly waiting: LanOutgoing[];
  /** In the order in which they are written. */
  readonly active: Attempt[];
}

/**
 * Invariants: plain messages to one recipient go out one after the other, sealed ones a few at a time, but are written
 * in their order; no lane waits for another; a job ends in exactly one outcome; what may have been read by a program
 * that gives no receipts is never sent again.
 */
export class Outbound {
  readonly #config: LanConfig;
  readonly #emit: Emit;
  /** Whether a recipient is heard: a failed try waits for the time or for the person. */
  readonly #isOnline: (identity: string) => boolean;
  readonly #prepare: Prepare;
  readonly #lanes = new Map<string, Lane>();
  readonly #byLink = new Map<LinkId, Attempt>();
  #jobs = 0;
  #lastLink = 0;

  constructor(config: LanConfig, isOnline: (identity: string) => boolean, prepare: Prepare, emit: Emit) {
    this.#config = config;
    this.#isOnline = isOnline;
    this.#prepare = prepare;
    this.#emit = emit;
  }

  get wakeAt(): number | undefined {
    return earliest([...this.#byLink.values()].map((attempt) => attempt.giveUpAt));
  }

  send(outgoing: LanOutgoing, now: Now): void {
    if (this.#jobs >= jobsMax) {
      this.#tell(outgoing, {
        state: "failed",
        why: { code: "other", details: { problem: "busy" } },
        again: "later",
      });
      return;
    }
    this.#jobs += 1;
    const { to } = outgoing;
    const lane = this.#lanes.get(to) ?? {
      to,
      atOnce: isKeyed(to) ? sealedAtOnce : 1,
      waiting: [],
      active: [],
    };
    this.#lanes.set(to, lane);
    lane.waiting.push(outgoing);
    this.#advance(lane, now);
  }

  up(link: LinkId, now: Now): void {
    const attempt = this.#byLink.get(link);
    if (attempt?.state !== "dialling") return;
    attempt.state = "connected";
    this.#advance(attempt.lane, now);
  }

  bytes(link: LinkId, bytes: Uint8Array): void {
    const attempt = this.#byLink.get(link);
    // A classic program that talks back says nothing that means anything here.
    if (attempt?.sealed === undefined || attempt.answer.length > receiptBytesMax) return;
    attempt.answer = concatBytes(attempt.answer, bytes);
  }

  /** The other side has finished: of a sealed message, whatever receipt there is has come. */
  ended(link: LinkId, now: Now): void {
    const attempt = this.#byLink.get(link);
    if (attempt?.sealed === undefined || attempt.state !== "written") return;
    this.#byLink.delete(link);
    this.#judgeAnswer(attempt, attempt.sealed, now);
  }

  down(link: LinkId, why: LinkTrouble | undefined, now: Now): void {
    const attempt = this.#byLink.get(link);
    if (attempt === undefined) return;
    this.#byLink.delete(link);
    if (attempt.state !== "written") this.#finish(attempt, this.#unwritten(attempt, why ?? "reset"), now);
    else if (attempt.sealed !== undefined) this.#judgeAnswer(attempt, attempt.sealed, now);
    else if (why === undefined) this.#pieceDone(attempt, now);
    else this.#finish(attempt, unknownOutcome(attempt, why), now);
  }

  wake(now: Now): void {
    for (const attempt of [...this.#byLink.values()]) {
      if (attempt.giveUpAt === undefined || now.mono < attempt.giveUpAt) continue;
      this.#byLink.delete(attempt.link);
      this.#emit({ kind: "drop", link: attempt.link, why: "timed-out" });
      if (attempt.sealed === undefined) this.#finish(attempt, unknownOutcome(attempt, "timed-out"), now);
      else this.#judgeAnswer(attempt, attempt.sealed, now);
    }
  }

  /** Writes what has its turn and dials what may be dialled. */
  #advance(lane: Lane, now: Now): void {
    for (const attempt of [...lane.active]) {
      if (attempt.state === "dialling") break;
      if (attempt.state === "connected") this.#write(attempt, now);
    }
    for (let next = lane.waiting[0]; next !== undefined; next = lane.waiting[0]) {
      if (lane.active.length >= lane.atOnce) break;
      lane.waiting.shift();
      this.#begin(lane, next, now);
    }
    if (lane.active.length === 0) this.#lanes.delete(lane.to);
  }

  #begin(lane: Lane, outgoing: LanOutgoing, now: Now): void {
    const message = this.#prepare(outgoing, now);
    if ("state" in message) {
      this.#jobs -= 1;
      this.#tell(outgoing, message);
      return;
    }
    const before = { sealed: undefined, link: 0, piece: 0, state: "dialling", answer: noBytes } as const;
    const attempt: Attempt = { outgoing, message, lane, ...before, giveUpAt: undefined };
    lane.active.push(attempt);
    this.#dial(attempt);
  }

  #dial(attempt: Attempt): void {
    attempt.link = --this.#lastLink;
    attempt.state = "dialling";
    attempt.giveUpAt = undefined;
    this.#byLink.set(attempt.link, attempt);
    const from = this.#config.address;
    this.#emit({
      kind: "dial",
      link: attempt.link,
      to: { host: attempt.message.host, port: this.#config.tcpPort },
      ...(from !== undefined && { from }),
      timeoutMs: connectWithinMs,
    });
  }

  #write(attempt: Attempt, now: Now): void {
    const { message, link, piece } = attempt;
    attempt.state = "written";
    if ("pieces" in message) {
      this.#writeOut(
        attempt,
        present(message.pieces[piece], "the piece under way"),
        now.mono + closeAwaitedMs,
      );
      return;
    }
    const sealed = message.seal();
    if ("state" in sealed) {
      this.#byLink.delete(link);
      this.#emit({ kind: "drop", link, why: "not-sealed" });
      this.#finish(attempt, sealed, now);
      return;
    }
    attempt.sealed = sealed;
    this.#writeOut(attempt, sealed.bytes, now.mono + receiptAwaitedMs);
  }

  #writeOut(attempt: Attempt, bytes: Uint8Array, giveUpAt: number): void {
    const { link } = attempt;
    attempt.giveUpAt = giveUpAt;
    this.#emit({ kind: "write", to: link, bytes });
    this.#emit({ kind: "end", link });
  }

  #pieceDone(attempt: Attempt, now: Now): void {
    attempt.piece += 1;
    if (attempt.piece < pieceCount(attempt)) this.#dial(attempt);
    else this.#finish(attempt, { state: "sent" }, now);
  }

  #judgeAnswer(attempt: Attempt, sealed: Sealed, now: Now): void {
    const outcome: LanOutcome = sealed.isReceipt(attempt.answer)
      ? { state: "delivered" }
      : this.#failed(attempt, { code: "no-receipt" });
    this.#finish(attempt, outcome, now);
  }

  /** Broken off before a byte of this piece was written. */
  #unwritten(attempt: Attempt, why: LinkTrouble): FailedOutcome {
    return attempt.piece > 0 ? unknownOutcome(attempt, why) : this.#failed(attempt, troubleWhy(why));
  }

  #failed(attempt: Attempt, why: LanWhy): FailedOutcome {
    return { state: "failed", why, again: this.#isOnline(attempt.outgoing.to) ? "later" : "when-seen" };
  }

  #finish(attempt: Attempt, outcome: LanOutcome, now: Now): void {
    const { lane, outgoing } = attempt;
    lane.active.splice(lane.active.indexOf(attempt), 1);
    this.#jobs -= 1;
    this.#tell(outgoing, outcome);
    this.#advance(lane, now);
  }

  #tell({ id, to }: LanOutgoing, outcome: LanOutcome): void {
    this.#emit({ kind: "report", report: { kind: "outcome", id, to, outcome } });
  }
}

/** Some of it may have been read: a second try might show it twice. */
function unknownOutcome(attempt: Attempt, problem: LinkTrouble): FailedOutcome {
  const details = { problem, piece: attempt.piece + 1, of: pieceCount(attempt) };
  return { state: "failed", why: { code: "outcome-unknown", details }, again: "never" };
}

function pieceCount({ message }: Attempt): number {
  return "pieces" in message ? message.pieces.length : 1;
}
