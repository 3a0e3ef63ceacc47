/** The alarm rings once, never early, however the system's timers err. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Alarm, timerMsMax } from "./alarm.ts";

let mono: number;
let rung: number[];
let alarm: Alarm;

beforeEach(() => {
  vi.useFakeTimers();
  mono = 1_000;
  rung = [];
  alarm = new Alarm({ now: () => ({ wall: 0, mono }) }, () => rung.push(mono));
});

afterEach(() => vi.useRealTimers());

function pass(ms: number, timersMs = ms): void {
  mono += ms;
  vi.advanceTimersByTime(timersMs);
}

test("it rings at its time, once", () => {
  alarm.set(1_050);
  pass(49);
  expect(rung).toEqual([]);
  pass(1);
  expect(rung).toEqual([1_050]);
  pass(1_000);
  expect(rung).toHaveLength(1);
});

test("a timer that fires early does not ring it", () => {
  alarm.set(1_050.4);
  pass(49.5, 60);
  expect(rung).toEqual([]);
  pass(1, 1);
  expect(rung).toEqual([1_050.5]);
});

test("a time further away than any timer reaches is waited for in parts", () => {
  alarm.set(1_000 + 2.5 * timerMsMax);
  pass(timerMsMax);
  pass(timerMsMax);
  expect(rung).toEqual([]);
  pass(Math.ceil(timerMsMax / 2));
  expect(rung).toHaveLength(1);
});

test("putting it off a thousand times starts one timer", () => {
  const start = vi.spyOn(globalThis, "setTimeout");
  for (let i = 0; i < 1_000; i++) alarm.set(2_000 + i);
  expect(start).toHaveBeenCalledTimes(1);
  pass(1_000);
  expect(rung).toEqual([]);
  pass(999);
  expect(rung).toEqual([2_999]);
});

test("for never and after stop there is no timer", () => {
  alarm.set(2_000);
  alarm.set(undefined);
  expect(vi.getTimerCount()).toBe(0);
  alarm.set(2_000);
  alarm.stop();
  expect(vi.getTimerCount()).toBe(0);
  alarm.set(Infinity);
  expect(vi.getTimerCount()).toBe(0);
});

test("a time that is no number is our mistake", () => {
  expect(() => alarm.set(Number.NaN)).toThrow("set to a number");
});
