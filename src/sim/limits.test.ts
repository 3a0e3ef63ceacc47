/** When there is too much of something. */
import { describe, expect, test } from "vitest";
import { commonBounds, excesses } from "./limits.ts";
import { plugs } from "./plugs.ts";

describe.each(plugs)("of the network $kind", ({ bounds: own }) => {
  const bounds = { ...commonBounds, ...own };

  test.each(Object.keys(bounds))("%s: at the limit all is well, one past it is told", (what) => {
    expect(excesses(bounds, bounds)).toEqual([]);
    const most = bounds[what] ?? 0;
    expect(excesses({ ...bounds, [what]: most + 1 }, bounds)).toEqual([
      `${what}: ${most + 1}, at most ${most}`,
    ]);
  });
});

test("what is bounded and shown by nobody is told", () => {
  expect(excesses({}, { moons: 1 })).toEqual(["moons: Infinity, at most 1"]);
});
