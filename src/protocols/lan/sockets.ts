/** The machine's sockets: which ones, on which addresses, how their failures are mended, and where announcements go. */
import { minuteMs, secondMs, type Now } from "../../base/time.ts";
import type { InterfaceAddress, LinkTrouble, SocketName } from "../machine.ts";
import { earliest, troubleWhy, type Emit, type LanConfig, type LanHealth, type LanWhy } from "./contract.ts";

/** Sends and hears announcements; with `lan.address` it hears only what is sent to that address. */
const discovery = "discovery";
/** Hears broadcasts where the other one is bound to an address: Linux gives such a socket none. */
const broadcasts = "broadcasts";
/** Takes messages. */
const messages = "messages";

const anyAddress = "0.0.0.0";
const loopbackAddress = "127.0.0.1";
const firstRetryMs = secondMs;
/** A port stays taken for long; the doctor shows when the next try comes. */
export const retryMsMax = minuteMs;

/** One announcement to one place. */
export interface Route {
  readonly socket: SocketName;
  readonly to: string;
  /** The address of ours that it leaves from. */
  readonly from: string;
}

interface Socket {
  readonly host: string;
  /** One that failed stays failed while it is tried again; `retryAt` is absent then. */
  state: "opening" | "open" | { readonly why: LinkTrouble; readonly retryAt?: number };
  failures: number;
}

/**
 * Invariants: every wanted socket is opening, open, or has a time at which it is tried again; a socket that fails does
 * not touch the others.
 */
export class Sockets {
  readonly #config: LanConfig;
  readonly #emit: Emit;
  readonly #sockets = new Map<SocketName, Socket>();
  #interfaces: readonly InterfaceAddress[] | undefined;

  constructor(config: LanConfig, emit: Emit) {
    this.#config = config;
    this.#emit = emit;
  }

  start(): void {
    const host = this.#config.address ?? anyAddress;
    this.#want(discovery, host);
    this.#want(messages, host);
    this.#emit({ kind: "watchInterfaces" });
  }

  get wakeAt(): number | undefined {
    return earliest(
      [...this.#sockets.values()].map(({ state }) => (typeof state === "object" ? state.retryAt : undefined)),
    );
  }

  wake(now: Now): void {
    for (const [name, socket] of this.#sockets) {
      const { state } = socket;
      if (typeof state !== "object" || state.retryAt === undefined || now.mono < state.retryAt) continue;
      socket.state = { why: state.why };
      this.#open(name, socket);
    }
  }

  opened(name: SocketName): void {
    const socket = this.#sockets.get(name);
    if (socket === undefined) return;
    socket.state = "open";
    socket.failures = 0;
  }

  failed(name: SocketName, why: LinkTrouble, now: Now): void {
    const socket = this.#sockets.get(name);
    if (socket === undefined) return;
    const wait = Math.min(retryMsMax, firstRetryMs * 2 ** socket.failures);
    socket.failures += 1;
    socket.state = { why, retryAt: now.mono + wait };
  }

  /** True when an address of ours came or went. */
  interfaces(addresses: readonly InterfaceAddress[]): boolean {
    const before = this.#interfaces === undefined ? undefined : JSON.stringify(this.#interfaces);
    this.#interfaces = addresses.filter(({ address }) => isIpv4(address));
    if (this.#config.address !== undefined) this.#followBroadcasts(this.#config.address);
    return before !== JSON.stringify(this.#interfaces);
  }

  get canAnnounce(): boolean {
    return this.#interfaces !== undefined && this.#sockets.get(discovery)?.state === "open";
  }

  /** Addresses that this program speaks from: what comes from there is its own. */
  get ownAddresses(): readonly string[] {
    if (this.#config.address !== undefined) return [this.#config.address];
    return (this.#interfaces ?? []).map(({ address }) => address);
  }

  /** Where an announcement goes: the broadcast addresses of every interface, and the configured targets. */
  routes(): readonly Route[] {
    const routes = new Map<string, Route>();
    const add = (to: string, from: string): void => {
      if (!routes.has(to)) routes.set(to, { socket: discovery, to, from });
    };
    for (const { address, broadcast } of this.#broadcasting()) {
      add(address.replace(/\d+$/, "255"), address);
      add(broadcast, address);
    }
    for (const target of this.#config.targets) add(target, this.#sourceTowards(target));
    return [...routes.values()];
  }

  health(now: Now): LanHealth {
    const states = [...this.#sockets.values()].map(({ state }) => state);
    const failed = [...this.#sockets].filter(([, { state }]) => typeof state === "object");
    const [first] = failed;
    if (first !== undefined) {
      const state = failed.some(([name]) => name === messages) && failed.some(([name]) => name === discovery);
      const nextTryAt = now.wall + Math.max(0, (this.wakeAt ?? now.mono) - now.mono);
      return { state: state ? "down" : "degraded", why: this.#whyOf(...first), nextTryAt };
    }
    if (this.#interfaces === undefined || states.includes("opening")) return { state: "starting" };
    return this.#hasNetwork() ? { state: "up" } : { state: "down", why: { code: "no-network" } };
  }

  #hasNetwork(): boolean {
    const isConfigured = this.#config.address !== undefined || this.#config.targets.length > 0;
    return isConfigured || this.#broadcasting().length > 0;
  }

  #whyOf(name: SocketName, { state, host }: Socket): LanWhy {
    const port = this.#portOf(name);
    const details = { what: name === messages ? "TCP" : "UDP", port, address: host };
    const trouble = typeof state === "object" ? state.why : "other";
    return trouble === "in-use" ? { code: "port-in-use", details } : { ...troubleWhy(trouble), details };
  }

  #want(name: SocketName, host: string): void {
    const socket: Socket = { host, state: "opening", failures: 0 };
    this.#sockets.set(name, socket);
    this.#open(name, socket);
  }

  #open(name: SocketName, socket: Socket): void {
    const at = { host: socket.host, port: this.#portOf(name) };
    if (name === messages) this.#emit({ kind: "listen", name, at });
    else this.#emit({ kind: "bind", socket: name, at, broadcast: true });
  }

  #portOf(name: SocketName): number {
    return name === messages ? this.#config.tcpPort : this.#config.udpPort;
  }

  /** The second socket follows the broadcast address of the network that our address is in. */
  #followBroadcasts(address: string): void {
    const host = this.#interfaces?.find((one) => one.address === address && !one.loopback)?.broadcast;
    const current = this.#sockets.get(broadcasts);
    if (current?.host === host) return;
    if (current !== undefined) {
      this.#sockets.delete(broadcasts);
      this.#emit({ kind: "unbind", socket: broadcasts });
    }
    if (host !== undefined) this.#want(broadcasts, host);
  }

  /** Loopback and point-to-point links have no broadcasts: `x.x.x.255` would be some stranger's address there. */
  #broadcasting(): readonly { readonly address: string; readonly broadcast: string }[] {
    return (this.#interfaces ?? []).flatMap(({ address, broadcast, loopback }) => {
      const isOurs = this.#config.address === undefined || this.#config.address === address;
      return isOurs && !loopback && broadcast !== undefined ? [{ address, broadcast }] : [];
    });
  }

  /** The system chooses the source; this is the most likely one: the address that shares most of the target's numbers. */
  #sourceTowards(target: string): string {
    if (this.#config.address !== undefined) return this.#config.address;
    const own = this.ownAddresses;
    const fallback = own.find((address) => !address.startsWith("127.")) ?? loopbackAddress;
    const shared = (address: string): number => sharedNumbers(address, target);
    return own.reduce((best, address) => (shared(address) > shared(best) ? address : best), fallback);
  }
}

function sharedNumbers(a: string, b: string): number {
  const other = b.split(".");
  const differs = a.split(".").findIndex((number, i) => number !== other[i]);
  return differs < 0 ? 4 : differs;
}

export function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(text);
}
