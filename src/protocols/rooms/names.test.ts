/** What may stand in a field of the wire, and what may not. */
import { describe, expect, test } from "vitest";
import { idOf, isMemberAddress, isName, portOf } from "./names.ts";

describe("names", () => {
  test.each(["a", "alice", "~!#[]", "x".repeat(32)])("%s is one", (name) => {
    expect(isName(name)).toBe(true);
  });

  test.each(["", "x".repeat(33), "two words", "a:b", "ä", "a\n", "\u007f", "tab\t"])("%j is none", (name) => {
    expect(isName(name)).toBe(false);
  });
});

test.each(["0.0.0.0", "127.0.0.1", "255.255.255.255", "localhost"])("%s is an address", (ip) => {
  expect(isMemberAddress(ip)).toBe(true);
});

test.each(["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", "::1", "Localhost", "example.org"])(
  "%j is no address",
  (ip) => {
    expect(isMemberAddress(ip)).toBe(false);
  },
);

test("a port is a number from 1 to 65535 in its one written form", () => {
  expect(portOf("1")).toBe(1);
  expect(portOf("65535")).toBe(65_535);
  for (const text of ["", "0", "65536", "100000", "080", "-1", "1.0", "1e3", " 1", "١"]) {
    expect(portOf(text), text).toBeUndefined();
  }
});

test("an id is a number of 64 bits", () => {
  expect(idOf("0")).toBe(0n);
  expect(idOf("007")).toBe(7n);
  expect(idOf("18446744073709551615")).toBe(2n ** 64n - 1n);
  for (const text of ["", "18446744073709551616", "000000000000000000001", "-1", "alice", "1n", "0x1"]) {
    expect(idOf(text), text).toBeUndefined();
  }
});
