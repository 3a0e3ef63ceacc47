/** Finds the machine's npm and says how it is to be called. */
import { existsSync, realpathSync, statfsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { SetUpProblem, problemOf } from "./problem.mjs";

/**
 * Failures show within seconds instead of npm's minutes, yet a short hiccup of the network is ridden out.
 */
const patience = [
  "--fetch-retries=3",
  "--fetch-retry-mintimeout=500",
  "--fetch-retry-factor=3",
  "--fetch-retry-maxtimeout=5000",
  "--fetch-timeout=60000",
];
const quiet = ["--no-audit", "--no-fund", "--no-progress", "--no-update-notifier", "--loglevel=error"];

/** On a disk that fills up npm may end well and leave half of the files empty, so a disk this full afterwards counts as full. */
const freeBytesMin = 16 * 1024 * 1024;

/**
 * npm's own program file, which any Node can run: the one that started us, else the one beside Node, else the one on the PATH.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {string} execPath
 * @returns {string}
 */
export function findNpm(env, execPath) {
  const beside = dirname(execPath);
  const candidates = [
    env["npm_execpath"],
    join(beside, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    join(beside, "node_modules", "npm", "bin", "npm-cli.js"),
    ...(env["PATH"] ?? env["Path"] ?? "").split(delimiter).flatMap(npmIn),
  ];
  const found = candidates.find(
    (path) => path !== undefined && path.endsWith("npm-cli.js") && existsSync(path),
  );
  if (found !== undefined) return found;
  throw new SetUpProblem(
    "kith is set up with npm, and there is no npm on this machine. Install it (Debian: apt install npm; elsewhere it comes with https://nodejs.org), then run: npm start",
  );
}

/** @param {string} folder one entry of the PATH */
function npmIn(folder) {
  const link = join(folder, "npm");
  const shipped = join(folder, "node_modules", "npm", "bin", "npm-cli.js");
  return [existsSync(link) ? realpathSync(link) : undefined, shipped];
}

/**
 * The arguments for a calm npm; development packages are included whatever NODE_ENV says, since kith is built here.
 * @param {readonly string[]} args
 */
export function npmArguments(args) {
  return [...args, "--include=dev", "--include=optional", ...quiet, ...patience];
}

/**
 * Runs npm under one Node, with that Node first in PATH, so that install steps see the same one.
 * @param {{ node: string, doing: string, args: readonly string[], cwd: string, children: import("./child.mjs").Children }} call
 */
export async function runNpm({ node, doing, args, cwd, children }) {
  const cli = findNpm(process.env, process.execPath);
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env["PATH"] ?? ""}` };
  const ended = await children.run(node, [cli, ...npmArguments(args)], { cwd, env });
  if (ended.code !== 0) throw problemOf(doing, ended.output);
  if (freeBytes(cwd) < freeBytesMin) throw problemOf(doing, "ENOSPC");
}

/** @param {string} folder */
function freeBytes(folder) {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
