/** Things that go wrong with one host or one person, each for a while or once for all. */
import { type Random, wholeBetween } from "../base/random.ts";
import { hourMs, minuteMs, secondMs } from "../base/time.ts";
import { type Host, segmentOf } from "./host.ts";
import type { CrashMoment, Person } from "./person.ts";
import { listen } from "./raw.ts";
import type { World } from "./world.ts";

/** At strength 1. */
const downMsMost = 10 * minuteMs;
const fullMsMost = 5 * minuteMs;
const failingMsMost = 5 * minuteMs;
const failingShareMost = 0.3;
const clockStepMsLeast = secondMs;
/** Ten years. */
const clockStepMsMost = 10 * 365.25 * 24 * hourMs;
/** The most by which a time service makes a clock go faster or slower. */
const slewMost = 500e-6;
const unpluggedMsMost = 10 * minuteMs;
const secondCableMsMost = 20 * minuteMs;
const portTakenMsMost = 10 * minuteMs;
const slowMsMost = 10 * minuteMs;
const slowBytesMost = 2_048;
const slowPauseMsMost = secondMs;

/** Where the addresses begin that go from hand to hand. */
const pooledLeast = 100;
/** The network that second cables lead to. */
const otherSegment = "10.0.1";

export interface MishapPlace {
  readonly world: World;
  readonly random: Random;
  /** Undoes it within `msMost`, unless all is undone before. */
  readonly forAWhile: (msMost: number, undo: () => void) => void;
}

/** One kind of mishap, as strong as it is in this world: above 0, at most 1. */
export type Mishap<Whom> = (place: MishapPlace, whom: Whom, strength: number) => void;

export const crash: Mishap<Person> = ({ world, random, forAWhile }, person) => {
  const manner = random.fraction() < 0.5 ? "killed" : "power-cut";
  const moments: readonly CrashMoment[] = ["now", "before-commit", "after-commit"];
  const moment = moments[wholeBetween(random, 0, 2)] ?? "now";
  const gently = random.fraction() < 0.1;
  world.trace.event(() => `${person.name} ${gently ? "stops" : `${manner} ${moment}`}`);
  const back = (): void => forAWhile(downMsMost, () => person.start());
  if (gently) person.stop(back);
  else person.crash(manner, moment, back);
};

export const fillDisk: Mishap<Person> = ({ world, forAWhile }, { name, disk }) => {
  world.trace.event(() => `${name}'s disk is full`);
  disk.full = true;
  forAWhile(fullMsMost, () => (disk.full = false));
};

/** In the middle of transactions, unlike a disk that is full. */
export const failWrites: Mishap<Person> = ({ world, random, forAWhile }, { name, disk }, strength) => {
  world.trace.event(() => `${name}'s disk fails now and then`);
  disk.failing = random.fraction() * strength * failingShareMost;
  forAWhile(failingMsMost, () => (disk.failing = 0));
};

export const stepClock: Mishap<Host> = ({ world, random }, { name, clock }) => {
  const size = clockStepMsLeast * (clockStepMsMost / clockStepMsLeast) ** random.fraction();
  const ms = Math.round(random.fraction() < 0.5 ? -size : size);
  world.trace.event(() => `${name}'s clock steps by ${ms} ms`);
  clock.step(ms);
};

export const slewClock: Mishap<Host> = ({ world, random }, { name, clock }, strength) => {
  const rate = 1 + (2 * random.fraction() - 1) * strength * slewMost;
  world.trace.event(() => `${name}'s clock goes at ${rate}`);
  clock.slew(rate);
};

export const unplug: Mishap<Host> = (place, host) => {
  place.world.trace.event(() => `${host.name} is unplugged`);
  host.connect([]);
  place.forAWhile(unpluggedMsMost, () => plugIn(place, host));
};

/** Whatever was before. */
export function leaveOneCable(place: MishapPlace, host: Host): void {
  const [first] = addressesOf(host);
  if (first === undefined) plugIn(place, host);
  else host.connect([first]);
}

/** Often with another address, one that somebody else may have had before. */
function plugIn({ world, random }: MishapPlace, host: Host): void {
  const free = freeAddresses(world, segmentOf(host.home));
  const address = free[Math.floor(random.fraction() * 2 * free.length)] ?? host.home;
  world.trace.event(() => `${host.name} is plugged in at ${address}`);
  host.connect([address]);
}

/** From one moment to the next, as when a lease ends; what was open hangs. */
export const renumber: Mishap<Host> = ({ world, random }, host) => {
  const [, cable] = host.interfaces;
  if (cable === undefined) return;
  const address = pickOf(freeAddresses(world, segmentOf(host.home)), random) ?? host.home;
  world.trace.event(() => `${host.name} is ${address} now`);
  host.connect([address, ...addressesOf(host).slice(1)]);
};

/** Into the same network, or another one that is there for those who have such a cable. */
export const addCable: Mishap<Host> = ({ world, random, forAWhile }, host) => {
  const [first, second] = addressesOf(host);
  if (first === undefined || second !== undefined) return;
  const segment = random.fraction() < 0.3 ? segmentOf(host.home) : otherSegment;
  const added = pickOf(freeAddresses(world, segment), random);
  if (added === undefined) return;
  world.trace.event(() => `${host.name} is plugged in at ${added} as well`);
  host.connect([first, added]);
  forAWhile(secondCableMsMost, () => {
    const others = addressesOf(host).filter((address) => address !== added);
    if (others.length > 0) host.connect(others);
  });
};

/** Where it was a listener's, another program has the port for a while: it reads, and says nothing. */
export const takeSocket: Mishap<Host> = ({ world, random, forAWhile }, host) => {
  const lost = host.loseSocket(random);
  if (lost === undefined) return;
  world.trace.event(() => `${host.name} loses a ${lost.kind} at ${lost.port}`);
  if (lost.kind === "datagram") return;
  const other = listen({ host }, lost.port, (stream) => ({ end: () => stream.end() }));
  forAWhile(portTakenMsMost, () => host.unlisten(other));
};

export const slowDown: Mishap<Host> = ({ world, random, forAWhile }, host, strength) => {
  const bytesMax = wholeBetween(random, 1, slowBytesMost);
  world.trace.event(() => `${host.name} reads slowly`);
  host.slowReading = { bytesMax, pauseMs: random.fraction() * strength * slowPauseMsMost };
  forAWhile(slowMsMost, () => (host.slowReading = undefined));
};

function addressesOf({ interfaces }: Host): readonly string[] {
  return interfaces.filter(({ loopback }) => !loopback).map(({ address }) => address);
}

function freeAddresses({ wire }: World, segment: string): readonly string[] {
  const pool = Array.from({ length: wire.hosts.length }, (_, i) => `${segment}.${pooledLeast + i}`);
  return pool.filter((one) => !wire.hosts.some((host) => host.owns(one)));
}

function pickOf<Value>(values: readonly Value[], random: Random): Value | undefined {
  return values[Math.floor(random.fraction() * values.length)];
}
