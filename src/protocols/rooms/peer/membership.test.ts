/** Who is who in a room's list, and who stands next to whom on the ring. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { alice, bob, carol } from "../../../../test/rooms/stage.ts";
import type { Member } from "../messages.ts";
import { hidOf } from "../sdbm.ts";
import { Membership, membersMax } from "./membership.ts";

function member(user: string, number: number): Member {
  return { user, ip: "10.0.0.9", port: number };
}

function identities(membership: Membership): readonly string[] {
  return membership.list.map(({ identity }) => identity);
}

it("the ring begins after me, ascending by HID as unsigned numbers, and goes around", () => {
  // carol 726…, alice 338…, bob 178… (a number that is negative where it is taken as signed)
  const ringOf = (me: Member): readonly string[] => {
    const membership = new Membership(me);
    membership.update([bob, carol, alice], false);
    return membership.ring.map(({ name }) => name);
  };
  expect([ringOf(alice), ringOf(bob), ringOf(carol)]).toEqual([
    ["bob", "carol"],
    ["carol", "alice"],
    ["alice", "bob"],
  ]);
});

it("of two with one name the older has the bare name, and keeps it while it is listed", () => {
  const membership = new Membership(alice);
  const [older, newer] = [member("bob", 1), member("bob", 2)];
  membership.update([newer, older, alice], false);
  expect(identities(membership)).toEqual(["name:bob@10.0.0.9:2", "name:bob", "name:alice"]);
  membership.update([newer, alice], false);
  expect(identities(membership)).toEqual(["name:bob@10.0.0.9:2", "name:alice"]);
  membership.update([older, newer, alice], false);
  expect(identities(membership)).toEqual(["name:bob", "name:bob@10.0.0.9:2", "name:alice"]);
});

it("whoever has my name is somebody else", () => {
  const membership = new Membership(alice);
  membership.update([member("alice", 7), alice], false);
  expect(identities(membership)).toEqual(["name:alice@10.0.0.9:7", "name:alice"]);
});

it("no two members ever have one identity, and none changes while it is listed", () => {
  const someone = fc.record({
    user: fc.constantFrom("alice", "bob"),
    ip: fc.constant("10.0.0.9"),
    port: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.array(someone), fc.boolean())), (lists) => {
      const membership = new Membership(alice);
      let before = new Map<bigint, string>();
      for (const [list, mayLack] of lists) {
        membership.update(list, mayLack);
        const now = new Map(membership.list.map(({ hid, identity }) => [hid, identity]));
        expect(new Set(now.values()).size).toBe(membership.list.length);
        for (const [hid, identity] of now) expect(before.get(hid) ?? identity).toBe(identity);
        before = now;
      }
    }),
  );
});

it("a renewed list is no news; whoever left or came back to its front has begun anew", () => {
  const membership = new Membership(alice);
  membership.update([carol, bob, alice], false);
  expect(membership.update([carol, bob, alice], false)).toBeUndefined();
  expect(membership.update([bob, carol, alice], false)).toEqual([hidOf(bob)]);
  expect(membership.update([carol, alice], false)).toEqual([hidOf(bob)]);
  expect(membership.update([bob, carol, alice], false)).toEqual([]);
});

it("a server that may not know everybody yet takes nobody away", () => {
  const membership = new Membership(alice);
  membership.update([carol, bob, alice], false);
  membership.update([bob], true);
  expect(membership.list.map(({ name }) => name)).toEqual(["bob", "carol", "alice"]);
  membership.update([bob], false);
  expect(membership.list.map(({ name }) => name)).toEqual(["bob"]);
});

it("two entries of one hash are one, the older", () => {
  // The wire's hash is of the parts written one after the other.
  const one = { user: "bob", ip: "11.0.0.1", port: 5_000 };
  const other = { user: "bob1", ip: "1.0.0.1", port: 5_000 };
  expect(hidOf(one)).toBe(hidOf(other));
  const membership = new Membership(alice);
  membership.update([other, one, alice], false);
  expect(membership.list.map(({ name }) => name)).toEqual(["bob", "alice"]);
  expect(membership.find(one)?.name).toBe("bob");
  expect(membership.find(other)).toBeUndefined();
});

it(`${membersMax} members are taken, what comes behind them is not`, () => {
  const membership = new Membership(alice);
  const many = Array.from({ length: membersMax + 1 }, (_, i) => member(`p${i}`, 1 + i));
  membership.update(many, false);
  expect(membership.list.length).toBe(membersMax);
  expect(membership.list.at(-1)?.name).toBe(`p${membersMax - 1}`);
});
