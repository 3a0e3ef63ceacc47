/** Friends are those who were written to, the latest of them, also after a restart. */
import { expect, it } from "vitest";
import { toUtf8 } from "../../base/bytes.ts";
import { Companions, companionsMax, orderWithinMs } from "./companions.ts";

it("companions come back after a restart, the latest of them, and a damaged record is an empty one", () => {
  const companions = new Companions(undefined);
  let record: Uint8Array | undefined;
  for (let i = 0; i <= companionsMax; i++) record = companions.add(`name:p "${i}"\n`, 0);
  expect(companions.add('name:p "7"\n', 0)).toBeUndefined();
  const again = new Companions(record);
  expect(again.has('name:p "0"\n')).toBe(false);
  expect(again.has('name:p "1"\n')).toBe(true);
  expect(again.has(`name:p "${companionsMax}"\n`)).toBe(true);
  for (const damaged of ["", "{}", "[1]", "[", '"x"'])
    expect(new Companions(toUtf8(damaged)).has("1")).toBe(false);
});

it("a friend who is written to again and again stays one, however many others there are", () => {
  const companions = new Companions(undefined);
  for (let i = 0; i < 2 * companionsMax; i++) {
    companions.add("key:bob", i);
    companions.add(`key:${i}`, i);
  }
  expect(companions.has("key:bob")).toBe(true);
  expect(companions.has("key:0")).toBe(false);
});

it("a new order is remembered within a minute, and once a minute at most", () => {
  const companions = new Companions(undefined);
  companions.add("key:bob", 0);
  companions.add("key:carol", 0);
  expect(companions.wakeAt).toBeUndefined();
  for (let mono = 0; mono < orderWithinMs; mono += 100) {
    expect(companions.add(mono % 200 === 0 ? "key:bob" : "key:carol", mono)).toBeUndefined();
    expect(companions.wake(mono)).toBeUndefined();
  }
  companions.add("key:bob", orderWithinMs - 1);
  expect(companions.wakeAt).toBe(orderWithinMs);
  expect(companions.wake(orderWithinMs)).toEqual(toUtf8('["key:carol","key:bob"]'));
  expect(companions.wake(2 * orderWithinMs)).toBeUndefined();
});

it("to write to the same person again changes nothing", () => {
  const companions = new Companions(undefined);
  companions.add("key:bob", 0);
  companions.add("key:bob", 1);
  expect(companions.wakeAt).toBeUndefined();
});
