/** What an idle daemon holds of the memory. */
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { memoryOfEmptyNode } from "./empty-node.ts";
import { Series } from "./figure.ts";
import type { Figure, Scale } from "./figure.ts";
import { writeHistory } from "./history-file.ts";
import { loopbackHost } from "./hosts.ts";
import { Profile } from "./kith.ts";
import { Stage } from "./stage.ts";

const messages = 100_000;
const messagesQuick = 5_000;
/** So long after its start it is idle. */
const settleMs = 5_000;
const settleMsQuick = 1_500;

export function memory({ quick }: Scale): Promise<readonly Figure[]> {
  return Stage.use(async (stage) => {
    const host = loopbackHost("127.0.0.2", ["127.0.0.3"]);
    const empty = new Profile(stage, "alice", host);
    const full = new Profile(stage, "bob", host);
    const count = quick ? messagesQuick : messages;
    writeHistory(join(full.home, "kith.db"), count);
    const settle = (): Promise<unknown> => wait(quick ? settleMsQuick : settleMs);
    const series = new Series<"node" | "empty" | "full">();
    for (let left = quick ? 1 : 3; left > 0; left--) {
      series.add("node", await memoryOfEmptyNode(stage, host, settle));
      series.add("empty", await memoryOfDaemon(empty, settle));
      series.add("full", await memoryOfDaemon(full, settle));
    }
    const common = { unit: "MB", raw: series.of("node", "an empty Node"), aim: { atMost: 75 } } as const;
    return [
      { ...series.of("empty", "idle daemon, a new profile"), ...common },
      { ...series.of("full", `idle daemon, ${count.toLocaleString("en")} messages`), ...common },
    ];
  });
}

async function memoryOfDaemon(profile: Profile, settle: () => Promise<unknown>): Promise<number> {
  const daemon = await profile.backgroundDaemon();
  await settle();
  const held = daemon.memory();
  await daemon.stop();
  return held;
}
