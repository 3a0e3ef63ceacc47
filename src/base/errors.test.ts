/** Every error says what happened and what to do, with its details put in. */
import { expect, it } from "vitest";
import { errorTable, KithError, problemOf } from "./errors.ts";

it("details stand in the sentences", () => {
  const error = new KithError("text-too-long", { size: 40_000, limit: 32_000, network: "lan" });
  expect(error.message).toBe("The text has 40000 bytes, lan carries 32000");
  expect(error.code).toBe("text-too-long");
});

it("the cause is kept", () => {
  const cause = new Error("disk on fire");
  expect(new KithError("store-failed", { problem: "x" }, cause).cause).toBe(cause);
});

it("the table is sorted, and each row says both things", () => {
  const codes = Object.keys(errorTable);
  expect(codes).toEqual(codes.toSorted());
  for (const entry of Object.values(errorTable)) {
    expect(entry.what.length).toBeGreaterThan(10);
    expect(entry.mend.endsWith(".")).toBe(true);
  }
});

const circle: { self?: unknown; readonly code: number } = { code: 3 };
circle.self = circle;

it.each([
  ["an error", new Error("the disk is full"), "the disk is full"],
  ["an error without a message", new TypeError(""), "TypeError"],
  ["an object with a message", { code: -32_000, message: "no such thing" }, "no such thing"],
  ["an object without one", { reason: { at: 3 } }, '{"reason":{"at":3}}'],
  ["an object that contains itself", circle, "code, self"],
  ["a text", "just a text", "just a text"],
  ["nothing", undefined, "undefined"],
])("%s that was thrown is told in words", (_, thrown, words) => {
  expect(problemOf(thrown)).toBe(words);
});
