/** Lets one set-up at a time work in a checkout; a lock whose owner died is taken over. */
import {
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { uptime } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const pollMs = 200;

/** @typedef {{ owner: number | undefined, children: readonly number[], since: number }} Holder */

/**
 * The lock is a folder holding an empty file `owner-<pid>` and one `child-<pid>` for every program at work for it. Both ways to get it are one rename,
 * which only one of several can win: a prepared folder put in the lock's place, or a dead owner's file renamed to ours.
 */
export class Lock {
  #path;

  /** @param {string} path */
  constructor(path) {
    this.#path = path;
  }

  /**
   * Waits until the lock is ours.
   * @param {(holder: number) => void} waiting told once when another set-up is at work
   */
  async take(waiting) {
    for (let told = false; !this.#tryTake(); told = true) {
      if (!told) waiting(readHolder(this.#path)?.owner ?? 0);
      await sleep(pollMs);
    }
  }

  release() {
    rmSync(join(this.#path, `owner-${process.pid}`), { force: true });
    try {
      rmdirSync(this.#path);
    } catch {
      // Another set-up put its folder in place between the two calls: the lock is its own now.
    }
  }

  /**
   * Notes a program that works for us: were we killed, the next set-up waits for it to end.
   * @param {number} pid
   */
  enrol(pid) {
    const file = join(this.#path, `child-${pid}`);
    writeFileSync(file, "");
    return () => rmSync(file, { force: true });
  }

  #tryTake() {
    const holder = readHolder(this.#path);
    if (holder === undefined || holder.owner === undefined) return this.#putInPlace();
    if (isHeld(holder, { alive: isAlive, self: process.pid, bootedAt: Date.now() - uptime() * 1000 }))
      return false;
    return this.#takeOver(holder);
  }

  #putInPlace() {
    const prepared = `${this.#path}-${process.pid}`;
    rmSync(prepared, { recursive: true, force: true });
    mkdirSync(prepared);
    writeFileSync(join(prepared, `owner-${process.pid}`), "");
    try {
      renameSync(prepared, this.#path);
      return true;
    } catch (thrown) {
      rmSync(prepared, { recursive: true, force: true });
      if (isTaken(thrown)) return false;
      throw thrown;
    }
  }

  /** @param {Holder} holder */
  #takeOver(holder) {
    try {
      renameSync(join(this.#path, `owner-${holder.owner}`), join(this.#path, `owner-${process.pid}`));
      for (const child of holder.children) unlinkSync(join(this.#path, `child-${child}`));
      return true;
    } catch {
      // Somebody else was quicker; the next round sees who.
      return false;
    }
  }
}

/**
 * Whether a lock is to be respected.
 * @param {Holder} holder
 * @param {{ alive: (pid: number) => boolean, self: number, bootedAt: number }} world
 */
export function isHeld(holder, { alive, self, bootedAt }) {
  // From before the machine started: its process numbers belong to others now.
  if (holder.since < bootedAt) return false;
  const isOther = holder.owner !== undefined && holder.owner !== self && alive(holder.owner);
  return isOther || holder.children.some(alive);
}

/**
 * @param {string} path
 * @returns {Holder | undefined}
 */
function readHolder(path) {
  try {
    const files = readdirSync(path);
    const pids = (/** @type {string} */ role) =>
      files.filter((file) => file.startsWith(role)).map((file) => Number(file.slice(role.length)));
    return { owner: pids("owner-")[0], children: pids("child-"), since: statSync(path).mtimeMs };
  } catch {
    // No lock, or it went away while we looked.
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // Not ours to signal, but there.
    return thrown instanceof Error && "code" in thrown && thrown.code === "EPERM";
  }
}

/** @param {unknown} thrown */
function isTaken(thrown) {
  return (
    thrown instanceof Error &&
    "code" in thrown &&
    ["ENOTEMPTY", "EEXIST", "EPERM"].includes(String(thrown.code))
  );
}
