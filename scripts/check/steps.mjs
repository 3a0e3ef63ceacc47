/** The checks that need no running program, and how they are run side by side on the machine's cores. */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { thisCheckout } from "../setup/checkout.mjs";

/** A test that never ends must not keep everybody waiting; the whole takes under two minutes on two idle cores. */
const stepMsMax = 15 * 60_000;

/** @typedef {{ readonly name: string, readonly args: readonly string[] }} Step a tool in node_modules/.bin, or a file of ours, with its arguments */
/** @typedef {{ readonly name: string, readonly passed: boolean, readonly seconds: number, readonly output: string }} Outcome */

/**
 * The long ones first, so that the short ones fill the gaps.
 * @type {readonly Step[]}
 */
export const checkSteps = [
  { name: "lint", args: ["eslint", ".", "--max-warnings=0"] },
  { name: "types for Node", args: ["tsc", "-p", "tsconfig.node.json"] },
  { name: "types without a world", args: ["tsc", "-p", "tsconfig.pure.json"] },
  { name: "types for a browser", args: ["tsc", "-p", "tsconfig.browser.json"] },
  { name: "format", args: ["prettier", "--check", "--log-level=warn", "."] },
  { name: "nothing unused", args: ["knip"] },
];

/** @type {Step} */
export const unitTests = { name: "unit tests", args: ["vitest", "run", "--project=unit"] };

/**
 * Runs the steps, as many at once as there are cores, and tells of each as it ends.
 * @param {readonly Step[]} steps
 * @param {(outcome: Outcome) => void} tell
 * @returns {Promise<readonly Outcome[]>}
 */
export async function runSteps(steps, tell) {
  const waiting = [...steps];
  /** @type {Outcome[]} */
  const outcomes = [];
  const worker = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const outcome = await runStep(step);
      outcomes.push(outcome);
      tell(outcome);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return outcomes;
}

/**
 * @param {Step} step
 * @returns {Promise<Outcome>}
 */
function runStep({ name, args }) {
  const startedAt = performance.now();
  const [tool = "", ...rest] = args;
  const program = join(thisCheckout.modules, ".bin", tool);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...rest], {
      cwd: thisCheckout.root,
      timeout: stepMsMax,
      killSignal: "SIGKILL",
    });
    const endIt = () => child.kill("SIGKILL");
    process.on("exit", endIt);
    let output = "";
    child.stdout.on("data", (bytes) => (output += String(bytes)));
    child.stderr.on("data", (bytes) => (output += String(bytes)));
    child.on("close", (code, signal) => {
      process.off("exit", endIt);
      if (signal !== null) output += `\nEnded by ${signal}; a step may take ${stepMsMax / 60_000} minutes.`;
      resolve({ name, passed: code === 0, seconds: (performance.now() - startedAt) / 1000, output });
    });
  });
}

/**
 * One line a step, and what it said only where it failed.
 * @param {Outcome} outcome
 */
export function tellOutcome({ name, passed, seconds, output }) {
  console.log(`${passed ? "ok    " : "FAILED"}  ${name.padEnd(24)}${seconds.toFixed(1).padStart(6)} s`);
  if (!passed) console.log(`\n${output.trimEnd()}\n`);
}
