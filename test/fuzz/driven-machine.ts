/**
 * A LAN machine under a driver that keeps the contract and is as awkward as it allows: late wakes, slow and failed
 * answers, sockets that are lost. Throws where the machine breaks its own side of the contract.
 */
import { wholeBetween, type Random } from "../../src/base/random.ts";
import { bad, good } from "../../src/base/result.ts";
import type { Now } from "../../src/base/time.ts";
import type { LanAnswer, LanEffect, LanIntent } from "../../src/protocols/lan/contract.ts";
import type { LanMachine } from "../../src/protocols/lan/machine.ts";
import type { Address, Input, LinkId, LinkTrouble, SocketName, Ticket } from "../../src/protocols/machine.ts";
import { machineOf, type Variant } from "./one-link.ts";
import { pick } from "./mutation.ts";

type LanInput = Input<LanIntent, LanAnswer>;

interface Link {
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

export class DrivenMachine {
  readonly links = new Map<LinkId, Link>();
  readonly tickets = new Set<Ticket>();
  readonly opening = new Set<SocketName>();
  readonly outcomes: string[] = [];
  readonly tokens: number[] = [];
  readonly machine: LanMachine<unknown>;
  readonly #random: Random;
  #mono = 1_000;
  #wall = 1_800_000_000_000;
  #lastDialled = 0;
  #lastAccepted = 0;

  constructor(variant: Variant, random: Random) {
    this.#random = random;
    this.machine = machineOf(variant, wholeBetween(random, 0, 1_000));
  }

  get now(): Now {
    return { mono: this.#mono, wall: this.#wall };
  }

  take(input: LanInput): void {
    for (const effect of this.machine.handle(input, this.now)) this.#carryOut(effect);
  }

  stepClock(ms: number): void {
    this.#wall += ms;
  }

  /** Lets time pass, waking as the machine wishes or somewhat later. */
  pass(ms: number, lateMs: number): void {
    const until = this.#mono + ms;
    let [wakes, last] = [0, -1];
    for (let at = this.machine.wakeAt(); at !== undefined && at <= until; at = this.machine.wakeAt()) {
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
    this.links.set(link, { state: "up", ended: false, heardEnd: false, reading: true });
    this.take({ kind: "linkUp", link, remote: { host, port: 40_000 }, local, via: "messages" });
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
    this.take({ kind: "linkUp", link, remote: { host: "10.0.0.2", port: 5_001 }, local, via: "dial" });
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
    const why: LinkTrouble = pick(this.#random, troubles);
    this.take(clean ? { kind: "linkDown", link } : { kind: "linkDown", link, why });
  }

  answer(ticket: Ticket, done: boolean): void {
    if (!this.tickets.delete(ticket)) return;
    this.take({ kind: "answer", ticket, answer: done ? good("remembered") : bad("the disk is full") });
  }

  settle(name: SocketName, opens: boolean): void {
    if (!this.opening.delete(name)) return;
    if (opens) this.take({ kind: "listening", name, at: local });
    else this.take({ kind: "listenFailed", name, why: pick(this.#random, troubles) });
  }

  #carryOut(effect: LanEffect): void {
    switch (effect.kind) {
      case "dial":
        if (effect.link >= this.#lastDialled) throw new Error(`link ${effect.link} was dialled before`);
        this.#lastDialled = effect.link;
        this.links.set(effect.link, { state: "dialling", ended: false, heardEnd: false, reading: true });
        return;
      case "write":
        for (const link of typeof effect.to === "number" ? [effect.to] : effect.to)
          this.#live(link, "write to");
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
        if (this.tickets.has(effect.ticket)) throw new Error(`ticket ${effect.ticket} is taken`);
        this.tickets.add(effect.ticket);
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
        if (effect.report.kind === "outcome") this.outcomes.push(effect.report.id);
        else if (effect.report.kind === "arrived" && effect.report.arrival.sealed !== undefined)
          this.tokens.push(effect.report.arrival.sealed.token);
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
