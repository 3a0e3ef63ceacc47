/** `kith serve rooms`: a room server in this process, without a profile, telling what happens, until somebody ends it. */
import { unreachable } from "../base/assert.ts";
import { KithError, problemOf } from "../base/errors.ts";
import { createClock } from "../io/clock.ts";
import { createDriver } from "../io/drive.ts";
import { createLog } from "../io/log.ts";
import type { LogLevel } from "../io/log.ts";
import { RoomServer } from "../servers/rooms/rooms.ts";
import type { Address, LinkTrouble, RoomServerReport, RoomServerSettings } from "../servers/rooms/rooms.ts";
import type { Line } from "./run.ts";

/** A line whose details a log takes too. */
export interface ServerLine extends Line {
  readonly [detail: string]: string | number;
}

export interface ServeRoomsOptions {
  readonly settings: RoomServerSettings;
  /** Where a log is kept too; nowhere when absent. */
  readonly logFile?: string;
  /** `ready` comes first, `ended` last. */
  readonly report: (line: ServerLine) => void;
  readonly until: AbortSignal;
}

/** Rejects with `listen-failed` where the port cannot be had or is lost, and when the server could not go on. */
export async function serveRooms(options: ServeRoomsOptions): Promise<void> {
  const { settings, logFile, report, until } = options;
  const clock = createClock();
  const log = logFile === undefined ? undefined : createLog({ file: logFile, level: "info", clock });
  const asked = Promise.withResolvers<undefined>();
  const tell = (level: LogLevel, { event, ...details }: ServerLine): void => {
    report({ event, ...details });
    log?.write(level, event, details);
  };
  const server = new RoomServer({
    driver: createDriver({ clock, onBroken: (error) => asked.reject(brokenBy(error)) }),
    settings,
    report(told) {
      if (told.kind === "failed") asked.reject(listenFailed(server.at, told.why));
      else tell(levels[told.kind], lineOf(told));
    },
  });
  const stop = (): void => asked.resolve(undefined);
  until.addEventListener("abort", stop);
  if (until.aborted) stop();
  else server.start();
  try {
    await asked.promise;
    await server.stop();
    tell("info", { event: "ended", ...server.inspect().counters });
  } catch (error) {
    log?.write("error", "failed", { problem: problemOf(error) });
    throw error; // only noted: whoever asked for the server tells it
  } finally {
    until.removeEventListener("abort", stop);
    await server.stop();
    await log?.close();
  }
}

type Told = Exclude<RoomServerReport, { readonly kind: "failed" }>;

const levels: Readonly<Record<Told["kind"], LogLevel>> = {
  listening: "info",
  joined: "info",
  left: "info",
  refused: "warn",
  dropped: "warn",
  untold: "warn",
};

function lineOf(told: Told): ServerLine {
  switch (told.kind) {
    case "listening":
      return { event: "ready", address: told.at.host, port: told.at.port, pid: process.pid };
    case "joined":
      return { event: "joined", room: told.room, ...told.member, from: told.from };
    case "left":
      return { event: "left", room: told.room, ...told.member, why: told.why };
    case "refused":
      return { event: "refused", request: told.of, why: told.why, from: told.from };
    case "dropped":
      return { event: "dropped", why: told.why, from: told.from };
    case "untold":
      return { event: "untold", count: told.count };
    default:
      return unreachable(told);
  }
}

const listenProblems: Readonly<Partial<Record<LinkTrouble, string>>> = {
  "in-use": "another program listens there",
  "not-here": "this computer has no such address",
  forbidden: "the system keeps this port for its administrator, as it does with those below 1024",
};

function listenFailed({ host: address, port }: Address, why: LinkTrouble): KithError {
  return new KithError("listen-failed", { address, port, problem: listenProblems[why] ?? why });
}

function brokenBy(error: unknown): KithError {
  return new KithError("internal", { problem: problemOf(error) }, error);
}
