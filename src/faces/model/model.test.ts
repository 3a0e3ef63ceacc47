/** Lines, words and notices that both faces draw. */
import { describe, expect, test } from "vitest";
import { KithError } from "../../base/errors.ts";
import { hueCount, hueOf } from "./colour.ts";
import { breakSpans, plain, styled, textOf } from "./spans.ts";
import { ago, clockOf, span, until } from "./time.ts";
import { sendQuestion, whyWords } from "./words.ts";

test("a person's colour depends on nothing but their identity", () => {
  expect(hueOf("key:abc")).toBe(hueOf("key:abc"));
  const hues = new Set(Array.from({ length: 200 }, (_, at) => hueOf(`key:${at}`)));
  expect(hues.size).toBe(hueCount);
});

describe("times", () => {
  const clock = clockOf({ locale: "en-GB", zone: "Europe/Istanbul" });
  const evening = Date.UTC(2026, 10, 22, 20, 30);

  test("are those of the person's zone", () => {
    expect(clock.time(evening)).toBe("23:30");
    expect(clock.day(evening)).toBe("Sunday, 22 November 2026");
    expect(clock.moment(evening)).toBe("2026-11-22 23:30");
  });

  test("a day ends where it ends for the person", () => {
    expect(clock.sameDay(evening, evening + 20 * 60_000)).toBe(true);
    expect(clock.sameDay(evening, evening + 40 * 60_000)).toBe(false);
  });

  test("a moment that no calendar has is shown as unknown", () => {
    expect(clock.time(8.64e15 + 1)).toBe("--:--");
    expect(clock.time(8.64e15)).not.toBe("--:--");
    expect(clock.time(Number.NaN)).toBe("--:--");
  });

  test.each([
    [0, "1 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [3_600_000, "1 h"],
    [47 * 3_600_000, "47 h"],
    [48 * 3_600_000, "2 days"],
  ])("%i ms is %s", (ms, words) => {
    expect(span(ms)).toBe(words);
  });

  test("how long ago, and how soon", () => {
    expect(ago(0, 4_999)).toBe("just now");
    expect(ago(0, 5_000)).toBe("5 s ago");
    expect(until(40_000, 0)).toBe("in 40 s");
    expect(until(0, 40_000)).toBe("now");
  });
});

test("a broken line keeps the looks of its parts", () => {
  const lines = breakSpans([plain("one "), styled("two three", "strong")], 7);
  expect(lines.map(textOf)).toEqual(["one two", "three"]);
  expect(lines[1]).toEqual([{ text: "three", styles: ["strong"] }]);
});

test.each([
  [
    { code: "server-lost", details: { server: "192.0.2.1:32340", why: "refused" } },
    "the server cannot be reached (refused)",
  ],
  [{ code: "refused", details: { server: "192.0.2.1:32340", reason: "No!!" } }, "the server refuses: No!!"],
])("%j of a network that has a server is about the server", (why, words) => {
  expect(whyWords(why)).toBe(words);
});

test("a reason that this version does not know is shown as its code", () => {
  expect(whyWords({ code: "refused" }, "Bob")).toBe("Bob is not listening: the connection was refused");
  expect(whyWords({ code: "new-reason", details: { port: 1 } })).toBe("new-reason (port 1)");
  expect(whyWords({ code: "constructor" })).toBe("constructor");
});

test.each([
  [new KithError("consent-needed", { name: "carol" }), /does not encrypt/],
  [new KithError("name-shared", { name: "Ece", others: "Ece (2)" }), /Ece \(2\).*Send it all the same\?/],
  [new KithError("other-key", { name: "Ece (2)", known: "Ece" }), /another key.*Send it all the same\?/],
  [new KithError("text-empty"), undefined],
])("a refusal that is a question is asked as one: %s", (refusal, question) => {
  const asked = sendQuestion(refusal, "carol");
  if (question === undefined) expect(asked).toBeUndefined();
  else expect(asked).toMatch(question);
});
