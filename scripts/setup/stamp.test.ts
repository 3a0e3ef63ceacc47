/** Proves that work is done again when what it rests on changed or when it was cut short, and not otherwise. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkoutAt } from "./checkout.mjs";
import type { Checkout } from "./checkout.mjs";
import { buildStampOf, installStampOf, isStamped, stamped } from "./stamp.mjs";

let root: string;
let checkout: Checkout;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kith-stamp-"));
  checkout = checkoutAt(root);
  for (const folder of ["src/base", ".toolchain"]) mkdirSync(join(root, folder), { recursive: true });
  for (const file of ["src/base/a.ts", "src/base/a.test.ts", "package-lock.json"])
    writeFileSync(join(root, file), "1");
});
afterEach(() => rmSync(root, { recursive: true }));

it("the build's stamp stays while nothing changes", () => {
  expect(buildStampOf(checkout)).toBe(buildStampOf(checkout));
});

it.each([
  ["a source is edited", () => writeFileSync(join(root, "src/base/a.ts"), "22")],
  ["a source is touched", () => utimesSync(join(root, "src/base/a.ts"), 1, 1)],
  ["a source is added", () => writeFileSync(join(root, "src/base/b.ts"), "")],
  ["a source is removed", () => rmSync(join(root, "src/base/a.ts"))],
  ["the packages change", () => writeFileSync(join(root, "package-lock.json"), "22")],
])("the build's stamp changes when %s", (_, change) => {
  const before = buildStampOf(checkout);
  change();
  expect(buildStampOf(checkout)).not.toBe(before);
});

it("the build's stamp stays when only a test is edited", () => {
  const before = buildStampOf(checkout);
  writeFileSync(join(root, "src/base/a.test.ts"), "22");
  expect(buildStampOf(checkout)).toBe(before);
});

it("the packages' stamp changes with the lock file", () => {
  const before = installStampOf(checkout);
  writeFileSync(checkout.lockFile, "22");
  expect(installStampOf(checkout)).not.toBe(before);
});

it("work that was cut short leaves no stamp, not even the old one", async () => {
  await stamped(checkout.buildStamp, "old", () => Promise.resolve());
  expect(isStamped(checkout.buildStamp, "old")).toBe(true);
  await expect(stamped(checkout.buildStamp, "new", () => Promise.reject(new Error("cut")))).rejects.toThrow(
    "cut",
  );
  expect(isStamped(checkout.buildStamp, "old")).toBe(false);
  expect(isStamped(checkout.buildStamp, "new")).toBe(false);
});
