/** What the core asks of a network, and what a network reports. One report function; a send's outcome is an event. */
import type { Branded, MessageId, NetworkName } from "../../base/ids.ts";
import type { Availability, Body, Notice, Secrecy, Why } from "../model.ts";

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
  /** A text to a room goes out once for all who are in it: the wire says nothing of single members. */
  readonly wholeRoom: boolean;
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

/** One message for one recipient, or for a room as a whole. One attempt; the outcome is a `delivery` event. */
export interface Outgoing {
  readonly message: MessageId;
  readonly place: Place;
  /** Identities of those to whom it goes; empty where it goes to a room as a whole. */
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
      /** Absent: the room as a whole. */
      readonly recipient?: string;
      readonly outcome: DeliveryOutcome;
    }
  | { readonly kind: "gap"; readonly from: string; readonly place: Place; readonly count: number }
  /** I am in the room, and these are the others in it: all of them, whenever one of these facts has changed. */
  | {
      readonly kind: "roster";
      readonly room: string;
      readonly members: readonly ContactFacts[];
      /** Somebody can be reached: a text goes out now. */
      readonly connected: boolean;
    }
  /** I am in the room no more. */
  | { readonly kind: "roomLeft"; readonly room: string }
  /** Something that the room is to say itself. */
  | {
      readonly kind: "noticed";
      readonly place: Extract<Place, { readonly kind: "room" }>;
      readonly notice: Extract<Notice, { readonly code: "wrong-room" }>;
    };

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

/** Somebody in a room, as `/members` and `/links` show them. */
export interface RoomMember {
  /** Absent for me. */
  readonly identity?: string;
  /** Untrusted text. */
  readonly name: string;
  readonly address: string;
  /** How we are linked: "forward" was dialled here, "backward" there. */
  readonly link: "forward" | "backward" | "none";
  /** Wall ms: the last that came over the link. */
  readonly heardAt?: number;
}

export interface JoinedRoom {
  readonly room: string;
  readonly connected: boolean;
  /** In the order of the room's own list, me included. */
  readonly members: readonly RoomMember[];
}

/** Rooms that are somewhere else's to list and to enter. What cannot be done is rejected with a KithError. */
export interface RoomsFacet {
  /** The name that others see me under here: it is mine until another is set. Throws where it cannot be had. */
  user(name: string): void;
  /** As the other side lists them. */
  list(): Promise<readonly string[]>;
  /** Resolves once I am in it and its roster is reported. It is entered again after a restart, until it is left. */
  join(room: string): Promise<void>;
  leave(room?: string): Promise<void>;
  /** The name in force, and the rooms in which I am. Cheap, no I/O. */
  state(): { readonly user?: string; readonly joined: readonly JoinedRoom[] };
}

/** A nudge that is no message: it is answered or lost. */
export interface PokeFacet {
  /** A member's identity or name. Resolves when they have answered; rejects with a KithError. Without one: asks to whom. */
  poke(whom: string | undefined): Promise<void>;
}

export interface Network {
  readonly name: NetworkName;
  readonly kind: string;
  readonly traits: NetworkTraits;
  /** Resolves once peers can be reached or the reason why not is reported; `report` may be called from then on. */
  start(report: (event: NetworkEvent) => void): Promise<void>;
  /** Resolves once every socket and timer is released. Nothing is reported afterwards. */
  stop(): Promise<void>;
  /** Accepts a message for one attempt; the outcome arrives later, as `delivery` events: one a recipient, or one for a room. */
  send(outgoing: Outgoing): void;
  /** The offered message is committed: only now may its sender be told. */
  acknowledge(receipt: ReceiptToken): void;
  /** My name and availability, at start and whenever they change. */
  present(me: Me): void;
  /** Cheap, no I/O. */
  inspect(): NetworkReport;
  /** Absent where the network has none. */
  readonly rooms?: RoomsFacet;
  readonly poke?: PokeFacet;
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
