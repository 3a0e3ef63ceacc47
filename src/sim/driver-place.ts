/** Where a simulated driver works: a host on a wire, with its whims; and what the parts of a drive share. */
import type { Random } from "../base/random.ts";
import type { Input } from "../protocols/machine.ts";
import type { Host } from "./host.ts";
import type { Wire } from "./wire.ts";

/** What a busy machine and a slow disk do to a program. */
export interface Whims {
  /** A wake comes up to this much late. */
  readonly wakeLateMsMost: number;
  /** Shares of 1 of the questions that are answered later, or with a failure. */
  readonly answersLate: number;
  readonly answersFailing: number;
  readonly answerMsMost: number;
}

export const noWhims: Whims = { wakeLateMsMost: 1, answersLate: 0, answersFailing: 0, answerMsMost: 0 };

export interface DriverPlace {
  readonly wire: Wire;
  readonly host: Host;
  readonly random: Random;
  /** As it is now: whims change while a world runs. */
  readonly whims: () => Whims;
}

/** What the parts of a drive need of it. */
export interface DriveCore {
  handle(input: Input<never>): void;
  count(what: string): void;
}
