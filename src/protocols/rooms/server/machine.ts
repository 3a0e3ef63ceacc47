/** The room server's machine: answers requests as fast as each connection may ask and does read, and forgets who is gone. */
import { unreachable } from "../../../base/assert.ts";
import type { Now } from "../../../base/time.ts";
import { TokenBucket } from "../../../base/token-bucket.ts";
import type { Input, LinkId, Machine } from "../../machine.ts";
import { incompleteMsMax } from "../limits.ts";
import { Connection } from "./connection.ts";
import {
  incidentRate,
  monitorMs,
  roomServerLimits,
  tickMs,
  unreadMsLeast,
  unreadMsMax,
  unsentTotalMax,
  type DropCause,
  type Incident,
  type RoomServerConfig,
  type RoomServerEffect,
  type RoomServerFacts,
  type RoomServerIntent,
  type RoomServerReport,
} from "./contract.ts";
import { Registry } from "./registry.ts";

const listener = "rooms";

/**
 * Invariants: each request is answered by one message in one write, in the order of the requests; a connection that is
 * not read from, whose request is incomplete or that is to close stands in `#watched`; there is no timer for each
 * connection, only a tick while any is watched, and the monitor's.
 */
export class RoomServerMachine implements Machine<RoomServerIntent, RoomServerReport> {
  readonly #config: RoomServerConfig;
  readonly #registry: Registry;
  readonly #incidents = new TokenBucket(incidentRate.perSecond, incidentRate.burst, 0);
  readonly #connections = new Map<LinkId, Connection>();
  readonly #watched = new Set<Connection>();
  /** Those with more than the mark unsent, the longest waiting first. */
  readonly #unread = new Set<Connection>();
  #unsentTotal = 0;
  #untold = 0;
  #monitorAt: number | undefined;
  #tickAt = 0;
  #mono = 0;
  #effects: RoomServerEffect[] = [];

  constructor(config: RoomServerConfig) {
    this.#config = config;
    this.#registry = new Registry(config, (incident) => this.#tell(incident));
  }

  handle(input: Input<RoomServerIntent>, { mono }: Now): readonly RoomServerEffect[] {
    this.#mono = mono;
    this.#take(input);
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  wakeAt(): number | undefined {
    if (this.#watched.size === 0) return this.#monitorAt;
    return Math.min(this.#tickAt, this.#monitorAt ?? Infinity);
  }

  facts(): RoomServerFacts {
    const { rooms, members } = this.#registry;
    return { rooms, members, connections: this.#connections.size };
  }

  #take(input: Input<RoomServerIntent>): void {
    switch (input.kind) {
      case "intent":
        this.#monitorAt = this.#mono + monitorMs;
        this.#emit({ kind: "listen", name: listener, at: this.#config.at });
        return;
      case "wake":
        this.#wake();
        return;
      case "linkUp":
        this.#connections.set(input.link, new Connection(input.link, input.remote.host, this.#mono));
        return;
      case "bytes":
        this.#with(input.link, (connection) => {
          if (connection.endedAt !== undefined) return; // heard too late
          connection.requests.push(input.bytes, this.#mono);
          this.#serve(connection);
        });
        return;
      case "drained":
        this.#with(input.link, (connection) => {
          this.#settle(connection);
          this.#serve(connection);
        });
        return;
      case "linkEnd":
        this.#with(input.link, (connection) => this.#end(connection));
        return;
      case "linkDown":
        this.#with(input.link, (connection) => this.#forget(connection));
        return;
      case "listening":
        this.#emit({ kind: "report", report: { kind: "listening", at: input.at } });
        return;
      case "listenFailed":
        this.#emit({ kind: "report", report: { kind: "failed", why: input.why } });
        return;
      case "answer":
      case "datagram":
      case "interfaces":
        return; // never asked for
      default:
        unreachable(input);
    }
  }

  #with(link: LinkId, work: (connection: Connection) => void): void {
    const connection = this.#connections.get(link);
    if (connection !== undefined) work(connection);
  }

  #wake(): void {
    if (this.#monitorAt !== undefined && this.#mono >= this.#monitorAt) this.#monitor();
    if (this.#watched.size === 0 || this.#mono < this.#tickAt) return;
    this.#tickAt = this.#mono + tickMs;
    for (const connection of this.#watched) this.#look(connection);
  }

  #monitor(): void {
    this.#monitorAt = this.#mono + monitorMs;
    for (const { link, members } of this.#registry.sweep(this.#mono)) {
      // A second user of the same connection may live on.
      if (members.size === 0) this.#with(link, (connection) => this.#end(connection));
    }
    this.#tellUntold();
  }

  /** A watched connection, a tick later. */
  #look(connection: Connection): void {
    const { unreadSince, endedAt, incompleteSince } = connection;
    if (this.#isOver(unreadSince, unreadMsMax) || this.#isOver(endedAt, unreadMsMax)) {
      this.#drop(connection, "not-reading");
    } else if (this.#isOver(incompleteSince, incompleteMsMax)) this.#drop(connection, "incomplete");
    else this.#serve(connection);
  }

  #isOver(since: number | undefined, most: number): boolean {
    return since !== undefined && this.#mono - since >= most;
  }

  #serve(connection: Connection): void {
    while (connection.mayAsk(this.#mono)) {
      const reading = connection.requests.next(this.#mono);
      if (reading === undefined) break;
      if (reading.kind !== "message") {
        this.#drop(connection, "oversize");
        return;
      }
      connection.rate.take(this.#mono);
      this.#write(connection, this.#registry.answer(reading.message, connection, this.#mono));
    }
    this.#pace(connection);
  }

  #write(connection: Connection, bytes: Uint8Array): void {
    this.#emit({ kind: "write", to: connection.link, bytes });
    connection.written += bytes.length;
    if (connection.written < roomServerLimits.unsentMark) return;
    connection.unreadSince = this.#mono;
    this.#unread.add(connection);
    this.#unsentTotal += connection.written;
    this.#relieve();
  }

  /** Too much lies unsent: those who have not read for longest go, unless it is no time at all. */
  #relieve(): void {
    for (const connection of this.#unread) {
      if (this.#unsentTotal <= unsentTotalMax || !this.#isOver(connection.unreadSince, unreadMsLeast)) return;
      this.#drop(connection, "not-reading");
    }
  }

  /** All that was written went out, or will never. */
  #settle(connection: Connection): void {
    if (this.#unread.delete(connection)) this.#unsentTotal -= connection.written;
    connection.unreadSince = undefined;
    connection.written = 0;
  }

  /** Reads on or pauses, and watches what must be looked at again. */
  #pace(connection: Connection): void {
    const { link, endedAt, readSince } = connection;
    const reads = endedAt !== undefined || connection.mayAsk(this.#mono);
    if (reads !== (readSince !== undefined)) {
      connection.readSince = reads ? this.#mono : undefined;
      this.#emit({ kind: "reading", link, on: reads });
    }
    if (!reads || endedAt !== undefined || connection.incompleteSince !== undefined) this.#watch(connection);
    else this.#watched.delete(connection);
  }

  #watch(connection: Connection): void {
    if (this.#watched.size === 0) this.#tickAt = this.#mono + tickMs;
    this.#watched.add(connection);
  }

  /** What was answered still goes out; who does not take it, or does not close, is broken off later. */
  #end(connection: Connection): void {
    if (connection.endedAt !== undefined) return;
    connection.endedAt = this.#mono;
    this.#registry.close(connection);
    this.#emit({ kind: "end", link: connection.link });
    this.#pace(connection);
  }

  #drop(connection: Connection, why: DropCause): void {
    this.#emit({ kind: "drop", link: connection.link, why });
    this.#tell({ kind: "dropped", from: connection.host, why });
    this.#forget(connection);
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection.link);
    this.#watched.delete(connection);
    this.#settle(connection);
    this.#registry.close(connection);
  }

  /** All are counted; reported are as many as somebody can read. */
  #tell(incident: Incident): void {
    this.#emit({ kind: "count", what: countOf(incident) });
    if (this.#incidents.take(this.#mono)) {
      this.#tellUntold();
      this.#emit({ kind: "report", report: incident });
    } else this.#untold++;
  }

  #tellUntold(): void {
    if (this.#untold > 0) this.#emit({ kind: "report", report: { kind: "untold", count: this.#untold } });
    this.#untold = 0;
  }

  #emit(effect: RoomServerEffect): void {
    this.#effects.push(effect);
  }
}

function countOf(incident: Incident): string {
  switch (incident.kind) {
    case "joined":
      return "joined";
    case "left":
      return `left.${incident.why}`;
    case "refused":
      return `refused.${incident.of}.${incident.why}`;
    case "dropped":
      return `dropped.${incident.why}`;
    default:
      return unreachable(incident);
  }
}
