/** Proves that the closing line counts everything that ran, and that what broke cannot go uncounted. */
import { expect, it } from "vitest";
import { closingLine, isGood, sum, tallyOfChecks, tallyOfTests } from "./tally.mjs";

const file = (status: string, ...statuses: string[]) => ({
  status,
  assertionResults: statuses.map((each) => ({ status: each })),
});

it("checks and tests are counted together", () => {
  const checks = tallyOfChecks([{ passed: true }, { passed: false }]);
  const tests = tallyOfTests({ testResults: [file("failed", "passed", "failed", "skipped", "todo")] }, 1);
  expect(closingLine(sum([checks, tests]))).toBe("2 passed, 2 failed, 2 skipped");
});

it("a file that does not load is a failure", () => {
  expect(tallyOfTests({ testResults: [file("failed"), file("passed", "passed")] }, 1)).toEqual({
    passed: 1,
    failed: 1,
    skipped: 0,
  });
});

it("a run that fails with no test to blame is a failure", () => {
  expect(tallyOfTests({ testResults: [file("passed", "passed")] }, 1).failed).toBe(1);
  expect(tallyOfTests(undefined, 1).failed).toBe(1);
});

it("nothing tested is not good", () => {
  expect(isGood({ passed: 0, failed: 0, skipped: 3 })).toBe(false);
  expect(isGood({ passed: 1, failed: 0, skipped: 0 })).toBe(true);
  expect(isGood({ passed: 9, failed: 1, skipped: 0 })).toBe(false);
});

it("skipped tests are only mentioned where there are some", () => {
  expect(closingLine({ passed: 3, failed: 0, skipped: 0 })).toBe("3 passed, 0 failed");
});
