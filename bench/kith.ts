/** The program as people run it, `./kith`, and the API of its daemons. */
import { execFileSync } from "node:child_process";
import type { SpawnOptions } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "../src/api/client.ts";
import { connectLocally } from "../src/api/node/local-socket.ts";
import { foldersOf } from "../src/daemon/folders.ts";
import type { Host } from "./hosts.ts";
import type { Stage } from "./stage.ts";

const pollMs = 5;

export const program = join(import.meta.dirname, "..", "kith");

/** A profile of a person, in a folder of the stage. */
export class Profile {
  readonly home: string;
  readonly host: Host;
  readonly #stage: Stage;
  readonly #name: string;

  constructor(stage: Stage, name: string, host: Host) {
    this.#stage = stage;
    this.#name = name;
    this.host = host;
    this.home = join(stage.folder, name);
    mkdirSync(this.home, { recursive: true });
  }

  /** Nothing of who runs the benchmark: their settings, their profiles. */
  get environment(): Readonly<Record<string, string>> {
    const runtime = join(this.#stage.folder, "runtime");
    const { PATH = "" } = process.env;
    return { PATH, HOME: this.home, KITH_HOME: this.home, XDG_RUNTIME_DIR: runtime, TERM: "xterm-256color" };
  }

  /** For `kith daemon`, and for a chat that starts one. */
  get settings(): readonly string[] {
    const settings = { "profile.name": this.#name, ...this.host.settings };
    return Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  }

  /** One command, from its start to its end. */
  async run(...words: readonly string[]): Promise<void> {
    const child = this.#stage.program(this.host.spawn(program, words, this.#options("ignore")));
    const code = await child.closed;
    if (code !== 0) throw new Error(`kith ${words.join(" ")} ended with ${String(code)}`);
  }

  /** A daemon in the foreground, as soon as it listens. */
  async daemon(): Promise<Daemon> {
    const args = ["daemon", ...this.settings];
    const child = this.#stage.program(this.host.spawn(program, args, this.#options("pipe")));
    await child.hear("ready ");
    return Daemon.of(this, this.#stage);
  }

  /** One in the background, as most people have it: started by the first command that needs it. */
  async backgroundDaemon(): Promise<Daemon> {
    await this.run("people", ...this.settings);
    return Daemon.of(this, this.#stage);
  }

  /** Undefined when no daemon runs. */
  connect(): Promise<Client | undefined> {
    return connectLocally(foldersOf({ home: this.home }, this.environment).socket);
  }

  #options(stdout: "pipe" | "ignore"): SpawnOptions {
    return { env: this.environment, stdio: ["ignore", stdout, "inherit"] };
  }
}

export class Daemon {
  readonly #profile: Profile;
  readonly #pid: number;

  private constructor(profile: Profile, pid: number) {
    this.#profile = profile;
    this.#pid = pid;
  }

  /** The profile's daemon, which runs; it ends with the stage at the latest. */
  static async of(profile: Profile, stage: Stage): Promise<Daemon> {
    const client = await connected(profile);
    const { pid } = await client.call("system.status", {});
    client.close();
    stage.atEnd(() => endProgram(pid));
    return new Daemon(profile, pid);
  }

  client(): Promise<Client> {
    return connected(this.#profile);
  }

  memory(): number {
    return memoryOf(this.#pid);
  }

  /** Until its process is gone. */
  async stop(): Promise<void> {
    const client = await this.client();
    await client.call("system.stop", {});
    await client.closed;
    while (isRunning(this.#pid)) await wait(pollMs);
  }
}

async function connected(profile: Profile): Promise<Client> {
  const client = await profile.connect();
  if (client === undefined) throw new Error(`nobody listens for ${profile.home}`);
  return client;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // translated: there is none
  }
}

function endProgram(pid: number): void {
  if (isRunning(pid)) process.kill(pid, "SIGKILL");
}

/** Resident, in MB of 2^20 bytes, with what it shares with other programs. */
export function memoryOf(pid: number): number {
  const kibibytes = Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" }));
  return kibibytes / 1_024;
}
