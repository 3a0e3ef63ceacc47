/** Rates are kept within their bounds. */
import { expect, it } from "vitest";
import { ratedAddressesMax, Rates, strangerRate } from "./rates.ts";

it("each address has its burst, then its rate, and nobody else's", () => {
  const rates = new Rates(strangerRate);
  for (let i = 0; i < strangerRate.burst; i++) expect(rates.take("10.0.0.1", 0)).toBe(true);
  expect(rates.take("10.0.0.1", 0)).toBe(false);
  expect(rates.take("10.0.0.2", 0)).toBe(true);
  expect(rates.readyAt("10.0.0.1", 0)).toBeCloseTo(1_000 / strangerRate.perSecond);
  expect(rates.take("10.0.0.1", 51)).toBe(true);
});

it("the addresses that are followed are bounded; those that used nothing lately are forgotten first", () => {
  const rates = new Rates(strangerRate);
  for (let i = 0; i < strangerRate.burst; i++) rates.take("busy", 3_000);
  for (let i = 0; i < ratedAddressesMax - 1; i++) rates.take(`h${i}`, 0);
  expect(rates.size).toBe(ratedAddressesMax);
  rates.take("one more", 3_000);
  expect(rates.size).toBe(2);
  expect(rates.take("busy", 3_000)).toBe(false);
  for (let i = 0; i < 3 * ratedAddressesMax; i++) rates.take(`x${i}`, 3_000);
  expect(rates.size).toBe(ratedAddressesMax);
});
