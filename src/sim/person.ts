/** A simulated person: the daemon's loop in little, on a host that crashes and with a disk that fills up. */
import { present, unreachable } from "../base/assert.ts";
import type { Crypto } from "../base/crypto.ts";
import { KithError } from "../base/errors.ts";
import { toNetworkName } from "../base/ids.ts";
import type { Random } from "../base/random.ts";
import type { Result } from "../base/result.ts";
import { Chat } from "../core/chat.ts";
import type { Command, CommandResults } from "../core/commands.ts";
import type { ChatEvent } from "../core/events.ts";
import { keepFor } from "../core/keep.ts";
import type { Network } from "../core/ports/network.ts";
import type { CoreEffect, Item, Turn } from "../core/turn.ts";
import type { Driver } from "../protocols/machine.ts";
import { Disk, type DiskWrappers } from "./disk.ts";
import { SimDriver } from "./drive.ts";
import type { DriverWork, Whims } from "./driver-place.ts";
import type { Host } from "./host.ts";
import { identityOf, type Plug } from "./plug.ts";
import type { Wire } from "./wire.ts";

/** Where in its work a program is ended. */
export type CrashMoment = "now" | "before-commit" | "after-commit";
export type CrashManner = "killed" | "power-cut";

export type Answer = Result<CommandResults[keyof CommandResults], KithError>;

/** What goes on in a person, for those who check it. */
export interface PersonWatch {
  started(person: Person): void;
  happened(person: Person, event: ChatEvent): void;
  broken(person: Person, problem: unknown): void;
  /** It is kept, or the person is broken. */
  promised(promise: Promise<void>, person: Person): void;
}

/** Places where a planted bug gets in, all outside of what is tested. */
export interface Wrappers extends DiskWrappers {
  readonly driver?: (driver: Driver) => Driver;
  readonly network?: (network: Network) => Network;
}

export interface PersonParts {
  readonly name: string;
  readonly host: Host;
  readonly wire: Wire;
  readonly plug: Plug;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly watch: PersonWatch;
  readonly wrappers: Wrappers;
  readonly whims: () => Whims;
}

export interface PersonWork extends DriverWork {
  /** Of the loop. */
  readonly turns: number;
  /** Which start of the program it belongs to. */
  readonly run: number;
}

interface Crash {
  readonly manner: CrashManner;
  readonly moment: CrashMoment;
  readonly then: () => void;
}

/** As in the daemon: so many items are done in some milliseconds. */
const itemsPerTurnMax = 500;
/** The time from one turn of the loop to the next. */
const turnMsMost = 2;

/** Whoever cannot start (a full disk) tries again. */
const startAgainMs = 10_000;

export class Person {
  readonly name: string;
  readonly host: Host;
  readonly disk: Disk;
  readonly #parts: PersonParts;
  #running: Running | undefined;
  #crashing: Crash | undefined;
  #numbered = 0;
  #runs = 0;
  #identity: string | undefined;

  constructor(parts: PersonParts) {
    this.name = parts.name;
    this.host = parts.host;
    this.#parts = parts;
    this.disk = new Disk(parts.wrappers, parts.random);
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  get chat(): Chat | undefined {
    return this.#running?.chat;
  }

  get network(): Network | undefined {
    return this.#running?.network;
  }

  /** By which others know this person; kept in mind while the program is down. */
  get identity(): string | undefined {
    const network = this.#running?.network;
    if (network !== undefined) this.#identity = identityOf(this.#parts.plug, network) ?? this.#identity;
    return this.#identity;
  }

  /** Of the program that runs: what its driver has done, and how often it has had its turn. */
  get work(): PersonWork | undefined {
    const running = this.#running;
    return running && { ...running.driver.work, turns: running.turns, run: this.#runs };
  }

  /** Commands that were not answered yet. */
  get awaited(): number {
    return this.#running?.awaited.size ?? 0;
  }

  start(): void {
    if (this.#running !== undefined) return;
    const { host } = this.#parts;
    host.start();
    this.#runs++;
    this.#crashing = undefined;
    let running: Running;
    try {
      running = this.#open();
      const turn = running.chat.start(host.clock.now());
      this.#running = running;
      this.#finish(running, turn);
    } catch (error) {
      this.#failedToStart(error);
      return;
    }
    this.#parts.watch.started(this);
    const { name, traits } = running.network;
    this.#add(running, { kind: "network-added", network: name, traits });
    this.#promised(
      running.network.start((event) => {
        this.#add(running, { kind: "network", network: name, event });
      }),
    );
  }

  /** Everything that a daemon puts together before it does anything. */
  #open(): Running {
    const { wire, host, plug, random, crypto, wrappers, whims, watch } = this.#parts;
    const store = this.disk.open();
    const chat = new Chat({ store, random });
    const driver = new SimDriver({
      ...{ wire, host, random, whims },
      broken: (error) => watch.broken(this, error),
      awaited: (answer) => this.#promised(answer),
    });
    const name = present(toNetworkName(plug.kind), "a kind that is a network's name");
    const keep = keepFor(name, store);
    const made = plug.network({ name, driver: wrappers.driver?.(driver) ?? driver, keep, random, crypto });
    return new Running({ chat, network: wrappers.network?.(made) ?? made, driver });
  }

  /** Asks the chat; the answer never comes where the program ends before. */
  ask(command: Command, answered: (answer: Answer) => void = () => undefined): void {
    const running = this.#running;
    if (running === undefined) return;
    const number = ++this.#numbered;
    running.awaited.set(number, answered);
    this.#add(running, { kind: "command", number, command });
  }

  /** The program ends as the user wants it; `then` is told, as after a crash. */
  stop(then: () => void = () => undefined): void {
    const running = this.#running;
    if (running === undefined) return;
    while (running.items.length > 0 && this.#running === running) this.#turn(running);
    if (this.#running !== running) return;
    this.#end(running);
    this.#promised(running.network.stop());
    then();
  }

  /** Without warning, at the given moment of its work. */
  crash(manner: CrashManner, moment: CrashMoment, then: () => void): void {
    const running = this.#running;
    if (running === undefined) return;
    const crash = { manner, moment, then };
    if (moment === "now") this.#crashNow(running, crash);
    else this.#crashing = crash;
  }

  /** A crash that was to come does not. */
  spare(): void {
    this.#crashing = undefined;
  }

  #crashNow(running: Running, { manner, then }: Crash): void {
    this.#end(running);
    this.host.crash(manner, this.#parts.random);
    then();
  }

  #end(running: Running): void {
    running.over = true;
    // What it sent may still be under way when it never comes up again.
    this.#identity = this.identity;
    this.#running = undefined;
    this.#crashing = undefined;
  }

  #failedToStart(error: unknown): void {
    if (!this.#isIllness(error)) this.#parts.watch.broken(this, error);
    this.#running = undefined;
    this.#parts.wire.scheduler.after(startAgainMs, () => {
      this.start();
    });
  }

  #promised(promise: Promise<void>): void {
    this.#parts.watch.promised(promise, this);
  }

  #add(running: Running, item: Item): void {
    if (running.over) return;
    running.items.push(item);
    this.#arrangeTurn(running);
  }

  #arrangeTurn(running: Running): void {
    if (running.turnArranged) return;
    running.turnArranged = true;
    this.#parts.wire.scheduler.after(this.#parts.random.fraction() * turnMsMost, () => {
      if (!running.over) this.#turn(running);
    });
  }

  /** One batch, one transaction. */
  #turn(running: Running): void {
    running.turnArranged = false;
    running.turns++;
    const batch = running.items.splice(0, itemsPerTurnMax);
    const crashing = this.#crashing;
    if (crashing?.moment === "before-commit") this.disk.tearAtCommit();
    const turn = running.chat.turn(batch, this.host.clock.now());
    if (crashing !== undefined) {
      this.#crashNow(running, crashing);
      return;
    }
    this.#finish(running, turn);
    if (running.items.length > 0) this.#arrangeTurn(running);
  }

  /** All of it is committed: now it is told and done. */
  #finish(running: Running, turn: Turn): void {
    const { watch } = this.#parts;
    for (const trouble of turn.troubles) if (!this.#isIllness(trouble)) watch.broken(this, trouble);
    for (const { number, result } of turn.replies) {
      if (!result.ok && result.problem.code === "internal") watch.broken(this, result.problem);
      running.awaited.get(number)?.(result);
      running.awaited.delete(number);
    }
    for (const event of turn.events) watch.happened(this, event);
    for (const effect of turn.effects) carryOut(effect, running.network);
    this.#arrangeWake(running, turn.wakeAt);
  }

  /** What the disk is to blame for. */
  #isIllness(trouble: unknown): boolean {
    return this.disk.isIll && trouble instanceof KithError && trouble.code === "store-failed";
  }

  #arrangeWake(running: Running, mono: number | undefined): void {
    const time = mono === undefined ? Infinity : this.host.clock.timeOf(mono);
    running.wakeTime = time;
    if (time === Infinity) return;
    this.#parts.wire.scheduler.at(time, () => {
      if (running.wakeTime === time) this.#add(running, { kind: "wake" });
    });
  }
}

class Running {
  readonly chat: Chat;
  readonly network: Network;
  readonly driver: SimDriver;
  readonly awaited = new Map<number, (answer: Answer) => void>();
  readonly items: Item[] = [];
  turns = 0;
  turnArranged = false;
  wakeTime = Infinity;
  over = false;

  constructor(parts: Pick<Running, "chat" | "network" | "driver">) {
    this.chat = parts.chat;
    this.network = parts.network;
    this.driver = parts.driver;
  }
}

function carryOut(effect: CoreEffect, network: Network): void {
  switch (effect.kind) {
    case "send":
      network.send(effect.outgoing);
      return;
    case "acknowledge":
      network.acknowledge(effect.receipt);
      return;
    case "present":
      network.present(effect.me);
      return;
    default:
      unreachable(effect);
  }
}
