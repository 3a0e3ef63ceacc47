/** Texts leave one by one, each in a write of its own, with the gap that others need. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { toUtf8 } from "../../../base/bytes.ts";
import type { RoomsEffect } from "./contract.ts";
import { gapMs, Pace, queueMax, type Parcel } from "./pace.ts";

function at(mono: number): { readonly mono: number; readonly wall: number } {
  return { mono, wall: mono };
}

function parcel(text: string, over?: () => void): Parcel {
  return { bytes: toUtf8(text), waiting: 0, written: 0, ...(over && { over }) };
}

/** A pace with links that have had their gap. */
function paceWith(...links: readonly number[]): { pace: Pace; effects: RoomsEffect[] } {
  const effects: RoomsEffect[] = [];
  const pace = new Pace((effect) => effects.push(effect));
  for (const link of links) pace.open(link, at(-gapMs));
  return { pace, effects };
}

it("a text for many links is one write", () => {
  const { pace, effects } = paceWith(1, 2, 3);
  pace.put(parcel("a"), [1, 2, 3], at(0));
  expect(effects).toEqual([{ kind: "write", to: [1, 2, 3], bytes: toUtf8("a") }]);
  pace.put(parcel("b"), [1, 2, 3], at(1));
  pace.wake(at(gapMs - 1));
  expect(effects.length).toBe(1);
  pace.wake(at(gapMs));
  expect(effects[1]).toEqual({ kind: "write", to: [1, 2, 3], bytes: toUtf8("b") });
});

it("the answer to a handshake has its gap too", () => {
  const effects: RoomsEffect[] = [];
  const pace = new Pace((effect) => effects.push(effect));
  pace.open(1, at(0));
  pace.put(parcel("a"), [1], at(0));
  expect([effects.length, pace.wakeAt]).toEqual([0, gapMs]);
});

it("on every link, whatever comes when: the order is kept, and no two texts are nearer than the gap", () => {
  const step = fc.record({ wait: fc.nat(30), links: fc.subarray([1, 2, 3], { minLength: 1 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { pace, effects } = paceWith(1, 2, 3);
      const wanted = new Map<number, string[]>([1, 2, 3].map((link) => [link, []]));
      const written = new Map<number, { text: string; time: number }[]>([1, 2, 3].map((link) => [link, []]));
      let time = 0;
      const collect = (): void => {
        for (const effect of effects.splice(0))
          if (effect.kind === "write" && typeof effect.to !== "number")
            for (const link of effect.to)
              written.get(link)?.push({ text: new TextDecoder().decode(effect.bytes), time });
      };
      const passUntil = (until: number): void => {
        for (let next = pace.wakeAt; next !== undefined && next <= until; next = pace.wakeAt) {
          time = Math.max(time, next);
          pace.wake(at(time));
          collect();
        }
        time = until;
      };
      for (const [i, { wait, links }] of steps.entries()) {
        passUntil(time + wait);
        pace.put(parcel(String(i)), links, at(time));
        collect();
        for (const link of links) wanted.get(link)?.push(String(i));
      }
      passUntil(time + 10_000);
      for (const [link, list] of written) {
        expect(list.map(({ text }) => text)).toEqual(wanted.get(link));
        for (const [i, one] of list.entries()) {
          const next = list[i + 1];
          if (next !== undefined) expect(next.time - one.time).toBeGreaterThanOrEqual(gapMs);
        }
      }
    }),
  );
});

it("no text overtakes one that waits, also when the wake is late", () => {
  const { pace, effects } = paceWith(1);
  for (const text of ["a", "b"]) pace.put(parcel(text), [1], at(0));
  pace.put(parcel("c"), [1], at(gapMs + 5));
  for (const mono of [gapMs + 5, 3 * gapMs]) pace.wake(at(mono));
  const written = effects.flatMap((effect) => (effect.kind === "write" ? [effect.bytes] : []));
  expect(written).toEqual(["a", "b", "c"].map(toUtf8));
});

it("what waits for a link that goes is over, once, and said to be not written there", () => {
  let times = 0;
  const { pace } = paceWith(1, 2);
  pace.put(parcel("first"), [1, 2], at(0));
  const waiting = parcel("second", () => times++);
  pace.put(waiting, [1, 2], at(0));
  pace.close(1);
  expect(times).toBe(0);
  pace.wake(at(gapMs));
  expect([times, waiting.written, waiting.waiting]).toEqual([1, 1, 0]);
});

it(`it is full when ${queueMax} texts wait on one link, not before`, () => {
  const { pace } = paceWith(1, 2);
  for (let i = 0; i < queueMax; i++) pace.put(parcel("x"), [1], at(0));
  expect(pace.isFull).toBe(false);
  pace.put(parcel("x"), [1], at(0));
  expect(pace.isFull).toBe(true);
  pace.wake(at(gapMs));
  expect(pace.isFull).toBe(false);
});
