/** Runs the driver contract in the simulated world. */
import { setImmediate as turn } from "node:timers/promises";
import { seededRandom } from "../../src/base/random.ts";
import { SimDriver } from "../../src/sim/drive.ts";
import { noWhims } from "../../src/sim/driver-place.ts";
import { Scheduler } from "../../src/sim/scheduler.ts";
import { Trace } from "../../src/sim/trace.ts";
import { Wire } from "../../src/sim/wire.ts";
import { driverContract, type DriverWorld } from "./driver.ts";

/** Simulated: nothing in the contract takes longer. */
const patienceMs = 60_000;

function world(): DriverWorld {
  const scheduler = new Scheduler();
  const random = seededRandom(1);
  const trace = new Trace(() => scheduler.time, false);
  const wire = new Wire({ scheduler, random, trace, wallAtStart: 0 });
  const host = wire.addHost("alice", ["10.0.0.1", "10.0.1.1"]);
  wire.cut(host, wire.addHost("silence", ["10.0.0.2"]));
  return {
    driver: new SimDriver({ wire, host, random, whims: () => noWhims, broken, awaited: () => undefined }),
    host: "10.0.0.1",
    otherHost: "10.0.1.1",
    silent: { host: "10.0.0.2", port: 5_000 },
    now: () => host.clock.now(),
    async settle(condition) {
      const until = scheduler.time + patienceMs;
      while (!condition()) {
        await turn(); // what promises have to say comes between two events
        if (!condition() && !scheduler.step(until)) throw new Error("what was waited for did not happen");
      }
    },
    end: () => Promise.resolve(),
  };
}

function broken(error: unknown): void {
  throw error;
}

driverContract("the simulated world", () => Promise.resolve(world()));
