/** The system's dice: as many bytes as asked for, fractions below one, nothing twice. */
import { expect, test } from "vitest";
import { createRandom } from "./entropy.ts";

const random = createRandom();

test.each([0, 1, 16, 70_000])("%d bytes are %d bytes", (count) => {
  expect(random.bytes(count)).toHaveLength(count);
});

test("ids made of 16 bytes do not meet", () => {
  const ids = Array.from({ length: 5_000 }, () => random.bytes(16).join());
  expect(new Set(ids).size).toBe(ids.length);
});

test("fractions lie in [0, 1), evenly", () => {
  const fractions = Array.from({ length: 20_000 }, () => random.fraction());
  expect(fractions.every((x) => x >= 0 && x < 1)).toBe(true);
  const tenths = Array.from(
    { length: 10 },
    (_, i) => fractions.filter((x) => Math.floor(x * 10) === i).length,
  );
  // Each is binomial with mean 2,000 and deviation 42: ten deviations off is no accident.
  for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(420);
});
