/** The search for the forward link: around the ring, patient, and back to the ring when it has moved. */
import { beforeEach, expect, it } from "vitest";
import { alice, bob, bobHid, carol, Stage, textOf } from "../../../../test/rooms/stage.ts";
import { newMessageId } from "../../../base/ids.ts";
import { seededRandom } from "../../../base/random.ts";
import type { Member } from "../messages.ts";
import { hidOf } from "../sdbm.ts";
import { overlapMs } from "./links.ts";
import { Membership } from "./membership.ts";

/** Around the ring from alice: in the order in which she calls them. */
const others: readonly Member[] = Array.from({ length: 4 }, (_, i) => ({
  user: `p${i}`,
  ip: "127.0.0.1",
  port: 6_000 + i,
}));
const ring = ringOf(others);

function ringOf(members: readonly Member[]): readonly Member[] {
  const membership = new Membership(alice);
  membership.update(members, false);
  return membership.ring.map(({ member }) => member);
}

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});

/** The ports that were dialled, without the server's. */
function called(): readonly number[] {
  return stage.dials.map(({ to }) => to.port).filter((port) => port !== 32_340);
}

function answerLast(): number {
  const { link } = stage.dialled;
  stage.up(link);
  stage.says(link, "S:0::\r\n");
  return link;
}

it("one after the other is called until one answers; then nobody else", () => {
  stage.joined([...others, alice]);
  stage.down(stage.dialled.link, "refused");
  stage.down(stage.dialled.link, "timed-out");
  answerLast();
  stage.run(1_000);
  expect(called()).toEqual(ring.slice(0, 3).map(({ port }) => port));
  expect(stage.machine.facts().forward).toBe(`name:${ring[2]?.user ?? ""}`);
});

it("who accepts and does not answer within 2 s, closes, or says something else is passed over", () => {
  stage.joined([...others, alice]);
  const first = stage.dialled.link;
  stage.up(first);
  stage.run(1_999);
  expect(called().length).toBe(1);
  stage.run(1);
  expect(stage.has("end", first)).toBe(true);
  stage.up();
  stage.end(stage.dialled.link);
  stage.up();
  stage.says(stage.dialled.link, "F:go away::\r\n");
  expect(called()).toEqual(ring.map(({ port }) => port));
});

it("when nobody can be reached that is told, and tried again after 2 to 20 s, ever later", () => {
  stage.joined([bob, alice]);
  stage.list = [bob, alice];
  stage.down(stage.dialled.link, "refused");
  expect(stage.told("health").at(-1)?.health).toMatchObject({ state: "degraded", why: { code: "no-link" } });
  const times: number[] = [];
  for (let i = 0; i < 8; i++) {
    const before = stage.mono;
    for (const calls = called().length; called().length === calls;) stage.run(100);
    times.push(stage.mono - before);
    stage.down(stage.dialled.link, "refused");
  }
  expect(times[0]).toBe(2_000);
  for (const ms of times) expect(ms).toBeGreaterThanOrEqual(2_000);
  for (const ms of times) expect(ms).toBeLessThanOrEqual(20_100);
  expect(Math.max(...times)).toBeGreaterThan(5_000);
  const calls = called().length;
  stage.run(20_000);
  answerLast();
  expect(called().length).toBeGreaterThan(calls);
  expect(stage.told("health").at(-1)?.health).toEqual({ state: "up" });
});

it("whoever is let in while it is searched does not make it begin with the first again", () => {
  // Of greater HID than ours: their calls wait for the end of our own.
  const greater = ring.filter((member) => hidOf(member) > hidOf(alice));
  const last = greater.at(-1);
  if (last === undefined || greater.length < 2) throw new Error("a ring");
  stage.joined([...greater, alice]);
  while (stage.dialled.to.port !== last.port) stage.down(stage.dialled.link, "refused");
  const link = stage.came();
  stage.says(link, `P:den:${last.user}:${last.ip}:${last.port}:0::\r\n`);
  stage.down(stage.dialled.link, "refused");
  expect(stage.textsTo(link)).toEqual(["S:0::\r\n"]);
  expect(called()).toEqual(greater.map(({ port }) => port));
});

it("to be alone, or called by all others, is no trouble", () => {
  stage.joined([alice]);
  stage.list = [alice];
  stage.run(60_000);
  expect(called()).toEqual([]);
  expect(stage.told("health").at(-1)?.health).toEqual({ state: "up" });
  stage = new Stage();
  stage.linkedWith(carol);
  stage.list = [carol, alice];
  const calls = called().length;
  stage.run(60_000);
  expect(called().length).toBe(calls);
  expect(stage.told("health").at(-1)?.health).toEqual({ state: "up" });
});

it("when the forward link breaks the next one is called at once", () => {
  stage.joined([...others, alice]);
  const link = answerLast();
  stage.down(link, "reset");
  expect(called()).toEqual([ring[0]?.port, ring[0]?.port]);
  stage.down(stage.dialled.link, "refused");
  expect(called().at(-1)).toBe(ring[1]?.port);
});

it("whoever has called is not called", () => {
  const leg = stage.joined([alice]);
  expect(leg).toBeLessThan(0);
  const first = ring[0];
  if (first === undefined) throw new Error("a ring");
  stage.list = [...others, alice];
  stage.run(19_000);
  const link = stage.came();
  stage.says(link, `P:den:${first.user}:${first.ip}:${first.port}:0::\r\n`);
  expect(stage.textsTo(link)).toEqual(["S:0::\r\n"]);
  expect(called()).toEqual([ring[1]?.port]);
});

it("back to the ring: whoever is nearer takes the place of the forward link, and before that one is closed it stands", () => {
  stage.joined([...others, alice]);
  stage.list = [...others, alice];
  stage.down(stage.dialled.link, "refused");
  const far = answerLast();
  stage.run(19_900);
  expect(called().length).toBe(2);
  stage.run(200);
  expect(called().at(-1)).toBe(ring[0]?.port);
  const near = stage.dialled.link;
  stage.up(near);
  stage.says(near, "S:0::\r\n");
  stage.run(overlapMs - 1);
  expect(stage.has("end", far)).toBe(false);
  stage.run(1);
  expect(stage.has("end", far)).toBe(true);
  expect(stage.machine.facts().forward).toBe(`name:${ring[0]?.user ?? ""}`);
  stage.run(60_000);
  expect(called().length).toBe(3);
});

it("back to the ring: a member that comes in between is called at once", () => {
  const [first, second] = ring;
  if (first === undefined || second === undefined) throw new Error("a ring");
  stage.joined([second, alice]);
  const far = answerLast();
  stage.list = [first, second, alice];
  stage.run(20_000);
  expect(called()).toEqual([second.port, first.port]);
  answerLast();
  stage.run(overlapMs);
  expect(stage.has("end", far)).toBe(true);
});

it("back to the ring: who cannot be reached costs nothing but the try", () => {
  stage.joined([...others, alice]);
  stage.list = [...others, alice];
  stage.down(stage.dialled.link, "refused");
  const far = answerLast();
  stage.run(20_000);
  stage.down(stage.dialled.link, "refused");
  expect(stage.has("end", far)).toBe(false);
  expect(stage.machine.standing().state).toBe("connected");
});

it("a link that is given up still says what waits on it, and hears what is under way", () => {
  const [first, second] = ringOf([bob, carol]);
  if (first === undefined || second === undefined) throw new Error("a ring");
  stage.joined([second, alice]);
  const far = answerLast();
  stage.run(1_000);
  for (const text of ["one", "two"])
    stage.tell({ kind: "send", message: newMessageId(seededRandom(1)), room: "den", text });
  // Somebody unknown speaks, so that the list is asked for now.
  stage.list = [first, second, alice];
  stage.says(far, textOf("1", "nobody", 1, "hi"));
  const near = answerLast();
  expect(stage.has("end", far)).toBe(false);
  stage.run(20);
  expect(stage.textsTo(far).filter((text) => text.startsWith("T:")).length).toBe(2);
  stage.run(overlapMs);
  expect(stage.has("end", far)).toBe(true);
  stage.says(far, textOf(bobHid, "bob", 1, "under way"));
  expect(stage.heard).toEqual(["bob: under way"]);
  expect(stage.textsTo(near).filter((text) => text.startsWith("T:")).length).toBe(0);
  stage.down(far);
  expect(stage.machine.standing().state).toBe("connected");
});

/** Bob is called and answers; then he is out of the list for a while. `meanwhile`: just before he is back in it. */
function bobWasAway(meanwhile: (link: number) => void = () => undefined): number {
  stage.joined([bob, alice]);
  const link = answerLast();
  stage.list = [alice];
  stage.run(30_000);
  meanwhile(link);
  stage.list = [bob, alice];
  stage.run(20_000);
  return link;
}

it("a silent link to whoever was out of the list and is back in it is tried anew, once", () => {
  const old = bobWasAway();
  expect(called()).toEqual([bob.port, bob.port]);
  const fresh = answerLast();
  expect(stage.machine.standing().joined?.members).toMatchObject([{ link: "forward" }, { link: "none" }]);
  stage.run(overlapMs);
  expect(stage.has("end", old)).toBe(true);
  expect(stage.has("end", fresh)).toBe(false);
  stage.run(60_000);
  expect(called()).toHaveLength(2);
});

it("a link that was heard lately is in no doubt", () => {
  bobWasAway((link) => stage.says(link, textOf(bobHid, "bob", 1, "I am here")));
  expect(called()).toEqual([bob.port]);
});

it("whoever refuses the doubt keeps the link", () => {
  const old = bobWasAway();
  const { link } = stage.dialled;
  stage.up(link);
  stage.end(link);
  stage.run(60_000);
  expect(stage.has("end", old)).toBe(false);
  expect(stage.machine.standing().state).toBe("connected");
  expect(called()).toHaveLength(2);
});

it("of two who doubt the link between them at one moment the call of the smaller stands", () => {
  const old = bobWasAway();
  const { link } = stage.dialled;
  stage.up(link);
  const theirs = stage.came(bob.ip);
  stage.says(theirs, `P:den:bob:${bob.ip}:${bob.port}:0::\r\n`);
  expect(stage.textsTo(theirs)).toEqual([]);
  stage.says(link, "S:0::\r\n");
  expect([stage.textsTo(theirs), stage.has("end", theirs)]).toEqual([[], true]);
  stage.run(overlapMs);
  expect([stage.has("end", old), stage.has("end", link)]).toEqual([true, false]);
  expect(stage.machine.facts()).toMatchObject({ forward: "name:bob", backward: 0 });
});

it("once the server is back the silent link to the next on the ring is tried anew", () => {
  const leg = stage.joined([bob, alice]);
  stage.list = [bob, alice];
  answerLast();
  stage.run(30_000);
  stage.down(leg, "reset");
  stage.run(2_000);
  expect(called()).toEqual([bob.port]);
  stage.up();
  expect(called()).toEqual([bob.port, bob.port]);
});

it("an address that a list must not lead to is not called", () => {
  stage.joined([{ user: "mallory", ip: "255.255.255.255", port: 1 }, { ...bob, ip: "0.0.0.0" }, alice]);
  expect(called()).toEqual([]);
  expect(stage.counters.get("dial-unusable-address")).toBe(2);
});
