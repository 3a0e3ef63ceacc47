/** A local network in memory for tests: hosts, datagrams, connections and a clock that moves only when told to. */
import { OrderedQueue } from "../../src/base/ordered-queue.ts";
import { bad, good } from "../../src/base/result.ts";
import type { Now } from "../../src/base/time.ts";
import type {
  Address,
  Drive,
  DriveHooks,
  DriveLimits,
  Driver,
  Effect,
  Input,
  InterfaceAddress,
  LinkId,
  LinkTrouble,
  Machine,
  SocketName,
} from "../../src/protocols/machine.ts";

const wallAtStart = 1_800_000_000_000;
const delayMs = 1;

/** One end of a connection. */
export interface End {
  readonly up: (end: Side) => void;
  readonly bytes: (bytes: Uint8Array) => void;
  readonly ended: () => void;
  readonly down: (why?: LinkTrouble) => void;
}

export class Side {
  readonly #lab: LanLab;
  readonly #mine: End;
  readonly remote: Address;
  readonly local: Address;
  #other: Side | undefined;
  #finished = false;
  #heardEnd = false;
  #gone = false;
  #reading = true;
  #waiting: (() => void)[] = [];

  constructor(lab: LanLab, mine: End, local: Address, remote: Address) {
    this.#lab = lab;
    this.#mine = mine;
    this.local = local;
    this.remote = remote;
  }

  joinTo(other: Side): void {
    this.#other = other;
  }

  write(bytes: Uint8Array): void {
    if (this.#finished || this.#gone) return;
    for (const chunk of this.#lab.cut(bytes)) this.#toOther((other) => other.#mine.bytes(chunk));
  }

  end(): void {
    if (this.#finished || this.#gone) return;
    this.#finished = true;
    this.#toOther((other) => {
      other.#heardEnd = true;
      other.#mine.ended();
      other.#closeIfDone();
    });
    this.#closeIfDone();
  }

  /** Finished, and heard that the other side has: the link is gone here. */
  #closeIfDone(): void {
    if (this.#finished && this.#heardEnd) this.#lab.after(0, () => this.#goDown(undefined));
  }

  #goDown(why: LinkTrouble | undefined): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#mine.down(why);
  }

  drop(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#toOther((other) => {
      other.#goDown("reset");
    });
  }

  reading(on: boolean): void {
    this.#reading = on;
    if (!on) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const arrive of waiting) arrive();
  }

  #toOther(arrive: (other: Side) => void): void {
    const other = this.#other;
    if (other === undefined) return;
    this.#lab.after(delayMs, () => {
      const deliver = (): void => {
        if (!other.#gone) arrive(other);
      };
      if (other.#reading) deliver();
      else other.#waiting.push(deliver);
    });
  }
}

export interface HostOptions {
  /** Its interfaces; by default one with its address in a network of 255.255.255.0. */
  readonly interfaces?: readonly InterfaceAddress[];
  /** Fails every bind and listen for which it gives a reason. */
  readonly refuse?: (name: SocketName, at: Address) => LinkTrouble | undefined;
}

interface Listener {
  readonly at: Address;
  readonly hosts: readonly string[];
  readonly accept: () => End;
}

interface Bound {
  readonly at: Address;
  readonly hosts: readonly string[];
  readonly take: (from: Address, bytes: Uint8Array) => void;
}

export class LanLab {
  readonly #events = new OrderedQueue<() => void>();
  readonly listeners = new Set<Listener>();
  readonly bound = new Set<Bound>();
  /** Every datagram and every byte of a connection that was written, for those who listen on the way. */
  readonly datagrams: { readonly from: Address; readonly to: Address; readonly bytes: Uint8Array }[] = [];
  /** How writes are chunked. */
  cut: (bytes: Uint8Array) => readonly Uint8Array[] = (bytes) => [bytes];
  #mono = 1_000;

  get now(): Now {
    return { mono: this.#mono, wall: wallAtStart + this.#mono };
  }

  after(ms: number, event: () => void): void {
    this.#events.add(this.#mono + ms, event);
  }

  /** Lets `ms` pass. */
  run(ms: number): void {
    const until = this.#mono + ms;
    for (let at = this.#events.next; at !== undefined && at <= until; at = this.#events.next) {
      this.#mono = Math.max(this.#mono, at);
      this.#events.takeUpTo(at)?.();
    }
    this.#mono = until;
  }

  host(address: string, options: HostOptions = {}): Driver {
    const interfaces = options.interfaces ?? [usualInterface(address)];
    return {
      run: (machine, limits, hooks) =>
        new LabDrive(this, { address, interfaces, ...options }, { machine, limits, hooks }),
    };
  }

  sendDatagram(from: Address, to: Address, bytes: Uint8Array): void {
    this.datagrams.push({ from, to, bytes });
    for (const socket of this.bound) {
      const isHere =
        socket.hosts.includes(to.host) || (to.host.endsWith(".255") && socket.at.host === "0.0.0.0");
      if (isHere && socket.at.port === to.port)
        this.after(delayMs, () => this.bound.has(socket) && socket.take(from, bytes));
    }
  }

  /** Hosts that answer nothing, not even that nobody listens. */
  readonly silent = new Set<string>();

  dial(from: Address, to: Address, mine: End, timeoutMs = Infinity): void {
    if (this.silent.has(to.host)) {
      this.after(timeoutMs, () => mine.down("timed-out"));
      return;
    }
    const listener = [...this.listeners].find(
      ({ at, hosts }) => hosts.includes(to.host) && at.port === to.port,
    );
    this.after(delayMs, () => {
      if (listener === undefined) {
        mine.down("refused");
        return;
      }
      const theirs = listener.accept();
      const here = new Side(this, mine, from, to);
      const there = new Side(this, theirs, to, from);
      here.joinTo(there);
      there.joinTo(here);
      theirs.up(there);
      mine.up(here);
    });
  }
}

export function usualInterface(address: string): InterfaceAddress {
  const broadcast = address.replace(/\d+$/, "255");
  if (address.startsWith("127.")) return { interface: "lo", address: "127.0.0.1", loopback: true };
  return { interface: "eth0", address, broadcast, loopback: false };
}

interface Running<Intent, Report, Question, Answer> {
  readonly machine: Machine<Intent, Report, Question, Answer>;
  readonly limits: DriveLimits;
  readonly hooks: DriveHooks<Report, Question, Answer>;
}

class LabDrive<Intent, Report, Question, Answer> implements Drive<Intent> {
  readonly #lab: LanLab;
  readonly #host: HostOptions & {
    readonly address: string;
    readonly interfaces: readonly InterfaceAddress[];
  };
  readonly #running: Running<Intent, Report, Question, Answer>;
  readonly #sides = new Map<LinkId, Side>();
  readonly #sockets = new Map<SocketName, { readonly at: Address; readonly close: () => void }>();
  readonly #counters: Record<string, number> = {};
  #accepted = 0;
  #stopped = false;
  #wakePlanned: number | undefined;

  constructor(
    lab: LanLab,
    host: HostOptions & { readonly address: string; readonly interfaces: readonly InterfaceAddress[] },
    running: Running<Intent, Report, Question, Answer>,
  ) {
    this.#lab = lab;
    this.#host = host;
    this.#running = running;
  }

  tell(intent: Intent): void {
    this.#take({ kind: "intent", intent });
  }

  inspect(): ReturnType<Drive<Intent>["inspect"]> {
    const sockets = [...this.#sockets].map(
      ([name, { at }]) => ({ name, at, kind: "listener", state: "open" }) as const,
    );
    const none = { received: 0, sent: 0 };
    return {
      sockets,
      links: { dialled: 0, accepted: 0 },
      bytes: none,
      datagrams: none,
      counters: { ...this.#counters },
    };
  }

  stop(): Promise<void> {
    this.#stopped = true;
    for (const { close } of this.#sockets.values()) close();
    for (const side of this.#sides.values()) side.drop();
    return Promise.resolve();
  }

  #take(input: Input<Intent, Answer>): void {
    if (this.#stopped) return;
    for (const effect of this.#running.machine.handle(input, this.#lab.now)) this.#carryOut(effect);
    const wakeAt = this.#running.machine.wakeAt();
    if (wakeAt === undefined || wakeAt === this.#wakePlanned) return;
    this.#wakePlanned = wakeAt;
    this.#lab.after(Math.max(0, wakeAt - this.#lab.now.mono), () => {
      if (this.#wakePlanned !== wakeAt) return;
      this.#wakePlanned = undefined;
      this.#take({ kind: "wake" });
    });
  }

  #carryOut(effect: Effect<Report, Question>): void {
    switch (effect.kind) {
      case "report": {
        this.#running.hooks.report(effect.report);
        return;
      }
      case "count":
        this.#counters[effect.what] = (this.#counters[effect.what] ?? 0) + 1;
        return;
      case "ask": {
        this.#ask(effect.ticket, effect.question);
        return;
      }
      case "watchInterfaces":
        this.#lab.after(0, () => this.#take({ kind: "interfaces", addresses: this.#host.interfaces }));
        return;
      case "bind": {
        this.#open(effect.socket, effect.at, (hosts) => {
          const take = (from: Address, bytes: Uint8Array): void =>
            this.#take({ kind: "datagram", socket: effect.socket, from, bytes });
          const socket = { at: effect.at, hosts, take };
          this.#lab.bound.add(socket);
          return () => this.#lab.bound.delete(socket);
        });
        return;
      }
      case "listen": {
        this.#open(effect.name, effect.at, (hosts) => {
          const listener = { at: effect.at, hosts, accept: () => this.#endOf(++this.#accepted, effect.name) };
          this.#lab.listeners.add(listener);
          return () => this.#lab.listeners.delete(listener);
        });
        return;
      }
      case "unbind": {
        this.#close(effect.socket);
        return;
      }
      case "unlisten": {
        this.#close(effect.name);
        return;
      }
      case "datagram":
        this.#send(effect.socket, effect.to, effect.bytes);
        return;
      case "dial": {
        this.#lab.dial(
          { host: effect.from ?? this.#host.address, port: 40_000 },
          effect.to,
          this.#endOf(effect.link, "dial"),
          effect.timeoutMs,
        );
        return;
      }
      case "write":
        for (const link of typeof effect.to === "number" ? [effect.to] : effect.to)
          this.#sides.get(link)?.write(effect.bytes);
        return;
      case "end":
        return this.#sides.get(effect.link)?.end();
      case "drop":
        this.#sides.get(effect.link)?.drop();
        this.#sides.delete(effect.link);
        return;
      case "reading":
        return this.#sides.get(effect.link)?.reading(effect.on);
    }
  }

  #send(socket: SocketName, to: Address, bytes: Uint8Array): void {
    const at = this.#sockets.get(socket)?.at ?? { host: this.#host.address, port: 0 };
    const host = at.host === "0.0.0.0" ? this.#host.address : at.host;
    this.#lab.sendDatagram({ host, port: at.port }, to, bytes);
  }

  #ask(ticket: number, question: Question): void {
    try {
      const answer = this.#running.hooks.answer(question);
      this.#lab.after(0, () => {
        if (!(answer instanceof Promise)) this.#take({ kind: "answer", ticket, answer: good(answer) });
      });
    } catch (error) {
      this.#lab.after(0, () => this.#take({ kind: "answer", ticket, answer: bad(String(error)) }));
    }
  }

  #open(name: SocketName, at: Address, open: (hosts: readonly string[]) => () => void): void {
    const why = this.#host.refuse?.(name, at);
    this.#lab.after(0, () => {
      if (why !== undefined) {
        this.#take({ kind: "listenFailed", name, why });
        return;
      }
      const hosts = at.host === "0.0.0.0" ? [this.#host.address, "127.0.0.1"] : [at.host];
      this.#sockets.set(name, { at, close: open(hosts) });
      this.#take({ kind: "listening", name, at });
    });
  }

  #close(name: SocketName): void {
    this.#sockets.get(name)?.close();
    this.#sockets.delete(name);
  }

  #endOf(link: LinkId, via: SocketName): End {
    return {
      up: (side) => {
        this.#sides.set(link, side);
        this.#take({ kind: "linkUp", link, remote: side.remote, local: side.local, via });
      },
      bytes: (bytes) => this.#take({ kind: "bytes", link, bytes }),
      ended: () => this.#take({ kind: "linkEnd", link }),
      down: (why) => {
        this.#sides.delete(link);
        this.#take({ kind: "linkDown", link, ...(why && { why }) });
      },
    };
  }
}
