/** Starts a daemon in the background, and connects to one that runs. Loads little: every command goes through here. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "../api/client.ts";
import { connectLocally } from "../api/node/local-socket.ts";
import { fromWireError, propertyOf } from "../api/wire.ts";
import { assert } from "../base/assert.ts";
import { KithError, problemOf } from "../base/errors.ts";
import { outcomeDescriptor } from "./background-order.ts";
import type { Order } from "./background-order.ts";
import { foldersOf, makeFolders } from "./folders.ts";
import type { Environment, Folders, Where } from "./folders.ts";

/** A large history on a slow disk takes some of it. */
const startMsMax = 30_000;
/** Another command may be starting the same daemon: it is ready within this, or something is wrong with it. */
const otherStartMsMax = 5_000;
const pollMs = 25;

/** The program's first file, and the word that makes it run `runInBackground`. */
export interface Launch {
  readonly program: string;
  readonly word: string;
}

/** Undefined when no daemon runs for the profile. */
export function connectTo(where: Where, environment: Environment): Promise<Client | undefined> {
  return connectLocally(foldersOf(where, environment).socket);
}

/** Resolves once the profile has a daemon that can be connected to. Rejects with the KithError of its start. */
export async function spawnDaemon(launch: Launch, order: Order, environment: Environment): Promise<void> {
  const folders = foldersOf(order.where, environment);
  makeFolders(folders);
  const { where } = order;
  const absolute = where.home === undefined ? where : { ...where, home: resolve(where.home) };
  const child = spawnChild(launch, folders, withAbsoluteHome(environment));
  child.stdin?.on("error", () => undefined); // it ended before it read: its exit is told below
  child.stdin?.end(JSON.stringify({ ...order, where: absolute }));
  const failure = await failureOf(child, folders);
  child.unref();
  if (failure === undefined) return;
  if (failure.code !== "profile-in-use" || !(await isReady(folders.socket))) throw failure;
}

function spawnChild({ program, word }: Launch, { logFile, home }: Folders, env: Environment): ChildProcess {
  const log = openSync(logFile, "a", 0o600);
  try {
    return spawn(process.execPath, [program, word, home], {
      detached: true,
      cwd: "/",
      env,
      // What it prints can only be the last words of a crash: they belong in the log.
      stdio: ["pipe", log, log, "pipe"],
    });
  } finally {
    closeSync(log);
  }
}

/** The child stands elsewhere. */
function withAbsoluteHome(environment: Environment): Environment {
  const home = environment["KITH_HOME"];
  return home === undefined || home === "" ? environment : { ...environment, KITH_HOME: resolve(home) };
}

/** Undefined once the child is ready. */
async function failureOf(child: ChildProcess, { logFile }: Folders): Promise<KithError | undefined> {
  const pipe = child.stdio[outcomeDescriptor];
  assert(pipe instanceof Readable, "the child was given a pipe to answer on");
  const notStarted = (problem: string): KithError =>
    new KithError("daemon-not-started", { problem, log: logFile });
  const late = new AbortController();
  try {
    const text = await Promise.race([
      everythingOf(pipe),
      wait(startMsMax, undefined, { signal: late.signal }).then(() => ""),
      new Promise<never>((_, reject) => child.once("error", reject)),
    ]);
    return text === "" ? notStarted("it ended or hung") : failureIn(text);
  } catch (error) {
    return notStarted(problemOf(error)); // translated: the system could not run it
  } finally {
    late.abort();
    pipe.destroy();
  }
}

function failureIn(text: string): KithError | undefined {
  const outcome: unknown = JSON.parse(text);
  if (propertyOf(outcome, "ready") === true) return undefined;
  const error = propertyOf(outcome, "error");
  return fromWireError(String(propertyOf(error, "message")), propertyOf(error, "data"));
}

async function everythingOf(stream: Readable): Promise<string> {
  let text = "";
  for await (const part of stream) text += String(part);
  return text;
}

async function isReady(socket: string): Promise<boolean> {
  for (let waited = 0; waited < otherStartMsMax; waited += pollMs) {
    const client = await connectLocally(socket);
    client?.close();
    if (client !== undefined) return true;
    await wait(pollMs);
  }
  return false;
}
