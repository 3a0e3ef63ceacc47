/** All connections of a machine: dials, accepts within the limits, merges the writes of one turn of the loop. */
import { connect, type Socket } from "node:net";
import type { Server as TlsServer, TLSSocket } from "node:tls";
import { assert } from "../base/assert.ts";
import { secondMs } from "../base/time.ts";
import type { Address, DriveLimits, Effect, LinkId, LinkTrouble, SocketName } from "../protocols/machine.ts";
import { isReachable, plainHost } from "./address.ts";
import { Admission } from "./admission.ts";
import { timerMsMax } from "./alarm.ts";
import { Link, type LinkHooks } from "./link.ts";
import { connectTls, securedBy } from "./tls.ts";
import { TimedOut, troubleOf } from "./trouble.ts";

/** A handshake takes two round trips; who needs longer holds a place that others could have. */
export const handshakeMsMax = 10 * secondMs;
/** How long `stop` waits for links that were ended: the other side of a living link takes what is left within this. */
export const flushMsMax = 500;

type Dial = Extract<Effect<never>, { readonly kind: "dial" }>;

export type LinksHooks = Pick<LinkHooks, "tell"> & { count(what: string): void };

export class Links {
  readonly #limits: DriveLimits;
  readonly #hooks: LinksHooks;
  readonly #admission: Admission;
  readonly #links = new Map<LinkId, Link>();
  readonly #linkHooks: LinkHooks;
  /** Accepted, with their handshake still to come; by both addresses. */
  readonly #handshakes = new Map<string, { readonly socket: Socket; readonly timer: NodeJS.Timeout }>();
  /** Written to in this turn of the loop. */
  #unflushed: Link[] = [];
  #flushing: NodeJS.Immediate | undefined;
  #accepted = 0;
  readonly #bytes = { received: 0, sent: 0 };
  /** Set by `stop`; called when the last socket is released. */
  #released: (() => void) | undefined;

  constructor(limits: DriveLimits, hooks: LinksHooks) {
    this.#limits = limits;
    this.#hooks = hooks;
    this.#admission = new Admission(limits);
    this.#linkHooks = {
      tell: hooks.tell,
      received: (count) => (this.#bytes.received += count),
      sent: (count) => (this.#bytes.sent += count),
      unflushed: (link) => this.#flushSoon(link),
      closed: (link) => {
        this.#links.delete(link.id);
        this.#checkReleased();
      },
    };
  }

  get bytes(): { readonly received: number; readonly sent: number } {
    return { ...this.#bytes };
  }

  get open(): { readonly dialled: number; readonly accepted: number } {
    let accepted = 0;
    let dialled = 0;
    for (const link of this.#links.values()) {
      if (link.over) continue;
      if (link.id > 0) accepted++;
      else dialled++;
    }
    return { dialled, accepted };
  }

  dial(dial: Dial): void {
    const { link: id, to } = dial;
    assert(id < 0 && !this.#links.has(id), "a dialled link has a negative number of its own");
    if (!isReachable(to)) {
      this.#refuse(id, "no-route");
      return;
    }
    let socket: Socket;
    try {
      socket = open(dial);
    } catch (error) {
      this.#refuse(id, troubleOf(error)); // translated: a certificate or source address that cannot be used
      return;
    }
    const link = this.#add(id, socket);
    const timer = setTimeout(() => link.fail(new TimedOut()), Math.min(dial.timeoutMs, timerMsMax));
    socket.once(dial.tls === undefined ? "connect" : "secureConnect", () => {
      clearTimeout(timer);
      link.up("dial", to, isSecured(socket) ? securedBy(socket) : undefined);
    });
    socket.once("close", () => clearTimeout(timer));
  }

  /** A connection that came in over the listener `via`; `secure` leads its handshake where there is to be one. */
  accept(socket: Socket, via: SocketName, secure: TlsServer | undefined): void {
    const remote = remoteOf(socket);
    if (remote === undefined) {
      socket.destroy();
      return;
    }
    const verdict = this.#admission.enter(remote.host);
    if (verdict !== "admitted") {
      this.#hooks.count(verdict);
      socket.resetAndDestroy();
      return;
    }
    socket.once("close", () => this.#admission.leave(remote.host));
    if (secure === undefined) this.#add(++this.#accepted, socket).up(via, remote);
    else this.#awaitHandshake(socket, secure);
  }

  /** The handshake of a connection is done. */
  secured(socket: TLSSocket, via: SocketName): void {
    this.#endHandshake(connectionKey(socket));
    const remote = remoteOf(socket);
    if (remote === undefined) socket.destroy();
    else this.#add(++this.#accepted, socket).up(via, remote, securedBy(socket));
  }

  write(to: LinkId | readonly LinkId[], bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (typeof to === "number") this.#links.get(to)?.write(buffer);
    else for (const id of to) this.#links.get(id)?.write(buffer);
  }

  end(id: LinkId): void {
    this.#links.get(id)?.end();
  }

  drop(id: LinkId): void {
    this.#links.get(id)?.drop();
  }

  setReading(id: LinkId, on: boolean): void {
    this.#links.get(id)?.setReading(on);
  }

  async stop(): Promise<void> {
    this.#flush();
    for (const link of this.#links.values()) link.release();
    for (const { socket } of this.#handshakes.values()) socket.destroy();
    const timer = setTimeout(() => this.#abandon(), flushMsMax);
    await new Promise<void>((resolve) => {
      this.#released = resolve;
      this.#checkReleased();
    });
    clearTimeout(timer);
  }

  #add(id: LinkId, socket: Socket): Link {
    const link = new Link(id, socket, this.#limits, this.#linkHooks);
    this.#links.set(id, link);
    return link;
  }

  #refuse(link: LinkId, why: LinkTrouble): void {
    this.#hooks.tell({ kind: "linkDown", link, why });
  }

  #awaitHandshake(socket: Socket, secure: TlsServer): void {
    const key = connectionKey(socket);
    const timer = setTimeout(() => {
      this.#hooks.count("accept.handshake-timed-out");
      socket.destroy();
    }, handshakeMsMax);
    this.#handshakes.set(key, { socket, timer });
    socket.once("close", () => {
      if (this.#handshakes.get(key)?.socket === socket) this.#endHandshake(key);
    });
    socket.on("error", () => undefined); // acted on by `close`, which follows
    secure.emit("connection", socket);
  }

  #endHandshake(key: string): void {
    clearTimeout(this.#handshakes.get(key)?.timer);
    this.#handshakes.delete(key);
    this.#checkReleased();
  }

  #flushSoon(link: Link): void {
    this.#unflushed.push(link);
    this.#flushing ??= setImmediate(() => this.#flush());
  }

  #flush(): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    const links = this.#unflushed;
    this.#unflushed = [];
    for (const link of links) link.flush();
  }

  #abandon(): void {
    for (const link of this.#links.values()) link.abandon();
  }

  #checkReleased(): void {
    if (this.#links.size === 0 && this.#handshakes.size === 0) this.#released?.();
  }
}

function open(dial: Dial): Socket {
  const { to, from, tls } = dial;
  const local = from !== undefined && { localAddress: from };
  const options = { host: to.host, port: to.port, ...local, allowHalfOpen: true, noDelay: true };
  return tls === undefined ? connect(options) : connectTls(options, tls);
}

/** Undefined where the connection is gone again already. */
function remoteOf(socket: Socket): Address | undefined {
  const { remoteAddress, remotePort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  return { host: plainHost(remoteAddress), port: remotePort };
}

function isSecured(socket: Socket): socket is TLSSocket {
  return "encrypted" in socket;
}

/** No two connections of this computer have the same. */
function connectionKey(socket: Socket): string {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
