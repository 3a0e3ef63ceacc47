/** What the system says, in the words of machines. */
import { expect, test } from "vitest";
import { TimedOut, troubleOf } from "./trouble.ts";

test.each([
  ["ECONNREFUSED", "refused"],
  ["EHOSTUNREACH", "no-route"],
  ["EPIPE", "reset"],
  ["EADDRINUSE", "in-use"],
  ["EMFILE", "limit"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "tls"],
  ["EUNHEARDOF", "other"],
])("%s is %s", (code, trouble) => {
  expect(troubleOf(Object.assign(new Error(), { code }))).toBe(trouble);
});

test("what is no error of the system is something else", () => {
  expect([new Error("x"), "ECONNREFUSED", undefined].map(troubleOf)).toEqual(["other", "other", "other"]);
});

test("a time that is over is a time-out", () => {
  expect(troubleOf(new TimedOut())).toBe("timed-out");
});
