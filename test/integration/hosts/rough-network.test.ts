/** Five people at five machines write to each other over a network with faults: nothing is lost, and nothing is there twice. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seededRandom, wholeBetween } from "../../../src/base/random.ts";
import { tell } from "../../crash/rounds.ts";
import { type Faults, FaultySwitch, faultySwitchAvailable } from "../namespaces/faulty-switch.ts";
import { NamespaceLab } from "../namespaces/harness.ts";
import { Resident } from "./resident.ts";
import { RoughTalk, type Talker } from "./rough-talk.ts";

const obstacle = faultySwitchAvailable();
if (obstacle !== undefined) console.warn(`skipped: ${obstacle}`);

/** TEST_NETWORKS=long: many storms, of all strengths, on one network, and people have to find each other in one. */
const long = process.env["TEST_NETWORKS"] === "long";
const storms = long ? 12 : 1;
const each = long ? 13 : 10;
/**
 * From the end of the faults until everything is delivered: the longest pause between tries. In a long storm some lose
 * so many announcements of somebody's that they wait for the next one, which comes within a minute, and then write.
 */
const healedMsMax = long ? 75_000 : 30_000;

const people = ["alice", "bob", "carol", "dave", "erin"];
const seed = 1;

let folder: string;
let faulty: FaultySwitch;
let lab: NamespaceLab;

beforeEach(async () => {
  if (obstacle !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), "kith-rough-"));
  faulty = new FaultySwitch(seed);
  lab = new NamespaceLab(faulty);
});

afterEach(async () => {
  if (obstacle !== undefined) return;
  lab.close();
  await rm(folder, { recursive: true, force: true });
});

async function talker(name: string): Promise<Talker> {
  const host = lab.host(name);
  const resident = new Resident(host, folder);
  await resident.start();
  resident.ignore();
  return { host, client: await resident.connect() };
}

test.skipIf(obstacle !== undefined)(
  "what five people write to each other through losses, cuts and a partition arrives once, as it was written",
  { timeout: long ? 30 * 60_000 : 90_000 },
  async () => {
    const dice = seededRandom(seed);
    const usual: Faults = { loss: 0.15, duplication: 0.05, reordering: 0.2, delayMs: 5, jitterMs: 200 };
    const drawn = (): Faults => ({
      loss: dice.fraction() * 0.3,
      duplication: 0.05,
      reordering: 0.2,
      delayMs: 5,
      jitterMs: dice.fraction() * 500,
      bitsPerSecond: dice.fraction() < 0.5 ? 0 : 256_000,
    });
    // An announcement that is lost comes again after a minute, for which the short run has no time.
    faulty.faults(long ? usual : { ...usual, loss: 0 });
    const startedAt = performance.now();
    const talk = new RoughTalk(faulty, await Promise.all(people.map(talker)), dice);
    await talk.met();
    const metMs = performance.now() - startedAt;
    const healedMs: number[] = [];
    for (let n = 0; n < storms; n++) {
      const triesInVain = long ? wholeBetween(dice, 1, 4) : 1;
      await talk.storm({ faults: long ? drawn() : usual, each, triesInVain });
      expect(await talk.broken(false)).toEqual([]);
      healedMs.push(...(await talk.heal()));
    }
    expect(await talk.broken(true)).toEqual([]);
    const { lost, doubled, overtook, severed } = faulty.counters();
    expect(Math.min(lost, doubled, overtook, severed, healedMs.length)).toBeGreaterThan(0);
    report(talk.said, [metMs, performance.now() - startedAt], healedMs);
    expect(Math.max(...healedMs)).toBeLessThan(healedMsMax);
  },
);

function report(said: number, [metMs = 0, allMs = 0]: readonly number[], healedMs: readonly number[]): void {
  const sorted = healedMs.toSorted((a, b) => a - b);
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const at = (part: number) => seconds(sorted[Math.ceil(sorted.length * part) - 1] ?? 0);
  tell(
    `rough network: ${said} messages in ${seconds(allMs)}, all had met after ${seconds(metMs)}`,
    `frames: ${JSON.stringify(faulty.counters())}`,
    `${sorted.length} messages under way when healed: half had arrived after ${at(0.5)}, 99 % ${at(0.99)}, all ${at(1)}`,
  );
}
