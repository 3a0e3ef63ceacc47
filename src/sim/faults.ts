/** Everything that goes wrong in a world, as strong as its options say, and the end of it all. */
import { type Random, wholeBetween } from "../base/random.ts";
import { hourMs, minuteMs, secondMs } from "../base/time.ts";
import type { Whims } from "./driver-place.ts";
import type { FaultKind, Options } from "./options.ts";
import type { CrashMoment, Person } from "./person.ts";
import { fairWeather, type Weather } from "./weather.ts";
import { type Host, segmentOf } from "./host.ts";
import type { World } from "./world.ts";

/** At strength 1. */
const lossMost = 0.4;
const duplicatesMost = 0.15;
const delayMsMost = minuteMs;
const windowLeast = 200;
const partitionsPerHour = 6;
const partitionMsMost = 20 * minuteMs;
const crashesPerHour = 6;
const downMsMost = 10 * minuteMs;
const fullDisksPerHour = 4;
const fullMsMost = 5 * minuteMs;
const clockStepsPerHour = 3;
const clockStepMsLeast = secondMs;
/** Ten years. */
const clockStepMsMost = 10 * 365.25 * 24 * hourMs;
const cablesPerHour = 4;
const unpluggedMsMost = 10 * minuteMs;
const wakeLateMsMost = 2 * secondMs;
const answerMsMost = 10 * secondMs;

export class Faults {
  readonly #world: World;
  readonly #options: Options;
  readonly #people: readonly Person[];
  readonly #random: Random;
  #over = false;

  constructor(world: World, options: Options, people: readonly Person[]) {
    this.#world = world;
    this.#options = options;
    this.#people = people;
    this.#random = world.dice();
  }

  begin(): void {
    const { wire } = this.#world;
    wire.weather = weatherOf(this.#options);
    this.#recurring("partitions", partitionsPerHour, () => {
      this.#part();
    });
    for (const person of this.#people) {
      this.#recurring("crashes", crashesPerHour, () => {
        this.#crash(person);
      });
      this.#recurring("full-disks", fullDisksPerHour, () => {
        this.#fill(person);
      });
      this.#recurring("clock-steps", clockStepsPerHour, () => {
        this.#stepClock(person.host);
      });
      this.#recurring("cables", cablesPerHour, () => {
        this.#unplug(person.host);
      });
    }
  }

  whims(): Whims {
    const late = this.#over ? 0 : this.#strength("late-wakes");
    const slow = this.#over ? 0 : this.#strength("slow-answers");
    return {
      wakeLateMsMost: 1 + late * wakeLateMsMost,
      answersLate: slow / 2,
      answersFailing: slow / 4,
      answerMsMost: slow * answerMsMost,
    };
  }

  /** All is well from here on; whoever is down comes back. */
  heal(): void {
    this.#over = true;
    const { wire } = this.#world;
    wire.weather = fairWeather;
    wire.mendAll();
    for (const person of this.#people) {
      person.disk.full = false;
      if (person.host.interfaces.length < 2) this.#plugIn(person.host);
      person.spare();
      person.start();
    }
  }

  #strength(kind: FaultKind): number {
    return this.#options.faults[kind] ?? 0;
  }

  #recurring(kind: FaultKind, perHour: number, work: () => void): void {
    const strength = this.#strength(kind);
    if (strength === 0) return;
    this.#world.often(this.#random, hourMs / (perHour * strength), () => {
      this.#world.count(kind);
      work();
    });
  }

  /** Undone after a while, unless all is undone already. */
  #forAWhile(msMost: number, undo: () => void): void {
    this.#world.scheduler.after(this.#random.fraction() * msMost, () => {
      if (!this.#over) undo();
    });
  }

  /** Some do not reach the others any more; now and then only in one direction. */
  #part(): void {
    const { wire } = this.#world;
    const apart = wire.hosts.map(() => this.#random.fraction() < 0.5);
    const oneWay = this.#random.fraction() < 0.3;
    const pairs = wire.hosts.flatMap((from) => wire.hosts.map((to) => ({ from, to })));
    const cut = pairs.filter(({ from, to }) => {
      const [left, right] = [apart[from.index] === true, apart[to.index] === true];
      return left !== right && (left || !oneWay);
    });
    for (const { from, to } of cut) wire.cut(from, to);
    this.#world.trace.event(() => `partition${oneWay ? " (one way)" : ""}`);
    this.#forAWhile(partitionMsMost, () => {
      for (const { from, to } of cut) wire.mend(from, to);
    });
  }

  #crash(person: Person): void {
    const manner = this.#random.fraction() < 0.5 ? "killed" : "power-cut";
    const moments: readonly CrashMoment[] = ["now", "before-commit", "after-commit"];
    const moment = moments[wholeBetween(this.#random, 0, 2)] ?? "now";
    const gently = this.#random.fraction() < 0.1;
    this.#world.trace.event(() => `${person.name} ${gently ? "stops" : `${manner} ${moment}`}`);
    const back = (): void => {
      this.#forAWhile(downMsMost, () => {
        person.start();
      });
    };
    if (gently) person.stop(back);
    else person.crash(manner, moment, back);
  }

  #fill(person: Person): void {
    this.#world.trace.event(() => `${person.name}'s disk is full`);
    person.disk.full = true;
    this.#forAWhile(fullMsMost, () => {
      person.disk.full = false;
    });
  }

  #stepClock(host: Host): void {
    const size = clockStepMsLeast * (clockStepMsMost / clockStepMsLeast) ** this.#random.fraction();
    const ms = Math.round(this.#random.fraction() < 0.5 ? -size : size);
    this.#world.trace.event(() => `${host.name}'s clock steps by ${ms} ms`);
    host.stepClock(ms);
  }

  #unplug(host: Host): void {
    this.#world.trace.event(() => `${host.name} is unplugged`);
    host.connect([]);
    this.#forAWhile(unpluggedMsMost, () => {
      this.#plugIn(host);
    });
  }

  /** Often with another address, one that somebody else may have had before. */
  #plugIn(host: Host): void {
    const { wire } = this.#world;
    const pool = Array.from(
      { length: wire.hosts.length },
      (_, i) => `${segmentOf(host.home)}.${pooledLeast + i}`,
    );
    const free = pool.filter((one) => !wire.hosts.some((other) => other.owns(one)));
    const other = free[Math.floor(this.#random.fraction() * 2 * free.length)];
    const address = other ?? host.home;
    this.#world.trace.event(() => `${host.name} is plugged in at ${address}`);
    host.connect([address]);
  }
}

/** Where the addresses begin that go from hand to hand. */
const pooledLeast = 100;

function weatherOf({ faults }: Options): Weather {
  return {
    ...fairWeather,
    loss: (faults.loss ?? 0) * lossMost,
    duplicates: (faults.duplicates ?? 0) * duplicatesMost,
    delayMostMs: delayMsMost ** (faults.delays ?? 0),
    pieces: faults.pieces ?? 0,
    window: Math.round(
      fairWeather.window * (windowLeast / fairWeather.window) ** (faults["narrow-windows"] ?? 0),
    ),
  };
}
