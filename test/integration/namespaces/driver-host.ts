/**
 * A program for a host of the lab: runs a probe in the real driver. Takes lists of effects, one JSON text a line, and
 * prints what the probe is told. Bytes are text here.
 */
import { createInterface } from "node:readline";
import { fromUtf8Leniently, toUtf8 } from "../../../src/base/bytes.ts";
import { createClock } from "../../../src/io/clock.ts";
import { createDriver } from "../../../src/io/drive.ts";
import type { Effect, Machine } from "../../../src/protocols/machine.ts";

type ProbeEffect = Effect<never>;

const probe: Machine<readonly ProbeEffect[], never> = {
  handle(input) {
    if (input.kind === "intent") return input.intent;
    const bytes = "bytes" in input ? { bytes: fromUtf8Leniently(input.bytes) } : undefined;
    console.log(JSON.stringify({ ...input, ...bytes }));
    return [];
  },
  wakeAt: () => undefined,
};

const drive = createDriver({ clock: createClock() }).run(
  probe,
  { unsentMark: 1_000, unsentMax: 10_000, acceptedMax: 10, acceptedPerAddressMax: 10 },
  { report: () => undefined, answer: () => undefined },
);
const orders = createInterface({ input: process.stdin });
orders.on("line", (line) => drive.tell((JSON.parse(line) as ProbeEffect[]).map(withBytes)));
orders.on("close", () => void drive.stop());

function withBytes(effect: ProbeEffect): ProbeEffect {
  return "bytes" in effect ? { ...effect, bytes: toUtf8(String(effect.bytes)) } : effect;
}
