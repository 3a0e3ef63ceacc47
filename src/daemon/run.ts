/** `kith daemon`: runs a daemon in this process, telling what happens, until somebody ends it. */
import type { Channel } from "../api/channel.ts";
import { notification } from "../api/methods.ts";
import { startDaemon } from "./daemon.ts";
import type { Daemon, DaemonOptions } from "./daemon.ts";
import type { Where } from "./folders.ts";

/** What happened, for people and scripts that watch. */
export interface Line {
  readonly event: string;
  readonly [detail: string]: unknown;
}

export interface RunOptions extends DaemonOptions {
  /** Told once, as the first of all. */
  readonly ready: (line: Line) => void;
  /** Told everything from then on, where somebody watches. */
  readonly report?: (line: Line) => void;
  readonly until: AbortSignal;
}

/** Rejects like `startDaemon`, and when the daemon could not go on. */
export async function runDaemon(
  where: Where,
  { ready, report, until, ...options }: RunOptions,
): Promise<void> {
  const daemon = await startDaemon(where, options);
  const { folders, httpUrl } = daemon;
  const { profile, home, socket } = folders;
  ready({
    event: "ready",
    profile,
    home,
    socket,
    pid: process.pid,
    ...(httpUrl !== undefined && { http: httpUrl }),
  });
  if (report !== undefined) watch(daemon, report);
  const stop = (): void => daemon.stop();
  if (until.aborted) stop();
  until.addEventListener("abort", stop);
  const release = catchMistakes(daemon);
  try {
    await daemon.ended;
  } finally {
    until.removeEventListener("abort", stop);
    release();
  }
}

function watch({ api }: Daemon, report: (line: Line) => void): void {
  const channel: Channel = {
    send(text) {
      const { events } = notification.parse(JSON.parse(text)).params;
      for (const { kind, ...details } of events) report({ event: kind, ...details });
      if (events.some(({ kind }) => kind === "stopping")) session.ended();
    },
    unsent: 0,
    reading: () => undefined,
    close: () => undefined,
  };
  const session = api.attach(channel);
  session.follow([]);
}

/** What nobody caught is a mistake of ours: the daemon ends, and its store is whole. */
function catchMistakes(daemon: Daemon): () => void {
  const broken = (error: unknown): void => daemon.broken(error);
  process.on("uncaughtException", broken);
  process.on("unhandledRejection", broken);
  return () => {
    process.off("uncaughtException", broken);
    process.off("unhandledRejection", broken);
  };
}
