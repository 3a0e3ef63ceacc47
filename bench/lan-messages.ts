/** Messages between two people on the LAN: how soon each is there, and how many a second. */
import { join } from "node:path";
import { pipelineMax } from "../src/core/messages/outbox.ts";
import { sealedAtOnce } from "../src/protocols/lan/outbound.ts";
import { quantile, Series } from "./figure.ts";
import type { Figure, Scale } from "./figure.ts";
import type { Host } from "./hosts.ts";
import { Stage } from "./stage.ts";
import type { Program } from "./stage.ts";
import { TwoPeople } from "./two-people.ts";

const oneByOne = 200;
const oneByOneQuick = 40;
/**
 * A connection that was closed keeps its port for a minute, and a system has some 28,000 for one destination: a run takes
 * no more of them than that, or it would measure how they come back (470 a second).
 */
const streamMs = 6_000;
const streamMsQuick = 2_000;
const rawStreamMs = 250;
/** Messages that wait for their receipt: as many as the core lets be under way to one person. */
const underWay = pipelineMax;

type Name = "shown" | "shown99" | "delivered" | "delivered99" | "raw" | "raw99" | "stream" | "rawStream";

export function lanMessages({ quick }: Scale): Promise<readonly Figure[]> {
  return Stage.use(async (stage) => {
    const people = await TwoPeople.meet(stage);
    const { alice, bob, joinedBy } = people.hosts;
    await echo(stage, bob, ["serve", bob.address]);
    const asking = await echo(stage, alice, ["ask", bob.address]);
    const series = new Series<Name>();
    const count = quick ? oneByOneQuick : oneByOne;
    await sendOneByOne(people, new Series(), 2 * count); // the code is warm afterwards
    for (let left = quick ? 3 : 7; left > 0; left--) {
      asking.say(`alone ${count}`);
      const raw = JSON.parse(await asking.hear("")) as readonly number[];
      series.add("raw", quantile(raw, 0.5));
      series.add("raw99", quantile(raw, 0.99));
      await sendOneByOne(people, series, count);
    }
    for (let left = quick ? 1 : 3; left > 0; left--) {
      asking.say(`many ${sealedAtOnce} ${rawStreamMs}`);
      series.add("rawStream", Number(await asking.hear("")) / (rawStreamMs / 1_000));
      series.add("stream", await sendStream(people, quick ? streamMsQuick : streamMs));
    }
    return figuresOf(series, joinedBy);
  });
}

function figuresOf(series: Series<Name>, joinedBy: string): readonly Figure[] {
  const raw = series.of("raw", "TCP, connect, 100 B there and back, close, p50");
  const raw99 = series.of("raw99", "the same, p99");
  const rawStream = series.of("rawStream", `such connections, ${sealedAtOnce} at a time, /s`);
  const unit = "ms";
  return [
    {
      ...series.of("shown", `a message is shown at the other, p50 (${joinedBy})`),
      unit,
      raw,
      aim: { atMost: 3 },
    },
    { ...series.of("shown99", "the same, p99"), unit, raw: raw99, aim: { atMost: 10 } },
    { ...series.of("delivered", "a message is shown as delivered, p50"), unit, raw, aim: { atMost: 3 } },
    { ...series.of("delivered99", "the same, p99"), unit, raw: raw99, aim: { atMost: 10 } },
    {
      ...series.of(
        "stream",
        "messages delivered one behind the other, sealed, stored at both ends, receipted",
      ),
      ...{ unit: "/s", raw: rawStream, aim: { atLeast: 600 } },
    },
  ];
}

async function sendOneByOne(people: TwoPeople, series: Series<Name>, count: number): Promise<void> {
  const shown: number[] = [];
  const delivered: number[] = [];
  for (let at = 0; at < count; at++) {
    const journey = await people.say(`message ${at}, as long as people's messages are`);
    shown.push((await journey.shown) - journey.sent);
    delivered.push((await journey.delivered) - journey.sent);
  }
  await people.proveDelivered();
  series.add("shown", quantile(shown, 0.5));
  series.add("shown99", quantile(shown, 0.99));
  series.add("delivered", quantile(delivered, 0.5));
  series.add("delivered99", quantile(delivered, 0.99));
}

/** Delivered messages a second. */
async function sendStream(people: TwoPeople, ms: number): Promise<number> {
  const begin = performance.now();
  const end = begin + ms;
  let delivered = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      const journey = await people.say(`a message in a stream, as long as people's messages are`);
      await Promise.all([journey.shown, journey.delivered]);
      delivered++;
    }
  };
  await Promise.all(Array.from({ length: underWay }, lane));
  await people.proveDelivered();
  return delivered / ((performance.now() - begin) / 1_000);
}

async function echo(stage: Stage, host: Host, args: readonly string[]): Promise<Program> {
  const file = join(import.meta.dirname, "raw", "echo.ts");
  const child = host.spawn(process.execPath, [file, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const program = stage.program(child);
  await program.hear("ready");
  return program;
}
