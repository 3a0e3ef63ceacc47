/** What a world is like: drawn from its seed, each with its own mix of faults, people and strangers. */
import { type Random, seededRandom, wholeBetween } from "../base/random.ts";
import type { Plug } from "./plug.ts";

export const faultKinds = [
  "loss",
  "duplicates",
  "delays",
  "pieces",
  "narrow-windows",
  "partitions",
  "crashes",
  "full-disks",
  "clock-steps",
  "cables",
  "slow-answers",
  "late-wakes",
  "failing-writes",
  "lost-sockets",
  "renumbering",
  "second-cables",
  "slow-readers",
  "clock-slews",
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Options {
  readonly seed: number;
  readonly network: string;
  readonly people: number;
  /** Simulated, with faults. */
  readonly hours: number;
  readonly crypto: "cheap" | "real";
  /** How strong: above 0, at most 1. Absent kinds do not happen. */
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  /** Kinds of the network's strangers that are there. */
  readonly strangers: readonly string[];
  /** Of each person. */
  readonly messagesPerHour: number;
  readonly deedsPerHour: number;
}

/** Somebody who runs the real program under the name of somebody else: a stranger of every network. */
export const namesake = "namesake";

export const peopleLeast = 2;
const peopleMost = 8;
const faultShare = 0.5;
const strangerShare = 0.25;
/** One seed of so many runs with real cryptography. */
const realCryptoEvery = 10;

export interface Given {
  readonly hours: number;
  /** Whether real cryptography is there to be used. */
  readonly realCrypto: boolean;
}

export function drawOptions(seed: number, plug: Plug, { hours, realCrypto }: Given): Options {
  const random = seededRandom(seed);
  const people = plug.people?.(random) ?? wholeBetween(random, peopleLeast, peopleMost);
  const faults: Partial<Record<FaultKind, number>> = {};
  for (const kind of faultKinds) {
    const strength = strengthOf(random);
    if (random.fraction() < faultShare) faults[kind] = strength;
  }
  const kinds = [namesake, ...Object.keys(plug.strangers ?? {})];
  return {
    seed,
    network: plug.kind,
    people,
    hours,
    crypto: realCrypto && seed % realCryptoEvery === 0 ? "real" : "cheap",
    faults,
    strangers: kinds.filter(() => random.fraction() < strangerShare),
    messagesPerHour: wholeBetween(random, 5, 60),
    deedsPerHour: wholeBetween(random, 1, 20),
  };
}

/** Two digits, so that options can be read. */
function strengthOf(random: Random): number {
  return wholeBetween(random, 1, 100) / 100;
}
