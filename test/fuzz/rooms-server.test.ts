/** Whatever clients do in whatever order, the room server keeps its word to each of them and holds on to nothing. */
import { describe, expect, test } from "vitest";
import { toUtf8 } from "../../src/base/bytes.ts";
import { seededRandom, wholeBetween, type Random } from "../../src/base/random.ts";
import type { ServerReply } from "../../src/protocols/rooms/messages.ts";
import { replyStream } from "../../src/protocols/rooms/reply-stream.ts";
import { hidOf, msidOf } from "../../src/protocols/rooms/sdbm.ts";
import { membersPerLinkMax } from "../../src/protocols/rooms/server/contract.ts";
import { ServerScene, type Client } from "../../src/protocols/rooms/testing/room-server.ts";
import { firstSeed, measured, runsOf } from "./fuzz.ts";
import { mutated, pick } from "./mutation.ts";

const patienceMs = 30_000 + 2 * runsOf(1);
const steps = 80;
/** A sequence costs about as much as so many inputs of a parser. */
const sequenceCost = 20;
const roomsMax = 5;
/** Every member has been silent for too long by then, every room is destroyed, and every timer has run out. */
const settledMs = 120_000;

const hosts = ["10.0.0.1", "10.0.0.2", "127.0.0.1", "10.0.0.66"] as const;
const rooms = ["den", "attic", "hall", "loft", "yard", "barn", "shed"] as const;
const users = ["alice", "bob", "carol", "mallory"] as const;

describe("the room server", () => {
  test("keeps its word to everybody, whatever anybody does", { timeout: patienceMs }, () => {
    const runs = runsOf(sequenceCost);
    measured(`sequences of ${steps} deeds against the room server`, runs, () => {
      for (let i = 0; i < runs; i++) {
        const seed = firstSeed * 1_000_000 + i;
        const deeds: string[] = [];
        try {
          new Sequence(seed, deeds).run();
        } catch (error) {
          const before = deeds.slice(-12).join(", ");
          throw new Error(`sequence ${seed}, after ${before}: ${String(error)}`, { cause: error });
        }
      }
    });
  });
});

class Sequence {
  readonly #random: Random;
  readonly #deeds: string[];
  readonly #scene: ServerScene;
  readonly #clients: Client[] = [];

  constructor(seed: number, deeds: string[]) {
    this.#random = seededRandom(seed);
    this.#deeds = deeds;
    this.#scene = new ServerScene({ roomsMax, trustAddresses: this.#random.fraction() < 0.3 });
  }

  run(): void {
    for (let left = steps; left > 0; left--) {
      this.#act();
      this.#judge();
    }
    for (const client of this.#clients) if (isThere(client)) client.close();
    expect(this.#scene.machine.facts()).toMatchObject({ members: 0, connections: 0 });
    this.#scene.pass(settledMs);
    expect(this.#scene.machine.facts()).toEqual({ rooms: 0, members: 0, connections: 0 });
  }

  #act(): void {
    const there = this.#clients.filter(isThere);
    const client = there[wholeBetween(this.#random, 0, Math.max(0, there.length - 1))];
    const dice = this.#random.fraction();
    if (client === undefined || dice < 0.15) this.#connect();
    else if (dice < 0.7) this.#ask(client);
    else if (dice < 0.75) client.reads = !client.reads;
    else if (dice < 0.8) this.#done(`${client.link} finishes`, () => client.finish());
    else if (dice < 0.85) this.#done(`${client.link} closes`, () => client.close());
    else {
      const ms = pick(this.#random, [1, 100, 250, 5_000, 10_000, 20_000, 31_000, 61_000]);
      this.#done(`${ms} ms`, () => this.#scene.pass(ms));
    }
  }

  #done(what: string, deed: () => void): void {
    this.#deeds.push(what);
    deed();
  }

  #connect(): void {
    const host = pick(this.#random, hosts);
    this.#done(`connect ${host}`, () => this.#clients.push(this.#scene.connect(host)));
  }

  /** Mostly something sensible, some of it in pieces, a lot at a time, or damaged. */
  #ask(client: Client): void {
    if (client.state !== "open" || !client.reading) return;
    const sensible = this.#request();
    const dice = this.#random.fraction();
    const text =
      dice < 0.7
        ? sensible
        : dice < 0.8
          ? sensible.slice(0, wholeBetween(this.#random, 0, sensible.length))
          : dice < 0.85
            ? sensible.repeat(wholeBetween(this.#random, 1, 100))
            : mutated(this.#random, sensible, [sensible, "L::\r\n"], "bytes");
    this.#done(`${client.link} says ${JSON.stringify(text.slice(0, 60))}`, () => client.send(text));
  }

  #request(): string {
    const type = pick(this.#random, ["L", "J", "J", "J", "D"]);
    if (type === "L") return "L::\r\n";
    const ip = pick(this.#random, [...hosts, "localhost"]);
    return `${type}:${pick(this.#random, rooms)}:${pick(this.#random, users)}:${ip}:5000::\r\n`;
  }

  #judge(): void {
    const { rooms: open, members, connections } = this.#scene.machine.facts();
    expect(open).toBeLessThanOrEqual(roomsMax);
    expect(members).toBeLessThanOrEqual(connections * membersPerLinkMax);
    expect(connections).toBe(this.#clients.filter(isThere).length);
    for (const client of this.#clients) for (const text of client.heard()) judgeReply(text);
  }
}

function isThere({ state }: Client): boolean {
  return state === "open" || state === "ended";
}

/** One write is one whole message, and what it says is possible. */
function judgeReply(text: string): void {
  const stream = replyStream();
  stream.push(toUtf8(text), 0);
  const reading = stream.next(0);
  if (reading?.kind !== "message" || stream.unread > 0) throw new Error(`no reply: ${JSON.stringify(text)}`);
  judge(reading.message);
}

function judge(reply: ServerReply): void {
  if (reply.kind === "rooms") {
    expect(reply.skipped).toBe(0);
    expect(new Set(reply.rooms).size).toBe(reply.rooms.length);
  } else if (reply.kind === "members") {
    expect(reply).toMatchObject({ skipped: 0, msid: msidOf(reply.members) });
    expect(reply.members.length).toBeGreaterThan(0);
    expect(new Set(reply.members.map(hidOf)).size).toBe(reply.members.length);
  }
}
