/** What the worlds of many seeds are made of, and how often. */
import { expect, test } from "vitest";
import { lanPlug } from "./lan/plug.ts";
import { drawOptions, faultKinds, namesake } from "./options.ts";

const drawn = Array.from({ length: 300 }, (_, seed) =>
  drawOptions(seed, lanPlug, { hours: 1, realCrypto: true }),
);

test("the same seed draws the same options", () => {
  expect(drawOptions(7, lanPlug, { hours: 1, realCrypto: true })).toEqual(drawn[7]);
});

test("every fault and every stranger is in some worlds and missing in others", () => {
  for (const kind of faultKinds) {
    const having = drawn.filter(({ faults }) => faults[kind] !== undefined).length;
    expect(having, kind).toBeGreaterThan(100);
    expect(having, kind).toBeLessThan(200);
  }
  for (const kind of [namesake, ...Object.keys(lanPlug.strangers ?? {})]) {
    const having = drawn.filter(({ strangers }) => strangers.includes(kind)).length;
    expect(having, kind).toBeGreaterThan(40);
    expect(having, kind).toBeLessThan(120);
  }
});

test("one world in ten has real cryptography, where there is any", () => {
  expect(drawn.filter(({ crypto }) => crypto === "real")).toHaveLength(30);
  expect(drawOptions(10, lanPlug, { hours: 1, realCrypto: false }).crypto).toBe("cheap");
});
