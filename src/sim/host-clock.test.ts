/** What the clocks of a simulated host show while the world's time goes on. */
import { expect, test } from "vitest";
import { HostClock } from "./host-clock.ts";

function clockAt(wallAtStart: number): { readonly clock: HostClock; readonly pass: (ms: number) => void } {
  let time = 500;
  const clock = new HostClock(() => time, wallAtStart);
  clock.restart();
  return { clock, pass: (ms) => (time += ms) };
}

test("the wall clock steps, the other one goes on", () => {
  const { clock, pass } = clockAt(1_000_000);
  const before = clock.now();
  clock.step(-10_000);
  pass(3);
  expect(clock.now()).toEqual({ wall: before.wall - 10_000 + 3, mono: before.mono + 3 });
});

test("while it is slewed both go faster or slower, and neither jumps", () => {
  const { clock, pass } = clockAt(0);
  const before = clock.now();
  clock.slew(1.5);
  expect(clock.now()).toEqual(before);
  pass(1_000);
  clock.slew(0.5);
  pass(1_000);
  expect(clock.now()).toEqual({ wall: before.wall + 2_000, mono: before.mono + 2_000 });
});

test("the moment that it names for a time is the one at which it shows that time", () => {
  const { clock, pass } = clockAt(0);
  clock.slew(1.0004);
  pass(12_345);
  clock.slew(0.9996);
  const due = clock.now().mono + 60_000;
  pass(clock.timeOf(due) - (500 + 12_345));
  expect(clock.now().mono).toBeCloseTo(due, 6);
});

test("a new process begins to count anew, and the wall clock stays", () => {
  const { clock, pass } = clockAt(7_000);
  pass(100);
  const { wall } = clock.now();
  clock.restart();
  expect(clock.now()).toEqual({ wall, mono: 0 });
});
