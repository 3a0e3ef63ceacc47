/** Proves that generated text goes between its markers and nowhere else. */
import { expect, it } from "vitest";
import { between } from "./markers.ts";

it("replaces only what stands between the markers", () => {
  const text = "before\n<!-- a:begin -->\nold\n<!-- a:end -->\nafter";
  expect(between(text, "a", "new")).toBe("before\n<!-- a:begin -->\nnew\n<!-- a:end -->\nafter");
});

it("refuses a document without them", () => {
  expect(() => between("nothing", "a", "new")).toThrow(/missing/);
});
