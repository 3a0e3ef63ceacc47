/** A text through the overlay of a room: what it costs, how soon everybody has it, and how often it goes over a link. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { quantile, Series } from "./figure.ts";
import type { Figure, Scale } from "./figure.ts";
import type { FloodReport } from "./flood-orders.ts";
import { program as kith } from "./kith.ts";
import { Stage } from "./stage.ts";
import type { Program } from "./stage.ts";

const members = 50;
/** A link brings 20 texts a second for long, and no more: what is above that waits, here too. */
const gapMs = 66;
/** Whoever enters finds their place on the ring when they look at the list the next time. */
const settleMs = 25_000;
/** The last text is everywhere by then. */
const arriveMs = 500;

const serverAddress = "127.3.0.1";
const ours = "127.3.1";
const raw = "127.3.2";

type Name = "cpu" | "p99" | "copies" | "rawCpu" | "rawP99" | "rawCopies";

export async function roomsOverlay(scale: Scale): Promise<readonly Figure[]> {
  return [...(await flooded(1, scale)), ...(await flooded(5, scale))];
}

function flooded(programs: number, { quick }: Scale): Promise<readonly Figure[]> {
  return Stage.use(async (stage) => {
    const server = await serverOn(stage);
    const which = Array.from({ length: programs }, (_, i) => i);
    const floods = which.map((i) => bare(stage, "raw/flood.ts", [raw, members, i, programs]));
    const people = which.map((i) => bare(stage, "room-members.ts", [server, ours, members, i, programs]));
    await Promise.all([...floods, ...people].map((program) => program.hear("ready")));
    await wait(settleMs);
    const series = new Series<Name>();
    const texts = quick ? 15 : 100;
    await measured(people, texts); // the code is warm afterwards
    await measured(floods, texts);
    for (let left = quick ? 1 : 5; left > 0; left--) {
      const limit = await measured(floods, texts);
      series.add("rawCpu", limit.cpu);
      series.add("rawP99", limit.p99);
      series.add("rawCopies", limit.copies);
      const found = await measured(people, texts);
      series.add("cpu", found.cpu);
      series.add("p99", found.p99);
      series.add("copies", found.copies);
    }
    return figuresOf(series, programs);
  });
}

function figuresOf(series: Series<Name>, programs: number): readonly Figure[] {
  const where = programs === 1 ? "one process" : `${programs} processes`;
  // Where the processes outnumber the cores, waking them is most of the work, for the raw limit too: nothing is aimed at.
  const aim = programs === 1 && { aim: { atMost: 60 } };
  return [
    {
      ...series.of("cpu", `${members} members in ${where}: processor time for each delivery of a text`),
      ...{ unit: "µs", raw: series.of("rawCpu", "a ring of plain TCP"), ...aim },
    },
    {
      ...series.of("p99", "until a text is there, p99"),
      ...{ unit: "ms", raw: series.of("rawP99", "the same"), aim: { atMost: 25 } },
    },
    {
      ...series.of("copies", "copies of a text on each link, both directions together"),
      ...{ unit: "×", raw: series.of("rawCopies", "the same"), aim: { atMost: 1.1 } },
    },
  ];
}

interface Measured {
  /** µs for each delivery. */
  readonly cpu: number;
  /** ms */
  readonly p99: number;
  readonly copies: number;
}

/** The first member of the first program talks; all others are to have all of it. */
async function measured(programs: readonly Program[], texts: number): Promise<Measured> {
  const [first] = programs;
  if (first === undefined) throw new Error("nobody is there to talk");
  await ask(programs, "begin", "begun");
  first.say(`say ${texts} ${gapMs}`);
  const said = JSON.parse(await first.hear("said ")) as readonly number[];
  await wait(arriveMs);
  const reports = (await ask(programs, "report", "report ")).map((text) => JSON.parse(text) as FloodReport);
  const arrivals = reports.flatMap((report) => report.arrivals);
  const deliveries = texts * (members - 1);
  if (arrivals.length !== deliveries)
    throw new Error(`${arrivals.length} of ${deliveries} deliveries came about`);
  const sum = (of: (report: FloodReport) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  return {
    cpu: (sum(({ cpuMs }) => cpuMs) * 1_000) / deliveries,
    p99: quantile(
      arrivals.map(([text, at]) => at - (said[text] ?? NaN)),
      0.99,
    ),
    copies: sum(({ written }) => written) / texts / sum(({ links }) => links),
  };
}

function ask(programs: readonly Program[], order: string, answer: string): Promise<readonly string[]> {
  return Promise.all(
    programs.map((program) => {
      program.say(order);
      return program.hear(answer);
    }),
  );
}

function bare(stage: Stage, file: string, args: readonly (string | number)[]): Program {
  const words = [join(import.meta.dirname, file), ...args.map(String)];
  return stage.program(spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] }));
}

/** Where it listens, as members are told. */
async function serverOn(stage: Stage): Promise<string> {
  const words = ["serve", "rooms", "--address", serverAddress, "--port", "0", "--json"];
  const server = stage.program(spawn(kith, words, { stdio: ["ignore", "pipe", "inherit"] }));
  const { port } = JSON.parse(`{${await server.hear("{")}`) as { readonly port: number };
  return `${serverAddress}:${port}`;
}
