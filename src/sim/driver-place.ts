/** Where a simulated driver works: a host on a wire, with its whims; and what the parts of a drive share. */
import type { Random } from "../base/random.ts";
import type { Input } from "../protocols/machine.ts";
import type { Host } from "./host.ts";
import type { Wire } from "./wire.ts";

/** What a busy machine and a slow disk do to a program. */
export interface Whims {
  /** A wake comes up to this much late. */
  readonly wakeLateMsMost: number;
  /** Shares of 1 of the questions: answered later, refused, and done though it is said that they are not. */
  readonly answersLate: number;
  readonly answersFailing: number;
  readonly answersDenied: number;
  readonly answerMsMost: number;
}

export const noWhims: Whims = {
  wakeLateMsMost: 1,
  answersLate: 0,
  answersFailing: 0,
  answersDenied: 0,
  answerMsMost: 0,
};

export interface DriverPlace {
  readonly wire: Wire;
  readonly host: Host;
  readonly random: Random;
  /** As it is now: whims change while a world runs. */
  readonly whims: () => Whims;
  /** A machine or hook threw, which is our mistake: its drive has stopped. */
  readonly broken: (error: unknown) => void;
  /** An answer is on its way that nothing in the world brings: the world lets promises go on until it is there. */
  readonly awaited: (answer: Promise<void>) => void;
}

/** What the parts of a drive need of it. */
export interface DriveCore {
  handle(input: Input<never>): void;
  count(what: string): void;
}

/** What the drives of a driver have done and have open, beyond what each says of itself. */
export interface DriverWork {
  /** How often machines were woken, and how often they were told anything else. */
  readonly woken: number;
  readonly told: number;
  /** The most questions that ever awaited their answers at one time. */
  readonly askedAtOnce: number;
  /** How long the link that was dialled first has been there; 0 where there is none. */
  readonly oldestDialMs: number;
}
