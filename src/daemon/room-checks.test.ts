/** The doctor says how one is linked in a room, and what to do where one is not. */
import { expect, test } from "vitest";
import type { NetworkName } from "../base/ids.ts";
import type { Network, NetworkReport, RoomMember } from "../core/ports/network.ts";
import { MemoryRooms } from "../networks/memory/memory-rooms.ts";
import { roomChecks, unsaidCheck } from "./room-checks.ts";

const wall = 1_795_273_805_680;

function member(name: string, link: RoomMember["link"], heardAt?: number): RoomMember {
  const heard = heardAt === undefined ? {} : { heardAt };
  return { identity: `name:${name}`, name, address: "127.0.0.1:5001", link, ...heard };
}

function check(
  members: readonly RoomMember[],
  connected: boolean,
  facts: NetworkReport["facts"] = {},
  why?: NetworkReport["why"],
) {
  const guest = new MemoryRooms().guest("rooms" as NetworkName);
  const me: RoomMember = { name: "alice", address: "127.0.0.1:5000", link: "none" };
  const joined = [{ room: "garden", connected, members: [me, ...members] }];
  const network: Network = {
    ...{ name: guest.name, kind: guest.kind, traits: guest.traits, ...bare },
    rooms: { ...bareRooms, state: () => ({ joined }) },
  };
  return roomChecks(network, { ...guest.inspect(), facts, ...(why && { why }) }, wall);
}

const unused = () => expect.unreachable("a check asks for nothing");
const bare = {
  ...{ start: unused, stop: unused, send: unused, acknowledge: unused, present: unused, inspect: unused },
};
const bareRooms = { user: unused, list: unused, join: unused, leave: unused };

test("links are told in both directions, with what was heard last and what was dropped", () => {
  const members = [member("bob", "forward", wall - 9_000), member("carol", "backward", wall - 3_000)];
  expect(check(members, true, { duplicates: 7 })).toEqual([
    {
      code: "links.rooms",
      state: "good",
      says:
        "In the room garden on rooms: 2 others; forward link to bob; backward link from carol; " +
        "last heard 3 s ago; 7 repeats dropped.",
    },
  ]);
});

test("the server and my own address are told, and what a lost server still leaves", () => {
  const facts = { server: "192.0.2.1:32340", address: "192.0.2.7:5001" };
  const [found] = check([], false, facts);
  expect(found).toMatchObject({ code: "server.rooms", state: "good" });
  expect(found?.says).toBe(
    "The server of rooms is 192.0.2.1:32340; others are told that you are at 192.0.2.7:5001.",
  );
  const [lost] = check([], false, facts, { code: "server-lost" });
  expect(lost).toMatchObject({
    state: "warning",
    says: expect.stringContaining("cannot be reached") as unknown,
  });
});

test("what was not taken is told by its reason, and nothing where nothing was", () => {
  const counters = { "bytes-sent": 9, "text-duplicate": 4, "wrong-room": 0 };
  const network = new MemoryRooms().guest("rooms" as NetworkName);
  const checks = (more: Readonly<Record<string, number>>) =>
    roomChecks(network, { ...network.inspect(), counters: { ...counters, ...more } }, wall);
  expect(checks({})).toEqual([]);
  expect(checks({ "poke-from-stranger": 2, "dial-refused": 1 })).toMatchObject([
    { state: "good", says: "Not taken or not reached on rooms: 2 × poke from stranger, 1 × dial refused." },
  ]);
});

test("what was heard long ago is told in minutes", () => {
  const [late] = check([member("bob", "forward", wall - 651_000)], true).map((one) => one.says);
  expect(late).toContain("last heard 11 min ago");
});

test("whoever is there and linked to nobody is told what to look at; whoever is alone need do nothing", () => {
  expect(check([member("bob", "none")], false)).toMatchObject([
    {
      state: "warning",
      says: expect.stringContaining("no forward link; no backward link; nothing heard yet") as unknown,
    },
  ]);
  expect(check([], false)).toMatchObject([{ state: "good" }]);
});

test("a crowd is counted, and its names steer no terminal", () => {
  const crowd = Array.from({ length: 7 }, (_, i) => member(`p\u001b${i}`, "backward"));
  const [says] = check(crowd, true).map((one) => one.says);
  expect(says).toContain("no forward link; backward links from ");
  expect(says).toContain("and 2 more");
  expect(says).not.toContain("\u001b");
});

test("a room's name as long as may be is warned of, a shorter one is not", () => {
  const codes = (most: number) => check([], false, { "name-bytes-max": most }).map(({ code }) => code);
  expect(codes("garden".length)).toContain("names.rooms");
  expect(codes("garden".length + 1)).not.toContain("names.rooms");
});

test("what was left out is told where something was", () => {
  expect(unsaidCheck({ notices: 0, pokes: 0 })).toEqual([]);
  expect(unsaidCheck({ notices: 3, pokes: 4 })).toMatchObject([
    { state: "warning", says: expect.stringContaining("3 notices and 4 pokes") as unknown },
  ]);
});
