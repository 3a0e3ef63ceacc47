/** The listeners and datagram sockets of one simulated drive, by the names that its machine gave them. */
import { assert, unreachable } from "../base/assert.ts";
import type { Random } from "../base/random.ts";
import type { Address, DriveReport, Effect, LinkTrouble, SocketName } from "../protocols/machine.ts";
import type { DriveLinks } from "./drive-links.ts";
import type { DriveCore, DriverPlace } from "./driver-place.ts";
import { anyHost, type DatagramSocket, type Listener, type LostSocket } from "./host.ts";

export type SocketEffect = Extract<
  Effect<never>,
  { readonly kind: "listen" | "unlisten" | "bind" | "unbind" | "datagram" }
>;

interface Socket {
  readonly kind: "listener" | "datagram";
  readonly at: Address;
  state: "opening" | "open" | "failed";
  why?: LinkTrouble;
  readonly socket?: DatagramSocket;
  /** Takes it off the host. */
  close(): void;
}

export class DriveSockets {
  readonly #place: DriverPlace;
  readonly #links: DriveLinks;
  readonly #core: DriveCore;
  readonly #sockets = new Map<SocketName, Socket>();
  #received = 0;
  #sent = 0;

  constructor(place: DriverPlace, links: DriveLinks, core: DriveCore) {
    this.#place = place;
    this.#links = links;
    this.#core = core;
  }

  get datagrams(): DriveReport["datagrams"] {
    return { received: this.#received, sent: this.#sent };
  }

  report(): DriveReport["sockets"] {
    return [...this.#sockets].map(([name, { kind, at, state, why }]) => ({
      name,
      kind,
      at,
      state,
      ...(why !== undefined && { why }),
    }));
  }

  carryOut(effect: SocketEffect): void {
    switch (effect.kind) {
      case "listen":
        assert(effect.tls === undefined, "the simulated world has no TLS");
        this.#listen(effect.name, effect.at);
        return;
      case "bind":
        this.#bind(effect.socket, effect.at, effect.broadcast);
        return;
      case "unlisten":
        this.#close(effect.name);
        return;
      case "unbind":
        this.#close(effect.socket);
        return;
      case "datagram":
        this.#send(effect);
        return;
      default:
        unreachable(effect);
    }
  }

  closeAll(): void {
    for (const name of [...this.#sockets.keys()]) this.#close(name);
  }

  /** The system takes one away that was open. */
  lose(random: Random): LostSocket | undefined {
    const open = [...this.#sockets].filter(([, { state }]) => state === "open");
    const lost = open[Math.floor(random.fraction() * open.length)];
    if (lost === undefined) return undefined;
    const [name, socket] = lost;
    socket.close();
    socket.state = "failed";
    socket.why = "other";
    this.#core.handle({ kind: "listenFailed", name, why: "other" });
    return { kind: socket.kind, port: socket.at.port };
  }

  #listen(name: SocketName, wanted: Address): void {
    const { host } = this.#place;
    const at = this.#numbered(wanted);
    const listener: Listener = { at, accept: (stream) => this.#links.accept(stream, name) };
    const taken = host.listeners.some(
      (other) => other.at.port === at.port && overlap(other.at.host, at.host),
    );
    const trouble = host.canBind(at.host) ? (taken ? "in-use" : undefined) : "not-here";
    if (trouble === undefined) host.listen(listener);
    this.#open(
      name,
      { kind: "listener", at, state: "opening", close: () => host.unlisten(listener) },
      trouble,
    );
  }

  #bind(name: SocketName, wanted: Address, broadcast: boolean): void {
    const { host } = this.#place;
    const at = this.#numbered(wanted);
    const socket: DatagramSocket = {
      at,
      broadcast,
      receive: (from, bytes) => {
        this.#received++;
        this.#core.handle({ kind: "datagram", socket: name, from, bytes });
      },
    };
    const own = host.canBind(at.host) || host.interfaces.some((one) => one.broadcast === at.host);
    if (own) host.sockets.push(socket);
    const close = (): void => remove(host.sockets, socket);
    this.#open(name, { kind: "datagram", at, state: "opening", close, socket }, own ? undefined : "not-here");
  }

  /** How it went is told when the machine has done with what it is at. */
  #open(name: SocketName, socket: Socket, trouble: LinkTrouble | undefined): void {
    const before = this.#sockets.get(name);
    assert(
      before === undefined || before.state === "failed",
      `the name ${name} is given to one socket at a time`,
    );
    this.#sockets.set(name, socket);
    this.#place.wire.scheduler.after(0, () => {
      if (this.#sockets.get(name) !== socket) return;
      socket.state = trouble === undefined ? "open" : "failed";
      if (trouble === undefined) this.#core.handle({ kind: "listening", name, at: socket.at });
      else {
        socket.why = trouble;
        this.#core.handle({ kind: "listenFailed", name, why: trouble });
      }
    });
  }

  #close(name: SocketName): void {
    this.#sockets.get(name)?.close();
    this.#sockets.delete(name);
  }

  #send({ socket: name, to, bytes }: Extract<SocketEffect, { readonly kind: "datagram" }>): void {
    const { wire, host } = this.#place;
    const socket = this.#sockets.get(name);
    const open = socket?.state === "open" ? socket.socket : undefined;
    if (open !== undefined && wire.sendDatagram(host, open, to, bytes)) this.#sent++;
    else this.#core.count("datagram.failed");
  }

  #numbered(at: Address): Address {
    return at.port === 0 ? { host: at.host, port: this.#place.host.freePort() } : at;
  }
}

function overlap(one: string, other: string): boolean {
  return one === other || one === anyHost || other === anyHost;
}

function remove<Value>(from: Value[], value: Value): void {
  const at = from.indexOf(value);
  if (at >= 0) from.splice(at, 1);
}
