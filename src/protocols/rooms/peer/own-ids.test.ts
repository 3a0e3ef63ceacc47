/** Our own ids grow, and never begin again below what others may have seen. */
import { expect, it } from "vitest";
import { toUtf8 } from "../../../base/bytes.ts";
import type { RoomsQuestion } from "./contract.ts";
import { blockSize, entriesMax, OwnIds } from "./own-ids.ts";

class Disk {
  record: Uint8Array | undefined;
  writes = 0;
  readonly ask = (question: RoomsQuestion): number => {
    if (question.kind === "remember") this.record = question.record;
    return ++this.writes;
  };
}

function usable(disk: Disk, hid: bigint): OwnIds {
  const ids = new OwnIds(disk.record, disk.ask);
  ids.enter(hid);
  ids.answered(disk.writes, true);
  return ids;
}

it("the first is 1, and they grow by one", () => {
  const ids = usable(new Disk(), 7n);
  expect([ids.last, ids.next(), ids.next(), ids.last]).toEqual([0n, 1n, 2n, 2n]);
});

it("after a restart they begin above all that were used before", () => {
  const disk = new Disk();
  const before = usable(disk, 7n);
  for (let i = 0; i < 3 * blockSize; i++) {
    before.next();
    before.answered(disk.writes, true);
  }
  const after = usable(disk, 7n);
  expect(after.last).toBeGreaterThanOrEqual(before.last);
  expect(usable(disk, 8n).last).toBe(0n);
});

it("no id is ready before it is remembered, and a block is asked for before the last one is used up", () => {
  const disk = new Disk();
  const ids = new OwnIds(undefined, disk.ask);
  ids.enter(7n);
  expect(ids.ready).toBe(0);
  expect(ids.answered(99, true)).toBe(false);
  expect(ids.answered(disk.writes, true)).toBe(true);
  expect(ids.ready).toBe(blockSize);
  for (let i = 0; i < blockSize / 2; i++) ids.next();
  expect(disk.writes).toBe(1);
  ids.next();
  expect(disk.writes).toBe(2);
  expect(ids.ready).toBe(blockSize / 2 - 1);
});

it("a block that could not be remembered is used all the same, and asked for again with the next id", () => {
  const disk = new Disk();
  const ids = new OwnIds(undefined, disk.ask);
  ids.enter(7n);
  ids.answered(disk.writes, false);
  expect(ids.next()).toBe(1n);
  expect(disk.writes).toBe(2);
  ids.answered(disk.writes, true);
  expect(ids.next()).toBe(2n);
  expect(disk.writes).toBe(2);
  expect(usable(disk, 7n).last).toBeGreaterThanOrEqual(2n);
});

it("to leave a room and enter another goes on with the same ids", () => {
  const ids = usable(new Disk(), 7n);
  ids.next();
  ids.enter(7n);
  expect(ids.last).toBe(1n);
});

it(`${entriesMax} entries are remembered, of one more the oldest is not`, () => {
  const disk = new Disk();
  for (let hid = 1; hid <= entriesMax; hid++) usable(disk, BigInt(hid)).next();
  expect(usable(disk, 1n).last).toBeGreaterThan(0n);
  usable(disk, 100n);
  expect(usable(disk, 2n).last).toBe(0n);
});

it("a damaged record costs what it said, and nothing more", () => {
  for (const record of ["", "x", "1 2 3\n", "-1 5\n", "\ufffd\n7 x\n"]) {
    const ids = new OwnIds(toUtf8(record), new Disk().ask);
    ids.enter(7n);
    expect(ids.last).toBe(0n);
  }
  expect(new OwnIds(Uint8Array.of(0xff, 0xfe), new Disk().ask).last).toBe(0n);
});
