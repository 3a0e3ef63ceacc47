/** Proves which of the machine's programs are found missing. */
import { expect, it } from "vitest";
import { missingPackages } from "./machine-packages.mjs";

it("a program anywhere on the PATH, or where administrators have it, is not missing", () => {
  const there = new Set(["/usr/sbin/ip", "/opt/bin/tshark"]);
  expect(missingPackages("/usr/bin:/opt/bin", (path) => there.has(path))).toEqual([]);
});

it("what is nowhere is missing", () => {
  expect(missingPackages("/usr/bin", () => false).map(({ program }) => program)).toEqual(["ip", "tshark"]);
});
