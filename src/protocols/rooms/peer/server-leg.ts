/** The connection to the room server: one at most, opened when it is wanted, one request on it at a time. */
import type { Random } from "../../../base/random.ts";
import { bad, good, type Result } from "../../../base/result.ts";
import { secondMs, type Now } from "../../../base/time.ts";
import type { LinkId, LinkTrouble, Ticket } from "../../machine.ts";
import { encodeList } from "../encode.ts";
import type { ServerReply } from "../messages.ts";
import { replyStream } from "../reply-stream.ts";
import type { MessageStream } from "../stream.ts";
import { troubleWhy, type Ask, type Emit, type RoomsConfig, type RoomsRefusal } from "./contract.ts";
import type { Farewell } from "./farewell.ts";
import { isIpv4 } from "./reach.ts";

export const connectWithinMs = 5 * secondMs;
/** A name that is not found by then is asked for again. */
export const resolvedWithinMs = 10 * secondMs;
/** A reply, whole: the longest has 4 MiB. */
export const replyWithinMs = 10 * secondMs;
/** Pauses between attempts to reach the server: doubled from the one to the other. */
export const pauseMsMin = secondMs;
export const pauseMsMax = 30 * secondMs;
/** Requests that wait for their turn: somebody who asks faster is told so. */
export const requestsMax = 32;

/** The server could not be reached, or has hung up on a request. */
export type LegFailure = Extract<RoomsRefusal, { readonly code: "server-unreachable" | "server-closed" }>;
/** Why a request has no reply: the server, or the end of everything. */
type NoReply = LegFailure | Extract<RoomsRefusal, { readonly code: "cancelled" }>;
export type LegReply = Result<ServerReply, NoReply>;

export interface Request {
  readonly bytes: Uint8Array;
  /** Called once. */
  readonly settle: (reply: LegReply, now: Now) => void;
  /** The connection is closed once this has its reply, or has waited for so long (ms). */
  readonly lastWithinMs?: number;
}

export interface LegParts {
  readonly config: RoomsConfig;
  readonly random: Random;
  readonly emit: Emit;
  readonly ask: Ask;
  readonly farewell: Farewell;
  readonly nextLink: () => LinkId;
  /** `local`: the address from which the server is reached. */
  readonly opened: (local: string, now: Now) => void;
  /** The connection, or the attempt at one, came to nothing. */
  readonly lost: (why: LegFailure, now: Now) => void;
}

interface Open {
  readonly kind: "open";
  readonly link: LinkId;
  readonly stream: MessageStream<ServerReply>;
  current: { readonly request: Request; readonly until: number } | undefined;
}

type State =
  | { readonly kind: "closed" }
  | { readonly kind: "resolving"; readonly ticket: Ticket; readonly until: number }
  | { readonly kind: "dialling"; readonly link: LinkId }
  | Open;

/**
 * Invariants: a request is one write, and the next waits for its reply, since servers take one read for one request;
 * every request is settled once; while it is wanted it is open, being opened, or has a time at which that is tried.
 */
export class ServerLeg {
  readonly #parts: LegParts;
  readonly server: string;
  #state: State = { kind: "closed" };
  readonly #queue: Request[] = [];
  #held = false;
  /** Nobody knows whether the server is there: it is asked for its rooms until it answers something. */
  #unproven = false;
  #trouble: { readonly why: LegFailure; readonly retryAt: number } | undefined;
  #failures = 0;

  constructor(parts: LegParts) {
    this.#parts = parts;
    const { host, port } = parts.config.server;
    this.server = `${host}:${port}`;
  }

  get isOpen(): boolean {
    return this.#state.kind === "open";
  }

  /** Whether the server has answered since it was last doubted. */
  get isProven(): boolean {
    return !this.#unproven;
  }

  /** Why the server is not reached, and when it is tried again (mono). */
  get trouble(): { readonly why: LegFailure; readonly retryAt: number } | undefined {
    return this.#trouble;
  }

  get wakeAt(): number | undefined {
    const state = this.#state;
    switch (state.kind) {
      case "closed":
        return this.#isWanted ? this.#trouble?.retryAt : undefined;
      case "resolving":
        return state.until;
      case "dialling":
        return undefined;
      case "open":
        return state.current?.until;
    }
  }

  /** Whether the link is this connection. */
  has(link: LinkId): boolean {
    return (this.#state.kind === "dialling" || this.#state.kind === "open") && this.#state.link === link;
  }

  /** Finds out whether the server is there. */
  probe(now: Now): void {
    this.#unproven = true;
    this.#openIfWanted(now);
  }

  /** While it is held the connection stays open, and is opened again. */
  hold(held: boolean, now: Now): void {
    this.#held = held;
    this.#openIfWanted(now);
    this.#advance(now);
  }

  /** False when too many wait. A request does not wait for the pause between two attempts. */
  request(request: Request, now: Now): boolean {
    if (this.#queue.length >= requestsMax) return false;
    this.#queue.push(request);
    if (this.#state.kind === "closed") this.#open(now);
    else this.#advance(now);
    return true;
  }

  answered(ticket: Ticket, address: string | undefined, now: Now): void {
    if (this.#state.kind !== "resolving" || this.#state.ticket !== ticket) return;
    if (address === undefined) this.#lose("name not found", now);
    else this.#dial(address);
  }

  up(local: string, now: Now): void {
    if (this.#state.kind !== "dialling") return;
    this.#state = { kind: "open", link: this.#state.link, stream: replyStream(), current: undefined };
    this.#parts.opened(local, now);
    this.#advance(now);
  }

  bytes(bytes: Uint8Array, now: Now): void {
    if (this.#state.kind !== "open") return;
    const { stream, link } = this.#state;
    stream.push(bytes, now.mono);
    while (this.has(link)) {
      const next = stream.next(now.mono);
      if (next === undefined) return;
      if (next.kind === "message") this.#reply(next.message, now);
      else {
        this.#count(next.why);
        this.#breakOff(link, "unreadable reply", now);
      }
    }
  }

  /** The other side has finished: whatever was asked is not answered any more. */
  ended(now: Now): void {
    if (this.#state.kind === "open") this.#breakOff(this.#state.link, "reset", now);
  }

  down(why: LinkTrouble | undefined, now: Now): void {
    this.#lose(why === undefined ? "reset" : troubleWhy(why).code, now);
  }

  wake(now: Now): void {
    const state = this.#state;
    if (state.kind === "closed") this.#openIfWanted(now);
    else if (state.kind === "resolving" && now.mono >= state.until) this.#lose("timed-out", now);
    else if (state.kind === "open" && state.current !== undefined && now.mono >= state.current.until)
      this.#breakOff(state.link, "timed-out", now);
  }

  /** The end: says a last word where it may, waits for nothing, and answers whoever waits. */
  quit(lastWord: Uint8Array | undefined, now: Now): void {
    const state = this.#state;
    this.#state = { kind: "closed" };
    this.#held = false;
    this.#unproven = false;
    const current = state.kind === "open" ? state.current : undefined;
    settleAll([current?.request, ...this.#queue.splice(0)], { code: "cancelled" }, now);
    const { emit } = this.#parts;
    if (state.kind === "dialling") emit({ kind: "drop", link: state.link, why: "quit" });
    if (state.kind !== "open") return;
    if (lastWord !== undefined && state.current === undefined)
      emit({ kind: "write", to: state.link, bytes: lastWord });
    emit({ kind: "end", link: state.link });
  }

  get #isWanted(): boolean {
    return this.#held || this.#unproven || this.#queue.length > 0;
  }

  #openIfWanted(now: Now): void {
    const isDue = this.#trouble === undefined || now.mono >= this.#trouble.retryAt;
    if (this.#state.kind === "closed" && this.#isWanted && isDue) this.#open(now);
  }

  #open(now: Now): void {
    const { host } = this.#parts.config.server;
    if (isIpv4(host)) {
      this.#dial(host);
      return;
    }
    const ticket = this.#parts.ask({ kind: "resolve", host });
    this.#state = { kind: "resolving", ticket, until: now.mono + resolvedWithinMs };
  }

  #dial(host: string): void {
    const { config, emit } = this.#parts;
    const link = this.#parts.nextLink();
    this.#state = { kind: "dialling", link };
    const from = config.address !== undefined && { from: config.address };
    emit({ kind: "dial", link, to: { host, port: config.server.port }, ...from, timeoutMs: connectWithinMs });
  }

  /** Writes the next request; closes what nobody wants any more. */
  #advance(now: Now): void {
    const state = this.#state;
    if (state.kind !== "open" || state.current !== undefined) return;
    const request = this.#queue.shift() ?? (this.#unproven && !this.#held ? probe : undefined);
    if (request !== undefined) {
      state.current = { request, until: now.mono + (request.lastWithinMs ?? replyWithinMs) };
      this.#parts.emit({ kind: "write", to: state.link, bytes: request.bytes });
    } else if (!this.#held) this.#close(now);
  }

  #reply(reply: ServerReply, now: Now): void {
    if (this.#state.kind !== "open") return;
    const { current } = this.#state;
    if (current === undefined) {
      this.#count("unasked");
      return;
    }
    this.#state.current = undefined;
    this.#unproven = false;
    this.#failures = 0;
    this.#trouble = undefined;
    if (current.request.lastWithinMs !== undefined) this.#close(now);
    current.request.settle(good(reply), now);
    this.#openIfWanted(now);
    this.#advance(now);
  }

  #close(now: Now): void {
    if (this.#state.kind !== "open") return;
    const { link } = this.#state;
    this.#state = { kind: "closed" };
    this.#parts.farewell.end(link, now);
  }

  #breakOff(link: LinkId, why: string, now: Now): void {
    this.#parts.emit({ kind: "drop", link, why });
    this.#lose(why, now);
  }

  /** All that was asked has failed with it; what is to be asked again is asked by whoever asked. */
  #lose(why: string, now: Now): void {
    const state = this.#state;
    this.#state = { kind: "closed" };
    const current = state.kind === "open" ? state.current : undefined;
    if (current?.request.lastWithinMs !== undefined) {
      current.request.settle(bad({ code: "server-closed", server: this.server }), now);
      this.#openIfWanted(now);
      return;
    }
    const failure: LegFailure =
      current === undefined || why !== "reset"
        ? { code: "server-unreachable", server: this.server, why }
        : { code: "server-closed", server: this.server };
    const pauseMs = Math.min(pauseMsMax, pauseMsMin * 2 ** this.#failures);
    this.#failures += 1;
    this.#unproven = true;
    // Not all at the same moment, when the server is back.
    const waitMs = pauseMs * (1 - this.#parts.random.fraction() / 4);
    this.#trouble = { why: failure, retryAt: now.mono + waitMs };
    settleAll([current?.request, ...this.#queue.splice(0)], failure, now);
    this.#parts.lost(failure, now);
  }

  #count(what: string): void {
    this.#parts.emit({ kind: "count", what: `server-${what}` });
  }
}

function settleAll(requests: readonly (Request | undefined)[], why: NoReply, now: Now): void {
  for (const request of requests) request?.settle(bad(why), now);
}

/** Any reply will do. */
const probe: Request = { bytes: encodeList(), settle: () => undefined };
