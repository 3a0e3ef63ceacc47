/** Power cuts, rebuilt from the recorded writes of the real store: each must leave all that was acknowledged, whole. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { seededRandom, wholeBetween } from "../../src/base/random.ts";
import { judge } from "./told-transactions.ts";
import { Disk, notesIn } from "./power-cut.ts";
import { buildRecorder } from "./recorder.ts";
import { rounds, tell } from "./rounds.ts";
import type { Workload } from "./traced-store.ts";

/** Images are written and thrown away by the thousand. */
const scratch = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "kith-power-cuts-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const recorder = buildRecorder(scratch);
if (recorder === undefined)
  tell("Power cuts are not tried: there is no C compiler to build the recorder with.");

const images = rounds({ usual: 200, long: 10_000 });
const openMsMax = 2_000;

/** With their part of the images: those that take longer get fewer. */
const workloads: readonly (readonly [name: string, part: number, Workload])[] = [
  ["plain", 0.8, { seed: 1, transactions: 120, textBytes: 100 }],
  ["encrypted", 0.1, { seed: 2, transactions: 60, textBytes: 100, passphrase: "correct horse" }],
  // More than the log is let grow to before it is copied into the database.
  ["of long texts", 0.1, { seed: 3, transactions: 120, textBytes: 60_000 }],
];

interface Outcome {
  readonly withLosses: number;
  readonly faults: readonly string[];
  readonly openMsMax: number;
}

test.skipIf(recorder === undefined).each(workloads)(
  "a history %s is whole after every power cut, and holds all that was acknowledged",
  { timeout: 20 * 60_000 },
  (name, part, workload) => {
    const share = Math.ceil(images * part);
    const outcome = cutPower(workload, share);
    tell(
      `power cuts, ${name}: ${share} images, ${outcome.withLosses} with losses`,
      `opened within ${Math.round(outcome.openMsMax)} ms`,
    );
    expect(outcome.faults).toEqual([]);
    expect(outcome.withLosses).toBe(0);
    expect(outcome.openMsMax).toBeLessThan(openMsMax);
  },
);

test.skipIf(recorder === undefined)(
  "the same without synced commits loses what was acknowledged: the rebuilt power cuts would show it",
  { timeout: 60_000 },
  () => {
    const outcome = cutPower({ seed: 1, transactions: 120, textBytes: 100, careless: true }, 50);
    tell(`power cuts, control without syncs: 50 images, ${outcome.withLosses} with losses`);
    expect(outcome.withLosses).toBeGreaterThan(0);
  },
);

function cutPower(workload: Workload, count: number): Outcome {
  const notes = notesIn(record(workload));
  const dice = seededRandom(workload.seed);
  const cuts = Array.from({ length: count }, () => wholeBetween(dice, 0, notes.length)).toSorted(
    (a, b) => a - b,
  );
  const disk = new Disk();
  const image = join(scratch, "image");
  const outcome = { withLosses: 0, faults: [] as string[], openMsMax: 0 };
  let taken = 0;
  for (const cut of cuts) {
    for (const note of notes.slice(taken, cut)) disk.take(note);
    taken = cut;
    disk.writeImage(image, dice);
    const { lost, faults, openMs } = judge(join(image, "kith.db"), disk.acknowledged, workload.passphrase);
    if (lost > 0) outcome.withLosses++;
    outcome.faults.push(...faults.map((fault) => `cut at ${cut} of ${notes.length}: ${fault}`));
    outcome.openMsMax = Math.max(outcome.openMsMax, openMs);
  }
  return outcome;
}

function record(workload: Workload): Buffer {
  const folder = join(scratch, "recorded");
  const notes = join(scratch, "notes");
  for (const old of [folder, notes]) rmSync(old, { recursive: true, force: true });
  mkdirSync(folder);
  const program = join(import.meta.dirname, "traced-store.ts");
  execFileSync(process.execPath, [program, folder, JSON.stringify(workload)], {
    env: { ...process.env, LD_PRELOAD: recorder, RECORD_FOLDER: folder, RECORD_FILE: notes },
  });
  return readFileSync(notes);
}
