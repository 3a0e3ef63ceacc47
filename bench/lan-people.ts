/** How soon everybody on the LAN is found, and what each of them costs in memory. */
import { join } from "node:path";
import type { Client } from "../src/api/client.ts";
import { addressOf, answeredWithinMs } from "./crowd.ts";
import { Series, timed } from "./figure.ts";
import type { Figure, Scale } from "./figure.ts";
import { loopbackHost } from "./hosts.ts";
import { Profile } from "./kith.ts";
import { Stage } from "./stage.ts";
import type { Program } from "./stage.ts";

/** Of the classic network: all must use the same. */
const port = 5_000;
/** Those who are not found by then were missed. */
const patienceMs = 20_000;

export async function lanPeople({ quick }: Scale): Promise<readonly Figure[]> {
  const repetitions = quick ? 1 : 5;
  return [
    ...(await found({ people: 50, repetitions, atMost: 3 })),
    ...(await found({ people: 500, repetitions, atMost: 5 })),
  ];
}

interface Trial {
  readonly people: number;
  readonly repetitions: number;
  /** Seconds. */
  readonly atMost: number;
}

type Name = "raw" | "found" | "call" | "list" | "before" | "after";

function found({ people, repetitions, atMost }: Trial): Promise<readonly Figure[]> {
  return Stage.use(async (stage) => {
    const crowd = programOf(stage, "crowd.ts", [people, port]);
    await crowd.hear("ready");
    const series = new Series<Name>();
    for (let at = 0; at < repetitions; at++) {
      series.add("raw", await heardByAll(stage, crowd, people));
      await findAll({ stage, crowd, series, people, profile: `alice${at}` });
    }
    const within = answeredWithinMs(people) / 1_000;
    const raw = series.of("raw", `a socket hears them, they answer within ${within} s`);
    const before = series.of("before", "nobody there");
    const call = series.of("call", "a question with an empty answer");
    return [
      {
        ...series.of("found", `${people} people are found, from the start of kith`),
        unit: "s",
        raw,
        aim: { atMost },
      },
      {
        ...series.of("list", `the list of ${people} people, through the API`),
        unit: "ms",
        raw: call,
        aim: { atMost: 16 },
      },
      { ...series.of("after", `the daemon with ${people} people`), unit: "MB", raw: before },
    ];
  });
}

/** Seconds until a program that does nothing else has heard everybody. */
async function heardByAll(stage: Stage, crowd: Program, people: number): Promise<number> {
  await answering(crowd);
  const ms = await timed(() =>
    programOf(stage, join("raw", "hearing.ts"), ["127.0.0.3", port, addressOf(0), people]).hear("all"),
  );
  return ms / 1_000;
}

interface Finding {
  readonly stage: Stage;
  readonly crowd: Program;
  readonly series: Series<Name>;
  readonly people: number;
  readonly profile: string;
}

/** In a new profile, which has never heard of anybody. */
async function findAll({ stage, crowd, series, people, profile: name }: Finding): Promise<void> {
  const profile = new Profile(stage, name, loopbackHost("127.0.0.2", [addressOf(0)]));
  const alone = await profile.backgroundDaemon();
  series.add("before", alone.memory());
  await alone.stop();
  await answering(crowd);
  const begin = performance.now();
  const daemon = await profile.backgroundDaemon();
  const client = await daemon.client();
  await everybodyOnline(client, people);
  series.add("found", (performance.now() - begin) / 1_000);
  series.add("call", await timed(() => client.call("conversations.list", {})));
  series.add("list", await timed(() => client.call("people.list", {})));
  series.add("after", daemon.memory());
  client.close();
  await daemon.stop();
}

/** Goes by the events, so that the daemon is not asked again and again; then it must list all of them. */
async function everybodyOnline(client: Client, people: number): Promise<void> {
  const all = Promise.withResolvers<undefined>();
  const online = new Set<number>();
  const saw = (person: number): void => {
    online.add(person);
    if (online.size === people) all.resolve(undefined);
  };
  const late = setTimeout(() => all.reject(new Error(`${online.size} of ${people} were found`)), patienceMs);
  await client.follow(undefined, ({ events }) => {
    for (const event of events)
      if (event.kind === "presence-changed" && event.presence.online) saw(event.person);
  });
  const { people: before } = await client.call("people.list", { online: true });
  for (const { id } of before) saw(id);
  await all.promise.finally(() => clearTimeout(late));
  const listed = await client.call("people.list", { online: true });
  if (listed.people.length !== people) throw new Error(`${listed.people.length} of ${people} are listed`);
}

async function answering(crowd: Program): Promise<void> {
  crowd.say("answer");
  await crowd.hear("waiting");
}

function programOf(stage: Stage, file: string, args: readonly (string | number)[]): Program {
  const words = [join(import.meta.dirname, file), ...args.map(String)];
  const host = loopbackHost("127.0.0.3", []);
  return stage.program(host.spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] }));
}
