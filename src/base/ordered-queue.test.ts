/** The ordered queue gives out what a stable sort would. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { OrderedQueue } from "./ordered-queue.ts";

it("entries come smallest key first, and first in first out among equal keys", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }), (keys) => {
      const queue = new OrderedQueue<{ key: number; order: number }>();
      const entries = keys.map((key, order) => ({ key, order }));
      for (const entry of entries) queue.add(entry.key, entry);
      const taken = [];
      for (let next = queue.takeUpTo(9); next !== undefined; next = queue.takeUpTo(9)) taken.push(next);
      expect(taken).toEqual(entries.toSorted((a, b) => a.key - b.key));
      expect(queue.size).toBe(0);
    }),
  );
});

it("nothing comes before its key is reached", () => {
  const queue = new OrderedQueue<string>();
  queue.add(5, "later");
  queue.add(3, "sooner");
  expect(queue.next).toBe(3);
  expect(queue.takeUpTo(2)).toBeUndefined();
  expect(queue.takeUpTo(4)).toBe("sooner");
  expect(queue.takeUpTo(4)).toBeUndefined();
  expect(queue.next).toBe(5);
});
