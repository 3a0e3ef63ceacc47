/** Tests of the lock that keeps a profile to one process. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockProfile } from "./profile-lock.ts";
import { codeOf, testFolder } from "./testing.ts";

const holder = `
  const { lockProfile } = await import(${JSON.stringify(join(import.meta.dirname, "profile-lock.ts"))});
  lockProfile(process.argv[1]);
  process.stdout.write("held");
  setInterval(() => {}, 1_000);`;

test("a second holder is refused, with the number of the first", () => {
  const folder = join(testFolder(), "profile");
  const lock = lockProfile(folder);
  expect(() => lockProfile(folder)).toThrow(`in use by process ${process.pid}`);
  lock.release();
  lockProfile(folder).release();
});

test("the number of a holder that has not written it yet is unknown", () => {
  const folder = testFolder();
  const lock = lockProfile(folder);
  rmSync(join(folder, "lock.pid"));
  expect(() => lockProfile(folder)).toThrow("process unknown");
  lock.release();
});

test("a holder that is killed leaves no lock behind", async () => {
  const folder = testFolder();
  const child = spawn(process.execPath, ["--input-type=module", "-e", holder, folder]);
  await once(child.stdout, "data");
  expect(() => lockProfile(folder)).toThrow(`in use by process ${String(child.pid)}`);
  child.kill("SIGKILL");
  await once(child, "close");
  lockProfile(folder).release();
});

test("a folder that cannot be made is named", () => {
  const file = join(testFolder(), "file");
  writeFileSync(file, "");
  expect(codeOf(() => lockProfile(join(file, "profile")))).toBe("store-read-only");
});
