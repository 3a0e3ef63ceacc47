/** What the doctor found is read at a glance: the signs stand alone in the margin. */
import { expect, test } from "vitest";
import { textOf } from "../../model/spans.ts";
import { doctorLines } from "./profile.ts";

test("what is too long for a line goes on beside its sign, not below it", () => {
  const check = { code: "x", state: "warning", says: "one two three", mend: "mend one two" } as const;
  expect(doctorLines([check], 10).map(textOf)).toEqual(["! one two", "  three", "  → mend", "  one two"]);
  expect(doctorLines([check], undefined).map(textOf)).toEqual(["! one two three", "  → mend one two"]);
});
