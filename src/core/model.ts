/** The chat's own records: people, conversations, messages and what became of them. Plain data, read by everyone. */
import type { ContactId, ConversationId, MessageId, NetworkName, PersonId } from "../base/ids.ts";

/** How much a person's identity can be relied on. */
export type Trust =
  /** Known by a name that anybody can use. */
  | "unknown"
  /** Known by a key, since its first use. */
  | "pinned"
  /** Known by a key that the user has compared. */
  | "verified"
  /** Somebody whose name was another key's before: not the person known by it, until the user decides. */
  | "changed";

/** What stands between a text and a listener on the way: nothing, the link's encryption, or end to end. */
export type Secrecy = "none" | "link" | "end-to-end";

export type Availability = "available" | "busy" | "away";

export interface Person {
  readonly id: PersonId;
  /** Unique among the labels of all people, made of a name and where needed a number: "Ece", "Ece (2)". */
  readonly label: string;
  /** The name that I gave them; the label follows it. */
  readonly givenName?: string;
  readonly trust: Trust;
  /** The person who is known by the name that this one came with, where trust is "changed" or the name is shared. */
  readonly sharesNameWith?: PersonId;
  /** The user has agreed to send to this person where anybody on the way can read. */
  readonly plainAllowed: boolean;
}

/** A point of contact: how one person is reached on one network. */
export interface Contact {
  readonly id: ContactId;
  readonly person: PersonId;
  readonly network: NetworkName;
  /** The identity on that network: a key where its wire has keys ("key:…"), else a name ("name:…"). */
  readonly identity: string;
  /** It proves itself by a key. */
  readonly keyed: boolean;
  /** As the wire has it, untrusted; made harmless only where it is shown. */
  readonly name: string;
  readonly secrecy: Secrecy;
  /** A fact that changes: where the contact was last seen. */
  readonly address?: string;
  /** Wall ms. */
  readonly lastSeenAt?: number;
}

/** Kept in memory only: who can be reached now. */
export interface Presence {
  readonly online: boolean;
  readonly availability: Availability;
  /** Wall ms. */
  readonly since: number;
}

export type ConversationKind = "direct" | "room" | "everyone";
/** Whether I am in a room, and whether anybody in it can be reached. Kept in memory only. */
export type RoomStanding = "out" | "joined" | "connected";
export type Role = "member" | "moderator" | "owner";

export interface Member {
  readonly contact: ContactId;
  readonly role: Role;
}

export interface Conversation {
  readonly id: ConversationId;
  readonly network: NetworkName;
  readonly kind: ConversationKind;
  /** Direct conversations: with whom. */
  readonly person?: PersonId;
  /** Rooms: the name on the wire. */
  readonly room?: string;
  /** Direct: the person's contacts on this network; nobody once it ended, its person having been joined with another. */
  readonly members: readonly Member[];
  readonly muted: boolean;
  readonly pinned: boolean;
  readonly draft: string;
  /** Messages that arrived up to this number have been read. */
  readonly readUpTo: number;
  /** Messages of others above `readUpTo`. */
  readonly unread: number;
  /** Number of the newest message, 0 for none. */
  readonly newest: number;
}

/** What a message says. */
export type Body =
  | { readonly kind: "text"; readonly text: string }
  /** `/me waves`: the text without the name. */
  | { readonly kind: "action"; readonly text: string }
  | { readonly kind: "poke" }
  | { readonly kind: "file"; readonly name: string; readonly bytes: number; readonly transfer: string }
  | { readonly kind: "system"; readonly notice: Notice }
  /** Of a kind that this version cannot show. */
  | { readonly kind: "unknown"; readonly what: string };

/** Something that the conversation says itself; faces put it into words. */
export type Notice =
  | { readonly code: "moved"; readonly from: string; readonly to: string }
  | { readonly code: "renamed"; readonly from: string; readonly to: string }
  | { readonly code: "key-changed" | "name-shared"; readonly name: string }
  | { readonly code: "not-encrypted" }
  | { readonly code: "joined" | "left"; readonly name: string }
  | { readonly code: "gap"; readonly name: string; readonly count: number }
  /** Somebody speaks to us as if we were in another room. */
  | { readonly code: "wrong-room"; readonly name: string; readonly room: string }
  /** Other programs on this network may not be able to show what was written. */
  | { readonly code: "ascii-only" };

export interface Reaction {
  /** Absent for mine. */
  readonly by?: ContactId;
  readonly sign: string;
}

export interface Message {
  readonly id: MessageId;
  readonly conversation: ConversationId;
  /** Who wrote it; absent for mine and for notices. */
  readonly author?: ContactId;
  readonly mine: boolean;
  /** Wall ms, the author's claim: shown, not believed. */
  readonly sentAt: number;
  /** Wall ms here. */
  readonly arrivedAt: number;
  /** Order in this profile: one number for all conversations that only grows. */
  readonly arrived: number;
  /** Grows with `arrived` from one counter: the last change of this message. */
  readonly changed: number;
  readonly body: Body;
  readonly secrecy: Secrecy;
  readonly replyTo?: MessageId;
  /** Wall ms of the last edit. */
  readonly editedAt?: number;
  readonly reactions: readonly Reaction[];
  /** Deleted here: its body is an empty text. */
  readonly deleted: boolean;
}

/** Why something stands as it does: a permanent code that faces put into words, with its details. */
export interface Why {
  readonly code: WhyCode;
  readonly details?: Readonly<Record<string, string | number>>;
}

export type WhyCode =
  | "offline" // the recipient is not there
  | "network-down" // the network is not connected
  | "refused" // nobody listens at the recipient's address
  | "timed-out"
  | "no-route"
  | "reset"
  | "no-receipt" // it went out, the recipient did not confirm it
  | "stale-key" // the recipient's key is too old to seal to
  | "key-changed" // the name speaks with another key now
  | "too-long"
  | "not-text" // the network cannot carry this kind
  | "outcome-unknown" // broken off by a crash or half-way: a second try might show it twice
  | "cancelled"
  | "not-joined" // I am not in the room
  | "no-link" // I am in the room, and nobody in it is linked to me
  | "server-lost" // the server cannot be reached
  | "no-consent" // the way has become readable for all, and the user was not asked
  | "no-network" // this host is connected to no network that could be used
  | "port-in-use" // another program holds the port
  | "not-here" // the configured address is none of this host's
  | "forbidden" // the system does not allow it
  | "not-built" // its settings or its keys cannot be used
  | "other";

export type DeliveryState =
  /** Waiting for its (next) try. */
  | "queued"
  /** A try is under way. */
  | "sending"
  /** It went out; this wire cannot say more, or has not yet. */
  | "sent"
  /** Others hold a copy for the recipient. */
  | "held"
  /** The recipient has a durable copy. */
  | "delivered"
  | "read"
  | "failed";

/** What became of one of my messages at one recipient. */
export interface Delivery {
  readonly message: MessageId;
  /** Absent: a room as a whole, on a network that says nothing of single members. */
  readonly recipient?: ContactId;
  readonly state: DeliveryState;
  readonly why?: Why;
  /** Peers that hold it for the recipient. */
  readonly heldBy: number;
  readonly attempts: number;
  /** Wall ms of the next try, to be shown; absent when it waits for the recipient or is settled. */
  readonly nextTryAt?: number;
  /** Wall ms of the last change. */
  readonly at: number;
}
