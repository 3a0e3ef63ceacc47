/** People and programs on the lab's network: our machines with what they reported, and stand-ins for classic programs. */
import { present } from "../../src/base/assert.ts";
import { concatBytes, fromUtf8Leniently, toUtf8 } from "../../src/base/bytes.ts";
import type { Crypto } from "../../src/base/crypto.ts";
import { newMessageId, type MessageId } from "../../src/base/ids.ts";
import { seededRandom, type Random } from "../../src/base/random.ts";
import type {
  LanArrival,
  LanConfig,
  LanIntent,
  LanOutcome,
  LanOutgoing,
  LanQuestion,
  LanReport,
} from "../../src/protocols/lan/contract.ts";
import { classicLan, lan2025 } from "../../src/protocols/lan/lan.ts";
import type { LanMachine } from "../../src/protocols/lan/machine.ts";
import { readKeptKeys } from "../../src/protocols/lan/own-keys.ts";
import type { Drive, DriveLimits } from "../../src/protocols/machine.ts";
import type { HostOptions, LanLab, Side } from "./lab.ts";
import { nodeCrypto, nodeLegacyCipher } from "./node-crypto.ts";

export interface MemberOptions extends HostOptions {
  readonly config?: Partial<LanConfig>;
  readonly variant?: "classic" | "2025";
  /** What was remembered before. */
  readonly kept?: Map<LanQuestion["what"], Uint8Array>;
  /** While it is full nothing is remembered. */
  readonly disk?: { full: boolean };
  readonly crypto?: Crypto;
  /** Whether arrivals are committed and acknowledged at once. */
  readonly acknowledges?: boolean;
}

const roomy: DriveLimits = { unsentMark: 1e6, unsentMax: 1e6, acceptedMax: 1e3, acceptedPerAddressMax: 1e3 };

export class Member {
  readonly reports: LanReport[] = [];
  readonly kept: Map<LanQuestion["what"], Uint8Array>;
  readonly machine: LanMachine<unknown>;
  readonly host: string;
  readonly name: string;
  readonly #drive: Drive<LanIntent>;
  readonly #random: Random;

  constructor(lab: LanLab, name: string, host: string, options: MemberOptions = {}) {
    this.name = name;
    this.host = host;
    this.kept = options.kept ?? new Map<LanQuestion["what"], Uint8Array>();
    this.#random = seededRandom(
      new DataView(nodeCrypto.sha256(toUtf8(`${name} ${host}`)).buffer).getUint32(0),
    );
    this.machine = this.#machineWith(options);
    const acknowledges = options.acknowledges ?? true;
    this.#drive = lab.host(host, options).run(this.machine, roomy, {
      report: (report) => {
        this.reports.push(report);
        const token = report.kind === "arrived" ? report.arrival.sealed?.token : undefined;
        if (acknowledges && token !== undefined)
          lab.after(1, () => this.tell({ kind: "acknowledge", token }));
      },
      answer: (question) => {
        if (options.disk?.full === true) throw new Error("disk full");
        this.kept.set(question.what, question.record);
        return "remembered";
      },
    });
    this.tell({ kind: "present", me: { name, availability: "available" } });
    this.tell({ kind: "start" });
  }

  #machineWith(options: MemberOptions): LanMachine<unknown> {
    const isNew = options.variant === "2025";
    const ports = isNew ? { udpPort: 6_000, tcpPort: 6_001 } : { udpPort: 5_000, tcpPort: 5_001 };
    const config = { targets: [], ...ports, ...options.config };
    const common = { config, random: this.#random, companions: this.kept.get("companions") };
    if (isNew) return lan2025({ ...common, cipher: nodeLegacyCipher });
    const record = this.kept.get("keys");
    const keys = record === undefined ? undefined : readKeptKeys(record);
    return classicLan({
      ...common,
      crypto: options.crypto ?? nodeCrypto,
      keys: keys?.ok === true ? keys.value : undefined,
    });
  }

  tell(intent: LanIntent): void {
    this.#drive.tell(intent);
  }

  stop(): void {
    void this.#drive.stop();
  }

  get identity(): string {
    return `key:${present(this.machine.facts().ownKey, "a key")}`;
  }

  get counters(): Readonly<Record<string, number>> {
    return this.#drive.inspect().counters;
  }

  /** Sends a text, sealed or not at all where `to` is a key. */
  say(to: string, text: string, more: Partial<LanOutgoing> = {}): MessageId {
    const id = more.id ?? newMessageId(this.#random);
    const outgoing = {
      id,
      to,
      body: { kind: "text", text },
      at: 1_000,
      sealedOnly: to.startsWith("key:"),
      ...more,
    } as const;
    this.tell({ kind: "send", outgoing });
    return id;
  }

  outcomeOf(id: MessageId): LanOutcome | undefined {
    return this.reports
      .flatMap((report) => (report.kind === "outcome" && report.id === id ? [report.outcome] : []))
      .at(-1);
  }

  get arrivals(): readonly LanArrival[] {
    return this.reports.flatMap((report) => (report.kind === "arrived" ? [report.arrival] : []));
  }

  /** "name: text" of everything that arrived. */
  get heard(): readonly string[] {
    return this.arrivals.map(
      ({ from, body }) =>
        `${from.identity.slice(0, 4)}${from.name}: ${"text" in body ? body.text : body.what}`,
    );
  }

  /** Who is online, by name and the beginning of the identity. */
  get people(): readonly string[] {
    const online = new Map<string, string>();
    for (const report of this.reports) {
      if (report.kind === "seen") online.set(report.person.identity, report.person.name);
      if (report.kind === "gone") online.delete(report.identity);
    }
    return [...online].map(([identity, name]) => `${identity.split(":")[0] ?? ""}:${name}`).sort();
  }
}

/** One connection of a stand-in, with what came over it. */
export class Line {
  readonly received: Uint8Array[] = [];
  ended = false;
  /** "clean", or the reason, once it is gone. */
  gone: string | undefined;
  side: Side | undefined;
  readonly #waiting: ((side: Side) => void)[] = [];

  do(what: (side: Side) => void): this {
    if (this.side === undefined) this.#waiting.push(what);
    else what(this.side);
    return this;
  }

  write(text: string | Uint8Array): this {
    return this.do((side) => side.write(typeof text === "string" ? toUtf8(text) : text));
  }

  end(): this {
    return this.do((side) => side.end());
  }

  get text(): string {
    return fromUtf8Leniently(concatBytes(...this.received));
  }

  readonly wire = {
    up: (side: Side): void => {
      this.side = side;
      for (const what of this.#waiting.splice(0)) what(side);
    },
    bytes: (bytes: Uint8Array): void => void this.received.push(bytes),
    ended: (): void => {
      this.ended = true;
      this.onEnd();
    },
    down: (why?: string): void => {
      this.gone = why ?? "clean";
    },
  };

  onEnd: () => void = () => undefined;
}

/** A program written by somebody else, as the specification's programs behave. */
export class ClassicProgram {
  readonly lines: Line[] = [];
  readonly #lab: LanLab;
  readonly #host: string;
  readonly #ports: { readonly udp: number; readonly tcp: number };

  constructor(lab: LanLab, host: string, ports = { udp: 5_000, tcp: 5_001 }, closes = true) {
    this.#lab = lab;
    this.#host = host;
    this.#ports = ports;
    const at = { host, port: ports.tcp };
    const accept = (): Line["wire"] => {
      const line = new Line();
      if (closes) line.onEnd = (): void => void line.end();
      this.lines.push(line);
      return line.wire;
    };
    lab.listeners.add({ at, hosts: [host], accept });
  }

  announce(text: string): void {
    const from = { host: this.#host, port: this.#ports.udp };
    const to = { host: this.#host.replace(/\d+$/, "255"), port: this.#ports.udp };
    this.#lab.sendDatagram(from, to, toUtf8(text));
  }

  dial(host: string): Line {
    const line = new Line();
    this.#lab.dial({ host: this.#host, port: 50_000 }, { host, port: this.#ports.tcp }, line.wire);
    return line;
  }

  /** Everything that was written to it, a line each. */
  get read(): readonly string[] {
    return this.lines.map((line) => line.text);
  }
}

/** Alice and bob, who have found each other. */
export function pairOn(lab: LanLab): { readonly alice: Member; readonly bob: Member } {
  const alice = new Member(lab, "alice", "10.0.0.1");
  const bob = new Member(lab, "bob", "10.0.0.2");
  lab.run(3_000);
  return { alice, bob };
}

/** Alice, and Ece with a classic program, whom she has heard. */
export function aliceAndEceOn(lab: LanLab): { readonly alice: Member; readonly ece: ClassicProgram } {
  const alice = new Member(lab, "alice", "10.0.0.1");
  const ece = new ClassicProgram(lab, "10.0.0.9");
  lab.run(100);
  ece.announce('{"username": "Ece", "ip_address": "10.0.0.9"}');
  lab.run(3_000);
  return { alice, ece };
}

/** All that a host announced, as text. */
export function announcementsOf(lab: LanLab, host: string): readonly string[] {
  return lab.datagrams.filter(({ from }) => from.host === host).map(({ bytes }) => fromUtf8Leniently(bytes));
}

interface OwnAnnouncement {
  readonly username: string;
  readonly ip_address: string;
  readonly kith: Readonly<Record<"key" | "sign", string>>;
}

/** An announcement of ours. */
export function parsed(text: string): OwnAnnouncement {
  return JSON.parse(text) as OwnAnnouncement;
}
