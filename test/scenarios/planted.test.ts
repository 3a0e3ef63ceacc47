/** The simulated world finds every planted bug: what it does not report is not there. */
import { expect, test } from "vitest";
import { catchOf, seedsMax } from "./catching.ts";
import { planted } from "./planted.ts";
import { plantedInRooms } from "./planted-rooms.ts";

test.each([...planted, ...plantedInRooms])(
  `a program that $bug is caught within ${seedsMax} seeds`,
  { timeout: 120_000 },
  async (bug) => {
    expect(await catchOf(bug)).toBeDefined();
  },
);
