/** A room server's machine on a clock of its own, and clients who speak to it in bare text. */
import { fromUtf8Leniently, toUtf8 } from "../../../base/bytes.ts";
import type { LinkId } from "../../machine.ts";
import {
  roomServerLimits,
  usualRoomsMax,
  type RoomServerConfig,
  type RoomServerEffect,
  type RoomServerReport,
} from "../server/contract.ts";
import { RoomServerMachine } from "../server/machine.ts";

export const usualConfig: RoomServerConfig = {
  at: { host: "127.0.0.1", port: 32_340 },
  trustAddresses: false,
  roomsMax: usualRoomsMax,
};

/** More than a machine needs that has two things due at one time. */
const wakesAtOnceMax = 3;

export class Client {
  readonly link: LinkId;
  readonly #scene: ServerScene;
  /** What was written to it and not yet looked at. */
  writes: Uint8Array[] = [];
  written = 0;
  /** Reads what it is sent, as honest clients do. */
  reads = true;
  reading = true;
  state: "open" | "ended" | "dropped" | "closed" = "open";

  constructor(scene: ServerScene, link: LinkId) {
    this.#scene = scene;
    this.link = link;
  }

  /** Sends as one chunk; returns what it was answered until now. */
  say(text: string): readonly string[] {
    this.send(text);
    return this.heard();
  }

  send(text: string): void {
    this.#scene.take({ kind: "bytes", link: this.link, bytes: toUtf8(text) });
  }

  /** A text for each write. */
  heard(): readonly string[] {
    const { writes } = this;
    this.writes = [];
    return writes.map(fromUtf8Leniently);
  }

  /** Joins as `user`, with the port 5000. */
  join(room: string, user: string, ip = "127.0.0.1"): readonly string[] {
    return this.say(`J:${room}:${user}:${ip}:5000::\r\n`);
  }

  /** Has finished writing, and goes on reading. */
  finish(): void {
    this.#scene.take({ kind: "linkEnd", link: this.link });
  }

  close(): void {
    this.state = "closed";
    this.#scene.take({ kind: "linkDown", link: this.link });
  }
}

export class ServerScene {
  readonly machine: RoomServerMachine;
  readonly reports: RoomServerReport[] = [];
  readonly counters = new Map<string, number>();
  readonly #clients = new Map<LinkId, Client>();
  /** To whom as much was written as makes a link drain. */
  readonly #full = new Set<Client>();
  #mono = 1_000;

  constructor(config: Partial<RoomServerConfig> = {}) {
    this.machine = new RoomServerMachine({ ...usualConfig, ...config });
    this.take({ kind: "intent", intent: { kind: "start" } });
  }

  connect(host = "127.0.0.1"): Client {
    const link = this.#clients.size + 1;
    const client = new Client(this, link);
    this.#clients.set(link, client);
    const local = usualConfig.at;
    this.take({ kind: "linkUp", link, remote: { host, port: 40_000 + link }, local, via: "rooms" });
    return client;
  }

  /** Lets time pass; the machine is woken when it wishes. */
  pass(ms: number): void {
    const until = this.#mono + ms;
    let [wakes, last] = [0, -1];
    for (let at = this.machine.wakeAt(); at !== undefined && at <= until; at = this.machine.wakeAt()) {
      if (at > this.#mono) this.#mono = at;
      wakes = this.#mono === last ? wakes + 1 : 0;
      last = this.#mono;
      if (wakes > wakesAtOnceMax) throw new Error(`it wants to be woken again and again at ${String(at)}`);
      this.take({ kind: "wake" });
    }
    this.#mono = until;
  }

  take(input: Parameters<RoomServerMachine["handle"]>[0]): void {
    const now = { mono: this.#mono, wall: 0 };
    for (const effect of this.machine.handle(input, now)) this.#carryOut(effect);
    for (const client of this.#full) if (client.reads) this.drain(client);
  }

  /** The client has taken all that was written to it. */
  drain(client: Client): void {
    this.#full.delete(client);
    client.written = 0;
    if (client.state === "open" || client.state === "ended")
      this.take({ kind: "drained", link: client.link });
  }

  #carryOut(effect: RoomServerEffect): void {
    switch (effect.kind) {
      case "report":
        this.reports.push(effect.report);
        return;
      case "count":
        this.counters.set(effect.what, (this.counters.get(effect.what) ?? 0) + 1);
        return;
      case "write": {
        const client = this.#clientOf(effect.to, "open");
        client.writes.push(effect.bytes);
        client.written += effect.bytes.length;
        if (client.written >= roomServerLimits.unsentMark) this.#full.add(client);
        return;
      }
      case "reading":
        this.#clientOf(effect.link).reading = effect.on;
        return;
      case "end":
        this.#clientOf(effect.link, "open").state = "ended";
        return;
      case "drop":
        this.#clientOf(effect.link).state = "dropped";
        return;
      case "listen":
        return;
      case "ask":
      case "bind":
      case "datagram":
      case "dial":
      case "unbind":
      case "unlisten":
      case "watchInterfaces":
        throw new Error(`a room server has no use for ${effect.kind}`);
    }
  }

  /** Fails where the machine does something to a link that is gone, or was ended where it must be open. */
  #clientOf(link: LinkId | readonly LinkId[], ...states: readonly Client["state"][]): Client {
    const client = typeof link === "number" ? this.#clients.get(link) : undefined;
    if (client === undefined) throw new Error(`there is no link ${String(link)}`);
    const allowed = states.length > 0 ? states : ["open", "ended"];
    if (!allowed.includes(client.state)) throw new Error(`link ${String(link)} is ${client.state}`);
    return client;
  }
}
