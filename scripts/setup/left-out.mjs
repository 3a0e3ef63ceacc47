/** Finds packages that npm left out without a word: one that is optional, because its kind of machine varies, may fail to arrive and npm still ends well. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { runsOnMusl } from "./toolchain.mjs";

/** @typedef {import("./checkout.mjs").Checkout} Checkout */
/** @typedef {{ os?: string[], cpu?: string[], libc?: string[], optional?: boolean }} Locked one package of the lock file */
/** @typedef {{ os: string, cpu: string, libc: string }} Machine */

/** @returns {Machine} */
export function thisMachine() {
  return { os: process.platform, cpu: process.arch, libc: runsOnMusl() ? "musl" : "glibc" };
}

/**
 * @param {Checkout} checkout
 * @param {Machine} machine
 * @returns {readonly string[]} packages that the lock file wants on this machine and that are not there
 */
export function leftOut(checkout, machine) {
  /** @type {{ packages: Record<string, Locked> }} */
  const { packages } = JSON.parse(readFileSync(checkout.lockFile, "utf8"));
  return Object.entries(packages)
    .filter(([path, locked]) => path !== "" && isMeantFor(locked, machine))
    .map(([path]) => path)
    .filter((path) => !hasArrived(join(checkout.root, path, "package.json")));
}

/**
 * On a full disk npm leaves empty files behind and ends well all the same.
 * @param {string} manifest a package's package.json
 */
function hasArrived(manifest) {
  return existsSync(manifest) && statSync(manifest).size > 0;
}

/**
 * @param {Locked} locked
 * @param {Machine} machine
 */
export function isMeantFor({ os, cpu, libc, optional }, machine) {
  // What only serves a package for other machines is optional as well and does not say which machines.
  if (optional === true && os === undefined && cpu === undefined) return false;
  return (
    names(os, machine.os) && names(cpu, machine.cpu) && (machine.os !== "linux" || names(libc, machine.libc))
  );
}

/**
 * @param {readonly string[] | undefined} list as in package.json: names, or names with "!" for all others
 * @param {string} name
 */
function names(list, name) {
  if (list === undefined) return true;
  const isRefused = list.includes(`!${name}`);
  const wanted = list.filter((each) => !each.startsWith("!"));
  return !isRefused && (wanted.length === 0 || wanted.includes(name));
}

/** @param {readonly string[]} missing */
export function leftOutWords(missing) {
  const named = missing.slice(0, 3).map((path) => path.replace(/^.*node_modules\//, ""));
  const others = missing.length > named.length ? ` and ${missing.length - named.length} more` : "";
  return (
    `Installing the packages failed: npm left out ${named.join(", ")}${others}, which happens when a download fails or the disk is full. ` +
    "Check both, then run the same command again."
  );
}
