/** One end of a simulated TCP connection: opened by three messages, ended by each side for itself, or broken off. */
import { present } from "../base/assert.ts";
import type { Address, LinkTrouble } from "../protocols/machine.ts";
import type { Connection, ConnectionHooks } from "./connection.ts";
import type { Host, SlowReading } from "./host.ts";
import { KeepAlive } from "./keep-alive.ts";
import { type Piece, Pipe } from "./pipe.ts";
import { delayMs } from "./weather.ts";
import type { Endpoint, Passage } from "./passage.ts";

// A system's own figures: when a host that does not answer is given up, and the first repetition of a dial.
const noRouteMs = 3_000;
const knockAgainMs = 1_000;

export class Stream implements Endpoint, Connection {
  readonly host: Host;
  readonly local: Address;
  readonly remote: Address;
  hooks: ConnectionHooks | undefined;
  readonly #wire: Passage;
  #state: "opening" | "open" | "closed" = "opening";
  #peer: Stream | undefined;
  #outgoing: Pipe | undefined;
  #incoming: Pipe | undefined;
  #keepAlive: KeepAlive | undefined;
  /** Arrived while nobody read. */
  readonly #unread: Piece[] = [];
  #reading = true;
  /** Its program is slow, and will read on by itself. */
  #pausing = false;
  #ended = false;
  #otherEnded = false;
  /** Its host has lost all memory of it. */
  #vanished = false;

  constructor(wire: Passage, host: Host, local: Address, remote: Address) {
    this.#wire = wire;
    this.host = host;
    this.local = local;
    this.remote = remote;
    host.streams.add(this);
  }

  get address(): string {
    return this.local.host;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  get unsent(): number {
    return this.#outgoing?.unsent ?? 0;
  }

  dial(timeoutMs: number): void {
    this.#wire.scheduler.after(timeoutMs, () => this.failToOpen("timed-out"));
    this.#wire.scheduler.after(noRouteMs, () => {
      if (this.#wire.hostAt(this.remote.host, this.host) === undefined) this.failToOpen("no-route");
    });
    this.#knock(knockAgainMs);
  }

  write(bytes: Uint8Array): void {
    if (!this.#ended && bytes.length > 0) this.#outgoing?.send(bytes);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#outgoing?.send("end");
    this.#closeWhenBothEnded();
  }

  reading(on: boolean): void {
    this.#reading = on;
    this.#readOn();
  }

  keepAlive(silenceMs: number): void {
    const peer = present(this.#peer, "the other end of an open stream");
    this.#keepAlive = new KeepAlive(this.#wire, this, peer, {
      silenceMs,
      isOpen: () => this.isOpen,
      isAwaiting: () => this.#outgoing?.isConfirmed === false,
      isKnown: () => peer.#state !== "closed",
      broken: (why) => {
        this.#breakOff(why);
      },
    });
  }

  abort(sign: "reset" | "end"): void {
    if (this.#state === "closed") return;
    const cutShort = !this.#ended || this.#outgoing?.isEmpty === false;
    this.#outgoing?.discard();
    if (cutShort) this.#outgoing?.send(sign);
    this.#close();
  }

  vanish(): void {
    this.#vanished = true;
    this.#outgoing?.stop();
    this.#close();
  }

  #knock(againMs: number): void {
    if (this.#state !== "opening") return;
    const again = (): void =>
      this.#wire.scheduler.after(againMs, () => {
        this.#knock(2 * againMs);
      });
    this.#carry(this.remote.host, again, () => {
      const target = this.#wire.hostAt(this.remote.host, this.host);
      if (target === undefined || !this.#wire.passes(this, { host: target, address: this.remote.host })) {
        again();
        return;
      }
      const heard = target.listenerAt(this.remote) !== undefined;
      this.#carry(this.remote.host, again, () => {
        this.#answered(target, heard, again);
      });
    });
  }

  /** One message of the opening; lost like any other. */
  #carry(to: string, lost: () => void, arrived: () => void): void {
    const weather = this.#wire.weatherBetween(this.host, to);
    if (this.#wire.random.fraction() < weather.loss) lost();
    else this.#wire.scheduler.after(delayMs(weather, this.#wire.random), arrived);
  }

  #answered(target: Host, heard: boolean, again: () => void): void {
    if (this.#state !== "opening") return;
    if (!this.#wire.passes({ host: target, address: this.remote.host }, this)) again();
    else if (!heard) this.failToOpen("refused");
    else this.#open(target);
  }

  #open(target: Host): void {
    const peer = new Stream(this.#wire, target, this.remote, this.local);
    const outgoing = this.#connect(peer);
    this.#incoming = peer.#connect(this);
    peer.#incoming = outgoing;
    this.#state = "open";
    outgoing.send("open");
    this.hooks?.up();
  }

  #connect(peer: Stream): Pipe {
    this.#peer = peer;
    this.#outgoing = new Pipe(this.#wire, this, peer, {
      land: (piece) => {
        this.#keepAlive?.heard(); // it was confirmed
        peer.#land(piece);
      },
      drained: () => {
        this.hooks?.drained();
        this.#closeWhenBothEnded();
      },
      gaveUp: () => {
        this.#breakOff("timed-out");
      },
    });
    return this.#outgoing;
  }

  failToOpen(why: LinkTrouble): void {
    if (this.#state === "opening") this.#breakOff(why);
  }

  #land(piece: Piece): void {
    this.#wire.landed(this, this.remote.host, typeof piece === "string" ? piece : piece.length);
    this.#keepAlive?.heard();
    if (this.#state === "closed") this.#denyKnowledge(piece);
    else if (piece === "open") this.#offer();
    else if (piece === "reset") this.#breakOff("reset");
    else {
      this.#unread.push(piece);
      this.#readOn();
    }
  }

  #readOn(): void {
    while (this.#reading && !this.#pausing && this.#state === "open") {
      const piece = this.#unread.shift();
      if (piece === undefined) return;
      const slow = this.host.slowReading;
      if (slow === undefined) this.#read(piece);
      else this.#readSome(piece, slow);
    }
  }

  /** A part of it, and nothing more for a while. */
  #readSome(piece: Piece, { bytesMax, pauseMs }: SlowReading): void {
    const isLong = typeof piece !== "string" && piece.length > bytesMax;
    if (isLong) this.#unread.unshift(piece.subarray(bytesMax));
    this.#pausing = true;
    this.#wire.scheduler.after(pauseMs, () => {
      this.#pausing = false;
      this.#readOn();
    });
    this.#read(isLong ? piece.subarray(0, bytesMax) : piece);
  }

  #offer(): void {
    this.#state = "open";
    const accepted = this.host.listenerAt(this.local)?.accept(this) ?? false;
    if (accepted) this.hooks?.up();
    else this.abort("reset");
  }

  #read(piece: Piece): void {
    if (piece === "end") {
      this.#otherEnded = true;
      this.hooks?.end();
      this.#closeWhenBothEnded();
    } else if (typeof piece !== "string") {
      this.#incoming?.taken(piece.length);
      this.hooks?.bytes(piece.slice());
    }
  }

  /** What comes for a stream that is no more is answered with a reset. */
  #denyKnowledge(piece: Piece): void {
    const peer = this.#peer;
    const lateEnd = piece === "end" && !this.#vanished;
    if (peer === undefined || piece === "reset" || lateEnd) return;
    this.#wire.scheduler.after(
      delayMs(this.#wire.weatherBetween(this.host, peer.address), this.#wire.random),
      () => {
        if (this.#wire.passes(this, peer)) peer.#breakOff("reset");
      },
    );
  }

  #closeWhenBothEnded(): void {
    if (!this.#ended || !this.#otherEnded || this.#outgoing?.isEmpty === false) return;
    if (this.#state === "open") this.#breakOff();
  }

  #breakOff(why?: LinkTrouble): void {
    if (this.#state === "closed") return;
    this.#close();
    this.hooks?.down(why);
  }

  #close(): void {
    this.#state = "closed";
    this.#unread.length = 0;
    this.host.streams.delete(this);
  }
}
