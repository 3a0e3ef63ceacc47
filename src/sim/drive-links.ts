/** The links of one simulated drive: dialled and accepted streams by their ids, with the limits of the machine. */
import { assert, unreachable } from "../base/assert.ts";
import type { DriveLimits, DriveReport, Effect, LinkId, SocketName } from "../protocols/machine.ts";
import type { DriveCore, DriverPlace } from "./driver-place.ts";
import type { Connection, ConnectionHooks } from "./connection.ts";

export type LinkEffect = Extract<
  Effect<never>,
  { readonly kind: "dial" | "write" | "end" | "drop" | "reading" }
>;

interface Link {
  readonly stream: Connection;
  readonly via: SocketName;
  /** World time. */
  readonly since: number;
  /** Bytes since the link came up or last drained. */
  written: number;
}

const dialled = "dial";
/** How long what was ended is waited for when everything stops. */
const flushMsMax = 500;

export class DriveLinks {
  readonly #place: DriverPlace;
  readonly #limits: DriveLimits;
  readonly #core: DriveCore;
  readonly #links = new Map<LinkId, Link>();
  readonly #acceptedFrom = new Map<string, number>();
  #accepted = 0;
  #lastAccepted = 0;
  #received = 0;
  #sent = 0;

  constructor(place: DriverPlace, limits: DriveLimits, core: DriveCore) {
    this.#place = place;
    this.#limits = limits;
    this.#core = core;
  }

  get bytes(): DriveReport["bytes"] {
    return { received: this.#received, sent: this.#sent };
  }

  report(): DriveReport["links"] {
    return { dialled: this.#links.size - this.#accepted, accepted: this.#accepted };
  }

  get oldestDialMs(): number {
    const { time } = this.#place.wire.scheduler;
    const dials = [...this.#links.values()].filter(({ via }) => via === dialled);
    return Math.max(0, ...dials.map(({ since }) => time - since));
  }

  /** What was ended may still go out for a moment; the others are closed. */
  releaseAll(): void {
    for (const { stream } of this.#links.values()) {
      stream.hooks = undefined;
      const close = (): void => {
        stream.abort("end");
      };
      if (stream.isEnded) this.#place.wire.scheduler.after(flushMsMax, close);
      else close();
    }
    this.#links.clear();
    this.#accepted = 0;
  }

  /** False where a limit is reached: the stream is closed and counted. */
  accept(stream: Connection, via: SocketName): boolean {
    const from = stream.remote.host;
    const refusal = this.#refusalFor(from);
    if (refusal !== undefined) {
      this.#core.count(refusal);
      return false;
    }
    this.#accepted++;
    this.#acceptedFrom.set(from, (this.#acceptedFrom.get(from) ?? 0) + 1);
    const id = ++this.#lastAccepted;
    this.#links.set(id, { stream, via, since: this.#place.wire.scheduler.time, written: 0 });
    stream.hooks = this.#hooksOf(id, via, stream);
    return true;
  }

  carryOut(effect: LinkEffect): void {
    switch (effect.kind) {
      case "dial":
        this.#dial(effect);
        return;
      case "write":
        for (const id of typeof effect.to === "number" ? [effect.to] : effect.to)
          this.#write(id, effect.bytes);
        return;
      case "end":
        this.#openLink(effect.link)?.stream.end();
        return;
      case "drop":
        this.#drop(effect.link);
        return;
      case "reading":
        this.#openLink(effect.link)?.stream.reading(effect.on);
        return;
      default:
        unreachable(effect);
    }
  }

  #refusalFor(from: string): string | undefined {
    if (this.#accepted >= this.#limits.acceptedMax) return "accept.limit";
    const already = this.#acceptedFrom.get(from) ?? 0;
    return already >= this.#limits.acceptedPerAddressMax ? "accept.address-limit" : undefined;
  }

  #dial(effect: Extract<LinkEffect, { readonly kind: "dial" }>): void {
    const { link, to, from, timeoutMs } = effect;
    assert(effect.tls === undefined, "the simulated world has no TLS");
    assert(link < 0 && !this.#links.has(link), "a machine names the links that it dials -1, -2, …");
    const { wire, host } = this.#place;
    const stream = wire.dial(host, { to, timeoutMs, ...(from !== undefined && { from }) });
    stream.hooks = this.#hooksOf(link, dialled, stream);
    this.#links.set(link, { stream, via: dialled, since: wire.scheduler.time, written: 0 });
  }

  #hooksOf(id: LinkId, via: SocketName, stream: Connection): ConnectionHooks {
    return {
      up: () => {
        if (this.#limits.keepAliveMs !== undefined) stream.keepAlive(this.#limits.keepAliveMs);
        this.#core.handle({ kind: "linkUp", link: id, remote: stream.remote, local: stream.local, via });
      },
      bytes: (bytes) => {
        this.#received += bytes.length;
        this.#core.handle({ kind: "bytes", link: id, bytes });
      },
      end: () => {
        this.#core.handle({ kind: "linkEnd", link: id });
      },
      down: (why) => {
        this.#forget(id);
        this.#core.handle({ kind: "linkDown", link: id, ...(why === undefined ? {} : { why }) });
      },
      drained: () => {
        this.#drained(id);
      },
    };
  }

  #write(id: LinkId, bytes: Uint8Array): void {
    const link = this.#openLink(id);
    if (link === undefined) return;
    link.stream.write(bytes);
    link.written += bytes.length;
    this.#sent += bytes.length;
    if (link.stream.unsent > this.#limits.unsentMax) {
      this.#drop(id);
      this.#core.handle({ kind: "linkDown", link: id, why: "overflow" });
    } else if (link.stream.unsent === 0) {
      this.#place.wire.scheduler.after(0, () => {
        this.#drained(id);
      });
    }
  }

  /** Told whenever the mark was passed since the last time, also where the system took everything at once. */
  #drained(id: LinkId): void {
    const link = this.#links.get(id);
    if (link === undefined || link.written < this.#limits.unsentMark || link.stream.unsent > 0) return;
    link.written = 0;
    this.#core.handle({ kind: "drained", link: id });
  }

  /** Undefined for a link that is gone; one that is not up yet can only be dropped. */
  #openLink(id: LinkId): Link | undefined {
    const link = this.#links.get(id);
    assert(link?.stream.isOpen !== false, "a link that is not up yet is neither written, ended nor read");
    return link;
  }

  #drop(id: LinkId): void {
    const link = this.#links.get(id);
    if (link === undefined) return;
    this.#forget(id);
    link.stream.hooks = undefined;
    link.stream.abort("reset");
  }

  #forget(id: LinkId): void {
    const link = this.#links.get(id);
    if (link === undefined) return;
    this.#links.delete(id);
    if (link.via === dialled) return;
    this.#accepted--;
    const from = link.stream.remote.host;
    const left = (this.#acceptedFrom.get(from) ?? 1) - 1;
    if (left === 0) this.#acceptedFrom.delete(from);
    else this.#acceptedFrom.set(from, left);
  }
}
