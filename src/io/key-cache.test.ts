/** The cache keeps what is used, and no more than it may. */
import { expect, test } from "vitest";
import { KeyCache } from "./key-cache.ts";

const name = (n: number): Uint8Array => Uint8Array.of(n, 0, 255);

test("a key is made once while it is used", () => {
  const made: number[] = [];
  const cache = new KeyCache(3, (bytes) => made.push(bytes[0] ?? 0));
  for (const n of [1, 2, 3, 1, 2, 3]) cache.get(name(n));
  expect(made).toEqual([1, 2, 3]);
});

test("of one more than it holds, the longest unused is forgotten", () => {
  const made: number[] = [];
  const cache = new KeyCache(3, (bytes) => made.push(bytes[0] ?? 0));
  for (const n of [1, 2, 3, 1, 4]) cache.get(name(n));
  expect(cache.size).toBe(3);
  for (const n of [1, 3, 4]) cache.get(name(n));
  expect(made).toEqual([1, 2, 3, 4]);
  cache.get(name(2));
  expect(made).toEqual([1, 2, 3, 4, 2]);
});

test("a key that is no good is remembered as well", () => {
  let asked = 0;
  const cache = new KeyCache(3, () => {
    asked++;
    return undefined;
  });
  cache.get(name(1));
  cache.get(name(1));
  expect(asked).toBe(1);
});

test("what is forgotten is made anew, and the rest is not", () => {
  const made: number[] = [];
  const cache = new KeyCache(3, (bytes) => made.push(bytes[0] ?? 0));
  for (const n of [1, 2]) cache.get(name(n));
  cache.forget(name(1));
  expect(cache.size).toBe(1);
  for (const n of [1, 2]) cache.get(name(n));
  expect(made).toEqual([1, 2, 1]);
});
