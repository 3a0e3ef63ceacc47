/** A network in memory, for tests: hubs whose post goes out when the test says so, and is lost when it says so. */
import { utf8Length } from "../../base/bytes.ts";
import type { NetworkName } from "../../base/ids.ts";
import type {
  ContactFacts,
  Me,
  Network,
  NetworkEvent,
  NetworkReport,
  NetworkTraits,
  Outgoing,
  ReceiptToken,
} from "../../core/ports/network.ts";

/** Bytes of UTF-8 in one message. */
export const memoryTextBytesMax = 1_000;

export interface MemberOptions {
  /** "key:…" or "name:…". */
  readonly identity: string;
  readonly network: NetworkName;
}

type Post =
  | { readonly kind: "here"; readonly from: Member; readonly to: Member }
  | { readonly kind: "gone"; readonly from: Member; readonly to: Member; readonly at: number }
  | { readonly kind: "message"; readonly from: Member; readonly to: string; readonly outgoing: Outgoing }
  | { readonly kind: "receipt"; readonly from: Member; readonly to: Member; readonly outgoing: Outgoing };

export interface HubOptions {
  /** With keys, messages carry ids and are confirmed; without, they are texts and a wire that took them. */
  readonly keyed: boolean;
  /** Wall ms, for what is told with a time. */
  readonly wall: () => number;
}

/** The place where members meet. Nothing moves but in `deliver`. */
export class MemoryHub {
  readonly keyed: boolean;
  readonly wall: () => number;
  readonly #members = new Map<string, Member>();
  readonly #post: Post[] = [];

  constructor(options: HubOptions) {
    this.keyed = options.keyed;
    this.wall = options.wall;
  }

  join(options: MemberOptions): Network {
    return new Member(this, options);
  }

  /** Hands over what is on the way and what that leads to. `lost` decides over each message and receipt. */
  deliver(lost: () => boolean = () => false): void {
    for (let round = this.#post.splice(0); round.length > 0; round = this.#post.splice(0)) {
      for (const post of round) this.#handOver(post, lost);
    }
  }

  /** What was not confirmed by now will not be: the time limit of a real wire. */
  timeOut(): void {
    for (const member of this.#members.values()) member.giveUpWaiting();
  }

  enter(member: Member): void {
    this.#members.set(member.identity, member);
    this.announce(member);
    for (const other of this.#others(member)) this.#post.push({ kind: "here", from: other, to: member });
  }

  announce(member: Member): void {
    for (const other of this.#others(member)) this.#post.push({ kind: "here", from: member, to: other });
  }

  leave(member: Member): void {
    this.#members.delete(member.identity);
    const at = this.wall();
    for (const other of this.#others(member)) this.#post.push({ kind: "gone", from: member, to: other, at });
  }

  carry(from: Member, to: string, outgoing: Outgoing): void {
    this.#post.push({ kind: "message", from, to, outgoing });
  }

  confirm(from: Member, to: Member, outgoing: Outgoing): void {
    this.#post.push({ kind: "receipt", from, to, outgoing });
  }

  #others(member: Member): readonly Member[] {
    return [...this.#members.values()].filter((other) => other !== member);
  }

  #handOver(post: Post, lost: () => boolean): void {
    switch (post.kind) {
      case "here":
        if (post.from.isRunning) post.to.report({ kind: "personSeen", ...post.from.seen });
        return;
      case "gone":
        post.to.report({ kind: "personGone", identity: post.from.identity, lastSeenAt: post.at });
        return;
      case "message": {
        const recipient = this.#members.get(post.to);
        if (recipient === undefined) post.from.failed(post.outgoing, post.to, "offline");
        else if (lost()) post.from.failed(post.outgoing, post.to, "lost");
        else recipient.offered(post.from, post.outgoing);
        return;
      }
      case "receipt":
        if (lost()) post.to.failed(post.outgoing, post.from.identity, "lost");
        else post.to.concluded(post.outgoing, post.from.identity, { state: "delivered" });
    }
  }
}

interface Attempt {
  readonly outgoing: Outgoing;
  readonly recipient: string;
}

type Outcome = Extract<NetworkEvent, { readonly kind: "delivery" }>["outcome"];

class Member implements Network {
  readonly name: NetworkName;
  readonly kind = "memory";
  readonly traits: NetworkTraits;
  readonly identity: string;
  readonly #hub: MemoryHub;
  #me: Me = { name: "", availability: "available" };
  #report: ((event: NetworkEvent) => void) | undefined;
  /** Attempts without an outcome yet: each gets exactly one. */
  #attempts = new Map<string, Attempt>();
  #offered = new Map<ReceiptToken, { readonly from: Member; readonly outgoing: Outgoing }>();
  #receipts = 0;

  constructor(hub: MemoryHub, { identity, network }: MemberOptions) {
    this.#hub = hub;
    this.identity = identity;
    this.name = network;
    this.traits = {
      secrecy: hub.keyed ? "end-to-end" : "none",
      keepsForAbsent: false,
      textBytesMax: memoryTextBytesMax,
      asciiOnly: false,
      receipts: hub.keyed,
      idsOnWire: hub.keyed,
      carries: ["text", "action"],
      conversations: ["direct"],
      wholeRoom: false,
    };
  }

  get isRunning(): boolean {
    return this.#report !== undefined;
  }

  get seen(): { readonly contact: ContactFacts; readonly availability: Me["availability"] } {
    return { contact: this.#facts(), availability: this.#me.availability };
  }

  start(report: (event: NetworkEvent) => void): Promise<void> {
    this.#report = report;
    report({ kind: "health", state: "up" });
    this.#hub.enter(this);
    return Promise.resolve();
  }

  stop(): Promise<void> {
    if (this.isRunning) this.#hub.leave(this);
    this.#report = undefined;
    this.#attempts = new Map();
    this.#offered = new Map();
    return Promise.resolve();
  }

  send(outgoing: Outgoing): void {
    if (!this.isRunning) return;
    for (const recipient of outgoing.recipients) {
      this.#attempts.set(attemptKey(outgoing, recipient), { outgoing, recipient });
      const { body } = outgoing;
      const isText = body.kind === "text" || body.kind === "action";
      if (!isText) this.failed(outgoing, recipient, "not-text");
      else if (utf8Length(body.text) > memoryTextBytesMax) this.failed(outgoing, recipient, "too-long");
      else if (!this.#hub.keyed && outgoing.secrecyLeast !== "none")
        this.failed(outgoing, recipient, "no-consent");
      else this.#hub.carry(this, recipient, outgoing);
    }
  }

  acknowledge(receipt: ReceiptToken): void {
    const offered = this.#offered.get(receipt);
    this.#offered.delete(receipt);
    if (offered !== undefined) this.#hub.confirm(this, offered.from, offered.outgoing);
  }

  present(me: Me): void {
    this.#me = me;
    if (this.isRunning) this.#hub.announce(this);
  }

  inspect(): NetworkReport {
    return {
      health: this.isRunning ? "up" : "down",
      sockets: [],
      links: { dialled: 0, accepted: 0 },
      counters: {},
      facts: { attempts: this.#attempts.size },
    };
  }

  report(event: NetworkEvent): void {
    this.#report?.(event);
  }

  offered(from: Member, outgoing: Outgoing): void {
    const { message, sentAt, body } = outgoing;
    const place = { kind: "direct" as const, identity: from.identity };
    const arrived = { kind: "messageArrived" as const, from: from.#facts(), place, body };
    if (!this.#hub.keyed) {
      from.concluded(outgoing, this.identity, { state: "sent" });
      this.report({ ...arrived, secrecy: "none" });
      return;
    }
    const receipt = ++this.#receipts as ReceiptToken;
    this.#offered.set(receipt, { from, outgoing });
    this.report({ ...arrived, wireId: message, sentAt, secrecy: "end-to-end", receipt });
  }

  giveUpWaiting(): void {
    const open = [...this.#attempts.values()];
    // A text that went out on a wire without ids may arrive yet: a second try might show it twice.
    const outcome = this.#hub.keyed ? noReceipt : unknownOutcome;
    for (const { outgoing, recipient } of open) this.concluded(outgoing, recipient, outcome);
  }

  failed(outgoing: Outgoing, recipient: string, how: keyof typeof failures): void {
    const plainLoss = how === "lost" && !this.#hub.keyed;
    this.concluded(outgoing, recipient, plainLoss ? unknownOutcome : failures[how]);
  }

  /** The one outcome of an attempt, or good news that comes after it. */
  concluded(outgoing: Outgoing, recipient: string, outcome: Outcome): void {
    const wasOpen = this.#attempts.delete(attemptKey(outgoing, recipient));
    if (!wasOpen && outcome.state !== "delivered") return;
    this.report({ kind: "delivery", message: outgoing.message, recipient, outcome });
  }

  #facts(): ContactFacts {
    const { keyed } = this.#hub;
    return {
      identity: this.identity,
      keyed,
      name: this.#me.name,
      secrecy: keyed ? "end-to-end" : "none",
      address: "memory",
    };
  }
}

const noReceipt: Outcome = { state: "failed", why: { code: "no-receipt" }, again: "later" };
const unknownOutcome: Outcome = { state: "failed", why: { code: "outcome-unknown" }, again: "never" };

const failures = {
  offline: { state: "failed", why: { code: "offline" }, again: "when-seen" },
  lost: { state: "failed", why: { code: "timed-out" }, again: "later" },
  "too-long": { state: "failed", why: { code: "too-long" }, again: "never" },
  "not-text": { state: "failed", why: { code: "not-text" }, again: "never" },
  "no-consent": { state: "failed", why: { code: "no-consent" }, again: "never" },
} as const satisfies Record<string, Outcome>;

function attemptKey(outgoing: Outgoing, recipient: string): string {
  return `${outgoing.message} ${recipient}`;
}
