/** The simulated Driver: runs a machine on a host of the world, with everything that can go wrong there. */
import { assert, unreachable } from "../base/assert.ts";
import { bad, good, type Result } from "../base/result.ts";
import type {
  Drive,
  DriveHooks,
  DriveLimits,
  DriveReport,
  Driver,
  Effect,
  Input,
  Machine,
  Ticket,
} from "../protocols/machine.ts";
import { DriveLinks } from "./drive-links.ts";
import { DriveSockets } from "./drive-sockets.ts";
import type { DriveCore, DriverPlace } from "./driver-place.ts";
import type { Program } from "./host.ts";

/** No timer is exact; and a machine that wakes itself without end must not stop the world's time. */
const wakeLateMsLeast = 0.1;

export class SimDriver implements Driver {
  readonly #place: DriverPlace;

  constructor(place: DriverPlace) {
    this.#place = place;
  }

  run<Intent, Report, Question, Answer>(
    machine: Machine<Intent, Report, Question, Answer>,
    limits: DriveLimits,
    hooks: DriveHooks<Report, Question, Answer>,
  ): Drive<Intent> {
    const drive = new SimDrive(this.#place, machine, limits, hooks);
    this.#place.host.runs(drive);
    return drive;
  }
}

class SimDrive<Intent, Report, Question, Answer> implements Drive<Intent>, Program, DriveCore {
  readonly #place: DriverPlace;
  readonly #machine: Machine<Intent, Report, Question, Answer>;
  readonly #hooks: DriveHooks<Report, Question, Answer>;
  readonly #links: DriveLinks;
  readonly #sockets: DriveSockets;
  readonly #inputs: Input<Intent, Answer>[] = [];
  readonly #counters = new Map<string, number>();
  #handling = false;
  #stopped = false;
  #watches = false;
  /** World time of the wake that is arranged. */
  #wakeTime = Infinity;

  constructor(
    place: DriverPlace,
    machine: Machine<Intent, Report, Question, Answer>,
    limits: DriveLimits,
    hooks: DriveHooks<Report, Question, Answer>,
  ) {
    this.#place = place;
    this.#machine = machine;
    this.#hooks = hooks;
    this.#links = new DriveLinks(place, limits, this);
    this.#sockets = new DriveSockets(place, this.#links, this);
  }

  tell(intent: Intent): void {
    this.#enqueue({ kind: "intent", intent });
  }

  handle(input: Input<never>): void {
    this.#enqueue(input);
  }

  count(what: string): void {
    this.#counters.set(what, (this.#counters.get(what) ?? 0) + 1);
  }

  inspect(): DriveReport {
    return {
      sockets: this.#sockets.report(),
      links: this.#links.report(),
      bytes: this.#links.bytes,
      datagrams: this.#sockets.datagrams,
      counters: Object.fromEntries(this.#counters),
    };
  }

  stop(): Promise<void> {
    if (!this.#stopped) {
      this.vanish();
      this.#links.releaseAll();
      this.#sockets.closeAll();
      this.#place.host.ended(this);
    }
    return Promise.resolve();
  }

  vanish(): void {
    this.#stopped = true;
    this.#inputs.length = 0;
  }

  interfacesChanged(): void {
    if (this.#watches && !this.#stopped)
      this.handle({ kind: "interfaces", addresses: this.#place.host.interfaces });
  }

  /** What comes while the machine is at work (an answer, an intention out of a report) is handled after it. */
  #enqueue(input: Input<Intent, Answer>): void {
    if (this.#stopped) return;
    this.#inputs.push(input);
    if (this.#handling) return;
    this.#handling = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        for (const effect of this.#machine.handle(next, this.#place.host.now())) this.#carryOut(effect);
      }
    } finally {
      this.#handling = false;
    }
    this.#arrangeWake();
  }

  #carryOut(effect: Effect<Report, Question>): void {
    if (this.#stopped) return;
    switch (effect.kind) {
      case "report":
        this.#hooks.report(effect.report);
        return;
      case "ask":
        this.#ask(effect.ticket, effect.question);
        return;
      case "count":
        this.count(effect.what);
        return;
      case "watchInterfaces":
        this.#watch();
        return;
      case "dial":
      case "write":
      case "end":
      case "drop":
      case "reading":
        this.#links.carryOut(effect);
        return;
      case "listen":
      case "unlisten":
      case "bind":
      case "unbind":
      case "datagram":
        this.#sockets.carryOut(effect);
        return;
      default:
        unreachable(effect);
    }
  }

  #ask(ticket: Ticket, question: Question): void {
    const { random } = this.#place;
    const whims = this.#place.whims();
    if (random.fraction() < whims.answersFailing) {
      this.#answered(ticket, bad("the disk does not answer"));
    } else if (random.fraction() < whims.answersLate) {
      this.#place.wire.scheduler.after(random.fraction() * whims.answerMsMost, () => {
        if (!this.#stopped) this.#answer(ticket, question);
      });
    } else this.#answer(ticket, question);
  }

  #answer(ticket: Ticket, question: Question): void {
    try {
      const answer = this.#hooks.answer(question);
      if (answer instanceof Promise) void this.#await(ticket, answer);
      else this.#answered(ticket, good(answer));
    } catch (problem) {
      // Translated: whoever was asked could not; the machine is told.
      this.#answered(ticket, bad(messageOf(problem)));
    }
  }

  async #await(ticket: Ticket, answer: Promise<Answer>): Promise<void> {
    const result = await answer.then(good, (problem: unknown) => bad(messageOf(problem)));
    this.#answered(ticket, result);
  }

  #answered(ticket: Ticket, answer: Result<Answer, string>): void {
    this.#enqueue({ kind: "answer", ticket, answer });
  }

  #watch(): void {
    if (this.#watches) return;
    this.#watches = true;
    this.#place.wire.scheduler.after(0, () => {
      this.interfacesChanged();
    });
  }

  /** A wake that is put off costs nothing: the one that was arranged finds out. */
  #arrangeWake(): void {
    const mono = this.#stopped ? undefined : this.#machine.wakeAt();
    if (mono === undefined) return;
    assert(!Number.isNaN(mono), "a machine wakes at a number");
    const { wire, host, random } = this.#place;
    const late = wakeLateMsLeast + random.fraction() * (this.#place.whims().wakeLateMsMost - wakeLateMsLeast);
    const time = Math.max(host.timeOf(mono), wire.scheduler.time) + late;
    if (this.#wakeTime <= time || time === Infinity) return;
    this.#wakeTime = time;
    wire.scheduler.at(time, () => {
      if (this.#wakeTime === time) this.#ring();
    });
  }

  #ring(): void {
    this.#wakeTime = Infinity;
    const mono = this.#stopped ? undefined : this.#machine.wakeAt();
    if (mono === undefined) return;
    if (mono <= this.#place.host.now().mono) this.#enqueue({ kind: "wake" });
    else this.#arrangeWake();
  }
}

function messageOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}
