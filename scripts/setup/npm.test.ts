/** Proves where npm is looked for and how it is called. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findNpm, npmArguments } from "./npm.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kith-npm-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function place(path: string): string {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, "");
  return whole;
}

it("the npm that started us is used", () => {
  const cli = place("started/npm-cli.js");
  expect(findNpm({ npm_execpath: cli, PATH: "" }, "/nowhere/bin/node")).toBe(cli);
});

it("another package manager that started us is not taken for npm", () => {
  const yarn = place("started/yarn.js");
  const cli = place("lib/node_modules/npm/bin/npm-cli.js");
  expect(findNpm({ npm_execpath: yarn, PATH: "" }, join(folder, "bin", "node"))).toBe(cli);
});

it("a link on the PATH is followed to npm itself", () => {
  const cli = place("share/npm/bin/npm-cli.js");
  mkdirSync(join(folder, "bin"));
  symlinkSync(cli, join(folder, "bin", "npm"));
  expect(findNpm({ PATH: join(folder, "bin") }, "/nowhere/bin/node")).toBe(cli);
});

it("a machine without npm is told what to install", () => {
  expect(() => findNpm({ PATH: folder }, "/nowhere/bin/node")).toThrow(/no npm on this machine. Install it/);
});

it("what the build needs is installed whatever NODE_ENV says", () => {
  expect(npmArguments(["ci"])).toEqual(expect.arrayContaining(["ci", "--include=dev", "--include=optional"]));
});
