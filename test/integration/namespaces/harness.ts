/**
 * Several hosts on one machine: a network namespace for each, joined by a wiring of which nothing touches the machine's
 * own interfaces.
 */
import { spawn } from "node:child_process";
import type { ChildProcess, SpawnOptions } from "node:child_process";
import { userInfo } from "node:os";
import { Cables } from "./cables.ts";
import { ip, makeNamespace, removeNamespace, removeStaleNamespaces } from "./namespaces.ts";
import type { Wiring } from "./wiring.ts";

/** Hosts of one lab: the last number of their addresses, less the network's own and its broadcast address. */
const hostsMax = 254;
const network = "10.77.0";

export interface LabHost {
  readonly name: string;
  readonly address: string;
  readonly broadcast: string;
  /** The program lives in this host, and ends with the lab at the latest. */
  spawn(command: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  /** The same for who spawns in another way, on a terminal for example. */
  command(command: string, args: readonly string[]): readonly [command: string, args: readonly string[]];
  /** Pulls the cable out of this host. */
  cut(): void;
  heal(): void;
}

/** Why there can be none here, for tests to say when they skip; undefined when there can. */
export function namespacesAvailable(): string | undefined {
  if (process.platform !== "linux") return "network namespaces are Linux's";
  if (userInfo().uid !== 0) return "network namespaces need root";
  try {
    removeNamespace(makeNamespace("probe"));
    return undefined;
  } catch (error) {
    return `ip netns does not work here: ${error instanceof Error ? error.message : String(error)}`; // translated
  }
}

export class NamespaceLab {
  readonly #wiring: Wiring;
  readonly #namespaces: string[] = [];

  /** Closes the wiring with itself. */
  constructor(wiring: Wiring = new Cables()) {
    removeStaleNamespaces();
    this.#wiring = wiring;
  }

  /** Another host, with a cable to all others. */
  host(name: string): LabHost {
    const number = this.#namespaces.length + 1;
    if (number > hostsMax) throw new Error("a lab has no room for more hosts");
    const address = `${network}.${number}`;
    const broadcast = `${network}.255`;
    const namespace = makeNamespace(name);
    this.#namespaces.push(namespace);
    this.#wiring.connect(name, namespace);
    // Without an address of IPv6 the system says nothing by itself: the first frames are the test's own.
    ip("-n", namespace, "link", "set", "eth0", "addrgenmode", "none");
    ip("-n", namespace, "address", "add", `${address}/24`, "broadcast", broadcast, "dev", "eth0");
    for (const device of ["lo", "eth0"]) ip("-n", namespace, "link", "set", device, "up");
    const inside = (command: string, args: readonly string[]) =>
      ["ip", ["netns", "exec", namespace, command, ...args]] as const;
    return {
      name,
      address,
      broadcast,
      command: inside,
      spawn: (command, args, options = {}) => spawn(...inside(command, args), options),
      cut: () => this.#wiring.plug(name, "out"),
      heal: () => this.#wiring.plug(name, "in"),
    };
  }

  /** Ends every program of every host, and removes all that was made. */
  close(): void {
    for (const namespace of this.#namespaces.splice(0)) removeNamespace(namespace);
    this.#wiring.close();
  }
}
