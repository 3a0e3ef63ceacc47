/** A list does not lead us to just any address. */
import { expect, it } from "vitest";
import { dialAddress, hostOf, isIpv4 } from "./reach.ts";

const here = { user: "alice", ip: "127.0.0.1", port: 5_001 };
const there = { user: "alice", ip: "10.0.0.2", port: 5_001 };

function bobAt(ip: string, port = 5_002): { user: string; ip: string; port: number } {
  return { user: "bob", ip, port };
}

it("loopback is dialled from loopback alone: a list from afar must not reach what listens there", () => {
  expect(dialAddress(bobAt("127.0.0.1"), here)).toEqual({ host: "127.0.0.1", port: 5_002 });
  expect(dialAddress(bobAt("localhost"), here)).toEqual({ host: "127.0.0.1", port: 5_002 });
  expect(dialAddress(bobAt("127.0.0.1"), there)).toBeUndefined();
  expect(dialAddress(bobAt("localhost"), there)).toBeUndefined();
  expect(dialAddress(bobAt("10.0.0.3"), there)).toEqual({ host: "10.0.0.3", port: 5_002 });
});

it("neither ourselves nor an address of many is dialled", () => {
  expect(dialAddress(bobAt("10.0.0.2", 5_001), there)).toBeUndefined();
  expect(dialAddress(bobAt("10.0.0.2", 5_002), there)).toBeDefined();
  expect(dialAddress(bobAt("localhost", 5_001), here)).toBeUndefined();
  for (const ip of ["0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.250", "255.255.255.255"])
    expect(dialAddress(bobAt(ip), there), ip).toBeUndefined();
});

it("localhost is an address, and no IPv4 address", () => {
  expect(hostOf(bobAt("localhost"))).toBe("127.0.0.1");
  expect(["10.0.0.1", "localhost", "::1", "rooms.example", "10.0.0.256"].map(isIpv4)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
