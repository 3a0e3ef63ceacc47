/** Seeded dice are the same for ever, and spread over their whole range. */
import { expect, it } from "vitest";
import { seededRandom, wholeBetween } from "./random.ts";

it("the same seed gives the same dice, another seed others", () => {
  const roll = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 8 }, () => random.fraction());
  };
  expect(roll(1)).toEqual(roll(1));
  expect(roll(1)).not.toEqual(roll(2));
});

it("fractions stay within [0, 1) and fill it evenly", () => {
  const random = seededRandom(7);
  const buckets = new Array<number>(10).fill(0);
  for (let i = 0; i < 10_000; i++) {
    const fraction = random.fraction();
    expect(fraction >= 0 && fraction < 1).toBe(true);
    const bucket = Math.floor(fraction * 10);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});

it("whole numbers reach both ends and nothing beyond", () => {
  const random = seededRandom(3);
  const seen = new Set(Array.from({ length: 200 }, () => wholeBetween(random, -1, 2)));
  expect([...seen].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
});

it("bytes come in the number asked for and take all values", () => {
  const bytes = seededRandom(5).bytes(20_000);
  expect(bytes.length).toBe(20_000);
  expect(new Set(bytes).size).toBe(256);
});
