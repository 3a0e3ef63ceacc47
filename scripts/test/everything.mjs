/** Runs all checks and all tests under the right Node and closes with one line that counts them. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { checkSteps, runSteps, tellOutcome } from "../check/steps.mjs";
import { thisCheckout } from "../setup/checkout.mjs";
import { setUp } from "../setup/set-up.mjs";
import { installMachinePackages } from "./machine-packages.mjs";
import { closingLine, isGood, sum, tallyOfChecks, tallyOfTests } from "./tally.mjs";

/** Tests that start `node` by name must get this one, not the machine's. */
process.env["PATH"] = `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`;

installMachinePackages(console.log);
const checks = tallyOfChecks([...(await runSteps(checkSteps, tellOutcome)), await buildProgram()]);
const tests = await runTests();
const total = sum([checks, tests]);
console.log(`\n${closingLine(total)}`);
process.exitCode = isGood(total) ? 0 : 1;

/** The program as a person gets it: tests of processes start what was built here. */
async function buildProgram() {
  const startedAt = performance.now();
  const failure = await setUp(thisCheckout, { build: true }).then(() => undefined, String);
  const seconds = (performance.now() - startedAt) / 1000;
  const outcome = { name: "build", passed: failure === undefined, seconds, output: failure ?? "" };
  tellOutcome(outcome);
  return outcome;
}

/** Runs vitest with its own display, and reads its report for the numbers. */
async function runTests() {
  const folder = mkdtempSync(join(tmpdir(), "kith-tests-"));
  const report = join(folder, "report.json");
  const code = await vitest([
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ]);
  const tally = tallyOfTests(readReport(report), code);
  rmSync(folder, { recursive: true });
  return tally;
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
function vitest(args) {
  const program = join(thisCheckout.modules, ".bin", "vitest");
  const child = spawn(process.execPath, [program, ...args], {
    cwd: thisCheckout.root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((resolve) => child.on("close", (code) => resolve(code ?? 1)));
}

/**
 * @param {string} path
 * @returns {import("./tally.mjs").VitestReport | undefined}
 */
function readReport(path) {
  try {
    return /** @type {import("./tally.mjs").VitestReport} */ (JSON.parse(readFileSync(path, "utf8")));
  } catch {
    // vitest died before it wrote; its exit code then counts as one failure.
    return undefined;
  }
}
