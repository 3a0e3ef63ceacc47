/** When to announce: every so often, soon after a newcomer, at once after a change; never twice within two seconds. */
import type { Random } from "../../base/random.ts";
import { secondMs } from "../../base/time.ts";

/** What is due earlier is put off until then, never dropped. */
export const announceGapMs = 2 * secondMs;
/** Above this many people an answer is spread wider, so that a newcomer's socket takes all of them. */
export const crowd = 100;
const answerWithinMs = 1 * secondMs;
const answerWithinCrowdMs = 3 * secondMs;

/**
 * Invariants: while running there is always a next time; two announcements are at least `announceGapMs` apart; a
 * request never makes the next one later.
 */
export class Announcer {
  readonly #periodMs: number;
  readonly #random: Random;
  #sentAt: number | undefined;
  #dueAt: number | undefined;

  constructor(periodMs: number, random: Random) {
    this.#periodMs = periodMs;
    this.#random = random;
  }

  /** Undefined until something asked for the first one. */
  get dueAt(): number | undefined {
    return this.#dueAt;
  }

  /** A fact about us has changed, or we begin. */
  atOnce(mono: number): void {
    this.#bringForward(mono);
  }

  /** Somebody not known before was heard; `known` is how many are. */
  answerNewcomer(known: number, mono: number): void {
    if (this.#dueAt === undefined) return;
    const within = known > crowd ? answerWithinCrowdMs : answerWithinMs;
    this.#bringForward(mono + this.#random.fraction() * within);
  }

  /** True when the time has come: the caller announces now. */
  take(mono: number): boolean {
    if (this.#dueAt === undefined || mono < this.#dueAt) return false;
    this.#sentAt = mono;
    this.#dueAt = mono + this.#periodMs;
    return true;
  }

  #bringForward(to: number): void {
    const earliest = this.#sentAt === undefined ? to : Math.max(to, this.#sentAt + announceGapMs);
    this.#dueAt = this.#dueAt === undefined ? earliest : Math.min(this.#dueAt, earliest);
  }
}
