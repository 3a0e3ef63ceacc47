/** What the machines of this network are asked, what they report and what they ask to be remembered. */
import type { MessageId } from "../../base/ids.ts";
import type { Effect, LinkTrouble } from "../machine.ts";
import type { Availability } from "./card.ts";

export interface LanConfig {
  /** The one address of this host to speak from and to listen on; all of them when absent. */
  readonly address?: string;
  /** Hosts and broadcast addresses that are announced to besides the interfaces' own. */
  readonly targets: readonly string[];
  readonly udpPort: number;
  readonly tcpPort: number;
}

export interface LanMe {
  readonly name: string;
  readonly availability: Availability;
}

export interface LanOutgoing {
  readonly id: MessageId;
  /** Identity of the recipient. */
  readonly to: string;
  readonly body: { readonly kind: "text" | "action"; readonly text: string };
  /** Wall ms. */
  readonly at: number;
  /** It must not go out readable. */
  readonly sealedOnly: boolean;
}

/** Names a message that was offered and whose sender waits for its receipt. */
export type LanToken = number;

export type LanIntent =
  | { readonly kind: "start" }
  | { readonly kind: "present"; readonly me: LanMe }
  | { readonly kind: "send"; readonly outgoing: LanOutgoing }
  | { readonly kind: "acknowledge"; readonly token: LanToken };

/** Somebody, as far as this network can tell. */
export interface LanPerson {
  /** "key:<signing key>", "name:<name>", "name:<name>@<address>" or "address:<address>". */
  readonly identity: string;
  readonly keyed: boolean;
  readonly name: string;
  readonly secrecy: "none" | "end-to-end";
  readonly address: string;
  readonly availability: Availability;
}

export type LanBody =
  | { readonly kind: "text" | "action"; readonly text: string }
  | { readonly kind: "unknown"; readonly what: string };

export interface LanArrival {
  readonly from: LanPerson;
  readonly body: LanBody;
  readonly secrecy: "none" | "end-to-end";
  /** With a sealed message: its id, its sender's clock, and the receipt that the sender waits for. */
  readonly sealed?: { readonly id: MessageId; readonly at: number; readonly token: LanToken };
}

export interface LanWhy {
  readonly code:
    | "offline"
    | "network-down"
    | "refused"
    | "timed-out"
    | "no-route"
    | "reset"
    | "no-receipt"
    | "stale-key"
    | "key-changed"
    | "too-long"
    | "outcome-unknown"
    | "no-consent"
    | "no-network"
    | "port-in-use"
    | "not-here"
    | "forbidden"
    | "other";
  readonly details?: Readonly<Record<string, string | number>>;
}

export interface FailedOutcome {
  readonly state: "failed";
  readonly why: LanWhy;
  /** Whether another attempt may be made, and what it waits for. */
  readonly again: "later" | "when-seen" | "never";
}

export type LanOutcome = { readonly state: "sent" | "delivered" } | FailedOutcome;

export type LanHealth =
  | { readonly state: "starting" | "up" }
  /** `nextTryAt`: wall ms. */
  | { readonly state: "degraded" | "down"; readonly why: LanWhy; readonly nextTryAt?: number };

export type LanReport =
  | { readonly kind: "health"; readonly health: LanHealth }
  | { readonly kind: "seen"; readonly person: LanPerson }
  /** `lastSeenAt`: wall ms. */
  | { readonly kind: "gone"; readonly identity: string; readonly lastSeenAt: number }
  | { readonly kind: "arrived"; readonly arrival: LanArrival }
  | { readonly kind: "outcome"; readonly id: MessageId; readonly to: string; readonly outcome: LanOutcome };

/** What the network knows about itself, for whoever looks into it. */
export interface LanFacts {
  readonly announcementsHeard: number;
  readonly announcementsSent: number;
  /** Wall ms; absent before the first. */
  readonly lastHeardAt?: number;
  readonly people: number;
  readonly online: number;
  readonly ownAddresses: readonly string[];
  /** Our signing key in base64. */
  readonly ownKey?: string;
}

/** To be durable when it is answered. */
export interface LanQuestion {
  readonly kind: "remember";
  readonly what: "keys" | "companions";
  readonly record: Uint8Array;
}

export type LanAnswer = "remembered";

export type LanEffect = Effect<LanReport, LanQuestion>;

/** The parts of a machine hand their effects over as they come, in the order in which they are to be carried out. */
export type Emit = (effect: LanEffect) => void;

export function troubleWhy(trouble: LinkTrouble): LanWhy {
  switch (trouble) {
    case "refused":
    case "timed-out":
    case "no-route":
    case "reset":
    case "not-here":
    case "forbidden":
      return { code: trouble };
    case "in-use":
    case "overflow":
    case "tls":
    case "limit":
    case "other":
      return { code: "other", details: { problem: trouble } };
  }
}

/** The next of several times; undefined when there is none. */
export function earliest(times: Iterable<number | undefined>): number | undefined {
  let next: number | undefined;
  for (const time of times) if (time !== undefined && (next === undefined || time < next)) next = time;
  return next;
}
