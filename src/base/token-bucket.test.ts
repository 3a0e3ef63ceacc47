/** A token bucket lets a burst through, then its rate, and never more. */
import { expect, it } from "vitest";
import { TokenBucket } from "./token-bucket.ts";

it("the burst passes, one more does not, and a second brings the rate", () => {
  const bucket = new TokenBucket(2, 3, 0);
  expect([1, 2, 3, 4].map(() => bucket.take(0))).toEqual([true, true, true, false]);
  expect(bucket.readyAt(0)).toBe(500);
  expect(bucket.take(499)).toBe(false);
  expect(bucket.take(500)).toBe(true);
  expect([1, 2, 3].map(() => bucket.take(1_500))).toEqual([true, true, false]);
});

it("it saves no more than the burst, and is then like new", () => {
  const bucket = new TokenBucket(2, 3, 0);
  expect(bucket.isFull(0)).toBe(true);
  bucket.take(0);
  expect(bucket.isFull(499)).toBe(false);
  expect(bucket.isFull(1_000_000)).toBe(true);
  expect([1, 2, 3, 4].map(() => bucket.take(1_000_000))).toEqual([true, true, true, false]);
});
