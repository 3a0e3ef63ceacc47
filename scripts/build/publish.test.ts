/** Proves that a build takes the place of the one before without harming a program that runs from that. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { entriesOf } from "./bundle.mjs";
import { publish } from "./publish.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kith-publish-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const output = (name: string, text: string) => ({ path: `/elsewhere/${name}`, contents: Buffer.from(text) });

it("parts of the last build stay for a while, parts of long ago go", () => {
  publish(folder, [output("part-1.js", ""), output("part-2.js", ""), output("kith.js", "1")]);
  utimesSync(join(folder, "part-1.js"), 1, 1);
  publish(folder, [output("part-3.js", ""), output("kith.js", "2")]);
  expect(existsSync(join(folder, "part-1.js"))).toBe(false);
  expect(existsSync(join(folder, "part-2.js"))).toBe(true);
  expect(readFileSync(join(folder, "kith.js"), "utf8")).toBe("2");
});

it("what did not change is not written again, and half-written files of a build cut short go", () => {
  publish(folder, [output("kith.js", "1")]);
  const before = statSync(join(folder, "kith.js")).ino;
  writeFileSync(join(folder, "part-9.js.incoming"), "");
  publish(folder, [output("kith.js", "1")]);
  expect(statSync(join(folder, "kith.js")).ino).toBe(before);
  expect(existsSync(join(folder, "part-9.js.incoming"))).toBe(false);
});

it("every worker is an entry under its own name", () => {
  const files = ["/k/src/store/sqlite/long-query.worker.ts", "/k/src/store/sqlite/long-query.ts"];
  expect(Object.keys(entriesOf("/k/src/bin/kith.ts", files))).toEqual(["kith", "long-query.worker"]);
});
