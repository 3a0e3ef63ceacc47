/** Node with nothing to do, the limit for every start and for memory: nothing that runs on it can be less. */
import type { SpawnOptions } from "node:child_process";
import type { Host } from "./hosts.ts";
import { memoryOf } from "./kith.ts";
import type { Stage } from "./stage.ts";

/** From its start to its end, with one line said. */
export async function runEmptyNode(stage: Stage, host: Host): Promise<void> {
  const child = stage.program(host.spawn(process.execPath, ["-e", "console.log('ready ')"], options));
  await child.closed;
}

/** MB of one that stays, after as long as a daemon is given. */
export async function memoryOfEmptyNode(
  stage: Stage,
  host: Host,
  settle: () => Promise<unknown>,
): Promise<number> {
  const script = "console.log('ready '); setInterval(() => undefined, 1e6)";
  const child = stage.program(host.spawn(process.execPath, ["-e", script], options));
  await child.hear("ready ");
  await settle();
  const memory = memoryOf(child.pid);
  await child.kill();
  return memory;
}

const options: SpawnOptions = { stdio: ["ignore", "pipe", "inherit"] };
