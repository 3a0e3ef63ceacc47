/** How long it takes until kith can be used: the daemon, a command, and the chat on a terminal. */
import { join } from "node:path";
import { spawn } from "@lydell/node-pty";
import { loopbackHost } from "./hosts.ts";
import { runEmptyNode } from "./empty-node.ts";
import { Series, timed } from "./figure.ts";
import type { Figure, Scale } from "./figure.ts";
import { writeHistory } from "./history-file.ts";
import { Profile, program } from "./kith.ts";
import { Stage } from "./stage.ts";

const messages = 100_000;
const messagesQuick = 5_000;
const screenMsMax = 30_000;

/** The chat's greeting ends with what is unread elsewhere; then one can type. So much of it stands on one line. */
const lastOfFirstScreen = "/unread shows";
const leave = "\u0004";

type Start = "daemon" | "people" | "attach" | "cold";
type Starts = Series<Start | "node">;

export function startUp({ quick }: Scale): Promise<readonly Figure[]> {
  return Stage.use(async (stage) => {
    const host = loopbackHost("127.0.0.2", ["127.0.0.3"]);
    const profile = new Profile(stage, "alice", host);
    const count = quick ? messagesQuick : messages;
    writeHistory(join(profile.home, "kith.db"), count);
    const round = async (series: Starts): Promise<void> => {
      series.add("node", await timed(() => runEmptyNode(stage, host)));
      await startEach(stage, profile, series);
    };
    await round(new Series()); // fills caches, V8's of compiled code among them
    const series: Starts = new Series();
    for (let left = quick ? 3 : 15; left > 0; left--) await round(series);
    return figuresOf(series, `a profile of ${count.toLocaleString("en")} messages`);
  });
}

function figuresOf(series: Starts, history: string): readonly Figure[] {
  const raw = series.of("node", "an empty Node, start to end");
  const common = { unit: "ms", raw } as const;
  return [
    { ...series.of("daemon", `\`kith daemon\` listens, ${history}`), ...common, aim: { atMost: 220 } },
    { ...series.of("people", "`kith people`, the daemon runs"), ...common, aim: { atMost: 150 } },
    { ...series.of("attach", "first screen of `kith`, the daemon runs"), ...common },
    {
      ...series.of("cold", `first screen of \`kith\`, no daemon runs, ${history}`),
      ...common,
      aim: { atMost: 400 },
    },
  ];
}

async function startEach(stage: Stage, profile: Profile, series: Starts): Promise<void> {
  const begin = performance.now();
  const daemon = await profile.daemon();
  series.add("daemon", performance.now() - begin);
  series.add("people", await timed(() => profile.run("people")));
  series.add("attach", await firstScreen(stage, profile));
  await daemon.stop();
  series.add("cold", await firstScreen(stage, profile));
  await profile.run("stop");
}

/** Milliseconds from the start of the chat to the last line of its first screen; then it is left. */
async function firstScreen(stage: Stage, profile: Profile): Promise<number> {
  const begin = performance.now();
  const terminal = spawn(program, [...profile.settings], {
    ...{ cols: 100, rows: 30, cwd: profile.home },
    env: { ...profile.environment },
  });
  const ended = new Promise<void>((resolve) => void terminal.onExit(() => resolve()));
  const shown = Promise.withResolvers<number>();
  let written = "";
  terminal.onData((text) => {
    written += text;
    if (written.includes(lastOfFirstScreen)) shown.resolve(performance.now() - begin);
  });
  const late = setTimeout(
    () => shown.reject(new Error(`no first screen; it wrote:\n${written}`)),
    screenMsMax,
  );
  const kill = (): void => terminal.kill("SIGKILL");
  stage.atEnd(kill);
  try {
    const ms = await shown.promise;
    terminal.write(leave);
    await ended;
    return ms;
  } finally {
    clearTimeout(late);
  }
}
