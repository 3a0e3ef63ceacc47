/** `npm run check`: everything that can be judged without sockets: types, lint, format, unused code, unit tests. */
import { checkSteps, runSteps, tellOutcome, unitTests } from "./check/steps.mjs";

// An exit of our own, so that the steps' programs end with us.
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.on(signal, () => process.exit(1));

const startedAt = performance.now();
const checked = await runSteps(checkSteps, tellOutcome);
// After the others: vitest fills all cores by itself.
const tested = await runSteps([unitTests], tellOutcome);
const failed = [...checked, ...tested].filter(({ passed }) => !passed);
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
console.log(
  failed.length === 0
    ? `All good, in ${seconds} s.`
    : `Failed: ${failed.map(({ name }) => name).join(", ")} (${seconds} s).`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
