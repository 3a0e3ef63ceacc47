/** A machine in the simulated world: its interfaces, its clocks, and what its programs have open. */
import type { Random } from "../base/random.ts";
import type { Address, InterfaceAddress } from "../protocols/machine.ts";
import type { Connection } from "./connection.ts";
import type { HostClock } from "./host-clock.ts";

/** A datagram socket of a program on this host. */
export interface DatagramSocket {
  readonly at: Address;
  readonly broadcast: boolean;
  receive(from: Address, bytes: Uint8Array): void;
}

export interface Listener {
  readonly at: Address;
  /** Of a program that nothing here is about: it goes on when the one that is tested ends. */
  readonly foreign?: true;
  /** The stream is open: whoever takes it sets its hooks. False when it is not wanted. */
  accept(stream: Connection): boolean;
}

/** A running program: what `crash` ends without asking it. */
export interface Program {
  /** Everything is gone at once; it does nothing more and is told nothing more. */
  vanish(): void;
  interfacesChanged(): void;
  /** One of its sockets is taken from it; undefined where it has none. */
  loseSocket(random: Random): LostSocket | undefined;
}

export interface LostSocket {
  readonly kind: "listener" | "datagram";
  readonly port: number;
}

/** How a program takes in what has come over its streams, when its machine is busy with something else. */
export interface SlowReading {
  readonly bytesMax: number;
  readonly pauseMs: number;
}

export const anyHost = "0.0.0.0";
/** Where the ports begin that the system gives out, and where all ports end. */
const ephemeralPortLeast = 32_768;
const portMost = 65_535;

export class Host {
  readonly name: string;
  /** The address that it had first. */
  readonly home: string;
  /** Its place among all hosts of the world. */
  readonly index: number;
  listeners: readonly Listener[] = [];
  readonly sockets: DatagramSocket[] = [];
  /** The ends of streams that live here, those being opened included. */
  readonly streams = new Set<Connection>();
  readonly clock: HostClock;
  /** Undefined while everything is read at once. */
  slowReading: SlowReading | undefined;
  readonly #programs = new Set<Program>();
  #interfaces: readonly InterfaceAddress[];
  #on = true;
  #port = ephemeralPortLeast;

  constructor(name: string, index: number, addresses: readonly string[], clock: HostClock) {
    this.name = name;
    this.index = index;
    this.home = addresses[0] ?? anyHost;
    this.clock = clock;
    this.#interfaces = interfacesOf(addresses);
  }

  get on(): boolean {
    return this.#on;
  }

  /** Those that are up. */
  get interfaces(): readonly InterfaceAddress[] {
    return this.#interfaces;
  }

  /** Other cables, other addresses: what had been sent from those that are gone is lost. */
  connect(addresses: readonly string[]): void {
    const before = this.#interfaces.map(({ address }) => address);
    this.#interfaces = interfacesOf(addresses);
    const now = this.#interfaces.map(({ address }) => address);
    if (now.join() === before.join()) return;
    for (const program of [...this.#programs]) program.interfacesChanged();
  }

  /** All programs end at once. Without power nobody is told; after a kill the system closes what was open, somehow. */
  crash(how: "killed" | "power-cut", random: Random): void {
    for (const program of [...this.#programs]) program.vanish();
    this.#programs.clear();
    for (const stream of [...this.streams]) {
      if (how === "power-cut") stream.vanish();
      else stream.abort(random.fraction() < 0.5 ? "reset" : "end");
    }
    this.listeners = how === "killed" ? this.listeners.filter(({ foreign }) => foreign === true) : [];
    this.sockets.length = 0;
    this.#on = how === "killed";
  }

  start(): void {
    this.#on = true;
    this.clock.restart();
  }

  listen(listener: Listener): void {
    this.listeners = [...this.listeners, listener];
  }

  unlisten(listener: Listener): void {
    this.listeners = this.listeners.filter((other) => other !== listener);
  }

  /** Other programs end. */
  evict(): void {
    this.listeners = this.listeners.filter(({ foreign }) => foreign !== true);
  }

  /** Where a socket was that a program here has lost; undefined where there was none to lose. */
  loseSocket(random: Random): LostSocket | undefined {
    const programs = [...this.#programs];
    return programs[Math.floor(random.fraction() * programs.length)]?.loseSocket(random);
  }

  runs(program: Program): void {
    this.#programs.add(program);
  }

  ended(program: Program): void {
    this.#programs.delete(program);
  }

  /** Every address of 127.0.0.0/8 is this host's own, as on Linux. */
  owns(address: string): boolean {
    return isLoopback(address) || this.#interfaces.some((one) => one.address === address);
  }

  canBind(address: string): boolean {
    return address === anyHost || this.owns(address);
  }

  /** Each is taken once in a long time, as no two connections may be alike. */
  freePort(): number {
    this.#port = this.#port === portMost ? ephemeralPortLeast : this.#port + 1;
    return this.#port;
  }

  listenerAt(to: Address): Listener | undefined {
    return this.listeners.find(({ at }) => at.port === to.port && covers(at.host, to.host));
  }

  /** The address from which this host reaches `target`; undefined when no interface leads there. */
  addressTowards(target: string): string | undefined {
    if (isLoopback(target)) return "127.0.0.1";
    if (this.owns(target)) return target;
    return this.#interfaces.find((one) => segmentOf(one.address) === segmentOf(target))?.address;
  }
}

export function covers(bound: string, address: string): boolean {
  return bound === anyHost || bound === address;
}

export function isLoopback(address: string): boolean {
  return address.startsWith("127.") && isAddress(address);
}

/** The world knows IPv4 in its plain form, and no names. */
export function isAddress(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => String(Number(part)) === part && Number(part) < 256);
}

export function isReachable({ host, port }: Address): boolean {
  return isAddress(host) && Number.isInteger(port) && port > 0 && port <= portMost;
}

/** All networks of the world are /24: hosts whose addresses begin alike hear each other. */
export function segmentOf(address: string): string {
  return address.slice(0, address.lastIndexOf("."));
}

export function broadcastOf(address: string): string {
  return `${segmentOf(address)}.255`;
}

function interfacesOf(addresses: readonly string[]): readonly InterfaceAddress[] {
  const cables = addresses.map((address, i) => ({
    interface: `eth${i}`,
    address,
    broadcast: broadcastOf(address),
    loopback: false,
  }));
  return [{ interface: "lo", address: "127.0.0.1", loopback: true }, ...cables];
}
