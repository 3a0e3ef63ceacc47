/** Everything that goes wrong in a world, as strong as its options say, and the end of it all. */
import type { Random } from "../base/random.ts";
import { hourMs, minuteMs, secondMs } from "../base/time.ts";
import type { Whims } from "./driver-place.ts";
import type { Host } from "./host.ts";
import {
  addCable,
  crash,
  failWrites,
  fillDisk,
  leaveOneCable,
  type Mishap,
  type MishapPlace,
  renumber,
  slewClock,
  slowDown,
  stepClock,
  takeSocket,
  unplug,
} from "./mishaps.ts";
import type { FaultKind, Options } from "./options.ts";
import type { Person } from "./person.ts";
import { fairWeather, type Weather } from "./weather.ts";
import type { World } from "./world.ts";

/** At strength 1. */
const lossMost = 0.4;
const duplicatesMost = 0.15;
const delayMsMost = minuteMs;
const windowLeast = 200;
const partitionsPerHour = 6;
const partitionMsMost = 20 * minuteMs;
const wakeLateMsMost = 2 * secondMs;
const answerMsMost = 10 * secondMs;

interface Recurring<Whom> {
  readonly kind: FaultKind;
  /** On average, at strength 1. */
  readonly perHour: number;
  readonly mishap: Mishap<Whom>;
}

const ofPeople: readonly Recurring<Person>[] = [
  { kind: "crashes", perHour: 6, mishap: crash },
  { kind: "full-disks", perHour: 4, mishap: fillDisk },
  { kind: "failing-writes", perHour: 4, mishap: failWrites },
];

const ofTheirHosts: readonly Recurring<Host>[] = [
  { kind: "clock-steps", perHour: 3, mishap: stepClock },
  { kind: "clock-slews", perHour: 3, mishap: slewClock },
  { kind: "cables", perHour: 4, mishap: unplug },
  { kind: "renumbering", perHour: 2, mishap: renumber },
  { kind: "second-cables", perHour: 2, mishap: addCable },
  { kind: "lost-sockets", perHour: 4, mishap: takeSocket },
];

/** Strangers' hosts included. */
const ofAllHosts: readonly Recurring<Host>[] = [{ kind: "slow-readers", perHour: 3, mishap: slowDown }];

export class Faults {
  readonly #world: World;
  readonly #options: Options;
  readonly #people: readonly Person[];
  readonly #random: Random;
  readonly #place: MishapPlace;
  #over = false;

  constructor(world: World, options: Options, people: readonly Person[]) {
    this.#world = world;
    this.#options = options;
    this.#people = people;
    this.#random = world.dice();
    this.#place = {
      world,
      random: this.#random,
      forAWhile: (msMost, undo) => {
        world.scheduler.after(this.#random.fraction() * msMost, () => {
          if (!this.#over) undo();
        });
      },
    };
  }

  begin(): void {
    const { wire } = this.#world;
    wire.weather = weatherOf(this.#options);
    this.#often("partitions", partitionsPerHour, () => this.#part());
    for (const person of this.#people) {
      for (const one of ofPeople) this.#befall(one, person);
      for (const one of ofTheirHosts) this.#befall(one, person.host);
    }
    for (const host of wire.hosts) for (const one of ofAllHosts) this.#befall(one, host);
  }

  whims(): Whims {
    const late = this.#over ? 0 : this.#strength("late-wakes");
    const slow = this.#over ? 0 : this.#strength("slow-answers");
    return {
      wakeLateMsMost: 1 + late * wakeLateMsMost,
      answersLate: slow / 2,
      answersFailing: slow / 8,
      answersDenied: slow / 8,
      answerMsMost: slow * answerMsMost,
    };
  }

  /** All is well from here on; whoever is down comes back. */
  heal(): void {
    this.#over = true;
    const { wire } = this.#world;
    wire.weather = fairWeather;
    wire.mendAll();
    for (const host of wire.hosts) host.slowReading = undefined;
    for (const { disk, host } of this.#people) {
      disk.recover();
      host.evict();
      leaveOneCable(this.#place, host);
    }
    for (const person of this.#people) {
      person.spare();
      person.start();
    }
  }

  #strength(kind: FaultKind): number {
    return this.#options.faults[kind] ?? 0;
  }

  #befall<Whom>({ kind, perHour, mishap }: Recurring<Whom>, whom: Whom): void {
    this.#often(kind, perHour, () => {
      mishap(this.#place, whom, this.#strength(kind));
    });
  }

  #often(kind: FaultKind, perHour: number, work: () => void): void {
    const strength = this.#strength(kind);
    if (strength === 0) return;
    this.#world.often(this.#random, hourMs / (perHour * strength), () => {
      this.#world.count(kind);
      work();
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
    this.#place.forAWhile(partitionMsMost, () => {
      for (const { from, to } of cut) wire.mend(from, to);
    });
  }
}

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
