/** Network namespaces of a test: made under names that say whose they are, removed with every program in them. */
import { execFileSync } from "node:child_process";

/** `kith-<pid of the test>-<number>-<what it is>`: whoever finds it later knows whether somebody still needs it. */
const ourName = /^kith-(\d+)-/;

let made = 0;

/** Its name. */
export function makeNamespace(what: string): string {
  const name = `kith-${process.pid}-${++made}-${what}`;
  ip("netns", "add", name);
  return name;
}

export function removeNamespace(name: string): void {
  for (const pid of ip("netns", "pids", name).split("\n").filter(Boolean)) end(Number(pid));
  ip("netns", "delete", name);
}

/** Removes what tests that crashed have left behind. */
export function removeStaleNamespaces(): void {
  for (const line of ip("netns", "list").split("\n")) {
    const [name = ""] = line.split(" ");
    const [, pid] = ourName.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) removeNamespace(name);
  }
}

export function ip(...args: readonly string[]): string {
  return execFileSync("ip", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
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
