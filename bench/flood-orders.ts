/**
 * What a program of the rooms benchmark is told, a line each, and what it answers: `say <count> <gap in ms>` makes its
 * first member say so many texts, and tells when; `begin` and `report` enclose what is measured.
 */
import { createInterface } from "node:readline";

/** The members that live in a program, however they are built. */
export interface FloodMembers {
  say(text: string): void;
  /** Texts that all of them together have written to their links. */
  written(): number;
  /** Links that were dialled here. */
  links(): number;
}

export interface FloodReport {
  /** Which text, and when (ms since the epoch) it was at one of the members. */
  readonly arrivals: readonly (readonly [number, number])[];
  readonly cpuMs: number;
  readonly written: number;
  readonly links: number;
}

export class FloodOrders {
  #arrivals: [number, number][] = [];

  /** Somebody has got it. */
  arrived(text: string): void {
    this.#arrivals.push([Number(/^text (\d+)/.exec(text)?.[1]), now()]);
  }

  serve(members: FloodMembers): void {
    let cpu = process.cpuUsage();
    let written = 0;
    createInterface({ input: process.stdin })
      .on("line", (line) => {
        const [order, count, gapMs] = line.split(" ");
        if (order === "say") void sayAll(members, Number(count), Number(gapMs));
        else if (order === "begin") {
          this.#arrivals = [];
          [cpu, written] = [process.cpuUsage(), members.written()];
          console.log("begun");
        } else {
          const { user, system } = process.cpuUsage(cpu);
          const report: FloodReport = {
            arrivals: this.#arrivals,
            cpuMs: (user + system) / 1_000,
            written: members.written() - written,
            links: members.links(),
          };
          console.log(`report ${JSON.stringify(report)}`);
        }
      })
      .on("close", () => process.exit(0));
    console.log("ready");
  }
}

async function sayAll(members: FloodMembers, count: number, gapMs: number): Promise<void> {
  const said: number[] = [];
  for (let at = 0; at < count; at++) {
    said.push(now());
    members.say(`text ${at}, as long as people's messages are`);
    await new Promise((resolve) => setTimeout(resolve, gapMs));
  }
  console.log(`said ${JSON.stringify(said)}`);
}

/** The same in all programs of this machine. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
