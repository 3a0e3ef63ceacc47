/** The machine of this network: announces, keeps the roster, takes and sends messages; a dialect says in which words. */
import { assert, unreachable } from "../../base/assert.ts";
import type { Random } from "../../base/random.ts";
import type { Now } from "../../base/time.ts";
import { TokenBucket } from "../../base/token-bucket.ts";
import type { Address, Input, LinkId, Machine, Ticket } from "../machine.ts";
import { announceableName, readAnnouncement } from "./announcement.ts";
import { Announcer } from "./announcer.ts";
import { Companions } from "./companions.ts";
import {
  earliest,
  type LanAnswer,
  type LanConfig,
  type LanEffect,
  type LanFacts,
  type LanIntent,
  type LanMe,
  type LanOutgoing,
  type LanQuestion,
  type LanReport,
} from "./contract.ts";
import type { Dialect, Shared } from "./dialect.ts";
import { Inbound } from "./inbound.ts";
import { Outbound, type Prepare } from "./outbound.ts";
import { announceRate, newcomerRate, Rates } from "./rates.ts";
import { Roster, type RosterChange } from "./roster.ts";
import { Sockets } from "./sockets.ts";

export interface LanMachineParts {
  readonly config: LanConfig;
  readonly random: Random;
  /** The record of `companions` that was remembered last. */
  readonly companions: Uint8Array | undefined;
}

/**
 * Invariants: nothing is announced before our name, our keys and the host's addresses are known; a datagram is never
 * answered to its source; what comes from an address of ours is ours and ignored; nothing that a stranger sends makes
 * more than one report and one count of it. Each part keeps the invariants above its own class.
 */
export class LanMachine<Item> implements Machine<LanIntent, LanReport, LanQuestion, LanAnswer> {
  readonly #config: LanConfig;
  readonly #roster: Roster;
  readonly #companions: Companions;
  readonly #sockets: Sockets;
  readonly #announcer: Announcer;
  readonly #dialect: Dialect<Item>;
  readonly #inbound: Inbound<Item>;
  readonly #outbound: Outbound;
  readonly #announceRates = new Rates(announceRate);
  readonly #newcomers = new TokenBucket(newcomerRate.perSecond, newcomerRate.burst, 0);
  readonly #questions = new Map<Ticket, LanQuestion["what"]>();
  readonly #effects: LanEffect[] = [];
  #me: LanMe | undefined;
  #lastTicket = 0;
  #healthTold = "";
  #announcementsHeard = 0;
  #announcementsSent = 0;
  #lastHeardAt: number | undefined;

  constructor(parts: LanMachineParts, dialectOf: (shared: Shared) => Dialect<Item>) {
    const emit = (effect: LanEffect): void => void this.#effects.push(effect);
    this.#config = parts.config;
    this.#companions = new Companions(parts.companions);
    this.#roster = new Roster((identity) => this.#companions.has(identity));
    this.#dialect = dialectOf({
      roster: this.#roster,
      companions: this.#companions,
      emit,
      remember: (question) => this.#remember(question),
      me: () => this.#me,
      tell: (changes) => this.#tellChanges(changes),
    });
    this.#sockets = new Sockets(parts.config, emit);
    this.#announcer = new Announcer(this.#dialect.announcePeriodMs, parts.random);
    this.#inbound = new Inbound(this.#dialect.reception, emit);
    const isOnline = (identity: string): boolean => this.#roster.isOnline(identity);
    const prepare: Prepare = (outgoing, now) => this.#dialect.prepare(outgoing, now);
    this.#outbound = new Outbound(parts.config, isOnline, prepare, emit);
  }

  handle(input: Input<LanIntent, LanAnswer>, now: Now): readonly LanEffect[] {
    this.#take(input, now);
    this.#announceIfDue(now);
    return this.#effects.splice(0);
  }

  wakeAt(): number | undefined {
    const parts = [
      this.#roster,
      this.#companions,
      this.#sockets,
      this.#dialect,
      this.#inbound,
      this.#outbound,
    ];
    return earliest([
      ...parts.map((part) => part.wakeAt),
      this.#canAnnounce ? this.#announcer.dueAt : undefined,
    ]);
  }

  facts(): LanFacts {
    const ownKey = this.#dialect.ownKey;
    return {
      announcementsHeard: this.#announcementsHeard,
      announcementsSent: this.#announcementsSent,
      ...(this.#lastHeardAt !== undefined && { lastHeardAt: this.#lastHeardAt }),
      people: this.#roster.size,
      online: this.#roster.onlineCount,
      ownAddresses: this.#sockets.ownAddresses,
      ...(ownKey !== undefined && { ownKey }),
    };
  }

  #take(input: Input<LanIntent, LanAnswer>, now: Now): void {
    switch (input.kind) {
      case "intent": {
        this.#intend(input.intent, now);
        return;
      }
      case "wake": {
        this.#wake(now);
        return;
      }
      case "linkUp":
        if (input.via === "dial") this.#outbound.up(input.link, now);
        else this.#inbound.accept(input.link, input.remote.host, now);
        return;
      case "bytes":
        if (isDialled(input.link)) this.#outbound.bytes(input.link, input.bytes);
        else this.#inbound.bytes(input.link, input.bytes, now);
        return;
      case "linkEnd":
        if (isDialled(input.link)) this.#outbound.ended(input.link, now);
        else this.#inbound.ended(input.link, now);
        return;
      case "linkDown":
        if (isDialled(input.link)) this.#outbound.down(input.link, input.why, now);
        else this.#inbound.down(input.link, now);
        return;
      case "drained":
        return;
      case "datagram": {
        this.#hear(input.from, input.bytes, now);
        return;
      }
      case "listening":
        this.#sockets.opened(input.name);
        {
          this.#tellHealth(now);
          return;
        }
      case "listenFailed":
        this.#sockets.failed(input.name, input.why, now);
        {
          this.#tellHealth(now);
          return;
        }
      case "interfaces":
        if (this.#sockets.interfaces(input.addresses)) this.#announcer.atOnce(now.mono);
        {
          this.#tellHealth(now);
          return;
        }
      case "answer": {
        this.#answered(input.ticket, input.answer.ok, now);
        return;
      }
      default:
        return unreachable(input);
    }
  }

  #intend(intent: LanIntent, now: Now): void {
    switch (intent.kind) {
      case "start":
        this.#sockets.start();
        this.#tellHealth(now);
        this.#announceWhen(this.#dialect.start(now), now);
        return;
      case "present": {
        const name = announceableName(intent.me.name);
        const isSame = name === this.#me?.name && intent.me.availability === this.#me?.availability;
        this.#me = name === undefined ? undefined : { name, availability: intent.me.availability };
        this.#announceWhen(!isSame, now);
        return;
      }
      case "send": {
        this.#send(intent.outgoing, now);
        return;
      }
      case "acknowledge": {
        this.#inbound.confirm(intent.token);
        return;
      }
      default:
        return unreachable(intent);
    }
  }

  #send(outgoing: LanOutgoing, now: Now): void {
    this.#rememberCompanions(this.#companions.add(outgoing.to, now.mono));
    this.#outbound.send(outgoing, now);
  }

  #rememberCompanions(record: Uint8Array | undefined): void {
    if (record !== undefined) this.#remember({ kind: "remember", what: "companions", record });
  }

  #wake(now: Now): void {
    this.#sockets.wake(now);
    this.#announceWhen(this.#dialect.wake(now), now);
    this.#rememberCompanions(this.#companions.wake(now.mono));
    this.#inbound.wake(now);
    this.#outbound.wake(now);
    this.#tellChanges(this.#roster.expire(now));
  }

  /** Somebody announces. The source tells the address; what the text says of it is ignored. */
  #hear(from: Address, bytes: Uint8Array, now: Now): void {
    if (this.#sockets.ownAddresses.includes(from.host)) return;
    if (!this.#announceRates.take(from.host, now.mono)) {
      this.#count("announcement-too-many");
      return;
    }
    const announcement = readAnnouncement(bytes);
    if (!announcement.ok) {
      this.#count(`announcement-${announcement.problem}`);
      return;
    }
    const card = this.#dialect.cardOf(announcement.value, now);
    if (!card.ok) {
      this.#count(card.problem);
      return;
    }
    this.#announcementsHeard += 1;
    this.#lastHeardAt = now.wall;
    const { name } = announcement.value;
    const heard = { name, host: from.host, ...(card.value && { card: card.value }) };
    if (card.value === undefined && !this.#roster.knows(heard) && !this.#newcomers.take(now.mono)) {
      this.#count("newcomer-too-many");
      return;
    }
    const changes = this.#roster.heard(heard, now);
    if (!changes.ok) {
      this.#count(changes.problem);
      return;
    }
    this.#tellChanges(changes.value);
    const isNew = changes.value.some((change) => change.kind === "seen" && change.newcomer);
    if (isNew) this.#announcer.answerNewcomer(this.#roster.size, now.mono);
  }

  get #canAnnounce(): boolean {
    return this.#sockets.canAnnounce && this.#dialect.isReady;
  }

  #announceWhen(changed: boolean, now: Now): void {
    if (changed) this.#announcer.atOnce(now.mono);
  }

  #announceIfDue(now: Now): void {
    if (!this.#canAnnounce || !this.#announcer.take(now.mono)) return;
    for (const { socket, to, from } of this.#sockets.routes()) {
      const bytes = this.#dialect.announcement(from, now);
      this.#effects.push({ kind: "datagram", socket, to: { host: to, port: this.#config.udpPort }, bytes });
    }
    this.#announcementsSent += 1;
  }

  #tellChanges(changes: readonly RosterChange[]): void {
    for (const change of changes) {
      if (change.kind === "seen") this.#report({ kind: "seen", person: change.person });
      else {
        const { person, heardWall } = change.entry;
        this.#report({ kind: "gone", identity: person.identity, lastSeenAt: heardWall });
      }
    }
  }

  /** Told once for each state and reason; the time of the next try alone is no news. */
  #tellHealth(now: Now): void {
    const health = this.#sockets.health(now);
    const key = JSON.stringify([health.state, "why" in health ? health.why : undefined]);
    if (key === this.#healthTold) return;
    this.#healthTold = key;
    this.#report({ kind: "health", health });
  }

  #remember(question: LanQuestion): void {
    const ticket = ++this.#lastTicket;
    this.#questions.set(ticket, question.what);
    this.#effects.push({ kind: "ask", ticket, question });
  }

  #answered(ticket: Ticket, done: boolean, now: Now): void {
    const what = this.#questions.get(ticket);
    assert(what !== undefined, "only what was asked is answered");
    this.#questions.delete(ticket);
    if (!done) this.#count(`not-remembered-${what}`);
    this.#announceWhen(this.#dialect.remembered(what, done, now), now);
  }

  #count(what: string): void {
    this.#effects.push({ kind: "count", what });
  }

  #report(report: LanReport): void {
    this.#effects.push({ kind: "report", report });
  }
}

function isDialled(link: LinkId): boolean {
  return link < 0;
}
