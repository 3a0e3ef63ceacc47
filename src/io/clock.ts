/** The clocks of this computer. */
import type { Now } from "../base/time.ts";

export interface Clock {
  now(): Now;
}

export function createClock(): Clock {
  return { now: () => ({ wall: Date.now(), mono: performance.now() }) };
}
