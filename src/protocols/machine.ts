/**
 * The contract that every protocol machine keeps, and the Driver that runs one. A machine never opens, reads or waits:
 * it is told what happened (`Input`) and answers with what must be done (`Effect`). The same machine runs on sockets
 * and in the simulator.
 */
import type { Result } from "../base/result.ts";
import type { Now } from "../base/time.ts";

/** A connection. Dialled ones are named by the machine (-1, -2, …), accepted ones by the driver (1, 2, …). */
export type LinkId = number;
/** A question that awaits its answer; named by the machine. */
export type Ticket = number;
/** A listener or datagram socket; named by the machine. */
export type SocketName = string;

export interface Address {
  /** IPv4 in dotted decimals, or IPv6; an IPv4 address mapped into IPv6 arrives as IPv4. */
  readonly host: string;
  /** 0 where the machine leaves the choice to the system. */
  readonly port: number;
}

/** Why a link, dial or socket ended or could not be had. */
export type LinkTrouble =
  | "refused" // nobody listens there
  | "timed-out"
  | "no-route" // host or network cannot be reached
  | "reset" // broken off by the other side
  | "overflow" // more was written than the other side took: the machine's limit
  | "tls" // no secured connection came about
  | "in-use" // address and port are taken by another program
  | "not-here" // the address is none of this machine's
  | "forbidden" // the system does not allow it
  | "limit" // too many open: files, or the driver's own ceiling
  | "other";

/** What a TLS handshake showed of the other side. */
export interface Secured {
  readonly version: string;
  /** SHA-256 of the peer's certificate in DER; absent when it showed none. */
  readonly fingerprint?: Uint8Array;
  readonly name?: string;
}

export interface InterfaceAddress {
  readonly interface: string;
  readonly address: string;
  /** The interface's own broadcast address; absent where it has none (loopback, point to point). */
  readonly broadcast?: string;
  readonly loopback: boolean;
}

export type Input<Intent, Answer = never> =
  | { readonly kind: "intent"; readonly intent: Intent }
  /** The time of `wakeAt` has come: late perhaps, early never. */
  | { readonly kind: "wake" }
  | {
      readonly kind: "linkUp";
      readonly link: LinkId;
      readonly remote: Address;
      readonly local: Address;
      /** The listener that accepted it, or "dial". */
      readonly via: SocketName;
      readonly secured?: Secured;
    }
  /** In any chunking. The bytes are the machine's to keep. */
  | { readonly kind: "bytes"; readonly link: LinkId; readonly bytes: Uint8Array }
  /** The other side has finished writing; ours may go on. */
  | { readonly kind: "linkEnd"; readonly link: LinkId }
  /** The link is gone, its id dead. `why` is absent after a clean end of both sides. Also: a dial that failed. */
  | { readonly kind: "linkDown"; readonly link: LinkId; readonly why?: LinkTrouble }
  /**
   * All that was written went out, and it was at least `unsentMark` bytes since the link came up or last drained: a
   * machine that counts what it writes, and pauses at the mark, can rely on being told.
   */
  | { readonly kind: "drained"; readonly link: LinkId }
  | {
      readonly kind: "datagram";
      readonly socket: SocketName;
      readonly from: Address;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: "listening"; readonly name: SocketName; readonly at: Address }
  /** A listener or datagram socket that could not be had, or was lost later. */
  | { readonly kind: "listenFailed"; readonly name: SocketName; readonly why: LinkTrouble }
  /** The addresses of this host: after `watchInterfaces`, and whenever they change. */
  | { readonly kind: "interfaces"; readonly addresses: readonly InterfaceAddress[] }
  | { readonly kind: "answer"; readonly ticket: Ticket; readonly answer: Result<Answer, string> };

export type Effect<Report, Question = never> =
  | {
      readonly kind: "dial";
      readonly link: LinkId;
      readonly to: Address;
      /** The local address to speak from; left to the system when absent (a bound source is many times slower). */
      readonly from?: string;
      readonly tls?: TlsDial;
      readonly timeoutMs: number;
    }
  | { readonly kind: "listen"; readonly name: SocketName; readonly at: Address; readonly tls?: TlsListen }
  /** Accepts no more; links that were accepted live on. */
  | { readonly kind: "unlisten"; readonly name: SocketName }
  /** A UDP socket with address reuse; answered by `listening` or `listenFailed`. */
  | { readonly kind: "bind"; readonly socket: SocketName; readonly at: Address; readonly broadcast: boolean }
  | { readonly kind: "unbind"; readonly socket: SocketName }
  /**
   * The writes of one turn on one link may go out as one segment. The bytes are the driver's from here on. A link that
   * is gone or was ended is passed over; to write to one that is not up yet is our mistake.
   */
  | { readonly kind: "write"; readonly to: LinkId | readonly LinkId[]; readonly bytes: Uint8Array }
  /** Our side has finished writing: what was written goes out, then FIN. */
  | { readonly kind: "end"; readonly link: LinkId }
  /** Breaks the link off at once. No `linkDown` follows; nothing that was written is promised to arrive. */
  | { readonly kind: "drop"; readonly link: LinkId; readonly why: string }
  /** `on: false` stops taking bytes from the link until it is turned on again. */
  | { readonly kind: "reading"; readonly link: LinkId; readonly on: boolean }
  /** One attempt, silently lost like any datagram. */
  | {
      readonly kind: "datagram";
      readonly socket: SocketName;
      readonly to: Address;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: "watchInterfaces" }
  | { readonly kind: "report"; readonly report: Report }
  | { readonly kind: "ask"; readonly ticket: Ticket; readonly question: Question }
  /** Adds one to a counter that `inspect` shows. The names are a small fixed set, never a stranger's text. */
  | { readonly kind: "count"; readonly what: string };

/** A machine counts kinds of events. One that counts more names than this counts something of a stranger's. */
export const counterNamesMax = 256;

export interface TlsDial {
  readonly serverName?: string;
  /** Our own certificate, where the other side is to know us by it. PEM. */
  readonly identity?: TlsListen;
}

export interface TlsListen {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

export interface Machine<Intent, Report, Question = never, Answer = never> {
  handle(input: Input<Intent, Answer>, now: Now): readonly Effect<Report, Question>[];
  /** When (mono, ms) the machine wants a `wake`; undefined for never. Read after every `handle`. */
  wakeAt(): number | undefined;
}

/** The limits within which a driver runs a machine. */
export interface DriveLimits {
  /** Bytes written to a link at which the machine should pause; `drained` follows when they are gone. */
  readonly unsentMark: number;
  /** Unsent bytes on a link at which it is dropped, with "overflow". */
  readonly unsentMax: number;
  /** Accepted links open at one time; a further one is closed at once and counted as "accept.limit". */
  readonly acceptedMax: number;
  /** Accepted links open at one time from one address (of IPv6: from one /64); then "accept.address-limit". */
  readonly acceptedPerAddressMax: number;
  /**
   * For wires on which links are silent for long: after so much silence the system asks the other side for a sign of
   * life, three times at a third of it, and a link without one ends as "timed-out", after twice this time. Whole
   * seconds, at least 3; links are not asked where it is absent. No link ends for silence alone.
   */
  readonly keepAliveMs?: number;
  /**
   * For wires on which others take one read for one message: each write goes to the system by itself, and at once. Else
   * the writes of one turn of the loop to a link go out together, which costs less.
   */
  readonly writesApart?: true;
}

export interface DriveHooks<Report, Question, Answer> {
  report(report: Report): void;
  /** Answers at once, later, or never by throwing or rejecting: the machine is told of the failure. */
  answer(question: Question): Answer | Promise<Answer>;
}

export interface SocketReport {
  readonly name: SocketName;
  readonly kind: "listener" | "datagram";
  readonly at: Address;
  readonly state: "opening" | "open" | "failed";
  readonly why?: LinkTrouble;
}

/** What is open now and what was counted, for doctor; cheap, no I/O. */
export interface DriveReport {
  readonly sockets: readonly SocketReport[];
  readonly links: { readonly dialled: number; readonly accepted: number };
  readonly bytes: { readonly received: number; readonly sent: number };
  readonly datagrams: { readonly received: number; readonly sent: number };
  readonly counters: Readonly<Record<string, number>>;
}

/** A machine in its driver. */
export interface Drive<Intent> {
  /**
   * Hands the machine an intention; its effects are carried out before this returns, unless it is called from within a
   * hook: then after the input at hand. Ignored after `stop`.
   */
  tell(intent: Intent): void;
  inspect(): DriveReport;
  /**
   * Resolves once every socket, link and timer is released; links that were ended get a short time to send what was
   * written. From the call on nothing is reported, asked or answered.
   */
  stop(): Promise<void>;
}

/** Runs machines: on sockets (io/drive.ts) or in the simulator. */
export interface Driver {
  run<Intent, Report, Question, Answer>(
    machine: Machine<Intent, Report, Question, Answer>,
    limits: DriveLimits,
    hooks: DriveHooks<Report, Question, Answer>,
  ): Drive<Intent>;
}
