/**
 * A network with faults between the hosts of a lab: frames are lost, doubled, delayed and reordered by seeded dice, and
 * ways between hosts are cut. The kernel's own emulator (netem) is not in every kernel, so a program does it.
 */
import { execFileSync, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildC } from "../../c-program.ts";
import { namespacesAvailable } from "./harness.ts";
import type { Wiring } from "./wiring.ts";

/** On every way from one host to another; what is left out does not happen. Chances are from 0 to 1, of each frame. */
export interface Faults {
  readonly loss?: number;
  readonly duplication?: number;
  /** A frame that is not delayed and so overtakes those before it. */
  readonly reordering?: number;
  /** One way. */
  readonly delayMs?: number;
  /** Up to so much more, evenly spread. Order is kept, as in a queue. */
  readonly jitterMs?: number;
  /** That each host can send. What it sends faster waits up to half a second, and is dropped beyond. */
  readonly bitsPerSecond?: number;
}

/**
 * Of frames, one for each that was to receive it. Each, and each copy, ends as lost, severed (cut off), overflowed
 * (dropped by a full queue) or delivered, or is still under way.
 */
export type Counters = Readonly<Record<(typeof counted)[number], number>>;

const counted = ["frames", "doubled", "overtook", "lost", "severed", "overflowed", "delivered"] as const;
const answerBytesMax = 512;

/** Why there can be none here, for tests to say when they skip; undefined when there can. */
export function faultySwitchAvailable(): string | undefined {
  const noNamespaces = namespacesAvailable();
  if (noNamespaces !== undefined) return noNamespaces;
  const folder = mkdtempSync(join(tmpdir(), "kith-switch-"));
  try {
    closeSync(openSync("/dev/net/tun", "r+"));
    return build(folder) === undefined ? "there is no C compiler to build the switch with" : undefined;
  } catch (error) {
    return `there are no TAP devices: ${error instanceof Error ? error.message : String(error)}`; // translated
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same seed and the same frames on a way give the same fates on it, whatever the time and the other hosts do. */
export class FaultySwitch implements Wiring {
  /** The program ends when this end of its input is closed, and so with this process, however that ends. */
  readonly #orders: number;
  readonly #answers: number;
  readonly #hosts: string[] = [];

  constructor(seed: number) {
    const folder = mkdtempSync(join(tmpdir(), "kith-switch-"));
    try {
      const program = build(folder);
      if (program === undefined) throw new Error("the switch cannot be built");
      const [orders, answers] = [pipe(join(folder, "orders")), pipe(join(folder, "answers"))];
      [this.#orders, this.#answers] = [orders.write, answers.read];
      spawn(program, [String(seed)], { stdio: [orders.read, answers.write, "inherit"] }).unref();
      for (const end of [orders.read, answers.write]) closeSync(end);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  connect(host: string, namespace: string): void {
    this.#order(`connect /var/run/netns/${namespace}`);
    this.#hosts.push(host);
  }

  plug(host: string, state: "in" | "out"): void {
    this.#order(`plug ${this.#number(host)} ${state}`);
  }

  /** From now on; what is under way keeps the delay that it was given. */
  faults(faults: Faults): void {
    const {
      loss = 0,
      duplication = 0,
      reordering = 0,
      delayMs = 0,
      jitterMs = 0,
      bitsPerSecond = 0,
    } = faults;
    const times = [delayMs, jitterMs].map((ms) => ms * 1_000);
    this.#order(["faults", loss, duplication, reordering, ...times, bitsPerSecond].join(" "));
  }

  /** What `from` sends does not reach `to`; the way back is another. What is under way is lost too. */
  cut(from: string, to: string): void {
    this.#path(from, to, "cut");
  }

  /** Nothing passes between these hosts and all others. */
  part(some: readonly string[]): void {
    const others = this.#hosts.filter((host) => !some.includes(host));
    for (const one of some)
      for (const other of others) {
        this.cut(one, other);
        this.cut(other, one);
      }
  }

  /** Nothing is cut any more. Faults and cables that were pulled stay. */
  heal(): void {
    for (const from of this.#hosts) for (const to of this.#hosts) this.#path(from, to, "open");
  }

  counters(): Counters {
    const told = new Map(this.#order("counters").split(" ").map(nameAndCount));
    return Object.fromEntries(counted.map((name) => [name, told.get(name) ?? 0])) as Counters;
  }

  close(): void {
    closeSync(this.#orders);
    readSync(this.#answers, new Uint8Array(1)); // its end comes when the program has ended
    closeSync(this.#answers);
  }

  #path(from: string, to: string, state: "open" | "cut"): void {
    this.#order(`path ${this.#number(from)} ${this.#number(to)} ${state}`);
  }

  #number(host: string): number {
    const number = this.#hosts.indexOf(host);
    if (number === -1) throw new Error(`the switch has no host ${host}`);
    return number;
  }

  /** Waits for the answer, a moment in which nothing else runs: with the next line of a test it has happened. */
  #order(order: string): string {
    writeSync(this.#orders, `${order}\n`);
    const bytes = new Uint8Array(answerBytesMax);
    const [word = "", rest = ""] = text(bytes.subarray(0, readSync(this.#answers, bytes))).split(/ (.*)/);
    if (word !== "ok") throw new Error(`the switch, told "${order}": ${rest === "" ? "it has ended" : rest}`);
    return rest;
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trimEnd();
}

function nameAndCount(pair: string): readonly [name: string, count: number] {
  const [name = "", count = ""] = pair.split("=");
  return [name, Number(count)];
}

/** The program; undefined where there is no compiler. */
function build(folder: string): string | undefined {
  const program = join(folder, "faulty-switch");
  return buildC(join(import.meta.dirname, "faulty-switch.c"), program) ? program : undefined;
}

/** A pipe whose ends are plain descriptors, which Node can use without returning to its loop. */
function pipe(path: string): { readonly read: number; readonly write: number } {
  execFileSync("mkfifo", [path]);
  const both = openSync(path, "r+"); // with it the ends open without waiting for each other
  const ends = { read: openSync(path, "r"), write: openSync(path, "w") };
  closeSync(both);
  return ends;
}
