/** That each kind of fault does what it says, to whom it says, and is over when all is to be well. */
import { expect, test } from "vitest";
import { hourMs, minuteMs } from "../base/time.ts";
import { cheapCrypto } from "./cheap-crypto.ts";
import { Faults } from "./faults.ts";
import { drawOptions, type FaultKind, type Options } from "./options.ts";
import { Person, type PersonWatch } from "./person.ts";
import { toyPlug } from "./testing/toy.ts";
import { noWhims } from "./driver-place.ts";
import type { Endpoint } from "./passage.ts";
import { fairWeather } from "./weather.ts";
import { World } from "./world.ts";

const lookEveryMs = 10_000;

/** Alice and bob in a world in which one kind of fault happens, as strong as can be. */
class Stage {
  readonly world = new World(1, false);
  readonly broken: unknown[] = [];
  readonly faults: Faults;
  readonly alice: Person;
  readonly bob: Person;

  constructor(...kinds: readonly FaultKind[]) {
    const faults = Object.fromEntries(kinds.map((kind) => [kind, 1]));
    const options: Options = { ...drawOptions(1, toyPlug, { hours: 1, realCrypto: false }), faults };
    const people: Person[] = [];
    this.faults = new Faults(this.world, options, people);
    [this.alice, this.bob] = [this.#person("alice", "10.0.0.1"), this.#person("bob", "10.0.0.2")];
    people.push(this.alice, this.bob);
    for (const person of people) person.start();
    this.faults.begin();
  }

  /** Lets time pass and looks now and then; in which share of the looks it held. */
  async shareOf(hours: number, holds: () => boolean): Promise<number> {
    let held = 0;
    const looks = (hours * hourMs) / lookEveryMs;
    for (let look = 0; look < looks; look++) {
      await this.world.run(lookEveryMs);
      if (holds()) held++;
    }
    return held / looks;
  }

  #person(name: string, address: string): Person {
    const { world, faults } = this;
    const { wire } = world;
    const watch: PersonWatch = {
      started: () => undefined,
      happened: () => undefined,
      broken: (_, error) => this.broken.push(error),
      promised: (promise) => world.await(promise, (error) => this.broken.push(error)),
    };
    return new Person({
      ...{ name, wire, plug: toyPlug, random: world.dice(), crypto: cheapCrypto(), watch, wrappers: {} },
      host: wire.addHost(name, [address]),
      whims: () => faults.whims(),
    });
  }
}

const addresses = ({ alice }: Stage): readonly string[] =>
  alice.host.interfaces.filter(({ loopback }) => !loopback).map((one) => one.address);

test.each<{ kind: FaultKind; so: string; isSo: (stage: Stage) => boolean; lasts?: true }>([
  { kind: "crashes", so: "somebody is down", isSo: ({ alice, bob }) => !alice.running || !bob.running },
  { kind: "full-disks", so: "a disk is full", isSo: ({ alice }) => alice.disk.full },
  { kind: "failing-writes", so: "a disk fails", isSo: ({ alice }) => alice.disk.failing > 0 },
  { kind: "cables", so: "there is no network", isSo: (stage) => addresses(stage).length === 0 },
  { kind: "cables", so: "there is another address", isSo: hasMoved, lasts: true },
  { kind: "renumbering", so: "there is another address", isSo: hasMoved, lasts: true },
  { kind: "second-cables", so: "there are two addresses", isSo: (stage) => addresses(stage).length === 2 },
  { kind: "lost-sockets", so: "a socket is gone", isSo: ({ alice }) => alice.host.sockets.length === 0 },
  { kind: "slow-readers", so: "a host is slow", isSo: ({ alice }) => alice.host.slowReading !== undefined },
  { kind: "partitions", so: "the way is cut", isSo: ({ world, alice, bob }) => !reaches(world, alice, bob) },
])("$kind: $so for some of the time, and not when all is well", async ({ kind, isSo, lasts }) => {
  const stage = new Stage(kind);
  const share = await stage.shareOf(12, () => isSo(stage));
  expect(share).toBeGreaterThan(0.001);
  expect(share).toBeLessThan(0.999);
  expect(stage.world.counts[kind]).toBeGreaterThan(10);
  stage.world.calmDown();
  stage.faults.heal();
  await stage.world.run(minuteMs);
  if (lasts !== true) expect(isSo(stage)).toBe(false);
  expect(stage.broken).toEqual([]);
});

test("clock-steps and clock-slews: the clocks of two hosts go apart", async () => {
  for (const [kind, leastMs] of [
    ["clock-steps", 1_000],
    ["clock-slews", 10],
  ] as const) {
    const stage = new Stage(kind);
    await stage.shareOf(12, () => true);
    const [a, b] = [stage.alice.host.clock.now(), stage.bob.host.clock.now()];
    expect(Math.abs(a.wall - b.wall), kind).toBeGreaterThan(leastMs);
  }
});

test("weather and whims are as the options say, and fair when all is well", () => {
  const { world, faults } = new Stage("loss", "duplicates", "delays", "slow-answers", "late-wakes");
  expect(world.wire.weather).toMatchObject({ loss: 0.4, duplicates: 0.15, delayMostMs: minuteMs });
  expect(faults.whims()).toMatchObject({ answersLate: 0.5, answersFailing: 0.125, answersDenied: 0.125 });
  expect(faults.whims().wakeLateMsMost).toBeGreaterThan(1_000);
  faults.heal();
  expect(world.wire.weather).toBe(fairWeather);
  expect(faults.whims()).toEqual(noWhims);
});

test("another program keeps its port when ours is killed, and ends when all is to be well", async () => {
  const stage = new Stage();
  const { alice, world } = stage;
  alice.host.listen({ at: { host: "0.0.0.0", port: 7_000 }, foreign: true, accept: () => false });
  alice.crash("killed", "now", () => undefined);
  expect(alice.host.listeners).toHaveLength(1);
  stage.faults.heal();
  await world.run(minuteMs);
  expect(alice.host.listeners).toHaveLength(0);
});

function hasMoved(stage: Stage): boolean {
  return addresses(stage).some((address) => address !== stage.alice.host.home);
}

function reaches({ wire }: World, from: Person, to: Person): boolean {
  return wire.passes(endOf(from), endOf(to));
}

function endOf({ host }: Person): Endpoint {
  return { host, address: host.home };
}
