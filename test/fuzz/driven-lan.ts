/** A LAN machine under the awkward driver, and what it has reported that a test must know. */
import { wholeBetween, type Random } from "../../src/base/random.ts";
import type { LanAnswer, LanIntent, LanQuestion, LanReport } from "../../src/protocols/lan/contract.ts";
import type { LanMachine } from "../../src/protocols/lan/machine.ts";
import { DrivenMachine } from "./driven-machine.ts";
import { machineOf, type Variant } from "./one-link.ts";

export class DrivenLan extends DrivenMachine<LanIntent, LanReport, LanQuestion, LanAnswer> {
  readonly machine: LanMachine<unknown>;
  readonly outcomes: string[] = [];
  readonly tokens: number[] = [];

  constructor(variant: Variant, random: Random) {
    const machine = machineOf(variant, wholeBetween(random, 0, 1_000));
    super({
      machine,
      random,
      via: "messages",
      answer: () => "remembered",
      heard: (report) => this.#hear(report),
    });
    this.machine = machine;
  }

  #hear(report: LanReport): void {
    if (report.kind === "outcome") this.outcomes.push(report.id);
    else if (report.kind === "arrived" && report.arrival.sealed !== undefined)
      this.tokens.push(report.arrival.sealed.token);
  }
}
