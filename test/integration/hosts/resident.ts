/** A person at a host of a lab: a daemon in the foreground and the command line, both as a user starts them. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Client } from "../../../src/api/client.ts";
import { connectLocally } from "../../../src/api/node/local-socket.ts";
import type { LabHost } from "../namespaces/harness.ts";

const kith = fileURLToPath(new URL("../../../kith", import.meta.url));

interface Line {
  readonly event: string;
  readonly [detail: string]: unknown;
}

export class Resident {
  readonly #host: LabHost;
  readonly #home: string;
  readonly #name: string;
  #daemon: ChildProcess | undefined;
  #output: Interface | undefined;
  #lines: AsyncIterator<string> | undefined;
  #socket = "";

  constructor(host: LabHost, folder: string) {
    this.#host = host;
    this.#name = host.name;
    this.#home = join(folder, host.name);
  }

  /** Resolves when the daemon says that it is ready. */
  async start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    const sets = Object.entries({ "profile.name": this.#name, ...settings });
    const flags = sets.flatMap(([key, value]) => ["--set", `${key}=${value}`]);
    this.#daemon = this.#spawn(["daemon", "--json", ...flags]);
    const { stdout } = this.#daemon;
    if (stdout === null) throw new Error("a daemon without an output");
    this.#output = createInterface({ input: stdout });
    this.#lines = this.#output[Symbol.asyncIterator]();
    const { socket } = await this.heard(({ event }) => event === "ready");
    this.#socket = String(socket);
  }

  /** To the daemon's API: its socket is a file, which is the same from every host. */
  async connect(): Promise<Client> {
    const client = await connectLocally(this.#socket);
    if (client === undefined) throw new Error(`the daemon of ${this.#name} does not listen`);
    return client;
  }

  /** The next line of the daemon's that fits. */
  async heard(fits: (line: Line) => boolean): Promise<Line> {
    for (;;) {
      const next = await this.#lines?.next();
      if (next === undefined || next.done === true) throw new Error(`the daemon of ${this.#name} has ended`);
      const line = JSON.parse(next.value) as Line;
      if (fits(line)) return line;
    }
  }

  /** Nobody wants to hear more; what the daemon says is thrown away, else it would wait until that is read. */
  ignore(): void {
    this.#output?.close();
    this.#daemon?.stdout?.resume();
  }

  async stop(): Promise<void> {
    if (this.#daemon === undefined) return;
    const ended = once(this.#daemon, "exit");
    await this.run("stop");
    await ended;
  }

  async kill(): Promise<void> {
    if (this.#daemon === undefined) return;
    const ended = once(this.#daemon, "exit");
    this.#daemon.kill("SIGKILL");
    await ended;
  }

  /** What the command answers with `--json`; throws what it says on stderr when it fails. */
  async run(...args: readonly string[]): Promise<unknown> {
    const child = this.#spawn([...args, "--no-start", "--json"]);
    const [out, err] = [gather(child.stdout), gather(child.stderr)];
    await once(child, "exit");
    if (child.exitCode !== 0) throw new Error(`kith ${args.join(" ")}: exit ${child.exitCode}: ${await err}`);
    const text = await out;
    return text === "" ? undefined : JSON.parse(text);
  }

  #spawn(args: readonly string[]): ChildProcess {
    return this.#host.spawn(kith, [...args, "--home", this.#home], {
      stdio: ["ignore", "pipe", args[0] === "daemon" ? "inherit" : "pipe"],
    });
  }
}

async function gather(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = "";
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}
