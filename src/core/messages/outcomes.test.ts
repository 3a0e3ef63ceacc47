/** How a delivery goes on after a network's word, and how long a pause is. */
import { expect, it, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import type { DeliveryState } from "../model.ts";
import type { DeliveryOutcome } from "../ports/network.ts";
import { consequence, retryDelayMs, retryDelayMsMax } from "./outcomes.ts";

const later: DeliveryOutcome = { state: "failed", why: { code: "refused" }, again: "later" };
const never: DeliveryOutcome = { state: "failed", why: { code: "too-long" }, again: "never" };
const held: DeliveryOutcome = { state: "held", by: 2 };
const delivered: DeliveryOutcome = { state: "delivered" };
const sent: DeliveryOutcome = { state: "sent" };

test.each<[DeliveryState, DeliveryOutcome, string]>([
  ["sending", sent, "settle"],
  ["sending", delivered, "settle"],
  ["sending", never, "settle"],
  ["sending", later, "try-again"],
  ["queued", delivered, "settle"],
  ["failed", delivered, "settle"],
  ["sent", delivered, "settle"],
  ["held", held, "settle"],
  ["held", delivered, "settle"],
  ["delivered", { state: "read" }, "settle"],
  ["delivered", delivered, "ignore"],
  ["delivered", sent, "ignore"],
  ["delivered", never, "ignore"],
  ["read", delivered, "ignore"],
  ["queued", later, "ignore"],
  ["failed", later, "ignore"],
])("%s, then %o: %s", (state, outcome, expected) => {
  expect(consequence(state, outcome)).toBe(expected);
});

it("pauses double, within a quarter, up to the longest", () => {
  const random = seededRandom(1);
  for (const [attempts, exact] of [
    [1, 2_000],
    [2, 4_000],
    [4, 16_000],
    [9, retryDelayMsMax],
    [400, retryDelayMsMax],
  ] as const) {
    for (let i = 0; i < 100; i++) {
      const delay = retryDelayMs({ code: "refused" }, attempts, random);
      expect(delay).toBeGreaterThanOrEqual(exact * 0.75);
      expect(delay).toBeLessThanOrEqual(Math.min(exact * 1.25, retryDelayMsMax));
    }
  }
});

it("somebody who took a message and did not confirm it is given longer", () => {
  expect(retryDelayMs({ code: "no-receipt" }, 1, seededRandom(1))).toBeGreaterThan(3_700);
});
