/** What the journal undoes is as if it had never been done. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Journal, JournaledMap } from "./journal.ts";

const change = fc.record({
  key: fc.integer({ min: 0, max: 3 }),
  value: fc.option(fc.integer(), { nil: undefined }),
});

function apply(
  map: JournaledMap<number, number>,
  changes: readonly { key: number; value: number | undefined }[],
) {
  for (const { key, value } of changes) {
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
}

it("a map rolled back to a mark is what it was at the mark", () => {
  fc.assert(
    fc.property(fc.array(change), fc.array(change), (kept, undone) => {
      const journal = new Journal();
      const map = new JournaledMap<number, number>(journal);
      apply(map, kept);
      const before = new Map(map.entries());
      const mark = journal.mark();
      apply(map, undone);
      journal.rollBack(mark);
      expect(new Map(map.entries())).toEqual(before);
    }),
  );
});

it("what was kept cannot be undone any more", () => {
  const journal = new Journal();
  const map = new JournaledMap<number, string>(journal);
  map.set(1, "kept");
  journal.keep();
  map.set(1, "undone");
  journal.rollBack(0);
  expect(map.get(1)).toBe("kept");
  expect(map.size).toBe(1);
  expect(map.has(2)).toBe(false);
});
