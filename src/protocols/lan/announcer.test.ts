/** When announcements go out. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { seededRandom } from "../../base/random.ts";
import { announceGapMs, Announcer, crowd } from "./announcer.ts";

const periodMs = 60_000;

function started(seed = 1): Announcer {
  const announcer = new Announcer(periodMs, seededRandom(seed));
  announcer.atOnce(0);
  expect(announcer.take(0)).toBe(true);
  return announcer;
}

it("every minute", () => {
  const announcer = started();
  expect(announcer.dueAt).toBe(periodMs);
  expect(announcer.take(periodMs - 1)).toBe(false);
  expect(announcer.take(periodMs)).toBe(true);
  expect(announcer.dueAt).toBe(2 * periodMs);
});

it("a newcomer is answered within a second, within three where more than a hundred are known", () => {
  for (let seed = 0; seed < 200; seed++) {
    const few = started(seed);
    few.answerNewcomer(crowd, 10_000);
    expect(few.dueAt).toBeGreaterThanOrEqual(10_000);
    expect(few.dueAt).toBeLessThan(11_000);
  }
  const late = Array.from({ length: 200 }, (_, seed) => {
    const many = started(seed);
    many.answerNewcomer(crowd + 1, 10_000);
    return many.dueAt ?? 0;
  });
  expect(Math.max(...late)).toBeGreaterThan(12_500);
  expect(Math.max(...late)).toBeLessThan(13_000);
});

it("one that is due too early is put off to two seconds after the last, never dropped", () => {
  const announcer = started();
  announcer.atOnce(500);
  expect(announcer.dueAt).toBe(announceGapMs);
  announcer.answerNewcomer(3, 600);
  expect(announcer.dueAt).toBe(announceGapMs);
  expect(announcer.take(announceGapMs)).toBe(true);
});

it("whatever is asked for, two are two seconds apart, and each request is followed by one within three and two", () => {
  const step = fc.tuple(fc.constantFrom("change", "newcomer", "pass"), fc.nat({ max: 5_000 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), fc.nat(), (steps, seed) => {
      const announcer = started(seed);
      let [now, sentAt] = [0, 0];
      const passTo = (until: number): void => {
        for (let due = announcer.dueAt ?? 0; due <= until; due = announcer.dueAt ?? 0) {
          expect(announcer.take(due)).toBe(true);
          expect(due - sentAt).toBeGreaterThanOrEqual(announceGapMs);
          sentAt = due;
        }
        now = until;
      };
      for (const [what, ms] of steps) {
        passTo(now + ms);
        if (what === "change") announcer.atOnce(now);
        if (what === "newcomer") announcer.answerNewcomer(500, now);
        if (what !== "pass") expect((announcer.dueAt ?? Infinity) - now).toBeLessThanOrEqual(3_000);
      }
    }),
  );
});
