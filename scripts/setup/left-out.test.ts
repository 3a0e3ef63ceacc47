/** Proves that a package that npm left out is noticed, and that one for other machines is not missed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkoutAt } from "./checkout.mjs";
import { isMeantFor, leftOut, leftOutWords } from "./left-out.mjs";

const machine = { os: "linux", cpu: "x64", libc: "glibc" };
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kith-left-out-"));
});
afterEach(() => rmSync(root, { recursive: true }));

it("a package that did not arrive is noticed", () => {
  mkdirSync(join(root, "node_modules/there"), { recursive: true });
  writeFileSync(join(root, "node_modules/there/package.json"), "{}");
  mkdirSync(join(root, "node_modules/empty"));
  writeFileSync(join(root, "node_modules/empty/package.json"), "");
  const packages = {
    "": {},
    "node_modules/empty": {},
    "node_modules/there": {},
    "node_modules/@x/linux-x64": { os: ["linux"], cpu: ["x64"], optional: true },
    "node_modules/@x/darwin-x64": { os: ["darwin"], cpu: ["x64"], optional: true },
  };
  writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages }));
  const missing = leftOut(checkoutAt(root), machine);
  expect(missing).toEqual(["node_modules/empty", "node_modules/@x/linux-x64"]);
  expect(leftOutWords(missing)).toContain("empty, @x/linux-x64, which happens when");
});

it.each([
  [{}, true],
  [{ optional: true }, false],
  [{ optional: true, cpu: ["x64"] }, true],
  [{ os: ["linux", "darwin"] }, true],
  [{ os: ["!win32"] }, true],
  [{ os: ["!linux"] }, false],
  [{ cpu: ["arm64"] }, false],
  [{ libc: ["musl"] }, false],
  [{ libc: ["glibc"] }, true],
])("%j is meant for 64-bit Linux with glibc: %s", (locked, meant) => {
  expect(isMeantFor(locked, machine)).toBe(meant);
});
