/** Proves which Node is chosen, and what a machine is told for which there is none. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkoutAt } from "./checkout.mjs";
import type { Checkout } from "./checkout.mjs";
import { isRecent, nodePackageFor, settleNode, settledNode } from "./toolchain.mjs";

let root: string;
let checkout: Checkout;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kith-toolchain-"));
  checkout = checkoutAt(root);
  mkdirSync(checkout.state);
});
afterEach(() => rmSync(root, { recursive: true }));

it.each([
  ["v24.0.0", true],
  ["v26.1.0", true],
  ["v20.20.2", false],
  ["v9.9.9", false],
  ["", false],
])("Node %s is recent enough: %s", (version, recent) => {
  expect(isRecent(version)).toBe(recent);
});

it.each([
  ["linux", "x64"],
  ["linux", "arm64"],
  ["darwin", "x64"],
  ["darwin", "arm64"],
  ["win32", "x64"],
])("there is a Node for %s-%s", (platform, arch) => {
  expect(nodePackageFor(platform, arch, false).version).toMatch(/^24\./);
});

it.each([
  ["freebsd", "x64", false],
  ["linux", "x64", true],
])("for %s-%s (musl: %s) the person is told to install Node", (platform, arch, musl) => {
  expect(() => nodePackageFor(platform, arch, musl)).toThrow(
    /cannot fetch it for this kind of machine.*Install it yourself/,
  );
});

describe("an earlier choice", () => {
  it("stands while that Node is there", () => {
    writeFileSync(checkout.nodePath, `${process.execPath}\n`);
    expect(settledNode(checkout)).toBe(process.execPath);
  });

  it("is forgotten when that Node is gone", () => {
    writeFileSync(checkout.nodePath, ".toolchain/node_modules/gone/bin/node\n");
    expect(settledNode(checkout)).toBeUndefined();
  });

  it("is forgotten when what it names is not a recent Node", () => {
    writeFileSync(checkout.nodePath, "/bin/echo\n");
    expect(settledNode(checkout)).toBeUndefined();
  });
});

it("a recent Node that runs us is used, and nothing is fetched", async () => {
  const node = await settleNode(checkout, () => Promise.reject(new Error("npm was called")));
  expect(node).toBe(process.execPath);
  expect(settledNode(checkout)).toBe(process.execPath);
});
