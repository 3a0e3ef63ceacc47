/** Proves that one set-up at a time works in a checkout and that the dead do not keep the living out. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Lock, isHeld } from "./lock.mjs";

describe("isHeld", () => {
  const world = { alive: (pid: number) => pid === 7, self: 1, bootedAt: 100 };
  it.each([
    ["a living owner holds it", { owner: 7, children: [], since: 200 }, true],
    ["a dead owner does not", { owner: 8, children: [], since: 200 }, false],
    ["a dead owner whose program still works does", { owner: 8, children: [7], since: 200 }, true],
    ["one from before the machine started does not", { owner: 7, children: [7], since: 50 }, false],
    ["our own number is an earlier process of that number", { owner: 1, children: [], since: 200 }, false],
  ])("%s", (_, holder, held) => {
    expect(isHeld(holder, world)).toBe(held);
  });
});

describe("the lock", () => {
  let folder: string;
  let path: string;
  let other: ChildProcess;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "kith-lock-"));
    path = join(folder, "lock");
    other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(other, "spawn");
  });
  afterEach(async () => {
    await end(other);
    rmSync(folder, { recursive: true });
  });

  function heldBy(...files: string[]): void {
    mkdirSync(path);
    for (const file of files) writeFileSync(join(path, file), "");
  }

  it("is taken at once where there is none, and leaves nothing behind", async () => {
    const lock = new Lock(path);
    await lock.take(() => expect.unreachable("nobody else is there"));
    expect(readdirSync(path)).toEqual([`owner-${process.pid}`]);
    lock.release();
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is taken over from the dead", async () => {
    await end(other);
    heldBy(`owner-${other.pid ?? 0}`, `child-${other.pid ?? 0}`);
    await new Lock(path).take(() => expect.unreachable("the owner is dead"));
    expect(readdirSync(path)).toEqual([`owner-${process.pid}`]);
  });

  it("is waited for while its owner lives, and that is said once", async () => {
    heldBy(`owner-${other.pid ?? 0}`);
    const told: number[] = [];
    const taken = new Lock(path).take((pid) => {
      told.push(pid);
      other.kill("SIGKILL");
    });
    await taken;
    expect(told).toEqual([other.pid]);
  });

  it("shows the programs at work for it", async () => {
    const lock = new Lock(path);
    await lock.take(() => undefined);
    const strike = lock.enrol(4711);
    expect(readdirSync(path)).toContain("child-4711");
    strike();
    expect(readdirSync(path)).not.toContain("child-4711");
  });
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
