/** What a network's word on a delivery does to it: the one table of how deliveries go on. */
import type { DeliveryState, Why } from "../model.ts";
import type { DeliveryOutcome } from "../ports/network.ts";
import type { Random } from "../../base/random.ts";
import { secondMs } from "../../base/time.ts";

/** Ignored, taken as its new settled state, or tried again. */
export type Consequence = "ignore" | "settle" | "try-again";

/** How far a message has certainly come. */
const reach: Readonly<Record<DeliveryState, number>> = {
  queued: 0,
  sending: 0,
  failed: 0,
  sent: 1,
  held: 2,
  delivered: 3,
  read: 4,
};

/**
 * A failure counts for the attempt under way alone. Good news is taken whenever it comes, also late, after a time-out
 * or a cancellation; and what was delivered never goes back.
 */
export function consequence(state: DeliveryState, outcome: DeliveryOutcome): Consequence {
  if (outcome.state !== "failed") {
    const further = reach[outcome.state] > reach[state];
    return further || (state === "held" && outcome.state === "held") ? "settle" : "ignore";
  }
  if (state !== "sending") return "ignore";
  return outcome.again === "never" ? "settle" : "try-again";
}

/** Longest pause between two tries: somebody who is there and could not be reached for a while is found within it. */
export const retryDelayMsMax = 30 * secondMs;

/** A recipient that took the message and did not confirm it may be busy; the other reasons cost nobody anything. */
const firstDelayMs = { "no-receipt": 5 * secondMs, other: 2 * secondMs };

/** Doubles with every attempt, give or take a quarter, so that many who failed together do not return together. */
export function retryDelayMs(why: Why, attempts: number, random: Random): number {
  const first = why.code === "no-receipt" ? firstDelayMs["no-receipt"] : firstDelayMs.other;
  const exact = Math.min(first * 2 ** Math.min(attempts - 1, 30), retryDelayMsMax);
  return Math.min(exact * (0.75 + random.fraction() / 2), retryDelayMsMax);
}
