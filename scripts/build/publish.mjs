/** Puts a build in place of the one before without harming a program that still runs from that. */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";

/** A daemon may load its parts long after its start; it is older than this only if nobody restarted it after an update. */
const oldPartsKeptMs = 7 * 24 * 3_600_000;

/**
 * @param {string} folder
 * @param {ReadonlyArray<{ path: string, contents: Uint8Array }>} outputs entry points last: they name the parts, so the parts come first
 */
export function publish(folder, outputs) {
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of outputs) replace(join(folder, basename(path)), contents);
  dropOld(folder, new Set(outputs.map(({ path }) => basename(path))));
}

/**
 * Nobody ever reads half a file: it is written beside its place and then renamed.
 * @param {string} path
 * @param {Uint8Array} contents
 */
function replace(path, contents) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  const incoming = `${path}.incoming`;
  writeFileSync(incoming, contents);
  renameSync(incoming, path);
}

/**
 * @param {string} folder
 * @param {ReadonlySet<string>} current
 */
function dropOld(folder, current) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const isOld = Date.now() - statSync(path).mtimeMs > oldPartsKeptMs;
    if (!current.has(name) && (isOld || name.endsWith(".incoming")))
      rmSync(path, { recursive: true, force: true });
  }
}
