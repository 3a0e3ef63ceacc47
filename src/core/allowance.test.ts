/** What others can cause as often as they like is taken so often, and no more often. */
import { expect, it } from "vitest";
import { Journal } from "../base/journal.ts";
import { Allowance } from "./allowance.ts";

const limits = { burst: 3, everyMs: 1_000, keysMax: 2 };

function allowance() {
  const journal = new Journal();
  const made = new Allowance<string>(limits, journal);
  const take = (key: string, mono: number): boolean => made.take(key, { wall: 0, mono });
  return { journal, made, take };
}

it("the burst is taken at once, one more is refused and counted, and one more is there in time", () => {
  const { made, take } = allowance();
  expect([1, 2, 3, 4].map(() => take("bob", 500))).toEqual([true, true, true, false]);
  expect(made.refused).toBe(1);
  expect([take("bob", 1_499), take("bob", 1_500), take("bob", 1_500)]).toEqual([false, true, false]);
});

it("the burst is there at any moment of a clock that counts parts of milliseconds", () => {
  const { take } = allowance();
  for (let mono = 0.017; mono < 1e7; mono += 7_000.013)
    expect([take("bob", mono), take("bob", mono), take("bob", mono)]).toEqual([true, true, true]);
});

it("what was not used is not saved up beyond the burst", () => {
  const { take } = allowance();
  take("bob", 0);
  expect([1, 2, 3, 4].map(() => take("bob", 86_400_000))).toEqual([true, true, true, false]);
});

it("each has their own; so many are remembered, one more waits until somebody need not be", () => {
  const { take } = allowance();
  expect(["bob", "carol", "mallory"].map((key) => take(key, 0))).toEqual([true, true, false]);
  expect([take("bob", 0), take("mallory", 999), take("mallory", 1_000)]).toEqual([true, false, true]);
});

it("what is undone was not taken, and not refused", () => {
  const { journal, made, take } = allowance();
  for (let i = 0; i < 4; i++) take("bob", 0);
  journal.rollBack(0);
  expect(made.refused).toBe(0);
  expect([1, 2, 3].map(() => take("bob", 0))).toEqual([true, true, true]);
});
