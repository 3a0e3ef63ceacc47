/** What the core asks of a network, and what a network reports. One report function; a send's outcome is an event. */
import type { Branded, MessageId, NetworkName } from "../../base/ids.ts";
import type { Availability, Body, Secrecy, Why } from "../model.ts";

/** Facts about a network that a face must be honest about. Core and faces ask these, never a network's name. */
export interface NetworkTraits {
  /** The best secrecy that the network can give; what a contact gets stands with the contact. */
  readonly secrecy: Secrecy;
  /** Messages for somebody who is away are kept by others. */
  readonly keepsForAbsent: boolean;
  /** Bytes of UTF-8 in one message. */
  readonly textBytesMax: number;
  readonly asciiOnly: boolean;
  /** A recipient confirms what it holds (towards contacts with a key; classic programs never do). */
  readonly receipts: boolean;
  /** Messages carry ids, so that a repeat is known as one (towards contacts with a key). */
  readonly idsOnWire: boolean;
  /** What can be said besides text. */
  readonly carries: readonly Body["kind"][];
  /** Kinds of conversation. */
  readonly conversations: readonly ("direct" | "room" | "everyone")[];
}

/** A person's point of contact, as the network knows it. */
export interface ContactFacts {
  /** Who it is on this network: "key:…" where it proves itself by a key, else "name:…". */
  readonly identity: string;
  readonly keyed: boolean;
  /** Untrusted text. */
  readonly name: string;
  readonly secrecy: Secrecy;
  readonly address?: string;
}

/** A conversation, as the network knows it. */
export type Place =
  | { readonly kind: "direct"; readonly identity: string }
  | { readonly kind: "room"; readonly room: string }
  | { readonly kind: "everyone" };

/** One message for one recipient, or for the members of a room. One attempt; the outcome is a `delivery` event. */
export interface Outgoing {
  readonly message: MessageId;
  readonly place: Place;
  /** Identities of those to whom it goes. */
  readonly recipients: readonly string[];
  readonly body: Body;
  /** Wall ms. */
  readonly sentAt: number;
  /** The least that the user has agreed to: a network must not send with less. */
  readonly secrecyLeast: Secrecy;
}

/** Names an offered message whose sender awaits a confirmation. */
export type ReceiptToken = Branded<number, "ReceiptToken">;

export type NetworkHealth = "starting" | "up" | "degraded" | "down";

export type NetworkEvent =
  | {
      readonly kind: "health";
      readonly state: NetworkHealth;
      readonly why?: Why;
      readonly nextTryAt?: number;
    }
  /** Somebody is there, or a fact about somebody who is there has changed. */
  | { readonly kind: "personSeen"; readonly contact: ContactFacts; readonly availability: Availability }
  /** Not heard for too long, or gone with a word. `lastSeenAt`: wall ms. */
  | { readonly kind: "personGone"; readonly identity: string; readonly lastSeenAt: number }
  /** Offered, not done: the core commits, then calls `acknowledge` with the receipt. */
  | {
      readonly kind: "messageArrived";
      readonly from: ContactFacts;
      readonly place: Place;
      /** Judged together with conversation and author's identity; absent where the wire has none. */
      readonly wireId?: string;
      readonly sentAt?: number;
      readonly body: Body;
      readonly secrecy: Secrecy;
      readonly receipt?: ReceiptToken;
    }
  | {
      readonly kind: "delivery";
      readonly message: MessageId;
      readonly recipient: string;
      readonly outcome: DeliveryOutcome;
    }
  | { readonly kind: "gap"; readonly from: string; readonly place: Place; readonly count: number };

export type DeliveryOutcome =
  | { readonly state: "sent" | "delivered" | "read" }
  | { readonly state: "held"; readonly by: number }
  /** `again`: whether a further attempt may be made, and what it waits for. */
  | { readonly state: "failed"; readonly why: Why; readonly again: "later" | "when-seen" | "never" };

/** Sockets, links, counters and reasons, for doctor and /links. */
export interface NetworkReport {
  readonly health: NetworkHealth;
  readonly why?: Why;
  readonly sockets: readonly {
    readonly what: string;
    readonly at: string;
    readonly state: "opening" | "open" | "failed";
    readonly why?: string;
  }[];
  readonly links: { readonly dialled: number; readonly accepted: number };
  readonly counters: Readonly<Record<string, number>>;
  /** Facts of the network's own, by name: how many are heard, when last, own key. */
  readonly facts: Readonly<Record<string, string | number>>;
}

export interface Network {
  readonly name: NetworkName;
  readonly kind: string;
  readonly traits: NetworkTraits;
  /** Resolves once peers can be reached or the reason why not is reported; `report` may be called from then on. */
  start(report: (event: NetworkEvent) => void): Promise<void>;
  /** Resolves once every socket and timer is released. Nothing is reported afterwards. */
  stop(): Promise<void>;
  /** Accepts a message for one attempt; the outcome arrives later, as `delivery` events, one for each recipient. */
  send(outgoing: Outgoing): void;
  /** The offered message is committed: only now may its sender be told. */
  acknowledge(receipt: ReceiptToken): void;
  /** My name and availability, at start and whenever they change. */
  present(me: Me): void;
  /** Cheap, no I/O. */
  inspect(): NetworkReport;
}

export interface Me {
  readonly name: string;
  readonly availability: Availability;
}

/** What a network must remember for good (keys, counters): durable when `write` returns. */
export interface Keep {
  read(key: string): Uint8Array | undefined;
  write(key: string, value: Uint8Array): void;
  /** Like `write`; and the value before it is gone from the disk when it returns. Throws where that fails. */
  replace(key: string, value: Uint8Array): void;
  remove(key: string): void;
}
