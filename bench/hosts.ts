/** Where programs stand in the network: in a namespace of this process alone, or in two that are joined by a cable. */
import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess, SpawnOptions } from "node:child_process";
import { NamespaceLab, namespacesAvailable } from "../test/integration/namespaces/harness.ts";
import type { Stage } from "./stage.ts";

export interface Host {
  readonly address: string;
  /** Settings that keep a daemon of this host away from every real network. */
  readonly settings: Readonly<Record<string, string>>;
  spawn(command: string, args: readonly string[], options: SpawnOptions): ChildProcess;
}

export interface TwoHosts {
  readonly alice: Host;
  readonly bob: Host;
  readonly joinedBy: string;
}

/** The word that says: this process stands in a network namespace of its own already. */
const aloneWord = "--alone";

function isAlone(): boolean {
  return process.argv.includes(aloneWord);
}

/** Runs this program again in a network namespace that nothing else is in; its exit code. Undefined where we may not. */
export function runAlone(): number | undefined {
  if (isAlone() || namespacesAvailable() !== undefined) return undefined;
  const script = 'ip link set lo up && exec "$@"';
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1), aloneWord];
  try {
    execFileSync("unshare", ["--net", "sh", "-c", script, "sh", ...again], { stdio: "inherit" });
    return 0;
  } catch (error) {
    const status = error instanceof Error && "status" in error ? error.status : undefined;
    return typeof status === "number" ? status : 1; // translated: it has said itself what went wrong
  }
}

/** A host on loopback: it announces to nobody but `targets`, whatever networks this machine is connected to. */
export function loopbackHost(address: string, targets: readonly string[]): Host {
  return {
    address,
    settings: { "lan.address": address, "lan.targets": targets.join(",") },
    spawn: (command, args, options) => spawn(command, args, options),
  };
}

/** Joined by a cable where namespaces can be made, so that the system chooses the sources of connections as usual. */
export function twoHosts(stage: Stage): TwoHosts {
  if (namespacesAvailable() !== undefined) {
    const [alice, bob] = [loopbackHost("127.0.0.2", ["127.0.0.3"]), loopbackHost("127.0.0.3", ["127.0.0.2"])];
    return { alice, bob, joinedBy: "loopback addresses, connections with a bound source" };
  }
  const lab = new NamespaceLab();
  stage.atEnd(() => lab.close());
  const [alice, bob] = [lab.host("alice"), lab.host("bob")].map((host) => ({
    address: host.address,
    settings: {},
    spawn: (command: string, args: readonly string[], options: SpawnOptions) =>
      host.spawn(command, args, options),
  }));
  if (alice === undefined || bob === undefined) throw new Error("the lab has made no hosts");
  return { alice, bob, joinedBy: "two network namespaces" };
}
