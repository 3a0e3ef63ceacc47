/** The order in which virtual time does what is due. */
import { expect, test } from "vitest";
import { Scheduler } from "./scheduler.ts";

test("what is due is done in the order of its time, and of its asking at equal times", () => {
  const scheduler = new Scheduler();
  const done: string[] = [];
  scheduler.at(20, () => done.push("third"));
  scheduler.at(10, () => done.push("first"));
  scheduler.at(10, () => done.push("second"));
  scheduler.run(15);
  expect(done).toEqual(["first", "second"]);
  expect(scheduler.time).toBe(15);
  scheduler.run(20);
  expect(done).toEqual(["first", "second", "third"]);
});

test("what is asked for in the past is done now, and time never goes back", () => {
  const scheduler = new Scheduler();
  const times: number[] = [];
  scheduler.at(10, () => {
    scheduler.at(3, () => times.push(scheduler.time));
  });
  scheduler.run(50);
  expect(times).toEqual([10]);
});
