/**
 * Several hosts on one machine: a network namespace for each, joined by a bridge that has a namespace of its own, so
 * that nothing of it touches the machine's own interfaces.
 */
import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess, SpawnOptions } from "node:child_process";
import { userInfo } from "node:os";

/** Hosts of one lab: the last number of their addresses, less the network's own and its broadcast address. */
const hostsMax = 254;
const network = "10.77.0";
/** `kith-<pid of the test>-<lab>-<host>`: whoever finds it later knows whether somebody still needs it. */
const ourName = /^kith-(\d+)-/;

export interface LabHost {
  readonly name: string;
  readonly address: string;
  readonly broadcast: string;
  /** The program lives in this host, and ends with the lab at the latest. */
  /** The same for who spawns in another way, on a terminal for example. */
  command(command: string, args: readonly string[]): readonly [command: string, args: readonly string[]];
  spawn(command: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Pulls the cable out of this host. */
  cut(): void;
  heal(): void;
}

/** Why there can be none here, for tests to say when they skip; undefined when there can. */
export function namespacesAvailable(): string | undefined {
  if (process.platform !== "linux") return "network namespaces are Linux's";
  if (userInfo().uid !== 0) return "network namespaces need root";
  const probe = `kith-${process.pid}-probe`;
  try {
    ip("netns", "add", probe);
    ip("netns", "delete", probe);
    return undefined;
  } catch (error) {
    return `ip netns does not work here: ${error instanceof Error ? error.message : String(error)}`; // translated
  }
}

let labs = 0;

export class NamespaceLab {
  readonly #prefix: string;
  readonly #hosts: string[] = [];

  constructor() {
    removeStale();
    this.#prefix = `kith-${process.pid}-${++labs}`;
    ip("netns", "add", this.#bridge);
    ip("-n", this.#bridge, "link", "add", "br0", "type", "bridge");
    ip("-n", this.#bridge, "link", "set", "br0", "up");
  }

  /** Another host, with a cable to all others. */
  host(name: string): LabHost {
    const number = this.#hosts.length + 1;
    if (number > hostsMax) throw new Error("a lab has no room for more hosts");
    const namespace = `${this.#prefix}-${name}`;
    const cable = `cable${number}`;
    const address = `${network}.${number}`;
    ip("netns", "add", namespace);
    this.#hosts.push(namespace);
    const here = ["-n", this.#bridge] as const;
    const there = ["-n", namespace] as const;
    ip(...here, "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", namespace);
    ip(...here, "link", "set", cable, "master", "br0", "up");
    ip(...there, "address", "add", `${address}/24`, "broadcast", `${network}.255`, "dev", "eth0");
    ip(...there, "link", "set", "lo", "up");
    ip(...there, "link", "set", "eth0", "up");
    const inside = (command: string, args: readonly string[]) =>
      ["ip", ["netns", "exec", namespace, command, ...args]] as const;
    return {
      name,
      address,
      broadcast: `${network}.255`,
      command: inside,
      spawn: (command, args, options = {}) => spawn(...inside(command, args), options),
      cut: () => ip(...here, "link", "set", cable, "down"),
      heal: () => ip(...here, "link", "set", cable, "up"),
    };
  }

  /** Ends every program of every host, and removes all that was made. */
  close(): void {
    for (const namespace of [...this.#hosts.splice(0), this.#bridge]) remove(namespace);
  }

  get #bridge(): string {
    return `${this.#prefix}-bridge`;
  }
}

/** What tests that crashed have left behind. */
function removeStale(): void {
  for (const line of ip("netns", "list").split("\n")) {
    const [namespace = ""] = line.split(" ");
    const [, pid] = ourName.exec(namespace) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) remove(namespace);
  }
}

function remove(namespace: string): void {
  for (const pid of ip("netns", "pids", namespace).split("\n").filter(Boolean)) end(Number(pid));
  ip("netns", "delete", namespace);
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Acts by going on: it has just ended by itself.
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // translated: there is none
  }
}

function ip(...args: readonly string[]): string {
  return execFileSync("ip", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
