/** When the search index is caught up with, and for how long at a time. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Indexing, leftMax } from "./indexing.ts";

let left: number;
let mono: number;
let steps: number;
/** What the clock moves on by at each step. */
let stepMs: number;
let fails: boolean;
const failures: unknown[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  [left, mono, steps, stepMs, fails] = [0, 0, 0, 1, false];
  failures.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

test("what is left is taken in a second after the first of it came, and not before", () => {
  const indexing = begin();
  left = 300;
  indexing.added();
  vi.advanceTimersByTime(999);
  expect(left).toBe(300);
  vi.advanceTimersByTime(1);
  expect(left).toBe(0);
});

test("messages that come steadily do not put it off", () => {
  const indexing = begin();
  left = 300;
  for (let i = 0; i < 4; i++) {
    indexing.added();
    vi.advanceTimersByTime(300);
  }
  expect(left).toBe(0);
});

test("so much may be left for a second, and with one more nobody waits", () => {
  const indexing = begin();
  left = leftMax;
  indexing.added();
  vi.advanceTimersByTime(1);
  expect(left).toBe(leftMax);
  left = leftMax + 1;
  indexing.added();
  vi.advanceTimersByTime(1);
  expect(left).toBeLessThan(leftMax);
});

test("a slice ends when its time is over, however little was done", () => {
  const indexing = begin();
  [left, stepMs] = [leftMax + 1, 30];
  indexing.added();
  vi.advanceTimersByTime(1);
  expect(steps).toBe(1);
  vi.advanceTimersByTime(5);
  expect(steps).toBe(2);
});

test("a disk that fails is told of and tried again", () => {
  const indexing = begin();
  [left, fails] = [100, true];
  indexing.added();
  vi.advanceTimersByTime(1_000);
  expect(failures).toHaveLength(1);
  fails = false;
  vi.advanceTimersByTime(10_000);
  expect(left).toBe(0);
});

test("messages that come after a failure do not hasten the next try", () => {
  const indexing = begin();
  [left, fails] = [leftMax + 1, true];
  for (let i = 0; i < 999; i++) {
    indexing.added();
    vi.advanceTimersByTime(10);
  }
  expect(failures).toHaveLength(1);
});

test("after the stop nothing is done", () => {
  const indexing = begin();
  left = 100;
  indexing.added();
  indexing.stop();
  vi.advanceTimersByTime(60_000);
  indexing.added();
  vi.advanceTimersByTime(60_000);
  expect(left).toBe(100);
});

function begin(): Indexing {
  return new Indexing({
    clock: { now: () => ({ wall: mono, mono }) },
    failed: (error) => failures.push(error),
    search: {
      left: () => left,
      index(rows) {
        if (fails) throw new Error("the disk is full");
        steps++;
        mono += stepMs;
        left = Math.max(0, left - rows);
        return { indexed: 0, left };
      },
    },
  });
}
