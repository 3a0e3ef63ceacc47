/** Dice fit for secrets, from the system. */
import { randomFillSync, randomInt } from "node:crypto";
import type { Random } from "../base/random.ts";

/** The most that randomInt gives at once: 48 bits. */
const fractionSteps = 2 ** 48 - 1;

export function createRandom(): Random {
  return {
    bytes: (count) => randomFillSync(new Uint8Array(count)),
    fraction: () => randomInt(fractionSteps) / fractionSteps,
  };
}
