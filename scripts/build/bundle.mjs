/** Turns the sources into bundles in memory: the program, its workers, and the parts they share. */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

/** Packages that stay outside: one carries a binary, two are optional parts of ws that are not installed. */
const external = ["better-sqlite3-multiple-ciphers", "bufferutil", "utf-8-validate"];

/** Packages written as CommonJS call `require` for Node's own modules; in an ES module it has to be made. */
const requireForCommonJs =
  'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);';

/** @typedef {{ path: string, contents: Uint8Array }} Output */

/**
 * @param {string} root the checkout
 * @param {string} main the program's first file
 * @returns {Promise<readonly Output[]>} with the entry points last
 */
export async function bundle(root, main) {
  const entryPoints = entriesOf(main, filesUnder(join(root, "src")));
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: join(root, "dist"),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    external,
    // Flat, for a worker is found beside the file that starts it, in src and in dist alike.
    entryNames: "[name]",
    chunkNames: "[name]-[hash]",
    banner: { js: requireForCommonJs },
    define: { "process.env.NODE_ENV": '"production"' },
    legalComments: "linked",
    logLevel: "warning",
    write: false,
  });
  const outputs = outputFiles.map(({ path, contents }) => ({ path, contents }));
  const isEntry = (/** @type {Output} */ { path }) => basename(path, ".js") in entryPoints;
  return [...outputs.filter((output) => !isEntry(output)), ...outputs.filter(isEntry)];
}

/**
 * The program under its own name, and every `*.worker.ts` beside it.
 * @param {string} main
 * @param {readonly string[]} files
 * @returns {Record<string, string>}
 */
export function entriesOf(main, files) {
  const workers = files.filter((file) => file.endsWith(".worker.ts"));
  return Object.fromEntries([main, ...workers].map((file) => [basename(file, ".ts"), file]));
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesUnder(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
