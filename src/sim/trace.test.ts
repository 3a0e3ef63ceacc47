/** When two runs have the same digest, and how much of a run is kept in words. */
import { expect, test } from "vitest";
import { Trace } from "./trace.ts";

function traced(times: readonly number[], verbose = false, fact = 1): Trace {
  let time = 0;
  const trace = new Trace(() => time, verbose);
  for (time of times) trace.event(() => "something", fact);
  return trace;
}

test("the digest tells runs apart by times, facts and length, and not by whether words are kept", () => {
  const { digest } = traced([1, 2, 3]);
  expect(traced([1, 2, 3], true).digest).toBe(digest);
  for (const other of [
    traced([1, 2]),
    traced([1, 2.001, 3]),
    traced([1, 3, 2]),
    traced([1, 2, 3], false, 2),
  ]) {
    expect(other.digest).not.toBe(digest);
  }
});

test("the last four hundred events are kept in words, and none where nobody reads them", () => {
  const times = Array.from({ length: 5_000 }, (_, i) => 1_000 * i);
  const { lines } = traced(times, true);
  expect(lines).toHaveLength(400);
  expect(lines.at(-1)).toBe("    4999.000  something");
  expect(traced(times).lines).toEqual([]);
});
