/** The addresses of this computer, and word when they change. */
import { networkInterfaces, type NetworkInterfaceInfo } from "node:os";
import { secondMs } from "../base/time.ts";
import type { InterfaceAddress } from "../protocols/machine.ts";

/** The system gives no word of a change, and reading them takes 0.1 ms: soon enough for a cable that was plugged in. */
const pollMs = 5 * secondMs;

export type RawInterfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

export class InterfaceWatch {
  readonly #changed: (addresses: readonly InterfaceAddress[]) => void;
  readonly #read: () => RawInterfaces;
  #timer: NodeJS.Timeout | undefined;
  #told = "";

  constructor(
    changed: (addresses: readonly InterfaceAddress[]) => void,
    read: () => RawInterfaces = networkInterfaces,
  ) {
    this.#changed = changed;
    this.#read = read;
  }

  /** Tells the addresses as they are, now and after each change. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#look(), pollMs);
    this.#look();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const addresses = interfaceAddresses(this.#read());
    const text = JSON.stringify(addresses);
    if (text === this.#told) return;
    this.#told = text;
    this.#changed(addresses);
  }
}

/** Sorted, so that the same addresses are always told alike. */
export function interfaceAddresses(raw: RawInterfaces): readonly InterfaceAddress[] {
  return Object.entries(raw)
    .flatMap(([name, infos]) => (infos ?? []).map((info) => interfaceAddress(name, info)))
    .sort((a, b) => compare(a.interface, b.interface) || compare(a.address, b.address));
}

function interfaceAddress(name: string, info: NetworkInterfaceInfo): InterfaceAddress {
  const { address, netmask, internal } = info;
  const broadcast = info.family === "IPv4" && !internal ? broadcastOf(address, netmask) : undefined;
  const plain = { interface: name, address, loopback: internal };
  return broadcast === undefined ? plain : { ...plain, broadcast };
}

/** Undefined where the network has two addresses or one: nobody is left to hear a broadcast. */
function broadcastOf(address: string, netmask: string): string | undefined {
  const mask = toNumber(netmask);
  const hosts = ~mask >>> 0;
  if (hosts < 3) return undefined;
  return toDotted((toNumber(address) & mask) | hosts);
}

function toNumber(dotted: string): number {
  return dotted.split(".").reduce((number, octet) => (number << 8) | Number(octet), 0);
}

function toDotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
