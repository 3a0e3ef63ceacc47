/** Brings a checkout to where kith can run: the right Node, the packages, the build; each only where it is missing. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { Children } from "./child.mjs";
import { Lock } from "./lock.mjs";
import { leftOut, leftOutWords, thisMachine } from "./left-out.mjs";
import { runNpm } from "./npm.mjs";
import { SetUpProblem, asProblem, problemOf } from "./problem.mjs";
import { buildStampOf, installStampOf, isStamped, stamped } from "./stamp.mjs";
import { step } from "./steps.mjs";
import { isRecent, settleNode, settledNode } from "./toolchain.mjs";

/** @typedef {import("./checkout.mjs").Checkout} Checkout */
/** @typedef {{ build: boolean }} Wish whether the program is to be built, or only the tools be there */

/**
 * @param {Checkout} checkout
 * @param {Wish} wish
 * @returns {Promise<string>} the Node to run kith and its tools with
 */
export async function setUp(checkout, wish) {
  const ready = readyNode(checkout, wish);
  if (ready !== undefined) return ready;
  try {
    makeFolder(checkout.state);
    return await underLock(checkout, wish);
  } catch (thrown) {
    throw asProblem("Setting kith up", thrown);
  }
}

/**
 * The Node, where nothing at all is left to do: this way a checkout that is set up may be read-only and is never locked.
 * @param {Checkout} checkout
 * @param {Wish} wish
 */
function readyNode(checkout, wish) {
  const node = settledNode(checkout);
  if (node === undefined || (isRecent(process.version) && node !== process.execPath)) return undefined;
  return isInstalled(checkout) && (!wish.build || isBuilt(checkout)) ? node : undefined;
}

/** @param {Checkout} checkout */
function isInstalled(checkout) {
  return (
    existsSync(join(checkout.modules, ".package-lock.json")) &&
    isStamped(checkout.installStamp, installStampOf(checkout))
  );
}

/** @param {Checkout} checkout */
function isBuilt(checkout) {
  return existsSync(checkout.program) && isStamped(checkout.buildStamp, buildStampOf(checkout));
}

/**
 * Not `recursive`: on a read-only file system Node 20 then says "no such file" instead of the truth.
 * @param {string} path
 */
function makeFolder(path) {
  try {
    mkdirSync(path);
  } catch (thrown) {
    if (!existsSync(path)) throw thrown;
  }
}

/**
 * @param {Checkout} checkout
 * @param {Wish} wish
 */
async function underLock(checkout, wish) {
  const lock = new Lock(checkout.lock);
  const children = new Children((pid) => lock.enrol(pid));
  // The lock stays: the next set-up takes it over once the programs we just told to end are gone.
  const stopListening = onSignals(() => children.end());
  await lock.take((owner) => {
    console.log(
      `Another set-up is at work in this folder (process ${owner}); waiting for it. If there is none, delete ${checkout.lock}.`,
    );
  });
  try {
    return await bringUp(checkout, wish, children);
  } finally {
    lock.release();
    stopListening();
  }
}

/**
 * @param {Checkout} checkout
 * @param {Wish} wish
 * @param {Children} children
 */
async function bringUp(checkout, wish, children) {
  const cwd = checkout.root;
  const node = await settleNode(checkout, (doing, args) =>
    step(doing, () => runNpm({ node: process.execPath, doing, args, cwd, children })),
  );
  if (!isInstalled(checkout)) await install(checkout, node, children);
  if (wish.build && !isBuilt(checkout)) await build(checkout, node, children);
  return node;
}

/**
 * @param {Checkout} checkout
 * @param {string} node
 * @param {Children} children
 */
async function install(checkout, node, children) {
  const doing = "Installing the packages";
  await stamped(checkout.installStamp, installStampOf(checkout), () =>
    step(doing, async () => {
      await runNpm({ node, doing, args: ["ci"], cwd: checkout.root, children });
      const missing = leftOut(checkout, thisMachine());
      if (missing.length > 0) throw new SetUpProblem(leftOutWords(missing));
    }),
  );
}

/**
 * @param {Checkout} checkout
 * @param {string} node
 * @param {Children} children
 */
async function build(checkout, node, children) {
  const doing = "Building kith";
  // Taken before the work: a source edited meanwhile is built again next time.
  await stamped(checkout.buildStamp, buildStampOf(checkout), () =>
    step(doing, async () => {
      const ended = await children.run(node, [join(checkout.root, "scripts", "build.mjs")], {
        cwd: checkout.root,
      });
      if (ended.code === 0) return;
      throw /ENOSPC|EROFS|EACCES/.test(ended.output)
        ? problemOf(doing, ended.output)
        : new SetUpProblem("Building kith failed. What the builder said:", ended.output.trimEnd());
    }),
  );
}

/**
 * @param {() => void} cleanUp
 * @returns {() => void} stops listening
 */
function onSignals(cleanUp) {
  const codes = /** @type {const} */ ({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 });
  const listeners = Object.entries(codes).map(([signal, code]) => {
    const listener = () => {
      cleanUp();
      console.log("\nInterrupted; the next start goes on from here.");
      process.exit(code);
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => listeners.forEach((stop) => stop());
}
