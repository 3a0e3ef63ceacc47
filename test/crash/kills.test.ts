/** A daemon that is killed while two people talk, at every named place and at any moment, loses and repeats nothing. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { seededRandom, wholeBetween } from "../../src/base/random.ts";
import { DaemonWorld } from "../integration/daemon-world.ts";
import { failpoints } from "./failpoints.ts";
import { Pair } from "./pair.ts";
import type { Blow } from "./pair.ts";
import { rounds, tell } from "./rounds.ts";

const startMsMax = 2_000;
const roundMsMax = 20_000;

let world: DaemonWorld;

beforeEach(async () => {
  world = await DaemonWorld.make();
});

afterEach(() => world.end());

const named = failpoints.length * rounds({ usual: 1, long: 10 });
const random = rounds({ usual: 10, long: 300 });

test(
  `killed ${named} times at named places: nothing acknowledged is lost, nothing is there twice`,
  { timeout: named * roundMsMax },
  async () => {
    const dice = seededRandom(1);
    await survive(
      "named places",
      Array.from({ length: named }, (_, n) => ({
        point: failpoints[n % failpoints.length] ?? "before-commit",
        passings: n < failpoints.length ? 1 : wholeBetween(dice, 2, 9),
      })),
    );
  },
);

test(`killed ${random} times at any moment: the same`, { timeout: random * roundMsMax }, async () => {
  const dice = seededRandom(2);
  await survive(
    "any moment",
    Array.from({ length: random }, () => ({ afterEvents: wholeBetween(dice, 0, 20) })),
  );
});

async function survive(what: string, blows: readonly Blow[]): Promise<void> {
  const pair = await Pair.meet(world);
  for (const blow of blows) expect(await pair.round(blow), JSON.stringify(blow)).toEqual([]);
  expect(await pair.settle()).toEqual([]);
  const startMs = Math.round(Math.max(...pair.startMs));
  tell(
    `${what}: ${blows.length} kills, ${pair.unreached} of them after all was said`,
    `start-up at most ${startMs} ms`,
  );
  expect(startMs).toBeLessThan(startMsMax);
}
