/** Peers of the rooms network on hosts of a simulated wire: what they reported, who is linked, who dies, who is cut off. */
import { present } from "../../src/base/assert.ts";
import { newMessageId, type MessageId } from "../../src/base/ids.ts";
import { seededRandom, type Random } from "../../src/base/random.ts";
import type { Crypto } from "../../src/base/crypto.ts";
import type { Drive, DriveLimits } from "../../src/protocols/machine.ts";
import type {
  RoomsAnswer,
  RoomsConfig,
  RoomsIntent,
  RoomsOutcome,
  RoomsReport,
} from "../../src/protocols/rooms/peer/contract.ts";
import { RoomsMachine } from "../../src/protocols/rooms/peer/machine.ts";
import { cheapCrypto } from "../../src/sim/cheap-crypto.ts";
import { SimDriver } from "../../src/sim/drive.ts";
import { noWhims } from "../../src/sim/driver-place.ts";
import type { Host } from "../../src/sim/host.ts";
import { Scheduler } from "../../src/sim/scheduler.ts";
import { Trace } from "../../src/sim/trace.ts";
import { Wire } from "../../src/sim/wire.ts";
import { LabServer } from "./server.ts";

const roomy: DriveLimits = {
  unsentMark: 1e6,
  unsentMax: 1e6,
  acceptedMax: 1e3,
  acceptedPerAddressMax: 1e3,
  keepAliveMs: 15_000,
};
const wallAtStart = 1_800_000_000_000;

/** Distributes a report without what it is not about. */
type Told<Kind extends RoomsReport["kind"]> = Extract<RoomsReport, { readonly kind: Kind }>;

export class RoomsLab {
  readonly scheduler = new Scheduler();
  readonly random: Random;
  readonly crypto: Crypto = cheapCrypto();
  readonly wire: Wire;
  readonly server: LabServer;
  readonly peers: Peer[] = [];
  /** What machines threw. */
  readonly broken: unknown[] = [];
  #hosts = 0;

  constructor(seed = 1) {
    this.random = seededRandom(seed);
    const trace = new Trace(() => this.scheduler.time, false);
    this.wire = new Wire({ scheduler: this.scheduler, random: this.random, trace, wallAtStart });
    this.server = new LabServer(this.wire.addHost("server", ["10.0.0.1"]), this.scheduler);
  }

  host(name: string): Host {
    this.#hosts += 1;
    return this.wire.addHost(name, [`10.0.0.${1 + this.#hosts}`]);
  }

  /** A peer that has its name, on a host of its own. */
  peer(name: string, options: PeerOptions = {}): Peer {
    const peer = new Peer(this, name, options);
    this.peers.push(peer);
    return peer;
  }

  /** So many peers, all in the room; time for them to find each other. */
  roomOf(count: number, room = "den"): readonly Peer[] {
    const peers = Array.from({ length: count }, (_, i) => this.peer(`p${i + 1}`));
    for (const peer of peers) {
      peer.join(room);
      this.run(50);
    }
    this.run(25_000);
    return peers;
  }

  run(ms: number): void {
    this.scheduler.run(this.scheduler.time + ms);
    if (this.broken.length > 0) throw new AggregateError(this.broken, "a machine broke");
  }

  /** Cuts some off from all others, both ways; the server stays with the others. */
  part(some: readonly Peer[]): void {
    const inside = new Set(some.map(({ host }) => host));
    for (const one of this.wire.hosts)
      for (const other of this.wire.hosts)
        if (inside.has(one) !== inside.has(other)) this.wire.cut(one, other);
  }

  /** Names of the living, a group for each connected component. */
  components(peers: readonly Peer[] = this.peers): readonly (readonly string[])[] {
    const groups: Set<Peer>[] = [];
    const rest = new Set(peers.filter(({ alive }) => alive));
    for (const first of rest) {
      const group = new Set([first]);
      for (const peer of group)
        for (const other of rest) if (peer.isLinkedTo(other) && other.isLinkedTo(peer)) group.add(other);
      for (const peer of group) rest.delete(peer);
      groups.push(group);
    }
    return groups.map((group) => [...group].map(({ name }) => name).sort());
  }
}

export interface PeerOptions {
  readonly config?: Partial<RoomsConfig>;
  readonly host?: Host;
  /** What was remembered before. */
  readonly kept?: { record: Uint8Array | undefined };
  /** While it is full nothing is remembered. */
  readonly disk?: { full: boolean };
  /** Names and their addresses. */
  readonly names?: Readonly<Record<string, string>>;
}

export class Peer {
  readonly name: string;
  readonly host: Host;
  readonly machine: RoomsMachine;
  readonly reports: RoomsReport[] = [];
  readonly kept: { record: Uint8Array | undefined };
  readonly #lab: RoomsLab;
  readonly #drive: Drive<RoomsIntent>;
  #ticket = 0;
  #over = false;

  constructor(lab: RoomsLab, name: string, options: PeerOptions) {
    this.#lab = lab;
    this.name = name;
    this.host = options.host ?? lab.host(name);
    this.kept = options.kept ?? { record: undefined };
    const { random, crypto } = lab;
    const config = { server: { host: "10.0.0.1", port: 32_340 }, port: 5_000, ...options.config };
    this.machine = new RoomsMachine({ config, random, crypto, remembered: this.kept.record });
    const driver = new SimDriver({
      ...{ wire: lab.wire, host: this.host, random, whims: () => noWhims },
      broken: (error) => lab.broken.push(error),
      awaited: () => undefined,
    });
    this.#drive = driver.run(this.machine, roomy, {
      report: (report) => this.reports.push(report),
      answer: (question): RoomsAnswer => {
        if (question.kind === "resolve")
          return { kind: "resolved", address: present(options.names?.[question.host], "an address") };
        if (options.disk?.full === true) throw new Error("disk full");
        this.kept.record = question.record;
        return { kind: "remembered" };
      },
    });
    this.tell({ kind: "start" });
    this.ask({ kind: "user", user: name });
  }

  tell(intent: RoomsIntent): void {
    this.#drive.tell(intent);
  }

  /** Gives it a ticket, which is returned. */
  ask(intent: WithoutTicket<Extract<RoomsIntent, { readonly ticket: number }>>): number {
    const ticket = ++this.#ticket;
    this.tell({ ...intent, ticket });
    return ticket;
  }

  join(room = "den", persistent = false): number {
    return this.ask({ kind: "join", room, persistent });
  }

  say(text: string, room = "den"): MessageId {
    const message = newMessageId(this.#lab.random);
    this.tell({ kind: "send", message, room, text });
    return message;
  }

  quit(): void {
    this.tell({ kind: "quit" });
    this.#over = true;
    void this.#drive.stop();
  }

  /** "killed": the system closes what was open. "power-cut": nobody is told. */
  crash(how: "killed" | "power-cut" = "killed"): void {
    this.#over = true;
    this.host.crash(how, this.#lab.random);
  }

  get alive(): boolean {
    return !this.#over;
  }

  get counters(): Readonly<Record<string, number>> {
    return this.#drive.inspect().counters;
  }

  told<Kind extends RoomsReport["kind"]>(kind: Kind): readonly Told<Kind>[] {
    return this.reports.filter((report): report is Told<Kind> => report.kind === kind);
  }

  /** "name: text" of all that arrived. */
  get heard(): readonly string[] {
    return this.told("arrived").map(({ from, text }) => `${from.name}: ${text}`);
  }

  /** How a ticket was answered: "done", rooms, or the code of the refusal. */
  answerTo(ticket: number): unknown {
    const answers = this.reports.filter((report) => "ticket" in report && report.ticket === ticket);
    if (answers.length > 1) throw new Error("a ticket is answered once");
    const [answer] = answers;
    if (answer?.kind === "refused") return answer.refusal;
    return answer?.kind === "listed" ? answer.rooms : answer?.kind;
  }

  outcomesOf(id: MessageId): readonly RoomsOutcome[] {
    return this.told("outcome").flatMap(({ message, outcome }) => (message === id ? [outcome] : []));
  }

  /** "name link" of everybody in the list to whom there is a link. */
  get links(): readonly string[] {
    const members = this.machine.standing().joined?.members ?? [];
    return members.flatMap(({ name, link }) => (link === "none" ? [] : [`${name} ${link}`])).sort();
  }

  wayTo(other: Peer): "forward" | "backward" | "none" {
    const members = this.machine.standing().joined?.members ?? [];
    const address = `${other.host.home}:`;
    return members.find((member) => !member.me && member.address.startsWith(address))?.link ?? "none";
  }

  isLinkedTo(other: Peer): boolean {
    return this.wayTo(other) !== "none";
  }
}

type WithoutTicket<Intent> = Intent extends RoomsIntent ? Omit<Intent, "ticket"> : never;
