/** Who proved lately that a key speaks from an address. */
import { expect, it } from "vitest";
import { Proven, provenForMs, provenMax } from "./proven.ts";

it("a proof holds for ten minutes, for its key at its address alone", () => {
  const proven = new Proven();
  proven.add("bob", "10.0.0.2", 0);
  expect(proven.has("bob", "10.0.0.2", provenForMs - 1)).toBe(true);
  expect(proven.has("bob", "10.0.0.2", provenForMs)).toBe(false);
  expect(proven.has("bob", "10.0.0.66", 0)).toBe(false);
  expect(proven.has("carol", "10.0.0.2", 0)).toBe(false);
});

it("a claim that does not hold ends it", () => {
  const proven = new Proven();
  proven.add("bob", "10.0.0.2", 0);
  proven.remove("bob", "10.0.0.2");
  expect(proven.has("bob", "10.0.0.2", 0)).toBe(false);
});

it("512 proofs are remembered; of one more the oldest goes, and a repeated one is young again", () => {
  const proven = new Proven();
  for (let i = 0; i < provenMax; i++) proven.add(`p${i}`, "10.0.0.2", 0);
  proven.add("p0", "10.0.0.2", 1);
  expect(proven.size).toBe(provenMax);
  expect(proven.has("p1", "10.0.0.2", 1)).toBe(true);
  proven.add("new", "10.0.0.2", 1);
  expect(proven.size).toBe(provenMax);
  expect([proven.has("p0", "10.0.0.2", 1), proven.has("p1", "10.0.0.2", 1)]).toEqual([true, false]);
});
