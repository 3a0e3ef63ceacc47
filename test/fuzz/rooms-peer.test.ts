/** Sequences of whatever a driver, a server, members, strangers and the core may say, in any order, against our peer. */
import { describe, expect, test } from "vitest";
import { fromUtf8Leniently, toUtf8 } from "../../src/base/bytes.ts";
import { newMessageId } from "../../src/base/ids.ts";
import { seededRandom, wholeBetween, type Random } from "../../src/base/random.ts";
import { hourMs, minuteMs } from "../../src/base/time.ts";
import {
  encodeAccept,
  encodeDeparted,
  encodeHandshake,
  encodeMembers,
  encodePoke,
  encodePokeAnswer,
  encodeRefused,
  encodeRooms,
  encodeText,
} from "../../src/protocols/rooms/encode.ts";
import type { Member } from "../../src/protocols/rooms/messages.ts";
import type {
  RoomsAnswer,
  RoomsIntent,
  RoomsQuestion,
  RoomsReport,
} from "../../src/protocols/rooms/peer/contract.ts";
import { RoomsMachine } from "../../src/protocols/rooms/peer/machine.ts";
import { datagramSocket, listener } from "../../src/protocols/rooms/peer/own-port.ts";
import { hidOf } from "../../src/protocols/rooms/sdbm.ts";
import { cheapCrypto } from "../../src/sim/cheap-crypto.ts";
import { DrivenMachine } from "./driven-machine.ts";
import { firstSeed, latin1, measured, runsOf } from "./fuzz.ts";
import { mutated, pick } from "./mutation.ts";

const patienceMs = 30_000 + 2 * runsOf(1);
const steps = 120;
/** A sequence costs about as much as so many inputs of a parser. */
const sequenceCost = 20;
/** All that a machine waits for has come or been given up by then. */
const settledMs = 5 * minuteMs;

const server = { host: "10.0.0.9", port: 32_340 };
const rooms = ["den", "attic"] as const;
const hosts = ["10.0.0.2", "10.0.0.3", "10.0.0.66", "127.0.0.1"] as const;
const me: Member = { user: "alice", ip: "10.0.0.1", port: 5_001 };
const others: readonly [Member, ...Member[]] = [
  { user: "bob", ip: "10.0.0.2", port: 5_001 },
  { user: "carol", ip: "10.0.0.3", port: 5_001 },
  { user: "alice", ip: "10.0.0.3", port: 5_002 },
  { user: "dave", ip: "127.0.0.1", port: 1 },
];

describe("the peer of the rooms network", () => {
  test(
    "keeps its side of the contract and answers for everything once, whatever comes",
    { timeout: patienceMs },
    () => {
      const runs = runsOf(sequenceCost);
      measured(`sequences of ${steps} inputs to the rooms peer`, runs, () => {
        for (let i = 0; i < runs; i++) {
          const seed = firstSeed * 1_000_000 + i;
          const tried: string[] = [];
          try {
            new Sequence(seed).run(tried);
          } catch (error) {
            throw new Error(`sequence ${seed}, after ${tried.slice(-12).join(", ")}: ${String(error)}`, {
              cause: error,
            });
          }
        }
      });
    },
  );
});

class Sequence {
  readonly #random: Random;
  readonly #driven: DrivenMachine<RoomsIntent, RoomsReport, RoomsQuestion, RoomsAnswer>;
  readonly #asked: number[] = [];
  readonly #answered: number[] = [];
  readonly #sent: string[] = [];
  readonly #outcomes: string[] = [];
  /** Links whose other end was asked something, by the first letter of it. */
  readonly #askedOver = new Map<number, string>();

  constructor(seed: number) {
    const random = seededRandom(seed);
    this.#random = random;
    const config = { server, port: 5_001, address: me.ip };
    this.#driven = new DrivenMachine({
      ...{ random, via: listener },
      machine: new RoomsMachine({ config, random, crypto: cheapCrypto(), remembered: undefined }),
      answer: (question) =>
        question.kind === "resolve" ? { kind: "resolved", address: server.host } : { kind: "remembered" },
      heard: (report) => this.#hear(report),
      wrote: (link, bytes) => this.#askedOver.set(link, fromUtf8Leniently(bytes.subarray(0, 1))),
    });
  }

  run(tried: string[]): void {
    this.#intend({ kind: "start" });
    if (this.#random.fraction() < 0.9) this.#enter();
    const names = Object.keys(this.#deeds);
    for (let left = steps; left > 0; left--) {
      const name = names[wholeBetween(this.#random, 0, names.length - 1)] ?? "";
      tried.push(name);
      this.#deeds[name]?.();
    }
    tried.push("the end");
    this.#windUp();
    expect(this.#answered.toSorted(numerically), "each question of ours is answered once").toEqual(
      this.#asked,
    );
    expect(this.#outcomes.toSorted(), "each text ends in one outcome").toEqual(this.#sent.toSorted());
  }

  /** Most is about what happens in a room. */
  #enter(): void {
    this.#intend({ kind: "user", ticket: this.#ticket(), user: me.user });
    this.#intend({ kind: "join", ticket: this.#ticket(), room: "den", persistent: true });
    for (let round = 0; round < 4; round++) this.#goWell();
  }

  /** Whatever was asked of anybody is done. */
  #goWell(): void {
    for (const name of [...this.#driven.opening]) this.#driven.settle(name, true);
    for (const link of [...this.#driven.links.keys()]) this.#driven.decideDial(link, true);
    for (const ticket of [...this.#driven.questions.keys()]) this.#driven.answer(ticket, true);
    for (const [link, what] of [...this.#askedOver]) {
      this.#askedOver.delete(link);
      if (what === "J") this.#driven.bytes(link, encodeMembers([...this.#list(), me]));
      else if (what === "L") this.#driven.bytes(link, encodeRooms(rooms));
      else if (what === "D") this.#driven.bytes(link, encodeDeparted());
      else if (what === "P") this.#driven.bytes(link, encodeAccept(1n));
    }
  }

  /** Everything ends; then nobody is left whom we have a link to. */
  #windUp(): void {
    this.#intend({ kind: "quit" });
    for (const ticket of this.#driven.questions.keys()) this.#driven.answer(ticket, true);
    for (let passed = 0; passed < settledMs; passed += minuteMs) {
      this.#driven.pass(minuteMs, 0);
      for (const link of this.#driven.links.keys()) this.#driven.down(link);
    }
    expect(this.#driven.links.size).toBe(0);
  }

  #hear(report: RoomsReport): void {
    if (report.kind === "done" || report.kind === "listed" || report.kind === "refused")
      this.#answered.push(report.ticket);
    else if (report.kind === "outcome") this.#outcomes.push(report.message);
  }

  #intend(intent: RoomsIntent): void {
    this.#driven.take({ kind: "intent", intent });
  }

  #ticket(): number {
    const ticket = this.#asked.length;
    this.#asked.push(ticket);
    return ticket;
  }

  /** A live link, a dead one, or one that never was. */
  #someLink(): number {
    const links = [...this.#driven.links.keys()];
    return links[wholeBetween(this.#random, 0, links.length)] ?? 0;
  }

  /** What the other end of such a link may say, some of it in the wrong place, in parts, or damaged. */
  #speak(link: number): void {
    const isServer = this.#driven.links.get(link)?.remote.port === server.port;
    const isAstray = this.#random.fraction() < 0.05;
    const sensible = latin1(isServer === isAstray ? this.#memberSays() : this.#serverSays());
    const dice = this.#random.fraction();
    const text =
      dice < 0.75
        ? sensible
        : dice < 0.85
          ? sensible.slice(0, wholeBetween(this.#random, 0, sensible.length))
          : mutated(this.#random, sensible, [sensible, "L::\r\n"], "bytes");
    this.#driven.bytes(link, new Uint8Array(Buffer.from(text, "latin1")));
  }

  #serverSays(): Uint8Array {
    const dice = this.#random.fraction();
    if (dice < 0.7)
      return encodeMembers(this.#random.fraction() < 0.9 ? [...this.#list(), me] : this.#list());
    if (dice < 0.8) return encodeRooms(rooms);
    return dice < 0.9 ? encodeDeparted() : encodeRefused("no room for you");
  }

  #list(): readonly Member[] {
    return others.filter(() => this.#random.fraction() < 0.8);
  }

  #memberSays(): Uint8Array {
    const { user, ip, port } = pick(this.#random, others);
    const dice = this.#random.fraction();
    const id = BigInt(wholeBetween(this.#random, 0, 9));
    if (dice < 0.3) return encodeHandshake(pick(this.#random, rooms), { user, ip, port }, id);
    if (dice < 0.5) return encodeAccept(id);
    return this.#text(pick(this.#random, rooms));
  }

  #text(room: string): Uint8Array {
    const member = pick(this.#random, others);
    const id = BigInt(wholeBetween(this.#random, 0, 9));
    const content = toUtf8(pick(this.#random, ["hello", "", "x".repeat(499), "* bob waves"]));
    const originHid = this.#random.fraction() < 0.9 ? hidOf(member) : 1n;
    return encodeText({ room, originHid, originUser: member.user, id, content });
  }

  readonly #deeds: Readonly<Record<string, () => void>> = {
    user: () =>
      this.#intend({
        ...{
          kind: "user",
          ticket: this.#ticket(),
          user: pick(this.#random, ["alice", "alice", "", "a:b", "x".repeat(99)]),
        },
      }),
    list: () => this.#intend({ kind: "list", ticket: this.#ticket() }),
    join: () =>
      this.#intend({
        ...{
          kind: "join",
          ticket: this.#ticket(),
          room: pick(this.#random, ["den", "den", "attic", "", "a:b"]),
        },
        persistent: this.#random.fraction() < 0.5,
      }),
    leave: () => {
      if (this.#random.fraction() < 0.2) this.#intend({ kind: "leave", ticket: this.#ticket() });
    },
    send: () => {
      const message = newMessageId(this.#random);
      this.#sent.push(message);
      const text = pick(this.#random, ["hello", "", "ü".repeat(3_000), "\ud800", "x".repeat(9_000)]);
      this.#intend({ kind: "send", message, room: pick(this.#random, rooms), text });
    },
    poke: () => {
      const to = pick(this.#random, ["bob", "alice", "nobody", "name:bob"]);
      this.#intend({ kind: "poke", ticket: this.#ticket(), ...(this.#random.fraction() < 0.8 && { to }) });
    },
    "all goes well": () => this.#goWell(),
    "all goes well again": () => this.#goWell(),
    "a link says something": () => this.#speak(this.#someLink()),
    "every link says something": () => {
      for (const link of [...this.#driven.links.keys()]) this.#speak(link);
    },
    accept: () => this.#driven.accept(pick(this.#random, hosts)),
    "a member calls": () => {
      const member = pick(this.#random, others);
      this.#driven.accept(member.ip);
      const [link = 0] = [...this.#driven.links.keys()].slice(-1);
      this.#driven.bytes(link, encodeHandshake("den", member, 1n));
    },
    "a member talks": () => {
      for (const link of [...this.#driven.links.keys()]) this.#driven.bytes(link, this.#text("den"));
    },
    "the other side finishes": () => this.#driven.finish(this.#someLink()),
    "a link breaks": () => this.#driven.down(this.#someLink(), this.#random.fraction() < 0.3),
    "the dials are decided": () => {
      for (const link of [...this.#driven.links.keys()])
        this.#driven.decideDial(link, this.#random.fraction() < 0.8);
    },
    drained: () => this.#driven.take({ kind: "drained", link: this.#someLink() }),
    "a datagram": () => {
      const poke = encodePoke(pick(this.#random, rooms), pick(this.#random, others).user);
      const whole = this.#random.fraction() < 0.5 ? poke : encodePokeAnswer();
      const text =
        this.#random.fraction() < 0.8
          ? fromUtf8Leniently(whole)
          : mutated(this.#random, latin1(whole), ["A::\r\n"], "bytes");
      const from = { host: pick(this.#random, hosts), port: 5_001 };
      this.#driven.take({ kind: "datagram", socket: datagramSocket, from, bytes: toUtf8(text) });
    },
    wake: () => this.#driven.take({ kind: "wake" }),
    "a moment passes": () => this.#driven.pass(this.#random.fraction() * 500, 0),
    "seconds pass": () => this.#driven.pass(this.#random.fraction() * 25_000, 0),
    "the program hangs": () =>
      this.#driven.pass(this.#random.fraction() * 100_000, this.#random.fraction() * 20_000),
    "the clock steps": () => this.#driven.stepClock((this.#random.fraction() - 0.5) * 80_000 * hourMs),
    "the answers": () => {
      for (const ticket of [...this.#driven.questions.keys()])
        this.#driven.answer(ticket, this.#random.fraction() < 0.8);
    },
    "the sockets open or fail": () => {
      for (const name of [...this.#driven.opening]) this.#driven.settle(name, this.#random.fraction() < 0.9);
    },
    "a socket is lost": () => {
      const name = pick(this.#random, [listener, datagramSocket, "never heard of"]);
      const isRare = this.#random.fraction() < 0.2;
      if (isRare && !this.#driven.opening.has(name))
        this.#driven.take({ kind: "listenFailed", name, why: "other" });
    },
  };
}

function numerically(a: number, b: number): number {
  return a - b;
}
