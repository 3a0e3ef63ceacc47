/** Addresses are plain, and whoever has a whole network of them counts as one. */
import { expect, test } from "vitest";
import { isReachable, limitKey, plainHost } from "./address.ts";

test.each([
  ["::ffff:10.0.0.1", "10.0.0.1"],
  ["10.0.0.1", "10.0.0.1"],
  ["::1", "::1"],
  ["::ffff:a00:1", "::ffff:a00:1"],
  ["fe80::1%eth0", "fe80::1%eth0"],
])("%s is %s", (host, plain) => {
  expect(plainHost(host)).toBe(plain);
});

test.each([
  ["10.0.0.1", 1, true],
  ["::1", 65_535, true],
  ["fe80::1%eth0", 80, true],
  ["10.0.0.1", 0, false],
  ["10.0.0.1", 65_536, false],
  ["10.0.0.1", 1.5, false],
  ["localhost", 80, false],
  ["2130706433", 80, false],
  ["", 80, false],
])("%s port %d can be reached: %s", (host, port, reachable) => {
  expect(isReachable({ host, port })).toBe(reachable);
});

test.each([
  ["10.0.0.1", "10.0.0.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:db8::9", "2001:db8:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
])("%s counts as %s", (host, key) => {
  expect(limitKey(host)).toBe(key);
});
