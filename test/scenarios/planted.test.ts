/** The simulated world finds every planted bug: what it does not report is not there. */
import { expect, test } from "vitest";
import { catchOf, seedsMax } from "./catching.ts";
import { planted } from "./planted.ts";

test.each(planted)(
  `a program that $bug is caught within ${seedsMax} seeds`,
  { timeout: 120_000 },
  async (bug) => {
    expect(await catchOf(bug)).toBeDefined();
  },
);
