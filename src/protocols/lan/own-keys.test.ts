/** The keys of the day: when they change, how long they are kept, and that nothing of the past remains. */
import { expect, it, vi } from "vitest";
import { nodeCrypto } from "../../../test/lan/node-crypto.ts";
import { present } from "../../base/assert.ts";
import { seededRandom } from "../../base/random.ts";
import { dayMs, hourMs, type Now } from "../../base/time.ts";
import {
  daysKeptMax,
  keptAfterUseMs,
  OwnKeys,
  readKeptKeys,
  writeKeptKeys,
  type KeptKeys,
} from "./own-keys.ts";

class Holder {
  readonly records: Uint8Array[] = [];
  readonly keys: OwnKeys;

  constructor(kept?: KeptKeys) {
    this.keys = new OwnKeys(nodeCrypto, seededRandom(5), kept, (record) => void this.records.push(record));
  }

  get kept(): KeptKeys {
    const read = readKeptKeys(present(this.records.at(-1), "a record"));
    if (!read.ok) throw new Error(read.problem);
    return read.value;
  }

  /** Lets the time of every change up to `mono` come; the disk is well. */
  runTo(mono: number, wallAhead = 0): void {
    for (let at = this.keys.wakeAt; at !== undefined && at <= mono; at = this.keys.wakeAt) {
      this.keys.wake(now(at, wallAhead));
      this.keys.remembered(true, now(at, wallAhead));
    }
  }
}

const now = (mono: number, wallAhead = 0): Now => ({ mono, wall: 1_000_000_000 + mono + wallAhead });

function started(): Holder {
  const holder = new Holder();
  holder.keys.start(now(0));
  expect(holder.keys.inUse).toBeUndefined();
  holder.keys.remembered(true, now(0));
  return holder;
}

it("a key is new every day, and a private half is kept two days after its last", () => {
  const holder = started();
  const first = present(holder.keys.inUse, "keys").days[0];
  holder.runTo(dayMs - 1);
  expect(holder.keys.inUse?.days).toEqual([first]);
  holder.runTo(dayMs);
  expect(holder.keys.inUse?.days).toHaveLength(2);
  expect(holder.keys.inUse?.days[0]).not.toEqual(first);
  holder.runTo(dayMs + keptAfterUseMs - 1);
  expect(holder.keys.inUse?.days).toContain(first);
  holder.runTo(dayMs + keptAfterUseMs);
  expect(holder.keys.inUse?.days).not.toContain(first);
  expect(first.privateKey.every((byte) => byte === 0)).toBe(true);
  expect(holder.kept.days.length).toBeLessThanOrEqual(daysKeptMax);
});

it("what is erased is forgotten by the cryptography as well, while its bytes are still there", () => {
  const forgotten: Uint8Array[] = [];
  const spy = vi.spyOn(nodeCrypto, "forget").mockImplementation((key) => void forgotten.push(key.slice()));
  const keys = new OwnKeys(nodeCrypto, seededRandom(5), undefined, () => undefined);
  keys.start(now(0));
  keys.remembered(true, now(0));
  const first = present(keys.inUse, "keys").days[0].privateKey.slice();
  for (let at = keys.wakeAt; at !== undefined && at <= 3 * dayMs; at = keys.wakeAt) {
    keys.wake(now(at));
    keys.remembered(true, now(at));
  }
  expect(forgotten).toEqual([first]);
  spy.mockRestore();
});

it("a key that could not be remembered is not used, and tried again within a minute", () => {
  const holder = new Holder();
  holder.keys.start(now(0));
  expect(holder.keys.remembered(false, now(0))).toBe(false);
  expect(holder.keys.inUse).toBeUndefined();
  const again = present(holder.keys.wakeAt, "a time");
  expect(again).toBeLessThanOrEqual(60_000);
  holder.keys.wake(now(again));
  expect(holder.keys.remembered(true, now(again))).toBe(true);
  expect(holder.keys.inUse).toBeDefined();
});

it("after a restart the seed is the same; yesterday's key has its day behind it", () => {
  const before = started();
  const again = new Holder(before.kept);
  again.keys.start(now(hourMs));
  expect(again.keys.inUse?.signText).toBe(before.keys.inUse?.signText);
  expect(again.records).toEqual([]);
  const late = new Holder(before.kept);
  late.keys.start(now(dayMs));
  expect(late.records).toHaveLength(1);
  late.keys.remembered(true, now(dayMs));
  expect(late.keys.inUse?.days).toHaveLength(2);
});

it("a clock that steps ten years either way costs a key, never the identity, and never more than a few keys", () => {
  const tenYears = 3_650 * dayMs;
  for (const step of [tenYears, -900_000_000]) {
    const holder = started();
    const identity = holder.keys.inUse?.signText;
    for (let day = 1; day <= 10; day++) holder.runTo(day * dayMs, day % 2 === 0 ? step : 0);
    expect(holder.keys.inUse?.signText).toBe(identity);
    expect(holder.records.length).toBeLessThan(30);
    expect(holder.kept.days.length).toBeLessThanOrEqual(daysKeptMax);
  }
});

it("a record comes back as it was; a damaged one is refused", () => {
  const { kept } = started();
  const record = writeKeptKeys(kept);
  expect(readKeptKeys(record)).toEqual({ ok: true, value: kept });
  for (const damaged of [
    record.subarray(1),
    record.subarray(0, -1),
    record.subarray(0, 33),
    new Uint8Array(0),
  ])
    expect(readKeptKeys(damaged).ok).toBe(false);
  const [day] = kept.days;
  const many = (count: number): Uint8Array =>
    writeKeptKeys({ seed: kept.seed, days: [day, ...Array.from({ length: count - 1 }, () => day)] });
  expect(readKeptKeys(many(daysKeptMax)).ok).toBe(true);
  expect(readKeptKeys(many(daysKeptMax + 1)).ok).toBe(false);
});
