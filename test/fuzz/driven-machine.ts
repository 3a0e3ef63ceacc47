/**
 * A machine under a driver that keeps the contract and is as awkward as it allows: late wakes, slow and failed answers,
 * sockets that are lost. Throws where the machine breaks its own side of the contract.
 */
import type { Random } from "../../src/base/random.ts";
import { bad, good } from "../../src/base/result.ts";
import type { Now } from "../../src/base/time.ts";
import type {
  Address,
  Effect,
  Input,
  LinkId,
  LinkTrouble,
  Machine,
  SocketName,
  Ticket,
} from "../../src/protocols/machine.ts";
import { pick } from "./mutation.ts";

interface Link {
  /** Where the other end is. */
  readonly remote: Address;
  /** Both sides may write; while "dialling" neither may. */
  state: "dialling" | "up";
  /** Whether our side, or the other one, has finished. */
  ended: boolean;
  heardEnd: boolean;
  reading: boolean;
}

const troubles = ["refused", "timed-out", "no-route", "reset", "in-use", "limit", "other"] as const;
/** A machine that wants to be woken at once more often than this does nothing but wake. */
const wakesAtOnceMax = 20;
const local: Address = { host: "10.0.0.1", port: 5_001 };

export interface DrivenParts<Intent, Report, Question, Answer> {
  readonly machine: Machine<Intent, Report, Question, Answer>;
  readonly random: Random;
  /** The listener by which others come in. */
  readonly via: SocketName;
  readonly answer: (question: Question) => Answer;
  readonly heard: (report: Report) => void;
  readonly wrote?: (link: LinkId, bytes: Uint8Array) => void;
}

export class DrivenMachine<Intent, Report, Question, Answer> {
  readonly links = new Map<LinkId, Link>();
  readonly questions = new Map<Ticket, Question>();
  readonly opening = new Set<SocketName>();
  readonly #parts: DrivenParts<Intent, Report, Question, Answer>;
  #mono = 1_000;
  #wall = 1_800_000_000_000;
  #lastDialled = 0;
  #lastAccepted = 0;

  constructor(parts: DrivenParts<Intent, Report, Question, Answer>) {
    this.#parts = parts;
  }

  get now(): Now {
    return { mono: this.#mono, wall: this.#wall };
  }

  take(input: Input<Intent, Answer>): void {
    for (const effect of this.#parts.machine.handle(input, this.now)) this.#carryOut(effect);
  }

  stepClock(ms: number): void {
    this.#wall += ms;
  }

  /** Lets time pass, waking as the machine wishes or somewhat later. */
  pass(ms: number, lateMs: number): void {
    const until = this.#mono + ms;
    const { machine } = this.#parts;
    let [wakes, last] = [0, -1];
    for (let at = machine.wakeAt(); at !== undefined && at <= until; at = machine.wakeAt()) {
      this.#advanceTo(Math.max(this.#mono, at) + lateMs);
      wakes = this.#mono === last ? wakes + 1 : 0;
      last = this.#mono;
      if (wakes > wakesAtOnceMax)
        throw new Error(`it wants to be woken at ${at} again and again, at ${this.#mono}`);
      this.take({ kind: "wake" });
    }
    this.#advanceTo(until);
  }

  #advanceTo(mono: number): void {
    this.#wall += Math.max(0, mono - this.#mono);
    this.#mono = Math.max(this.#mono, mono);
  }

  accept(host: string): void {
    const link = ++this.#lastAccepted;
    const remote = { host, port: 40_000 };
    this.links.set(link, { remote, state: "up", ended: false, heardEnd: false, reading: true });
    this.take({ kind: "linkUp", link, remote, local, via: this.#parts.via });
  }

  /** What is dialled comes up, or does not. */
  decideDial(link: LinkId, comesUp: boolean): void {
    const dialled = this.links.get(link);
    if (dialled?.state !== "dialling") return;
    if (!comesUp) {
      this.down(link);
      return;
    }
    dialled.state = "up";
    this.take({ kind: "linkUp", link, remote: dialled.remote, local, via: "dial" });
  }

  bytes(link: LinkId, bytes: Uint8Array): void {
    const open = this.links.get(link);
    if (open?.state === "up" && open.reading && !open.heardEnd) this.take({ kind: "bytes", link, bytes });
  }

  finish(link: LinkId): void {
    const open = this.links.get(link);
    if (open?.state !== "up" || open.heardEnd) return;
    open.heardEnd = true;
    this.take({ kind: "linkEnd", link });
    if (open.ended && this.links.has(link)) this.down(link, true);
  }

  down(link: LinkId, clean = false): void {
    if (!this.links.delete(link)) return;
    const why: LinkTrouble = pick(this.#parts.random, troubles);
    this.take(clean ? { kind: "linkDown", link } : { kind: "linkDown", link, why });
  }

  answer(ticket: Ticket, done: boolean): void {
    const question = this.questions.get(ticket);
    if (question === undefined) return;
    this.questions.delete(ticket);
    const answer = done ? good(this.#parts.answer(question)) : bad("it could not be done");
    this.take({ kind: "answer", ticket, answer });
  }

  settle(name: SocketName, opens: boolean): void {
    if (!this.opening.delete(name)) return;
    if (opens) this.take({ kind: "listening", name, at: local });
    else this.take({ kind: "listenFailed", name, why: pick(this.#parts.random, troubles) });
  }

  #carryOut(effect: Effect<Report, Question>): void {
    switch (effect.kind) {
      case "dial":
        if (effect.link >= this.#lastDialled) throw new Error(`link ${effect.link} was dialled before`);
        this.#lastDialled = effect.link;
        this.links.set(effect.link, {
          ...{ remote: effect.to, state: "dialling", ended: false, heardEnd: false, reading: true },
        });
        return;
      case "write":
        for (const link of typeof effect.to === "number" ? [effect.to] : effect.to) {
          this.#live(link, "write to");
          this.#parts.wrote?.(link, effect.bytes);
        }
        return;
      case "end":
        this.#live(effect.link, "end").ended = true;
        return;
      case "drop":
        if (!this.links.delete(effect.link)) throw new Error(`it drops link ${effect.link}, which is gone`);
        return;
      case "reading":
        this.#live(effect.link, "read").reading = effect.on;
        return;
      case "ask":
        if (this.questions.has(effect.ticket)) throw new Error(`ticket ${effect.ticket} is taken`);
        this.questions.set(effect.ticket, effect.question);
        return;
      case "listen":
        this.opening.add(effect.name);
        return;
      case "bind":
        this.opening.add(effect.socket);
        return;
      case "unbind":
        this.opening.delete(effect.socket);
        return;
      case "report":
        this.#parts.heard(effect.report);
        return;
      case "count":
      case "datagram":
      case "unlisten":
      case "watchInterfaces":
        return;
    }
  }

  #live(link: LinkId, what: string): Link {
    const live = this.links.get(link);
    if (live?.state !== "up" || (live.ended && what !== "read"))
      throw new Error(`it wants to ${what} link ${link}, which is ${live?.state ?? "gone"}`);
    return live;
  }
}
