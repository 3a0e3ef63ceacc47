/** The world in which the real driver is tried: the loopback interface of this computer. */
import { setTimeout as delay } from "node:timers/promises";
import { createClock } from "../../src/io/clock.ts";
import { createDriver } from "../../src/io/drive.ts";
import type { Address } from "../../src/protocols/machine.ts";
import type { DriverWorld } from "./driver-stage.ts";

const clock = createClock();
const patienceMs = 8_000;

export function loopbackWorld(silent: Address, onBroken?: (error: unknown) => void): DriverWorld {
  return {
    driver: createDriver({ clock, ...(onBroken !== undefined && { onBroken }) }),
    host: "127.0.0.1",
    otherHost: "127.0.0.2",
    silent,
    now: () => clock.now(),
    settle,
    end: () => Promise.resolve(),
  };
}

/** Looks again each millisecond: how long the system takes is not ours to say. */
async function settle(condition: () => boolean): Promise<void> {
  const start = clock.now().mono;
  while (!condition()) {
    if (clock.now().mono - start > patienceMs) throw new Error("what was waited for did not happen");
    await delay(1);
  }
}
