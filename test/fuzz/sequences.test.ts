/** Sequences of whatever a driver, the network and the core may say, in any order, against both LAN machines. */
import { queryObjects } from "node:v8";
import { describe, expect, test } from "vitest";
import { newMessageId } from "../../src/base/ids.ts";
import { seededRandom, wholeBetween, type Random } from "../../src/base/random.ts";
import { hourMs, minuteMs } from "../../src/base/time.ts";
import { TokenBucket } from "../../src/base/token-bucket.ts";
import type { InterfaceAddress } from "../../src/protocols/machine.ts";
import { bodyBytesMax, writeBody } from "../../src/protocols/lan/sealed.ts";
import { ratedAddressesMax } from "../../src/protocols/lan/rates.ts";
import { peopleMax } from "../../src/protocols/lan/roster.ts";
import { present } from "../../src/base/assert.ts";
import * as corpus from "./corpus.ts";
import { DrivenLan } from "./driven-lan.ts";
import { firstSeed, latin1, measured, runsOf } from "./fuzz.ts";
import { mutated, pick } from "./mutation.ts";
import { variants, type Variant } from "./one-link.ts";

const patienceMs = 30_000 + 2 * runsOf(1);
const steps = 80;
/** A sequence costs about as much as so many inputs of a parser. */
const sequenceCost = 20;
/** All that a machine waits for has come or been given up by then. */
const settledMs = 5 * minuteMs;

describe.each(variants)("the machine of the variant %s", (variant) => {
  test("keeps its side of the contract, whatever comes", { timeout: patienceMs }, () => {
    const runs = runsOf(sequenceCost);
    measured(`sequences of ${steps} inputs (${variant})`, runs, () => {
      for (let i = 0; i < runs; i++) {
        const seed = firstSeed * 1_000_000 + i;
        const tried: string[] = [];
        try {
          runSequence(variant, seed, tried);
        } catch (error) {
          throw new Error(`sequence ${seed}, after ${tried.slice(-12).join(", ")}: ${String(error)}`, {
            cause: error,
          });
        }
      }
    });
  });

  test("ten thousand hostile inputs fill no list beyond its limit", () => {
    const random = seededRandom(firstSeed);
    const driven = begun(variant, random);
    const before = queryObjects(TokenBucket, { format: "count" });
    for (let i = 0; i < 10_000; i++) {
      const host = `10.${i % 200}.${i >> 8}.${i % 251}`;
      const name = `crowd ${i}`;
      const bytes = new Uint8Array(Buffer.from(JSON.stringify({ username: name })));
      driven.take({ kind: "datagram", socket: "discovery", from: { host, port: 5_000 }, bytes });
      if (i % 3 === 0) say(driven, random, host);
      driven.pass(random.fraction() * 3, 0);
    }
    expect(driven.machine.facts().people).toBe(peopleMax);
    // Three rates, each with its addresses: announcements, strangers, companions.
    const buckets = queryObjects(TokenBucket, { format: "count" }) - before;
    expect(buckets).toBeLessThanOrEqual(3 * ratedAddressesMax);
    expect(driven.links.size).toBeLessThanOrEqual(1);
  });
});

/** A stranger's connection, from its beginning to its end. */
function say(driven: DrivenLan, random: Random, host: string): void {
  driven.accept(host);
  for (const link of [...driven.links.keys()].filter((id) => id > 0)) {
    driven.bytes(link, random.bytes(20));
    driven.finish(link);
    driven.down(link, true);
  }
}

function begun(variant: Variant, random: Random): DrivenLan {
  const driven = new DrivenLan(variant, random);
  driven.take({
    kind: "intent",
    intent: { kind: "present", me: { name: "alice", availability: "available" } },
  });
  driven.take({ kind: "intent", intent: { kind: "start" } });
  return driven;
}

function runSequence(variant: Variant, seed: number, tried: string[]): void {
  const random = seededRandom(seed);
  const driven = begun(variant, random);
  const sent: string[] = [];
  const names = Object.keys(deeds);
  for (let left = steps; left > 0; left--) {
    const name = names[wholeBetween(random, 0, names.length - 1)] ?? "";
    tried.push(name);
    present(deeds[name], "a deed")(driven, random, sent);
  }
  tried.push("the end");
  windUp(driven);
  expect(driven.outcomes.toSorted(), "each message ends in one outcome").toEqual(sent.toSorted());
}

/** Everybody leaves and nobody can be reached; then nothing of the links may be left. */
function windUp(driven: DrivenLan): void {
  while (driven.links.size > 0) for (const link of driven.links.keys()) driven.down(link);
  for (const ticket of driven.questions.keys()) driven.answer(ticket, true);
  for (let passed = 0; passed < settledMs; passed += minuteMs) {
    driven.pass(minuteMs, 0);
    while (driven.links.size > 0) for (const link of driven.links.keys()) driven.down(link);
  }
}

type Deed = (driven: DrivenLan, random: Random, sent: string[]) => void;

const hosts = ["10.0.0.2", "10.0.0.3", "10.9.9.9", "fe80::1"] as const;
const recipients = [
  `key:${corpus.bobCard.signText}`,
  "name:Ece",
  "address:10.0.0.3",
  "name:nobody",
  "key:none",
] as const;

/** A live link, a dead one, or one that never was. */
function someLink(driven: DrivenLan, random: Random): number {
  const links = [...driven.links.keys()];
  return links[wholeBetween(random, 0, links.length)] ?? 0;
}

function inputFor(random: Random): Uint8Array {
  const all = [...corpus.classicStreams, ...corpus.streams2025.slice(1), corpus.receipt].map(latin1);
  const [first = "", ...rest] = all;
  const specimen = pick(random, [first, ...rest]);
  const text = random.fraction() < 0.5 ? specimen : mutated(random, specimen, [first, ...rest], "bytes");
  return new Uint8Array(Buffer.from(text, "latin1"));
}

const deeds: Readonly<Record<string, Deed>> = {
  accept: (driven, random) => driven.accept(pick(random, hosts)),
  bytes: (driven, random) => driven.bytes(someLink(driven, random), inputFor(random)),
  "bytes again": (driven, random) => driven.bytes(someLink(driven, random), inputFor(random)),
  "a sealed message": (driven, random) => {
    const text = "x".repeat(wholeBetween(random, 0, 2_000));
    const body = writeBody({ kind: "text", id: newMessageId(random), at: 1, text }).subarray(0, bodyBytesMax);
    const link = someLink(driven, random);
    driven.bytes(link, corpus.sealedBody(body).bytes);
    driven.finish(link);
  },
  "the other side finishes": (driven, random) => driven.finish(someLink(driven, random)),
  "a link breaks": (driven, random) => driven.down(someLink(driven, random), random.fraction() < 0.3),
  "a dial is decided": (driven, random) =>
    driven.decideDial(someLink(driven, random), random.fraction() < 0.7),
  "bytes of a link that is gone": (driven, random) => {
    const link = wholeBetween(random, -40, 40);
    if (!driven.links.has(link)) driven.take({ kind: "bytes", link, bytes: inputFor(random) });
  },
  "an end of a link that is gone": (driven, random) => {
    const link = wholeBetween(random, -40, 40);
    if (!driven.links.has(link)) driven.take({ kind: "linkEnd", link });
  },
  drained: (driven, random) => driven.take({ kind: "drained", link: someLink(driven, random) }),
  announcement: (driven, random) => {
    const bytes = pick(random, corpus.announcements);
    driven.take({
      kind: "datagram",
      socket: "discovery",
      from: { host: pick(random, hosts), port: 5_000 },
      bytes,
    });
  },
  "a damaged announcement": (driven, random) => {
    const whole = latin1(pick(random, corpus.announcements));
    const bytes = new Uint8Array(Buffer.from(mutated(random, whole, [whole], "bytes"), "latin1"));
    driven.take({
      kind: "datagram",
      socket: "broadcasts",
      from: { host: pick(random, hosts), port: 9 },
      bytes,
    });
  },
  wake: (driven) => driven.take({ kind: "wake" }),
  "a moment passes": (driven, random) => driven.pass(random.fraction() * 500, 0),
  "seconds pass": (driven, random) => driven.pass(random.fraction() * 12_000, 0),
  "the program hangs": (driven, random) =>
    driven.pass(random.fraction() * 200_000, random.fraction() * 20_000),
  "hours pass": (driven, random) => driven.pass(random.fraction() * 10 * hourMs, 50),
  "the clock steps": (driven, random) => driven.stepClock((random.fraction() - 0.5) * 80_000 * hourMs),
  "an answer": (driven, random) => {
    for (const ticket of driven.questions.keys()) driven.answer(ticket, random.fraction() < 0.7);
  },
  "a socket opens or fails": (driven, random) => {
    for (const name of driven.opening) driven.settle(name, random.fraction() < 0.7);
  },
  "a socket is lost": (driven, random) => {
    const name = pick(random, ["discovery", "messages", "broadcasts", "never heard of"]);
    if (!driven.opening.has(name)) driven.take({ kind: "listenFailed", name, why: "other" });
  },
  interfaces: (driven, random) => {
    const here = { interface: "eth0", address: "10.0.0.1", broadcast: "10.0.0.255", loopback: false };
    const loopback = { interface: "lo", address: "127.0.0.1", loopback: true };
    const addresses = pick<readonly InterfaceAddress[]>(random, [[here, loopback], [loopback], [here]]);
    driven.take({ kind: "interfaces", addresses });
  },
  "a new name": (driven, random) => {
    const name = pick(random, ["alice", "Ali", "\0", "x".repeat(500), "\ud800"]);
    const availability = pick(random, ["available", "busy", "away"]);
    driven.take({ kind: "intent", intent: { kind: "present", me: { name, availability } } });
  },
  send: (driven, random, sent) => {
    const id = newMessageId(random);
    const text = pick(random, ["hello", "", "ü".repeat(3_000), "\ud800", "x".repeat(70_000)]);
    sent.push(id);
    const body = { kind: pick(random, ["text", "action"]), text } as const;
    const outgoing = { id, to: pick(random, recipients), body, at: 1, sealedOnly: random.fraction() < 0.3 };
    driven.take({ kind: "intent", intent: { kind: "send", outgoing } });
  },
  acknowledge: (driven, random) => {
    const token = driven.tokens[wholeBetween(random, 0, driven.tokens.length)] ?? 99;
    driven.take({ kind: "intent", intent: { kind: "acknowledge", token } });
  },
};
