/** A world in a box: time, a wire, people and strangers, all of them following from one seed. */
import { type Random, seededRandom } from "../base/random.ts";
import { secondMs } from "../base/time.ts";
import { Scheduler } from "./scheduler.ts";
import { Trace } from "./trace.ts";
import { Wire } from "./wire.ts";

/** A promise that did not hold. */
export interface Violation {
  /** As in ARCHITECTURE.md and the checks: "I1" … */
  readonly invariant: string;
  readonly what: string;
}

/** Nothing that a world is made of does so much within a second; what does never comes to an end. */
const eventsPerSecondMax = 200_000;

/** What was promised and is kept is heard of after so many rounds of promises; the rest waits for something in the world. */
const ticksMost = 10;

/** 2026-01-01: the worlds' wall clocks begin there. */
const wallAtStart = 1_767_225_600_000;

export class World {
  readonly scheduler = new Scheduler();
  readonly trace: Trace;
  readonly wire: Wire;
  readonly #seed: number;
  readonly #counts = new Map<string, number>();
  #sources = 0;
  #calm = false;
  #violation: Violation | undefined;
  #promises = 0;

  constructor(seed: number, verbose: boolean) {
    this.#seed = seed;
    this.trace = new Trace(() => this.scheduler.time, verbose);
    const { scheduler, trace } = this;
    this.wire = new Wire({ scheduler, trace, random: this.dice(), wallAtStart });
  }

  /** A source of its own for everybody, so that one who asks more often does not change what others get. */
  dice(): Random {
    this.#sources++;
    return seededRandom(this.#seed * 1_000 + this.#sources);
  }

  get violation(): Violation | undefined {
    return this.#violation;
  }

  /** The first one counts: it ends the run. */
  violated(invariant: string, what: string): void {
    this.#violation ??= { invariant, what };
    this.trace.event(() => `VIOLATION of ${invariant}: ${what}`);
  }

  /** How often things happened, by what they are. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** From here on nobody does anything by himself any more. */
  calmDown(): void {
    this.#calm = true;
  }

  /** Again and again, at random moments that are `meanMs` apart on average, until the world calms down. */
  often(random: Random, meanMs: number, work: () => void): void {
    const wait = -Math.log(1 - random.fraction()) * meanMs;
    this.scheduler.after(wait, () => {
      if (this.#calm) return;
      work();
      this.often(random, meanMs, work);
    });
  }

  /** Once, within `mostMs`, unless the world has calmed down by then. */
  later(random: Random, mostMs: number, work: () => void): void {
    this.scheduler.after(random.fraction() * mostMs, () => {
      if (!this.#calm) work();
    });
  }

  /** While something that was promised is awaited, promises may go on between two events. */
  await(promise: Promise<void>, failed: (error: unknown) => void): void {
    this.#promises++;
    const done = (): void => {
      this.#promises--;
    };
    promise.then(done, (error: unknown) => {
      done();
      failed(error);
    });
  }

  /** Lets time pass; ends early with the first violation. */
  async run(ms: number): Promise<void> {
    const until = this.scheduler.time + ms;
    let second = 0;
    let events = 0;
    const { scheduler } = this;
    while (this.#violation === undefined && this.attempt(() => scheduler.step(until)) === true) {
      if (this.#promises > 0) await Promise.resolve();
      const now = Math.floor(scheduler.time / secondMs);
      events = now === second ? events + 1 : 0;
      second = now;
      if (events > eventsPerSecondMax)
        this.violated("I11", "the world spins: too much happens in one second");
    }
    if (this.#violation === undefined) scheduler.run(until);
    for (let tick = 0; this.#promises > 0 && tick < ticksMost; tick++) await Promise.resolve();
  }

  /** Whatever is thrown in it breaks a promise, and the world with it. */
  attempt<Value>(work: () => Value): Value | undefined {
    try {
      return work();
    } catch (error) {
      this.broken("somebody", error);
      return undefined;
    }
  }

  /** Somebody's program has thrown, rejected or let something through that nobody caught. */
  broken(whose: string, error: unknown): void {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.violated("I12", `${whose}: ${words}`);
  }
}
