/** What the room server bears: 10,000 people in 500 rooms, each of whom renews. */
import { spawn } from "node:child_process";
import type { SpawnOptions } from "node:child_process";
import { join } from "node:path";
import { quantile, Series } from "./figure.ts";
import type { Figure, Scale } from "./figure.ts";
import { memoryOf, program } from "./kith.ts";
import { Stage } from "./stage.ts";
import type { Program } from "./stage.ts";

interface Load {
  readonly rooms: number;
  readonly repetitions: number;
  readonly perSecond: number;
  readonly seconds: number;
}

const usual: Load = { rooms: 500, repetitions: 3, perSecond: 1_000, seconds: 20 };
const quickLoad: Load = { rooms: 50, repetitions: 1, perSecond: 500, seconds: 3 };
const perRoom = 20;
/** A process may hold 20,000 connections, and one core is not enough to play everybody. */
const crowds = 2;
/** Joins that each crowd waits for at one time. */
const joinsAtOnce = 50;
/** As long as the list of a room in which these people are. */
const listBytes = 560;

const address = "127.0.0.2";

type Name = "joins" | "p50" | "p99" | "memory" | "each";

export function roomsServer({ quick }: Scale): Promise<readonly Figure[]> {
  const load = quick ? quickLoad : usual;
  return Stage.use(async (stage) => {
    const sides = [
      { side: "ours", loaded: new Loaded(stage, await startOurs(stage)) },
      { side: "raw", loaded: new Loaded(stage, await startRaw(stage)) },
    ] as const;
    const series = new Series<`${Name} ${"ours" | "raw"}`>();
    for (const { side, loaded } of sides) {
      series.add(`joins ${side}`, await loaded.fill(load.rooms));
      series.add(`memory ${side}`, loaded.memory);
      series.add(`each ${side}`, (1_000 * (loaded.memory - loaded.memoryBefore)) / (load.rooms * perRoom));
    }
    for (let left = load.repetitions; left > 0; left--) {
      for (const { side, loaded } of sides) {
        const took = await loaded.renew(load.perSecond, load.seconds);
        series.add(`p50 ${side}`, quantile(took, 0.5));
        series.add(`p99 ${side}`, quantile(took, 0.99));
      }
    }
    return figuresOf(load, series);
  });
}

function figuresOf(load: Load, series: Series<`${Name} ${"ours" | "raw"}`>): readonly Figure[] {
  const beside = (name: Name, what: string): Pick<Figure, "what" | "values" | "raw"> => ({
    ...series.of(`${name} ours`, what),
    raw: series.of(`${name} raw`, "plain TCP, as many bytes"),
  });
  const people = `${(load.rooms * perRoom).toLocaleString("en")} people in ${load.rooms} rooms`;
  const pace = `${load.perSecond.toLocaleString("en")} renewals a second`;
  return [
    { ...beside("joins", `${people}: joins`), unit: "/s" },
    { ...beside("p50", `${pace}: list there, p50`), unit: "ms" },
    { ...beside("p99", `${pace}: list there, p99`), unit: "ms", aim: { atMost: 250 } },
    { ...beside("memory", `${people}: memory of the server`), unit: "MB", aim: { atMost: 200 } },
    { ...beside("each", "memory for 1,000 connections more"), unit: "MB" },
  ];
}

interface Server {
  readonly program: Program;
  readonly port: number;
}

async function startOurs(stage: Stage): Promise<Server> {
  const { PATH = "" } = process.env;
  const words = ["serve", "rooms", "--address", address, "--port", "0"];
  const options: SpawnOptions = { env: { PATH, HOME: stage.folder }, stdio: ["ignore", "pipe", "inherit"] };
  const server = stage.program(spawn(program, words, options));
  return { program: server, port: parseInt(await server.hear(`Room server at ${address}, port `), 10) };
}

async function startRaw(stage: Stage): Promise<Server> {
  const server = bare(stage, ["serve", address, listBytes]);
  return { program: server, port: Number(await server.hear("ready ")) };
}

/** A server and the people who load it. */
class Loaded {
  readonly #stage: Stage;
  readonly #server: Server;
  readonly memoryBefore: number;
  #crowds: readonly Program[] = [];

  constructor(stage: Stage, server: Server) {
    this.#stage = stage;
    this.#server = server;
    this.memoryBefore = this.memory;
  }

  get memory(): number {
    return memoryOf(this.#server.program.pid);
  }

  /** All connect, then all join; how many joined in a second. */
  async fill(rooms: number): Promise<number> {
    const each = rooms / crowds;
    this.#crowds = Array.from({ length: crowds }, (_, i) =>
      bare(this.#stage, ["crowd", address, this.#server.port, i * each, each, perRoom]),
    );
    await Promise.all(this.#crowds.map((crowd) => crowd.hear("ready")));
    const begin = performance.now();
    const took = await this.#order(`join ${joinsAtOnce}`);
    return took.length / ((performance.now() - begin) / 1_000);
  }

  /** The milliseconds that each had to wait. */
  renew(perSecond: number, seconds: number): Promise<readonly number[]> {
    return this.#order(`renew ${perSecond / crowds} ${seconds}`);
  }

  async #order(order: string): Promise<readonly number[]> {
    for (const crowd of this.#crowds) crowd.say(order);
    const told = await Promise.all(this.#crowds.map((crowd) => crowd.hear("took ")));
    return told.flatMap((numbers) => JSON.parse(numbers) as number[]);
  }
}

function bare(stage: Stage, words: readonly (string | number)[]): Program {
  const file = join(import.meta.dirname, "raw", "rooms.ts");
  const options: SpawnOptions = { stdio: ["pipe", "pipe", "inherit"] };
  return stage.program(spawn(process.execPath, [file, ...words.map(String)], options));
}
