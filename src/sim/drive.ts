/** The simulated Driver: runs a machine on a host of the world, with everything that can go wrong there. */
import { assert, BrokenAssertion, unreachable } from "../base/assert.ts";
import type { Random } from "../base/random.ts";
import { bad, good, type Result } from "../base/result.ts";
import {
  counterNamesMax,
  type Drive,
  type DriveHooks,
  type DriveLimits,
  type DriveReport,
  type Driver,
  type Effect,
  type Input,
  type Machine,
  type Ticket,
} from "../protocols/machine.ts";
import { DriveLinks } from "./drive-links.ts";
import { DriveSockets } from "./drive-sockets.ts";
import type { DriveCore, DriverPlace, DriverWork } from "./driver-place.ts";
import type { LostSocket, Program } from "./host.ts";

/** No timer is exact; and a machine that wakes itself without end must not stop the world's time. */
const wakeLateMsLeast = 0.1;

export class SimDriver implements Driver {
  readonly #place: DriverPlace;
  readonly #drives: Pick<SimDrive<never, never, never, never>, "work">[] = [];

  constructor(place: DriverPlace) {
    this.#place = place;
  }

  /** Of all drives that it ever ran. */
  get work(): DriverWork {
    const each = this.#drives.map(({ work }) => work);
    const sum = (count: (work: DriverWork) => number): number =>
      each.reduce((all, work) => all + count(work), 0);
    return {
      woken: sum(({ woken }) => woken),
      told: sum(({ told }) => told),
      askedAtOnce: Math.max(0, ...each.map(({ askedAtOnce }) => askedAtOnce)),
      oldestDialMs: Math.max(0, ...each.map(({ oldestDialMs }) => oldestDialMs)),
    };
  }

  run<Intent, Report, Question, Answer>(
    machine: Machine<Intent, Report, Question, Answer>,
    limits: DriveLimits,
    hooks: DriveHooks<Report, Question, Answer>,
  ): Drive<Intent> {
    const drive = new SimDrive(this.#place, machine, limits, hooks);
    this.#drives.push(drive);
    this.#place.host.runs(drive);
    return drive;
  }
}

/** As the real one: one input at a time, and nothing more once the machine or a hook has thrown. */
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
  #woken = 0;
  #told = 0;
  #asking = 0;
  #askedAtOnce = 0;
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
    const before = this.#counters.get(what) ?? 0;
    assert(before > 0 || this.#counters.size < counterNamesMax, "too many names are counted");
    this.#counters.set(what, before + 1);
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

  get work(): DriverWork {
    const [woken, told, askedAtOnce] = [this.#woken, this.#told, this.#askedAtOnce];
    return { woken, told, askedAtOnce, oldestDialMs: this.#links.oldestDialMs };
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

  loseSocket(random: Random): LostSocket | undefined {
    return this.#sockets.lose(random);
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
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift())
        this.#handle(next);
      this.#arrangeWake();
    } catch (error) {
      // translated: nobody knows what state the machine is in, so it does nothing more
      void this.stop();
      this.#place.broken(error);
    } finally {
      this.#handling = false;
    }
  }

  #handle(input: Input<Intent, Answer>): void {
    if (input.kind === "wake") this.#woken++;
    else this.#told++;
    for (const effect of this.#machine.handle(input, this.#place.host.clock.now())) this.#carryOut(effect);
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
    const { random, wire } = this.#place;
    const whims = this.#place.whims();
    this.#askedAtOnce = Math.max(this.#askedAtOnce, ++this.#asking);
    const drawn = random.fraction() - whims.answersFailing;
    if (drawn < 0) this.#answered(ticket, bad("the disk does not answer"));
    else if (drawn < whims.answersDenied)
      this.#answer(question, () => this.#answered(ticket, bad("the disk says nothing")));
    else if (drawn < whims.answersDenied + whims.answersLate) {
      wire.scheduler.after(random.fraction() * whims.answerMsMost, () => {
        if (!this.#stopped) this.#answer(question, (answer) => this.#answered(ticket, answer));
      });
    } else this.#answer(question, (answer) => this.#answered(ticket, answer));
  }

  #answer(question: Question, done: (answer: Result<Answer, string>) => void): void {
    let answer: Answer | Promise<Answer>;
    try {
      answer = this.#hooks.answer(question);
    } catch (problem) {
      done(this.#refusal(problem)); // translated: whoever was asked could not; the machine is told
      return;
    }
    if (answer instanceof Promise) this.#place.awaited(this.#await(answer, done));
    else done(good(answer));
  }

  async #await(answer: Promise<Answer>, done: (answer: Result<Answer, string>) => void): Promise<void> {
    done(await answer.then(good, (problem: unknown) => this.#refusal(problem)));
  }

  /** A disk may fail; what broke for another reason is our mistake, and not to be taken for a disk. */
  #refusal(problem: unknown): Result<Answer, string> {
    if (isMistake(problem)) this.#place.broken(problem);
    return bad(problem instanceof Error ? problem.message : String(problem));
  }

  #answered(ticket: Ticket, answer: Result<Answer, string>): void {
    if (this.#stopped) return;
    this.#asking--;
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
    const time = Math.max(host.clock.timeOf(mono), wire.scheduler.time) + late;
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
    if (mono <= this.#place.host.clock.now().mono) this.#enqueue({ kind: "wake" });
    else this.#arrangeWake();
  }
}

/** What assertions and the language itself throw. */
function isMistake(problem: unknown): boolean {
  return [BrokenAssertion, TypeError, RangeError, ReferenceError].some((kind) => problem instanceof kind);
}
