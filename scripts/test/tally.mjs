/** Counts what passed, failed and was skipped, so that nothing that went wrong is counted as nothing. */

/** @typedef {{ readonly passed: number, readonly failed: number, readonly skipped: number }} Tally */
/** @typedef {{ status: string, assertionResults: ReadonlyArray<{ status: string }> }} VitestFile one file of vitest's JSON report */
/** @typedef {{ testResults: readonly VitestFile[] }} VitestReport */

/** @type {Tally} */
const nothing = { passed: 0, failed: 0, skipped: 0 };

/** @param {ReadonlyArray<{ readonly passed: boolean }>} outcomes */
export function tallyOfChecks(outcomes) {
  const passed = outcomes.filter((outcome) => outcome.passed).length;
  return { passed, failed: outcomes.length - passed, skipped: 0 };
}

/**
 * A file that does not even load counts as one failure, and so does a run that fails with no test to blame for it.
 * @param {VitestReport | undefined} report
 * @param {number} exitCode vitest's
 * @returns {Tally}
 */
export function tallyOfTests(report, exitCode) {
  const tally = sum((report?.testResults ?? []).map(tallyOfFile));
  return exitCode !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

/**
 * @param {VitestFile} file
 * @returns {Tally}
 */
function tallyOfFile({ status, assertionResults }) {
  const count = (/** @type {string} */ wanted) =>
    assertionResults.filter((result) => result.status === wanted).length;
  const passed = count("passed");
  const failed = count("failed");
  const isBroken = status === "failed" && failed === 0;
  return { passed, failed: isBroken ? 1 : failed, skipped: assertionResults.length - passed - failed };
}

/**
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export function sum(tallies) {
  return tallies.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    nothing,
  );
}

/** @param {Tally} tally */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}

/**
 * Nothing tested is not good.
 * @param {Tally} tally
 */
export function isGood({ passed, failed }) {
  return failed === 0 && passed > 0;
}
