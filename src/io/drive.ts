/** The driver that runs machines on real sockets, timers and clocks. */
import { assert, unreachable } from "../base/assert.ts";
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
import { Alarm } from "./alarm.ts";
import type { Clock } from "./clock.ts";
import { DatagramSockets } from "./datagrams.ts";
import { InterfaceWatch } from "./interfaces.ts";
import { Links } from "./links.ts";
import { Listeners } from "./listeners.ts";
import { SocketTable } from "./socket-table.ts";

export interface DriverOptions {
  readonly clock: Clock;
  /** A machine or hook threw, which is our mistake: its drive has stopped. Throws on where it is not given. */
  readonly onBroken?: (error: unknown) => void;
}

export function createDriver({ clock, onBroken = rethrow }: DriverOptions): Driver {
  return { run: (machine, limits, hooks) => new SocketDrive(machine, limits, hooks, { clock, onBroken }) };
}

function rethrow(error: unknown): void {
  throw error;
}

/**
 * One input is handled at a time, and its effects are carried out in order before the next: what an effect brings
 * about at once waits in `#inputs`. After `stop` the machine is neither told nor asked anything.
 */
class SocketDrive<Intent, Report, Question, Answer> implements Drive<Intent> {
  readonly #machine: Machine<Intent, Report, Question, Answer>;
  readonly #hooks: DriveHooks<Report, Question, Answer>;
  readonly #clock: Clock;
  readonly #onBroken: (error: unknown) => void;
  readonly #table: SocketTable;
  readonly #links: Links;
  readonly #listeners: Listeners;
  readonly #datagrams: DatagramSockets;
  readonly #alarm: Alarm;
  readonly #interfaces: InterfaceWatch;
  readonly #counters = new Map<string, number>();
  /** Bounded by what the effects of one input can bring about at once. */
  readonly #inputs: Input<Intent, Answer>[] = [];
  #handling = false;
  #stopped: Promise<void> | undefined;

  constructor(
    machine: Machine<Intent, Report, Question, Answer>,
    limits: DriveLimits,
    hooks: DriveHooks<Report, Question, Answer>,
    { clock, onBroken }: Required<DriverOptions>,
  ) {
    this.#machine = machine;
    this.#hooks = hooks;
    this.#clock = clock;
    this.#onBroken = onBroken;
    const tell = (input: Input<Intent, Answer>): void => this.#take(input);
    const count = (what: string): void => this.#count(what);
    this.#table = new SocketTable(tell);
    this.#links = new Links(limits, { tell, count });
    this.#listeners = new Listeners(this.#table, this.#links, count);
    this.#datagrams = new DatagramSockets(this.#table, tell, count);
    this.#alarm = new Alarm(clock, () => tell({ kind: "wake" }));
    this.#interfaces = new InterfaceWatch((addresses) => tell({ kind: "interfaces", addresses }));
  }

  tell(intent: Intent): void {
    this.#take({ kind: "intent", intent });
  }

  inspect(): DriveReport {
    return {
      sockets: this.#table.report(),
      links: this.#links.open,
      bytes: this.#links.bytes,
      datagrams: this.#datagrams.traffic,
      counters: Object.fromEntries(this.#counters),
    };
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#release());
  }

  async #release(): Promise<void> {
    this.#inputs.length = 0;
    this.#alarm.stop();
    this.#interfaces.stop();
    await Promise.all([this.#links.stop(), this.#table.stop()]);
  }

  #take(input: Input<Intent, Answer>): void {
    if (this.#stopped !== undefined) return;
    this.#inputs.push(input);
    if (this.#handling) return;
    this.#handling = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift())
        this.#handle(next);
    } catch (error) {
      // translated: nobody knows what state the machine is in, so it does nothing more
      void this.stop();
      this.#onBroken(error);
    } finally {
      this.#handling = false;
    }
  }

  #handle(input: Input<Intent, Answer>): void {
    for (const effect of this.#machine.handle(input, this.#clock.now())) {
      this.#carryOut(effect);
      if (this.#stopped !== undefined) return; // by a hook
    }
    this.#alarm.set(this.#machine.wakeAt());
  }

  #carryOut(effect: Effect<Report, Question>): void {
    switch (effect.kind) {
      case "write":
        this.#links.write(effect.to, effect.bytes);
        break;
      case "report":
        this.#hooks.report(effect.report);
        break;
      case "ask":
        this.#ask(effect.ticket, effect.question);
        break;
      case "dial":
        this.#links.dial(effect);
        break;
      case "end":
        this.#links.end(effect.link);
        break;
      case "drop":
        this.#links.drop(effect.link);
        break;
      case "reading":
        this.#links.setReading(effect.link, effect.on);
        break;
      case "listen":
        this.#listeners.listen(effect);
        break;
      case "unlisten":
        this.#table.close(effect.name);
        break;
      case "bind":
        this.#datagrams.bind(effect);
        break;
      case "unbind":
        this.#table.close(effect.socket);
        break;
      case "datagram":
        this.#datagrams.send(effect.socket, effect.to, effect.bytes);
        break;
      case "watchInterfaces":
        this.#interfaces.start();
        break;
      case "count":
        this.#count(effect.what);
        break;
      default:
        unreachable(effect);
    }
  }

  #ask(ticket: Ticket, question: Question): void {
    let answer: Answer | Promise<Answer>;
    try {
      answer = this.#hooks.answer(question);
    } catch (error) {
      this.#answer(ticket, bad(messageOf(error))); // translated: the machine is told of the failure
      return;
    }
    if (!(answer instanceof Promise)) {
      this.#answer(ticket, good(answer));
      return;
    }
    void answer.then(
      (value) => this.#answer(ticket, good(value)),
      (error: unknown) => this.#answer(ticket, bad(messageOf(error))),
    );
  }

  #answer(ticket: Ticket, answer: Result<Answer, string>): void {
    this.#take({ kind: "answer", ticket, answer });
  }

  #count(what: string): void {
    const before = this.#counters.get(what) ?? 0;
    assert(before > 0 || this.#counters.size < counterNamesMax, "too many names are counted");
    this.#counters.set(what, before + 1);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
