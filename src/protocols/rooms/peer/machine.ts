/** The peer of the rooms network: one name, one room, one server; what is asked of it, and how it stands. */
import { assert, unreachable } from "../../../base/assert.ts";
import type { Now } from "../../../base/time.ts";
import type { Input, LinkId, LinkTrouble, Machine, SocketName, Ticket } from "../../machine.ts";
import { encodeList } from "../encode.ts";
import { isName } from "../names.ts";
import {
  earliest,
  type RoomsAnswer,
  type RoomsConfig,
  type RoomsEffect,
  type RoomsFacts,
  type RoomsIntent,
  type RoomsMachineParts,
  type RoomsQuestion,
  type RoomsRefusal,
  type RoomsReport,
  type RoomsStanding,
  type RoomsTicket,
} from "./contract.ts";
import { Farewell } from "./farewell.ts";
import { healthOf } from "./health.ts";
import { OwnIds } from "./own-ids.ts";
import { OwnPort } from "./own-port.ts";
import { isIpv4, isLoopback } from "./reach.ts";
import { ServerLeg, type LegReply } from "./server-leg.ts";
import { steps, type RoomsState, type RoomsStep } from "./states.ts";
import { Stay, type SharedParts } from "./stay.ts";

const anyAddress = "0.0.0.0";
/** What a name must be, in the words of a refusal. */
const nameRule = "it must be 1 to 32 printable ASCII characters, without spaces and colons";

type Intent<Kind extends RoomsIntent["kind"]> = Extract<RoomsIntent, { readonly kind: Kind }>;

/**
 * Invariants: the state moves only as the table of `states.ts` says; a ticket is answered once; our address is known
 * before anybody is told of it; once it is terminated nothing comes out of it. Each part keeps the invariants above its
 * own class.
 */
export class RoomsMachine implements Machine<RoomsIntent, RoomsReport, RoomsQuestion, RoomsAnswer> {
  readonly #config: RoomsConfig;
  readonly #effects: RoomsEffect[] = [];
  readonly #farewell: Farewell;
  readonly #ids: OwnIds;
  readonly #port: OwnPort;
  readonly #leg: ServerLeg;
  /** What every stay in a room is given. */
  readonly #shared: SharedParts;
  #state: RoomsState = "start";
  #user: string | undefined;
  #stay: Stay | undefined;
  /** Our IPv4 address, as others are told. */
  #ip: string | undefined;
  #lastLink = 0;
  #lastTicket = 0;
  #healthTold = "";

  constructor(parts: RoomsMachineParts) {
    const { config, random, crypto, remembered } = parts;
    const emit = (effect: RoomsEffect): void => void this.#effects.push(effect);
    const ask = (question: RoomsQuestion): Ticket => this.#ask(question);
    const nextLink = (): LinkId => --this.#lastLink;
    const farewell = new Farewell(emit);
    this.#config = config;
    this.#farewell = farewell;
    this.#ids = new OwnIds(remembered, ask);
    this.#port = new OwnPort(config.port, () => this.#stay !== undefined, emit);
    this.#leg = new ServerLeg({
      ...{ config, random, emit, ask, farewell, nextLink },
      opened: (local, now) => this.#reached(local, now),
      lost: (why, now) => this.#stay?.lost(why, now),
    });
    const { address: from } = config;
    this.#shared = { from, random, crypto, ids: this.#ids, emit, farewell, leg: this.#leg, nextLink };
  }

  handle(input: Input<RoomsIntent, RoomsAnswer>, now: Now): readonly RoomsEffect[] {
    if (this.#state === "terminated") return [];
    this.#take(input, now);
    const step = this.#stay?.tellConnection();
    if (step !== undefined) this.#step(step);
    this.#tellHealth(now);
    return this.#effects.splice(0);
  }

  wakeAt(): number | undefined {
    if (this.#state === "terminated") return undefined;
    const parts = [this.#leg, this.#port, this.#farewell, this.#stay];
    return earliest(parts.map((part) => part?.wakeAt));
  }

  /** Where we stand; cheap. */
  standing(): RoomsStanding {
    const joined = this.#stay?.standing;
    return {
      state: this.#state,
      ...(this.#user !== undefined && { user: this.#user }),
      ...(joined && { joined }),
    };
  }

  facts(): RoomsFacts {
    const { port } = this.#port;
    const address = this.#ip !== undefined && port !== undefined ? `${this.#ip}:${port}` : undefined;
    return {
      ...nothingKnown,
      ...this.#stay?.facts,
      state: this.#state,
      server: this.#leg.server,
      ...(address !== undefined && { address }),
    };
  }

  #take(input: Input<RoomsIntent, RoomsAnswer>, now: Now): void {
    const overlay = this.#stay?.overlay;
    switch (input.kind) {
      case "intent":
        this.#intend(input.intent, now);
        break;
      case "wake":
        this.#wake(now);
        break;
      case "linkUp":
        this.#up(input, now);
        break;
      case "bytes":
        if (this.#leg.has(input.link)) this.#leg.bytes(input.bytes, now);
        else overlay?.bytes(input.link, input.bytes, now);
        break;
      case "linkEnd":
        if (this.#leg.has(input.link)) this.#leg.ended(now);
        else overlay?.ended(input.link, now);
        break;
      case "linkDown":
        this.#down(input.link, input.why, now);
        break;
      case "datagram":
        overlay?.datagram(input.from, input.bytes, now);
        break;
      case "listening":
        if (this.#port.opened(input.name, input.at.port)) this.#enterIfReady(now);
        break;
      case "listenFailed":
        this.#listenFailed(input.name, input.why, now);
        break;
      case "answer":
        this.#answered(input, now);
        break;
      case "drained":
      case "interfaces":
        break;
      default:
        unreachable(input);
    }
  }

  #intend(intent: RoomsIntent, now: Now): void {
    switch (intent.kind) {
      case "start":
        if (this.#config.address !== undefined) this.#settleAt(this.#config.address);
        this.#leg.probe(now);
        break;
      case "user":
        this.#setUser(intent);
        break;
      case "list":
        this.#list(intent, now);
        break;
      case "join":
        this.#join(intent, now);
        break;
      case "leave":
        this.#leave(intent, now);
        break;
      case "send":
        this.#send(intent, now);
        break;
      case "poke":
        this.#poke(intent, now);
        break;
      case "quit":
        this.#quit(now);
        break;
      default:
        unreachable(intent);
    }
  }

  #setUser({ ticket, user }: Intent<"user">): void {
    if (user === "") this.#refuse(ticket, { code: "name-empty" });
    else if (!isName(user)) this.#refuse(ticket, { code: "name-unusable", problem: nameRule });
    else if (this.#stay !== undefined)
      this.#refuse(ticket, { code: "renamed-after-join", room: this.#stay.room });
    else {
      this.#user = user;
      this.#step("user");
      this.#report({ kind: "done", ticket });
    }
  }

  #list({ ticket }: Intent<"list">, now: Now): void {
    const settle = (reply: LegReply): void => this.#listed(ticket, reply);
    if (!this.#leg.request({ bytes: encodeList(), settle }, now)) this.#refuse(ticket, { code: "busy" });
  }

  #listed(ticket: RoomsTicket, reply: LegReply): void {
    if (!reply.ok) this.#refuse(ticket, reply.problem);
    else if (reply.value.kind === "rooms") this.#report({ kind: "listed", ticket, rooms: reply.value.rooms });
    else {
      const reason = reply.value.kind === "refused" ? reply.value.reason : "an answer to something else";
      this.#refuse(ticket, { code: "server-refused", server: this.#leg.server, reason });
    }
  }

  #join({ ticket, room, persistent }: Intent<"join">, now: Now): void {
    const { failed, number: port } = this.#port;
    if (this.#user === undefined) this.#refuse(ticket, { code: "join-without-name" });
    else if (room === "") this.#refuse(ticket, { code: "room-missing" });
    else if (!isName(room)) this.#refuse(ticket, { code: "room-name-unusable", problem: nameRule });
    else if (this.#stay !== undefined)
      this.#refuse(ticket, { code: "already-joined", room: this.#stay.room });
    else if (failed !== undefined && !persistent)
      this.#refuse(ticket, { code: "not-listening", port, why: failed.why });
    else {
      this.#stay = this.#stayIn(room, ticket, persistent);
      this.#leg.hold(true, now);
      this.#enterIfReady(now);
    }
  }

  #stayIn(room: string, ticket: RoomsTicket, persistent: boolean): Stay {
    return new Stay({
      ...this.#shared,
      room,
      ticket,
      persistent,
      joined: () => this.#step("join"),
      failed: (now) => this.#forgetStay(now),
    });
  }

  #leave({ ticket, room }: Intent<"leave">, now: Now): void {
    const stay = this.#stay;
    if (stay === undefined || (room !== undefined && room !== stay.room)) {
      this.#refuse(ticket, { code: "not-joined", ...(room !== undefined && { room }) });
      return;
    }
    this.#forgetStay(now);
    this.#report({ kind: "done", ticket });
  }

  #forgetStay(now: Now): void {
    const stay = this.#stay;
    if (stay === undefined) return;
    this.#stay = undefined;
    if (stay.isJoined) this.#step("leave");
    stay.leave(now);
    this.#leg.hold(false, now);
  }

  #send({ message, room, text }: Intent<"send">, now: Now): void {
    if (this.#stay?.isJoined === true && this.#stay.room === room) {
      this.#stay.send(message, text, now);
      return;
    }
    const outcome = { state: "failed", why: { code: "not-joined" }, again: "later" } as const;
    this.#report({ kind: "outcome", message, outcome });
  }

  #poke({ ticket, to }: Intent<"poke">, now: Now): void {
    const stay = this.#stay;
    if (stay?.isJoined === true && stay.overlay !== undefined) stay.overlay.poke(ticket, to, now);
    else this.#refuse(ticket, { code: "not-joined" });
  }

  #quit(now: Now): void {
    const lastWord = this.#stay?.lastWord;
    this.#stay?.quit(now);
    this.#stay = undefined;
    this.#leg.quit(lastWord, now);
    this.#port.close();
    this.#step("quit");
  }

  #wake(now: Now): void {
    this.#leg.wake(now);
    this.#port.wake(now);
    this.#farewell.wake(now);
    this.#stay?.wake(now);
  }

  #up({ link, via, remote, local }: Extract<Input<never>, { readonly kind: "linkUp" }>, now: Now): void {
    const overlay = this.#stay?.overlay;
    if (this.#leg.has(link)) this.#leg.up(local.host, now);
    else if (via === "dial") overlay?.up(link, now);
    else if (overlay !== undefined) overlay.came(link, remote, now);
    else {
      this.#count("caller-not-joined");
      this.#farewell.end(link, now);
    }
  }

  #down(link: LinkId, why: LinkTrouble | undefined, now: Now): void {
    this.#farewell.down(link);
    if (this.#leg.has(link)) this.#leg.down(why, now);
    else this.#stay?.overlay?.down(link, now);
  }

  #listenFailed(name: SocketName, why: LinkTrouble, now: Now): void {
    this.#port.failedToOpen(name, why, now);
    const { failed, number: port } = this.#port;
    if (failed !== undefined) this.#stay?.notListening({ code: "not-listening", port, why: failed.why }, now);
  }

  #answered(
    { ticket, answer }: Extract<Input<never, RoomsAnswer>, { readonly kind: "answer" }>,
    now: Now,
  ): void {
    if (this.#ids.answered(ticket, answer.ok)) {
      if (!answer.ok) this.#count("ids-not-remembered");
      this.#stay?.overlay?.idsReady(now);
      return;
    }
    const address = answer.ok && answer.value.kind === "resolved" ? answer.value.address : undefined;
    this.#leg.answered(ticket, address !== undefined && isIpv4(address) ? address : undefined, now);
  }

  /** The server is reached, and with it is known from which of our addresses. */
  #reached(local: string, now: Now): void {
    this.#settleAt(this.#config.address ?? local);
    this.#enterIfReady(now);
  }

  /** On loopback nobody else is to reach us; elsewhere the address may be one of several. */
  #settleAt(ip: string): void {
    this.#ip = ip;
    this.#port.open(this.#config.address ?? (isLoopback(ip) ? ip : anyAddress));
  }

  #enterIfReady(now: Now): void {
    const { port } = this.#port;
    const [user, ip] = [this.#user, this.#ip];
    if (user === undefined || ip === undefined || port === undefined || !this.#leg.isOpen) return;
    this.#stay?.enter({ user, ip, port }, now);
  }

  #step(step: RoomsStep): void {
    const next = steps[this.#state][step];
    assert(next !== undefined, `${this.#state} knows no step "${step}"`);
    this.#state = next;
  }

  /** Told once for each state and reason; the time of the next try alone is no news. */
  #tellHealth(now: Now): void {
    if (this.#state === "terminated") return;
    const health = healthOf({ leg: this.#leg, port: this.#port, stay: this.#stay }, now);
    const key = "why" in health ? JSON.stringify([health.state, health.why]) : health.state;
    if (key === this.#healthTold) return;
    this.#healthTold = key;
    this.#report({ kind: "health", health });
  }

  #ask(question: RoomsQuestion): Ticket {
    const ticket = ++this.#lastTicket;
    this.#effects.push({ kind: "ask", ticket, question });
    return ticket;
  }

  #refuse(ticket: RoomsTicket, refusal: RoomsRefusal): void {
    this.#report({ kind: "refused", ticket, refusal });
  }

  #report(report: RoomsReport): void {
    this.#effects.push({ kind: "report", report });
  }

  #count(what: string): void {
    this.#effects.push({ kind: "count", what });
  }
}

const nothingKnown = {
  members: 0,
  backward: 0,
  joins: 0,
  listsChanged: 0,
  textsShown: 0,
  textsForwarded: 0,
  duplicates: 0,
} as const;
