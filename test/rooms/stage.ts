/** One peer machine on a stage: the test plays the server, the members and the clock, and sees every byte. */
import { assert, present, unreachable } from "../../src/base/assert.ts";
import { fromUtf8Leniently, toUtf8 } from "../../src/base/bytes.ts";
import { bad, good } from "../../src/base/result.ts";
import { seededRandom } from "../../src/base/random.ts";
import type { Address, Input, LinkId, LinkTrouble, Ticket } from "../../src/protocols/machine.ts";
import type { Member } from "../../src/protocols/rooms/messages.ts";
import type {
  RoomsAnswer,
  RoomsConfig,
  RoomsEffect,
  RoomsIntent,
  RoomsQuestion,
  RoomsReport,
} from "../../src/protocols/rooms/peer/contract.ts";
import { RoomsMachine } from "../../src/protocols/rooms/peer/machine.ts";
import { cheapCrypto } from "../../src/sim/cheap-crypto.ts";
import { membersText } from "./server.ts";

export const server: Address = { host: "127.0.0.1", port: 32_340 };
/** The members of the wire's own examples. */
export const alice: Member = { user: "alice", ip: "127.0.0.1", port: 5_001 };
export const bob: Member = { user: "bob", ip: "127.0.0.1", port: 5_002 };
export const carol: Member = { user: "carol", ip: "127.0.0.1", port: 5_003 };
export const aliceHid = "3382070009828795609";
export const bobHid = "17852666819177020069";
export const carolHid = "726345991525808074";

const wallAtStart = 1_800_000_000_000;

export interface StageOptions {
  readonly config?: Partial<RoomsConfig>;
  readonly remembered?: Uint8Array;
  /** The questions are answered by the test. */
  readonly asksAloud?: true;
}

export interface Written {
  readonly to: readonly LinkId[];
  readonly text: string;
  readonly at: number;
}

/** The peer is alice, unless it is told otherwise. */
export class Stage {
  readonly machine: RoomsMachine;
  readonly reports: RoomsReport[] = [];
  readonly writes: Written[] = [];
  readonly effects: RoomsEffect[] = [];
  readonly counters = new Map<string, number>();
  readonly questions: { readonly ticket: Ticket; readonly question: RoomsQuestion }[] = [];
  readonly datagrams: { readonly to: Address; readonly text: string }[] = [];
  remembered: Uint8Array | undefined;
  /** What the server answers to every J; the test does where it is undefined. */
  list: readonly Member[] | undefined;
  mono = 1_000;
  readonly #inputs: Input<RoomsIntent, RoomsAnswer>[] = [];
  readonly #asksAloud: boolean;
  #handling = false;
  #accepted = 0;
  #ticket = 0;

  constructor(options: StageOptions = {}) {
    this.#asksAloud = options.asksAloud === true;
    this.remembered = options.remembered;
    this.machine = new RoomsMachine({
      config: { server, port: 5_001, ...options.config },
      random: seededRandom(1),
      crypto: cheapCrypto(),
      remembered: options.remembered,
    });
  }

  take(input: Input<RoomsIntent, RoomsAnswer>): void {
    this.#inputs.push(input);
    if (this.#handling) return;
    this.#handling = true;
    for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
      const now = { mono: this.mono, wall: wallAtStart + this.mono };
      for (const effect of this.machine.handle(next, now)) this.#carryOut(effect);
    }
    this.#handling = false;
  }

  tell(intent: RoomsIntent): void {
    this.take({ kind: "intent", intent });
  }

  /** Lets `ms` pass, with every wake at its time. */
  run(ms: number): void {
    const until = this.mono + ms;
    for (let at = this.machine.wakeAt(); at !== undefined && at <= until; at = this.machine.wakeAt()) {
      assert(at > this.mono || this.#wakes++ < 10_000, "the machine wakes itself without end");
      this.mono = Math.max(this.mono, at);
      this.take({ kind: "wake" });
    }
    this.mono = until;
  }
  #wakes = 0;

  /** The link that was dialled last. */
  get dialled(): { readonly link: LinkId; readonly to: Address; readonly timeoutMs: number } {
    return present(this.dials.at(-1), "a dial");
  }

  get dials(): readonly Extract<RoomsEffect, { readonly kind: "dial" }>[] {
    return this.effects.filter((effect) => effect.kind === "dial");
  }

  up(link: LinkId = this.dialled.link, local = "127.0.0.1"): void {
    this.take({ kind: "linkUp", link, remote: server, local: { host: local, port: 40_000 }, via: "dial" });
  }

  down(link: LinkId, why?: LinkTrouble): void {
    this.take({ kind: "linkDown", link, ...(why && { why }) });
  }

  end(link: LinkId): void {
    this.take({ kind: "linkEnd", link });
  }

  says(link: LinkId, text: string | Uint8Array): void {
    this.take({ kind: "bytes", link, bytes: typeof text === "string" ? toUtf8(text) : text });
  }

  datagram(from: Address, text: string): void {
    this.take({ kind: "datagram", socket: "pokes", from, bytes: toUtf8(text) });
  }

  /** Links that were accepted: from 1 to this. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Somebody connects. */
  came(host = "127.0.0.1"): LinkId {
    const link = ++this.#accepted;
    const local = { host: "127.0.0.1", port: 5_001 };
    this.take({ kind: "linkUp", link, remote: { host, port: 50_000 + link }, local, via: "members" });
    return link;
  }

  ask(intent: WithoutTicket<Extract<RoomsIntent, { readonly ticket: number }>>): number {
    const ticket = ++this.#ticket;
    this.tell({ ...intent, ticket });
    return ticket;
  }

  /** Started, with a name; the server is reached, has answered the first question, and is closed again. */
  started(user = "alice"): this {
    this.tell({ kind: "start" });
    this.ask({ kind: "user", user });
    this.up();
    this.says(this.dialled.link, "G::\r\n");
    return this;
  }

  /** In the room, with this list; the server's link is returned. */
  joined(members: readonly Member[] = [alice], room = "den"): LinkId {
    this.started();
    this.ask({ kind: "join", room, persistent: false });
    const { link } = this.dialled;
    this.up(link);
    this.says(link, membersText(members));
    return link;
  }

  /** In the room with somebody who has called and been accepted. */
  linkedWith(member: Member, others: readonly Member[] = [], lastId = "0"): { link: LinkId; server: LinkId } {
    const leg = this.joined([member, ...others, alice]);
    // Nobody whom the peer calls is there.
    for (let dial = this.dials.at(-1); dial?.to.port !== server.port && dial !== undefined;) {
      this.down(dial.link, "refused");
      const next = this.dials.at(-1);
      if (next === dial) break;
      dial = next;
    }
    const link = this.came(member.ip);
    this.says(link, `P:den:${member.user}:${member.ip}:${member.port}:${lastId}::\r\n`);
    this.run(100);
    return { link, server: leg };
  }

  /** What was written on a link, a write each. */
  textsTo(link: LinkId): readonly string[] {
    return this.writes.filter(({ to }) => to.includes(link)).map(({ text }) => text);
  }

  has(kind: "end" | "drop", link: LinkId): boolean {
    return this.effects.some((effect) => effect.kind === kind && effect.link === link);
  }

  /** Whether the link is read. */
  reads(link: LinkId): boolean {
    const last = this.effects.findLast((effect) => effect.kind === "reading" && effect.link === link);
    return last?.kind !== "reading" || last.on;
  }

  told<Kind extends RoomsReport["kind"]>(
    kind: Kind,
  ): readonly Extract<RoomsReport, { readonly kind: Kind }>[] {
    return this.reports.filter(
      (report): report is Extract<RoomsReport, { readonly kind: Kind }> => report.kind === kind,
    );
  }

  /** "name: text" of what arrived. */
  get heard(): readonly string[] {
    return this.told("arrived").map(({ from, text }) => `${from.name}: ${text}`);
  }

  /** How a ticket was answered. */
  answerTo(ticket: number): unknown {
    const [answer, ...more] = this.reports.filter((one) => "ticket" in one && one.ticket === ticket);
    assert(more.length === 0, "a ticket is answered once");
    return answer?.kind === "refused"
      ? answer.refusal
      : answer?.kind === "listed"
        ? answer.rooms
        : answer?.kind;
  }

  #carryOut(effect: RoomsEffect): void {
    this.effects.push(effect);
    switch (effect.kind) {
      case "report":
        this.reports.push(effect.report);
        return;
      case "write": {
        const to = typeof effect.to === "number" ? [effect.to] : effect.to;
        const text = fromUtf8Leniently(effect.bytes);
        this.writes.push({ to, text, at: this.mono });
        if (this.list !== undefined && text.startsWith("J:"))
          for (const link of to) this.says(link, membersText(this.list));
        return;
      }
      case "count":
        this.counters.set(effect.what, (this.counters.get(effect.what) ?? 0) + 1);
        return;
      case "ask":
        this.questions.push(effect);
        if (!this.#asksAloud) this.#answer(effect.ticket, effect.question);
        return;
      case "listen":
        this.take({
          kind: "listening",
          name: effect.name,
          at: { ...effect.at, port: effect.at.port || 40_001 },
        });
        return;
      case "bind":
        this.take({ kind: "listening", name: effect.socket, at: effect.at });
        return;
      case "datagram":
        this.datagrams.push({ to: effect.to, text: fromUtf8Leniently(effect.bytes) });
        return;
      case "dial":
      case "end":
      case "drop":
      case "reading":
      case "unlisten":
      case "unbind":
      case "watchInterfaces":
        return; // the test looks at the effects
      default:
        unreachable(effect);
    }
  }

  #answer(ticket: Ticket, question: RoomsQuestion): void {
    if (question.kind === "resolve") this.take({ kind: "answer", ticket, answer: bad("no names here") });
    else {
      this.remembered = question.record;
      this.take({ kind: "answer", ticket, answer: good({ kind: "remembered" }) });
    }
  }
}

type WithoutTicket<Intent> = Intent extends RoomsIntent ? Omit<Intent, "ticket"> : never;

/** A text as its origin writes it. */
export function textOf(origin: string, user: string, id: number | string, content: string): string {
  return `T:den:${origin}:${user}:${id}:${toUtf8(content).length}:${content}::\r\n`;
}

/** The same for another room. */
export function elsewhere(text: string): string {
  return text.replace("T:den:", "T:attic:");
}
