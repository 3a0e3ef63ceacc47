/** Tells by short stamps whether what was installed or built still fits what is there now. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/** @typedef {import("./checkout.mjs").Checkout} Checkout */

/**
 * Changes with the lock file and with the kind of machine, on which packages with binaries depend.
 * @param {Checkout} checkout
 */
export function installStampOf(checkout) {
  return hash([readFileSync(checkout.lockFile), process.platform, process.arch]);
}

/**
 * Changes when a source file is added, removed or touched; reading a thousand files would cost more than the whole start.
 * @param {Checkout} checkout
 */
export function buildStampOf(checkout) {
  const files = [
    ...filesUnder(join(checkout.root, "src")).filter((path) => !path.endsWith(".test.ts")),
    ...filesUnder(join(checkout.root, "scripts", "build")),
    join(checkout.root, "scripts", "build.mjs"),
    checkout.lockFile,
  ];
  return hash(files.filter((path) => existsSync(path)).map((path) => lineOf(checkout.root, path)));
}

/**
 * @param {string} path
 * @param {string} stamp
 */
export function isStamped(path, stamp) {
  return existsSync(path) && readFileSync(path, "utf8") === stamp;
}

/**
 * Does the work between taking the old stamp away and writing the new one, so that work cut short is done again.
 * @param {string} path
 * @param {string} stamp
 * @param {() => Promise<void>} work
 */
export async function stamped(path, stamp, work) {
  rmSync(path, { force: true });
  await work();
  writeFileSync(path, stamp);
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

/**
 * @param {string} root
 * @param {string} path
 */
function lineOf(root, path) {
  const { size, mtimeMs } = statSync(path);
  return `${relative(root, path)} ${size} ${mtimeMs}\n`;
}

/** @param {ReadonlyArray<string | Buffer>} parts */
function hash(parts) {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part).update("\0");
  return digest.digest("hex");
}
