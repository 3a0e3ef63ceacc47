/** The addresses of the computer are told at once and when they change. */
import type { NetworkInterfaceInfo } from "node:os";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { InterfaceAddress } from "../protocols/machine.ts";
import { interfaceAddresses, InterfaceWatch, type RawInterfaces } from "./interfaces.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function ipv4(address: string, netmask: string, internal = false): NetworkInterfaceInfo {
  return { address, netmask, internal, family: "IPv4", mac: "02:00:00:00:00:01", cidr: null };
}

test.each([
  ["192.168.1.15", "255.255.255.0", "192.168.1.255"],
  ["10.77.3.4", "255.255.0.0", "10.77.255.255"],
  ["172.16.5.6", "255.255.255.240", "172.16.5.15"],
  ["10.0.0.1", "255.255.255.252", "10.0.0.3"],
  ["10.0.0.1", "255.255.255.254", undefined],
  ["10.0.0.1", "255.255.255.255", undefined],
  ["200.1.2.3", "0.0.0.0", "255.255.255.255"],
])("%s with the mask %s broadcasts to %s", (address, netmask, broadcast) => {
  expect(interfaceAddresses({ eth0: [ipv4(address, netmask)] })[0]?.broadcast).toBe(broadcast);
});

test("loopback and IPv6 have no broadcasts, and the order does not depend on the system", () => {
  const lo = ipv4("127.0.0.1", "255.0.0.0", true);
  const eth0 = ipv4("10.0.0.1", "255.255.255.0");
  const v6: NetworkInterfaceInfo = { ...eth0, family: "IPv6", address: "fe80::1", scopeid: 2 };
  const told = interfaceAddresses({ lo: [lo], eth0: [v6, eth0] });
  expect(told).toEqual([
    { interface: "eth0", address: "10.0.0.1", broadcast: "10.0.0.255", loopback: false },
    { interface: "eth0", address: "fe80::1", loopback: false },
    { interface: "lo", address: "127.0.0.1", loopback: true },
  ]);
  expect(interfaceAddresses({ eth0: [eth0, v6], lo: [lo] })).toEqual(told);
});

test("a change is told within five seconds, and nothing while nothing changes", () => {
  let raw: RawInterfaces = {};
  const told: (readonly InterfaceAddress[])[] = [];
  const watch = new InterfaceWatch(
    (addresses) => told.push(addresses),
    () => raw,
  );
  watch.start();
  watch.start();
  expect(told).toEqual([[]]);
  vi.advanceTimersByTime(60_000);
  expect(told).toHaveLength(1);
  raw = { eth0: [ipv4("10.0.0.1", "255.255.255.0")] };
  vi.advanceTimersByTime(5_000);
  expect(told[1]).toMatchObject([{ address: "10.0.0.1" }]);
  watch.stop();
  raw = {};
  vi.advanceTimersByTime(60_000);
  expect(told).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
});
