/** Members of a room find each other and stay together, whoever dies, whatever is cut, whether or not the server lives. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { RoomsLab, type Peer } from "../../../../test/rooms/lab.ts";
import { minuteMs, secondMs } from "../../../base/time.ts";
import { overlapMs } from "./links.ts";

/** Runs until the living are one component again; how long (ms) it took, or Infinity. */
function repairMs(lab: RoomsLab, peers: readonly Peer[] = lab.peers, withinMs: number = minuteMs): number {
  const stepMs = 100;
  for (let ms = 0; ms <= withinMs; ms += stepMs) {
    if (lab.components(peers).length === 1) return ms;
    lab.run(stepMs);
  }
  return Infinity;
}

/** Everybody says something, and everybody else hears it once and nothing else. */
function expectTalk(lab: RoomsLab, peers: readonly Peer[] = lab.peers): void {
  const living = peers.filter(({ alive }) => alive);
  const before = new Map(living.map((peer) => [peer, peer.heard.length]));
  const stamp = String(lab.scheduler.time);
  for (const peer of living) peer.say(`${peer.name} at ${stamp}`);
  lab.run(20 * secondMs);
  for (const peer of living) {
    const heard = peer.heard.slice(before.get(peer));
    const others = living.filter((other) => other !== peer);
    expect([...heard].sort()).toEqual(others.map(({ name }) => `${name}: ${name} at ${stamp}`).sort());
  }
}

/** No pair of members is linked twice or only as one of them sees it; nobody has dialled more than one of its links. */
function expectSoundLinks(lab: RoomsLab, peers: readonly Peer[]): void {
  lab.run(overlapMs);
  const living = peers.filter(({ alive }) => alive);
  for (const peer of living) {
    expect(peer.links.filter((link) => link.endsWith("forward")).length).toBeLessThanOrEqual(1);
    for (const other of living) {
      const [here, there] = [peer.wayTo(other), other.wayTo(peer)];
      const mirrored = { forward: "backward", backward: "forward", none: "none" } as const;
      expect(there, `${peer.name} and ${other.name}`).toBe(mirrored[here]);
    }
  }
}

function bestLinked(peers: readonly Peer[]): Peer {
  const sorted = peers.filter(({ alive }) => alive).toSorted((a, b) => b.links.length - a.links.length);
  const [best] = sorted;
  if (best === undefined) throw new Error("somebody lives");
  return best;
}

function killTwo(peers: readonly Peer[]): void {
  bestLinked(peers).crash();
  bestLinked(peers).crash();
}

it("two members share exactly one link", () => {
  const lab = new RoomsLab();
  const [alice, bob] = [lab.peer("alice"), lab.peer("bob")];
  alice.join();
  lab.run(secondMs);
  bob.join();
  lab.run(secondMs);
  expect([alice.links, bob.links]).toEqual([["bob backward"], ["alice forward"]]);
});

it.each([3, 4, 5, 8, 13, 50])(
  "a room of %i is one component in which everybody hears everybody once",
  (count) => {
    const lab = new RoomsLab(count);
    lab.roomOf(count);
    expect(lab.components().length).toBe(1);
    expectSoundLinks(lab, lab.peers);
    expectTalk(lab);
  },
  60_000,
);

it("members who all come at one moment end as one component with sound links", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 9 }), fc.integer({ max: 1e6 }), (count, seed) => {
      const lab = new RoomsLab(seed);
      const peers = Array.from({ length: count }, (_, i) => lab.peer(`p${i}`));
      lab.run(secondMs);
      for (const peer of peers) peer.join();
      lab.run(25 * secondMs);
      expect(lab.components().length).toBe(1);
      expectSoundLinks(lab, peers);
      expectTalk(lab);
    }),
    { numRuns: 60 },
  );
});

it("when the best-linked of five dies, the others are one component again within seconds", () => {
  const lab = new RoomsLab();
  const peers = lab.roomOf(5);
  bestLinked(peers).crash();
  expect(repairMs(lab)).toBeLessThanOrEqual(5 * secondMs);
  expectTalk(lab);
});

it("when two of five die, and one of them comes back, all who live talk again", () => {
  const lab = new RoomsLab();
  const peers = lab.roomOf(5);
  killTwo(peers);
  expect(repairMs(lab)).toBeLessThanOrEqual(5 * secondMs);
  expectTalk(lab);
  const dead = peers.find(({ alive }) => !alive);
  if (dead === undefined) throw new Error("two are dead");
  dead.host.start();
  const back = lab.peer(dead.name, { host: dead.host, kept: dead.kept });
  back.join();
  lab.run(25 * secondMs);
  expect(lab.components().length).toBe(1);
  expectTalk(lab);
});

it("any of those in a room may die, by a kill or without a word, and the others stay together", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 12 }),
      fc.integer({ max: 1e6 }),
      fc.array(fc.tuple(fc.nat(), fc.boolean()), { minLength: 1, maxLength: 6 }),
      (count, seed, deaths) => {
        const lab = new RoomsLab(seed);
        const peers = lab.roomOf(count);
        for (const [which, silent] of deaths) {
          const living = peers.filter(({ alive }) => alive);
          if (living.length > 2) living[which % living.length]?.crash(silent ? "power-cut" : "killed");
        }
        // Whoever vanished without a word is noticed by TCP keep-alive: 15 s, then three times 5 s.
        lab.run(32 * secondMs);
        expect(repairMs(lab)).toBeLessThanOrEqual(5 * secondMs);
        expectSoundLinks(lab, peers);
        expectTalk(lab);
      },
    ),
    { numRuns: 40 },
  );
});

it("without the server the talk goes on, and its loss and return are told", () => {
  const lab = new RoomsLab();
  const peers = lab.roomOf(5);
  lab.server.stop();
  lab.run(minuteMs);
  expect(lab.components().length).toBe(1);
  expectTalk(lab);
  const [alice] = peers;
  expect(alice?.told("health").at(-1)?.health).toMatchObject({
    state: "degraded",
    why: { code: "server-lost", details: { server: "10.0.0.1:32340", why: "refused" } },
  });
  lab.server.start();
  lab.run(31 * secondMs);
  expect(alice?.told("health").at(-1)?.health).toEqual({ state: "up" });
  expect([...lab.server.names()].sort()).toEqual(peers.map(({ name }) => name));
  expect(lab.components().length).toBe(1);
});

it("while a server that has lost its memory is told again who is there, no text is lost and nobody cut off", () => {
  const lab = new RoomsLab(7);
  const peers = lab.roomOf(9);
  lab.server.stop();
  lab.run(10 * secondMs);
  lab.server.start();
  for (let round = 0; round < 3; round++) {
    lab.run(2 * secondMs);
    expectTalk(lab);
  }
  expect(lab.components(peers).length).toBe(1);
});

it("a partition that heals is one component again within 25 s of both sides standing in the list", () => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 12 }), fc.integer({ max: 1e6 }), (count, seed) => {
      const lab = new RoomsLab(seed);
      const peers = lab.roomOf(count);
      const away = peers.filter((_, i) => i % 2 === 0);
      lab.part(away);
      lab.run(5 * minuteMs);
      expect(lab.components().length).toBeGreaterThan(1);
      lab.wire.mendAll();
      for (let ms = 0; lab.server.names().length < count && ms < 90; ms++) lab.run(secondMs);
      expect(lab.server.names().length).toBe(count);
      expect(repairMs(lab)).toBeLessThanOrEqual(25 * secondMs);
      expectTalk(lab);
    }),
    { numRuns: 15 },
  );
}, 60_000);

it("once the ring is whole everybody is linked to the next one on it", () => {
  const lab = new RoomsLab(3);
  const peers = lab.roomOf(12);
  lab.part(peers.slice(0, 6));
  lab.run(5 * minuteMs);
  lab.wire.mendAll();
  lab.run(3 * minuteMs);
  const ring = peers.toSorted((a, b) =>
    BigInt(a.machine.facts().hid ?? 0) < BigInt(b.machine.facts().hid ?? 0) ? -1 : 1,
  );
  for (const [i, peer] of ring.entries()) {
    const next = ring[(i + 1) % ring.length];
    expect(next !== undefined && peer.isLinkedTo(next), peer.name).toBe(true);
  }
});

it("what all say at once, a hundred texts each, arrives once everywhere and in the order of each", () => {
  const lab = new RoomsLab(5);
  const peers = lab.roomOf(6);
  const texts = Array.from({ length: 100 }, (_, i) => `text ${i}`);
  for (const text of texts) for (const peer of peers) peer.say(text);
  lab.run(2 * minuteMs);
  for (const peer of peers)
    for (const other of peers) {
      const heard = peer
        .told("arrived")
        .flatMap(({ from, text }) => (from.name === other.name ? [text] : []));
      expect(heard, `${peer.name} of ${other.name}`).toEqual(peer === other ? [] : texts);
    }
});
