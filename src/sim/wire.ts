/** The network between the hosts of the world: who reaches whom, through which weather, and what datagrams do. */
import type { Random } from "../base/random.ts";
import type { Address, LinkTrouble } from "../protocols/machine.ts";
import type { Connection } from "./connection.ts";
import { anyHost, covers, type DatagramSocket, Host, isLoopback, isReachable } from "./host.ts";
import { HostClock } from "./host-clock.ts";
import type { Endpoint, Passage } from "./passage.ts";
import type { Scheduler } from "./scheduler.ts";
import { Stream } from "./stream.ts";
import type { Trace } from "./trace.ts";
import { delayMs, fairWeather, indoors, type Weather } from "./weather.ts";

export interface Dial {
  readonly to: Address;
  readonly from?: string;
  readonly timeoutMs: number;
}

/** The most that a datagram can carry over IPv4. */
const datagramBytesMax = 65_507;

export class Wire implements Passage {
  readonly scheduler: Scheduler;
  readonly random: Random;
  weather: Weather = fairWeather;
  /** One for each host that it was to reach, and again for each duplicate. */
  readonly datagrams = { sent: 0, lost: 0 };
  readonly #trace: Trace;
  readonly #wallAtStart: number;
  readonly #hosts: Host[] = [];
  /** Pairs of hosts of which the first does not reach the second. */
  readonly #cuts = new Set<number>();

  constructor(parts: {
    readonly scheduler: Scheduler;
    readonly random: Random;
    readonly trace: Trace;
    readonly wallAtStart: number;
  }) {
    this.scheduler = parts.scheduler;
    this.random = parts.random;
    this.#trace = parts.trace;
    this.#wallAtStart = parts.wallAtStart;
  }

  get hosts(): readonly Host[] {
    return this.#hosts;
  }

  addHost(name: string, addresses: readonly string[]): Host {
    const clock = new HostClock(() => this.scheduler.time, this.#wallAtStart);
    const host = new Host(name, this.#hosts.length, addresses, clock);
    this.#hosts.push(host);
    return host;
  }

  /** What `from` sends does not reach `to` any more; the other way is another matter. */
  cut(from: Host, to: Host): void {
    if (from !== to) this.#cuts.add(pairOf(from, to));
  }

  mend(from: Host, to: Host): void {
    this.#cuts.delete(pairOf(from, to));
  }

  mendAll(): void {
    this.#cuts.clear();
  }

  passes(from: Endpoint, to: Endpoint): boolean {
    if (!from.host.on || !to.host.on || !from.host.owns(from.address) || !to.host.owns(to.address))
      return false;
    return this.#cuts.size === 0 || !this.#cuts.has(pairOf(from.host, to.host));
  }

  hostAt(address: string, from: Host): Host | undefined {
    if (from.owns(address)) return from;
    return this.#hosts.find((host) => host.on && !isLoopback(address) && host.owns(address));
  }

  weatherBetween(from: Host, to: string): Weather {
    return from.owns(to) ? indoors : this.weather;
  }

  /** The stream is being opened: the hooks it is given say how that ends. */
  dial(host: Host, dial: Dial): Connection {
    const source = dial.from ?? host.addressTowards(dial.to.host);
    const local = { host: source ?? anyHost, port: host.freePort() };
    const stream = new Stream(this, host, local, dial.to);
    const trouble = isReachable(dial.to) ? troubleFrom(host, source) : "no-route";
    if (trouble === undefined) stream.dial(dial.timeoutMs);
    else {
      this.scheduler.after(0, () => {
        stream.failToOpen(trouble);
      });
    }
    return stream;
  }

  /** One attempt. False where the system itself says that it cannot be. */
  sendDatagram(host: Host, socket: DatagramSocket, to: Address, bytes: Uint8Array): boolean {
    const source = sourceOf(host, socket, to.host);
    if (source === undefined || !isReachable(to) || bytes.length > datagramBytesMax) return false;
    const from = { host: source, port: socket.at.port };
    if (!host.interfaces.some((one) => one.broadcast === to.host)) {
      const target = this.hostAt(to.host, host);
      if (target !== undefined) this.#scatter(host, from, { target, to, broadcast: false }, bytes);
      return true;
    }
    if (!socket.broadcast) return false;
    for (const target of this.#hosts) this.#scatter(host, from, { target, to, broadcast: true }, bytes);
    return true;
  }

  landed(at: Endpoint, from: string, what: string | number): void {
    const words = (): string =>
      `${from} -> ${at.host.name}: stream, ${what}${typeof what === "number" ? " bytes" : ""}`;
    this.#trace.event(words, at.host.index, typeof what === "number" ? what : what.length);
  }

  /** Lost, duplicated, delayed, each by itself: so they also overtake each other. */
  #scatter(host: Host, from: Address, way: Way, bytes: Uint8Array): void {
    const weather = host === way.target ? indoors : this.weather;
    const copies = this.random.fraction() < weather.duplicates ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.datagrams.sent++;
      if (this.random.fraction() < weather.loss) {
        this.datagrams.lost++;
        continue;
      }
      this.scheduler.after(delayMs(weather, this.random), () => {
        this.#deliver(host, from, way, bytes);
      });
    }
  }

  #deliver(host: Host, from: Address, way: Way, bytes: Uint8Array): void {
    const { target, to, broadcast } = way;
    const address = broadcast ? addressIn(target, to.host) : to.host;
    if (address === undefined) return;
    if (!this.passes({ host, address: from.host }, { host: target, address })) {
      this.datagrams.lost++;
      return;
    }
    const heard = target.sockets.filter(({ at }) => at.port === to.port && covers(at.host, to.host));
    // A broadcast is for everybody, anything else for whoever came last, as Linux has it with address reuse.
    for (const socket of broadcast ? heard : heard.slice(-1)) {
      const words = (): string => `${host.name} -> ${target.name}: datagram, ${bytes.length} bytes`;
      this.#trace.event(words, host.index, target.index, bytes.length);
      socket.receive(from, bytes.slice());
    }
  }
}

interface Way {
  readonly target: Host;
  readonly to: Address;
  readonly broadcast: boolean;
}

// More hosts than any world has.
const hostsMax = 4_096;

function pairOf(from: Host, to: Host): number {
  return from.index * hostsMax + to.index;
}

function troubleFrom(host: Host, source: string | undefined): LinkTrouble | undefined {
  if (source === undefined) return "no-route";
  return host.owns(source) ? undefined : "not-here";
}

function sourceOf(host: Host, socket: DatagramSocket, to: string): string | undefined {
  const bound = socket.at.host;
  return host.owns(bound) ? bound : host.addressTowards(to);
}

function addressIn(host: Host, broadcast: string): string | undefined {
  return host.interfaces.find((one) => one.broadcast === broadcast)?.address;
}
