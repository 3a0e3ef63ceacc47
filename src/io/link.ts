/** One TCP or TLS connection: what the machine does to it, and what it tells the machine. */
import type { Socket } from "node:net";
import { assert } from "../base/assert.ts";
import type {
  Address,
  DriveLimits,
  Input,
  LinkId,
  LinkTrouble,
  Secured,
  SocketName,
} from "../protocols/machine.ts";
import { plainHost } from "./address.ts";
import { plainView } from "./plain-view.ts";
import { troubleOf } from "./trouble.ts";

/** What sockets and timers have to tell. */
export type Happening = Exclude<Input<never>, { readonly kind: "intent" | "answer" }>;

/** Those around a link: the machine, and whoever keeps all the links. */
export interface LinkHooks {
  tell(happening: Happening): void;
  received(bytes: number): void;
  sent(bytes: number): void;
  /** What was written waits for `flush`, which is to be called in this turn of the loop. */
  unflushed(link: Link): void;
  /** The socket is released. */
  closed(link: Link): void;
}

/** Unanswered questions after which a link is given up; a third of the silence lies between two. */
const keepAliveProbes = 3;

/** Pieces that are smaller on the average are copied together: that costs less than to hand over each. */
const pieceBytesMin = 4 * 1024;

/**
 * Opening until `up`; over from the moment at which the machine is told (`linkDown`) or says (`drop`) so. What is over
 * tells nothing more, though its socket may take a moment to close.
 */
export class Link {
  readonly id: LinkId;
  readonly #socket: Socket;
  readonly #limits: DriveLimits;
  readonly #hooks: LinkHooks;
  #state: "opening" | "up" | "ended" | "over" = "opening";
  #trouble: LinkTrouble | undefined;
  /** Written in this turn of the loop. */
  #pending: Buffer[] | undefined;
  #pendingBytes = 0;
  /** Bytes since the link came up or last drained. */
  #written = 0;
  #whenWritten: (() => void) | undefined;

  constructor(id: LinkId, socket: Socket, limits: DriveLimits, hooks: LinkHooks) {
    this.id = id;
    this.#socket = socket;
    this.#limits = limits;
    this.#hooks = hooks;
    socket.on("error", (error) => (this.#trouble ??= troubleOf(error)));
    socket.on("close", () => {
      this.#down(this.#trouble);
      hooks.closed(this);
    });
  }

  get over(): boolean {
    return this.#state === "over";
  }

  up(via: SocketName, remote: Address, secured?: Secured): void {
    if (this.#state !== "opening") return;
    const socket = this.#socket;
    this.#state = "up";
    this.#keepAlive();
    socket.on("data", (bytes: Buffer) => this.#take(bytes));
    socket.on("end", () => this.#tell({ kind: "linkEnd", link: this.id }));
    const local = { host: plainHost(socket.localAddress ?? ""), port: socket.localPort ?? 0 };
    const plain = { kind: "linkUp", link: this.id, remote, local, via } as const;
    this.#tell(secured === undefined ? plain : { ...plain, secured });
  }

  write(bytes: Buffer): void {
    assert(this.#state !== "opening", "nothing is written to a link that is not up yet");
    if (this.#state !== "up") return;
    if (this.#pending === undefined) {
      this.#pending = [bytes];
      if (this.#limits.writesApart !== true) this.#hooks.unflushed(this);
    } else this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    this.#written += bytes.length;
    this.#hooks.sent(bytes.length);
    if (this.#pendingBytes + this.#socket.writableLength > this.#limits.unsentMax) this.#relieve();
    else if (this.#limits.writesApart === true) this.flush();
  }

  /** Hands what was written to the system, all of it at once. */
  flush(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    const areSmall = this.#pendingBytes < pieceBytesMin * pending.length;
    this.#pending = undefined;
    this.#pendingBytes = 0;
    if (this.#state === "over") return;
    const pieces = areSmall && pending.length > 1 ? [Buffer.concat(pending)] : pending;
    if (pieces.length > 1) this.#socket.cork();
    for (const piece of pieces) this.#socket.write(piece, this.#callback());
    this.#socket.uncork();
  }

  end(): void {
    assert(this.#state !== "opening", "a link that is not up yet is dropped, not ended");
    if (this.#state !== "up") return;
    this.#state = "ended";
    this.flush();
    this.#socket.end();
  }

  drop(): void {
    if (this.#state === "opening") this.#socket.destroy();
    else this.#breakOff();
    this.#state = "over";
  }

  setReading(on: boolean): void {
    assert(this.#state !== "opening", "nothing is read yet from a link that is not up");
    if (on) this.#socket.resume();
    else this.#socket.pause();
  }

  /** Breaks the link off with a trouble that the machine is told. */
  fail(error: Error): void {
    this.#socket.destroy(error);
  }

  /** Says nothing from here on, and closes: at once, or where it was ended as soon as all that was written went out. */
  release(): void {
    const ended = this.#state === "ended";
    this.#state = "over";
    if (!ended || this.#socket.writableFinished) this.#socket.destroy();
    else this.#socket.once("finish", () => this.#socket.destroy()).resume();
  }

  /** Closes what `release` left open. */
  abandon(): void {
    this.#socket.destroy();
  }

  /** For a write after which the link may have drained. */
  #callback(): (() => void) | undefined {
    if (this.#written < this.#limits.unsentMark) return undefined;
    return (this.#whenWritten ??= () => this.#wrote());
  }

  /** Not before the link is up: what a socket is told earlier, libuv does not pass on. */
  #keepAlive(): void {
    const silenceMs = this.#limits.keepAliveMs;
    if (silenceMs === undefined) return;
    this.#socket.setKeepAlive(true, silenceMs, silenceMs / keepAliveProbes, keepAliveProbes);
  }

  #take(bytes: Buffer): void {
    this.#hooks.received(bytes.length);
    this.#tell({ kind: "bytes", link: this.id, bytes: plainView(bytes) });
  }

  #wrote(): void {
    if (this.#written < this.#limits.unsentMark || this.#socket.writableLength > 0) return;
    this.#written = 0;
    this.#tell({ kind: "drained", link: this.id });
  }

  /** Too much lies here, unless the system takes it now. */
  #relieve(): void {
    this.flush();
    if (this.#socket.writableLength <= this.#limits.unsentMax) return;
    this.#breakOff();
    this.#down("overflow");
  }

  /**
   * With a reset where TCP is all there is: a plain close would look like a good end to the other side, and the system
   * would keep for it what it does not read.
   */
  #breakOff(): void {
    if ("encrypted" in this.#socket) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  #down(why: LinkTrouble | undefined): void {
    this.#tell(
      why === undefined ? { kind: "linkDown", link: this.id } : { kind: "linkDown", link: this.id, why },
    );
    this.#state = "over";
  }

  #tell(happening: Happening): void {
    if (this.#state !== "over") this.#hooks.tell(happening);
  }
}
