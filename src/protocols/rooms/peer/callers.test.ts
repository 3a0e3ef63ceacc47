/** Whoever calls is let in as a member, once, or closed without a word. */
import { beforeEach, expect, it } from "vitest";
import { alice, bob, bobHid, carol, server, Stage, textOf } from "../../../../test/rooms/stage.ts";
import { membersText } from "../../../../test/rooms/server.ts";
import type { LinkId } from "../../machine.ts";
import type { Member } from "../messages.ts";
import { callersMax, callersPerHostMax } from "./callers.ts";
import { linksMax, overlapMs } from "./links.ts";

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});

function call({ user, ip, port }: Member, lastId = 0, room = "den"): string {
  return `P:${room}:${user}:${ip}:${port}:${lastId}::\r\n`;
}

function count(what: string): number {
  return stage.counters.get(what) ?? 0;
}

/** Whether it was closed, with nothing said. */
function isRefused(link: LinkId): boolean {
  return stage.has("end", link) && stage.textsTo(link).length === 0;
}

it("without a room every call is closed", () => {
  stage.started();
  expect(isRefused(stage.came())).toBe(true);
});

it("a call for another room, by nobody in the list, or in my own name is closed", () => {
  const leg = stage.joined([carol, alice]);
  stage.run(1_000);
  const links = [call(carol, 0, "attic"), call(alice), "T:den:1:carol:1:1:x::\r\n", "S:0::\r\n", "X::\r\n"];
  for (const text of links) {
    const link = stage.came();
    stage.says(link, text);
    expect(isRefused(link), text).toBe(true);
  }
  const stranger = stage.came();
  stage.says(stranger, call(bob));
  expect(isRefused(stranger)).toBe(false);
  expect(stage.textsTo(leg).length).toBe(2);
  stage.says(leg, membersText([carol, alice]));
  expect(isRefused(stranger)).toBe(true);
  expect([count("caller-wrong-room"), count("caller-own-name"), count("caller-unknown")]).toEqual([1, 1, 1]);
});

it("whoever is new is found in a fresh list, and answered", () => {
  const leg = stage.joined([alice]);
  stage.run(1_000);
  const link = stage.came();
  stage.says(link, call(carol));
  stage.says(leg, membersText([carol, alice]));
  expect(stage.textsTo(link)).toEqual(["S:0::\r\n"]);
  expect(stage.dials.length).toBe(2); // both to the server: who has called is not called
});

it("another member of the same hash is not that member", () => {
  const leg = stage.joined([{ user: "bob", ip: "11.0.0.1", port: 5_000 }, alice]);
  stage.run(1_000);
  const link = stage.came();
  stage.says(link, call({ user: "bob1", ip: "1.0.0.1", port: 5_000 }));
  stage.says(leg, membersText([{ user: "bob", ip: "11.0.0.1", port: 5_000 }, alice]));
  expect(isRefused(link)).toBe(true);
});

it("of two that call each other the smaller HID's call stands: the greater answers and gives up its own", () => {
  stage.joined([carol, alice]);
  const { link: own } = stage.dialled;
  const hers = stage.came();
  stage.says(hers, call(carol));
  expect(stage.textsTo(hers)).toEqual(["S:0::\r\n"]);
  expect(stage.has("drop", own)).toBe(true);
  expect(stage.machine.facts()).toMatchObject({ backward: 1 });
  expect(stage.machine.facts().forward).toBeUndefined();
});

it("our own call is not given up for one that comes from elsewhere", () => {
  stage.joined([carol, alice]);
  const { link: own } = stage.dialled;
  const forged = stage.came("10.0.0.66");
  stage.says(forged, call(carol));
  expect(stage.has("drop", own)).toBe(false);
  stage.up(own);
  stage.says(own, "S:0::\r\n");
  expect(isRefused(forged)).toBe(true);
  expect(stage.machine.facts()).toMatchObject({ forward: "name:carol", backward: 0 });
});

it("of two that call each other the smaller lets the greater wait, and closes its call once its own is answered", () => {
  stage.joined([bob, alice]);
  const { link: own } = stage.dialled;
  const his = stage.came();
  stage.says(his, call(bob));
  expect(isRefused(his)).toBe(false);
  stage.up(own);
  stage.says(own, "S:0::\r\n");
  expect(isRefused(his)).toBe(true);
  expect(stage.machine.facts()).toMatchObject({ forward: "name:bob", backward: 0 });
});

it("of two that call each other the smaller answers the greater when its own call has failed", () => {
  stage.joined([bob, alice]);
  const his = stage.came();
  stage.says(his, call(bob));
  stage.down(stage.dialled.link, "timed-out");
  expect(stage.textsTo(his)).toEqual(["S:0::\r\n"]);
  expect(stage.machine.facts()).toMatchObject({ backward: 1 });
});

it("a member has one link; a new call takes its place only when it was silent for 25 s", () => {
  const { link } = stage.linkedWith(bob);
  stage.list = [bob, alice];
  stage.run(24_800);
  const early = stage.came();
  stage.says(early, call(bob));
  expect(isRefused(early)).toBe(true);
  stage.says(link, textOf(bobHid, "bob", 1, "hi"));
  stage.run(24_999);
  const soon = stage.came();
  stage.says(soon, call(bob));
  expect(isRefused(soon)).toBe(true);
  stage.run(1);
  const late = stage.came();
  stage.says(late, call(bob));
  expect(stage.textsTo(late)).toEqual(["S:0::\r\n"]);
  expect(stage.machine.facts()).toMatchObject({ backward: 1 });
  stage.says(link, textOf(bobHid, "bob", 2, "under way"));
  expect(stage.heard).toEqual(["bob: hi", "bob: under way"]);
  stage.run(overlapMs);
  expect(stage.has("end", link)).toBe(true);
});

it("nobody takes a silent member's place from another address", () => {
  const away = { user: "bob", ip: "10.0.0.2", port: 5_002 };
  const { link } = stage.linkedWith(away);
  stage.list = [away, alice];
  stage.run(60_000);
  const forged = stage.came("10.0.0.66");
  stage.says(forged, call(away));
  expect(isRefused(forged)).toBe(true);
  expect(stage.has("drop", link)).toBe(false);
});

it("whoever calls from elsewhere is linked, until the member itself calls", () => {
  const away = { user: "bob", ip: "10.0.0.2", port: 5_002 };
  stage.joined([away, alice]);
  stage.list = [away, alice];
  stage.down(stage.dialled.link, "refused");
  const forged = stage.came("10.0.0.66");
  stage.says(forged, call(away));
  expect(stage.textsTo(forged)).toEqual(["S:0::\r\n"]);
  const own = stage.came(away.ip);
  stage.says(own, call(away));
  expect(stage.textsTo(own)).toEqual(["S:0::\r\n"]);
  expect(stage.has("drop", forged)).toBe(true);
  const again = stage.came("10.0.0.66");
  stage.says(again, call(away));
  expect(isRefused(again)).toBe(true);
  expect(stage.machine.facts()).toMatchObject({ backward: 1 });
});

it("what a caller says behind its call is heard once it is let in", () => {
  const leg = stage.joined([alice]);
  stage.run(1_000);
  const link = stage.came();
  stage.says(link, call(bob) + textOf(bobHid, "bob", 1, "hi"));
  expect(stage.heard).toEqual([]);
  stage.says(leg, membersText([bob, alice]));
  expect(stage.heard).toEqual(["bob: hi"]);
});

it("a call that is not made within 10 s is closed, also when it is made byte by byte", () => {
  stage.joined([bob, alice]);
  stage.list = [bob, alice];
  const [mute, slow] = [stage.came(), stage.came()];
  for (const byte of "P:den:bob:") {
    stage.says(slow, byte);
    stage.run(999);
  }
  expect([isRefused(mute), isRefused(slow)]).toEqual([false, false]);
  stage.run(10);
  expect([isRefused(mute), isRefused(slow)]).toEqual([true, true]);
});

it(`${callersPerHostMax} calls of one address wait at a time, one more is closed, those of others are not`, () => {
  stage.joined([bob, alice]);
  const links = Array.from({ length: callersPerHostMax + 1 }, () => stage.came());
  expect(links.map(isRefused)).toEqual(links.map((_, i) => i === callersPerHostMax));
  expect(isRefused(stage.came("127.0.0.2"))).toBe(false);
});

it(`${callersMax} calls wait at a time; one more costs the one that waits longest its place`, () => {
  stage.joined([bob, alice]);
  const links = Array.from({ length: callersMax + 1 }, (_, i) => stage.came(`127.0.1.${i}`));
  expect(links.map(isRefused)).toEqual(links.map((_, i) => i === 0));
});

it(`${linksMax} members are linked, one more is closed`, () => {
  const many = Array.from({ length: linksMax + 1 }, (_, i) => ({
    user: `p${i}`,
    ip: "127.0.0.1",
    port: 6_000 + i,
  }));
  stage.joined([alice]);
  stage.list = [...many, alice];
  stage.run(20_000);
  const links = many.map((member) => {
    const link = stage.came();
    stage.says(link, call(member));
    // Nobody whom we call ourselves is there.
    for (let dials = 0; dials < stage.dials.length && stage.dialled.to.port !== server.port;) {
      dials = stage.dials.length;
      stage.down(stage.dialled.link, "refused");
    }
    return link;
  });
  expect(links.map(isRefused)).toEqual(links.map((_, i) => i === linksMax));
  expect(count("caller-links-full")).toBe(1);
  const dials = stage.dials.length;
  stage.run(60_000);
  expect(stage.dials.length).toBe(dials); // a forward link would be one too many
});

it("a refused caller that does not close is broken off after 2 s", () => {
  stage.joined([bob, alice]);
  const link = stage.came();
  stage.says(link, "X::\r\n");
  stage.run(1_999);
  expect(stage.has("drop", link)).toBe(false);
  stage.run(1);
  expect(stage.has("drop", link)).toBe(true);
});
