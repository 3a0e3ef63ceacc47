/** What the peer machine of the rooms network is asked, what it reports, asks back and tells of itself. */
import type { MessageId } from "../../../base/ids.ts";
import type { Random } from "../../../base/random.ts";
import type { Crypto } from "../../../base/crypto.ts";
import type { Effect, LinkTrouble, Ticket } from "../../machine.ts";
import type { RoomsState } from "./states.ts";

export interface RoomsConfig {
  /** The room server: a name or an IPv4 address. */
  readonly server: { readonly host: string; readonly port: number };
  /** Our port, TCP and UDP; 0 leaves the choice to the system. */
  readonly port: number;
  /** Our IPv4 address, announced and listened on; when absent, the one from which the server is reached. */
  readonly address?: string;
}

export interface RoomsMachineParts {
  readonly config: RoomsConfig;
  readonly random: Random;
  readonly crypto: Pick<Crypto, "sha256">;
  /** The record that was remembered last; undefined at the very first start. */
  readonly remembered: Uint8Array | undefined;
}

/**
 * Given by whoever asks, unique among what is not answered yet. Answered once: by `done`, `listed` or `refused`; `user`
 * within the same input.
 */
export type RoomsTicket = number;

export type RoomsIntent =
  | { readonly kind: "start" }
  /** The name that others see. */
  | { readonly kind: "user"; readonly ticket: RoomsTicket; readonly user: string }
  /** Answered by `listed`. */
  | { readonly kind: "list"; readonly ticket: RoomsTicket }
  /**
   * `persistent`: the room was joined before; it is tried until it succeeds or is left, and never refused for the
   * server's sake.
   */
  | {
      readonly kind: "join";
      readonly ticket: RoomsTicket;
      readonly room: string;
      readonly persistent: boolean;
    }
  /** The room at hand, or only the one named. */
  | { readonly kind: "leave"; readonly ticket: RoomsTicket; readonly room?: string }
  /** One attempt; ends in one `outcome`. */
  | { readonly kind: "send"; readonly message: MessageId; readonly room: string; readonly text: string }
  /** `to`: a member's name or identity. */
  | { readonly kind: "poke"; readonly ticket: RoomsTicket; readonly to?: string }
  /** The end: the server is told, everything is closed, and nothing is done from then on. */
  | { readonly kind: "quit" };

/** Somebody in the room's list. Names are strangers' text, though of printable ASCII. */
export interface RoomsMember {
  /** "name:<name>", or "name:<name>@<ip>:<port>" for a further member of a name. */
  readonly identity: string;
  readonly name: string;
  /** "<ip>:<port>", as announced. */
  readonly address: string;
}

/** A member with what there is between us. */
export interface RoomsMemberFacts extends RoomsMember {
  readonly me: boolean;
  /** "forward" was dialled here, "backward" there. */
  readonly link: "forward" | "backward" | "none";
  /** Wall ms: the last that came over the link. */
  readonly heardAt?: number;
}

export interface RoomsWhy {
  readonly code:
    | "not-joined"
    | "no-link"
    | "server-lost"
    | "too-long"
    | "outcome-unknown"
    | "refused"
    | "timed-out"
    | "no-route"
    | "reset"
    | "port-in-use"
    | "not-here"
    | "forbidden"
    | "other";
  readonly details?: Readonly<Record<string, string | number>>;
}

export type RoomsOutcome =
  | { readonly state: "sent" }
  | { readonly state: "failed"; readonly why: RoomsWhy; readonly again: "later" | "never" };

/**
 * `degraded`: "server-lost" (details `server`, `why`), "refused" by the server (details `server`, `reason`) or "no-link",
 * when nobody in the room could be reached. `down`: our own port cannot be had.
 */
export type RoomsHealth =
  | { readonly state: "starting" | "up" }
  /** `nextTryAt`: wall ms. */
  | { readonly state: "degraded" | "down"; readonly why: RoomsWhy; readonly nextTryAt?: number };

/** Why something that was asked cannot be done. `server` is "HOST:PORT"; `reason` is a stranger's text. */
export type RoomsRefusal =
  | { readonly code: "name-empty" | "join-without-name" | "room-missing" | "poke-self" }
  | { readonly code: "name-unusable" | "room-name-unusable"; readonly problem: string }
  | { readonly code: "renamed-after-join" | "already-joined"; readonly room: string }
  /** `room`: the one that was named, where one was. */
  | { readonly code: "not-joined"; readonly room?: string }
  | { readonly code: "poke-whom"; readonly members: readonly string[] }
  | { readonly code: "no-such-member" | "poke-unanswered"; readonly name: string }
  | { readonly code: "server-unreachable"; readonly server: string; readonly why: string }
  | { readonly code: "server-refused"; readonly server: string; readonly reason: string }
  | { readonly code: "server-closed"; readonly server: string }
  /** Our own port cannot be had: the health says more. */
  | { readonly code: "not-listening"; readonly port: number; readonly why: RoomsWhy }
  /** It was left, or everything ended, before it was done. */
  | { readonly code: "cancelled" }
  /** More is asked at one time than is kept. */
  | { readonly code: "busy" };

export type RoomsReport =
  | { readonly kind: "health"; readonly health: RoomsHealth }
  | { readonly kind: "done"; readonly ticket: RoomsTicket }
  | { readonly kind: "listed"; readonly ticket: RoomsTicket; readonly rooms: readonly string[] }
  | { readonly kind: "refused"; readonly ticket: RoomsTicket; readonly refusal: RoomsRefusal }
  /**
   * I am in the room, and these are the others in it, in the order of its list. All of them, when one of them or
   * `connected` has changed; before the `done` of a join.
   */
  | {
      readonly kind: "roster";
      readonly room: string;
      readonly members: readonly RoomsMember[];
      readonly connected: boolean;
    }
  | { readonly kind: "left"; readonly room: string }
  /** `from` is a claim that nothing proves. */
  | {
      readonly kind: "arrived";
      readonly room: string;
      readonly from: RoomsMember;
      readonly text: string;
      readonly wireId: string;
    }
  | { readonly kind: "outcome"; readonly message: MessageId; readonly outcome: RoomsOutcome }
  | { readonly kind: "poked"; readonly room: string; readonly from: RoomsMember }
  /** Somebody (`name` is their claim) speaks to us as if we were in `spoken`. Told once for each name. */
  | {
      readonly kind: "stray";
      readonly room: string;
      readonly name: string;
      readonly spoken: string;
    };

export type RoomsQuestion =
  /** A host's IPv4 address. */
  | { readonly kind: "resolve"; readonly host: string }
  /** To be durable when it is answered. */
  | { readonly kind: "remember"; readonly record: Uint8Array };

export type RoomsAnswer =
  { readonly kind: "resolved"; readonly address: string } | { readonly kind: "remembered" };

/** Where we stand, for faces. */
export interface RoomsStanding {
  readonly state: RoomsState;
  readonly user?: string;
  /** The room in which I am. */
  readonly joined?: {
    readonly room: string;
    readonly connected: boolean;
    /** In the order of the room's list, me included. */
    readonly members: readonly RoomsMemberFacts[];
  };
}

/** What the network knows about itself, for whoever looks into it. What was dropped, and why, stands in the counters. */
export interface RoomsFacts {
  readonly state: RoomsState;
  readonly server: string;
  /** "HOST:PORT" that others are told; absent before it is known. */
  readonly address?: string;
  /** Of our entry in the list, in decimals. */
  readonly hid?: string;
  /** Of the list, as the server told it, in decimals. */
  readonly msid?: string;
  readonly members: number;
  /** Identity of whom we dialled. */
  readonly forward?: string;
  readonly backward: number;
  /** J's sent, and the lists that differed from the one before. */
  readonly joins: number;
  readonly listsChanged: number;
  readonly textsShown: number;
  readonly textsForwarded: number;
  readonly duplicates: number;
  /** Wall ms; the last that came over any link. */
  readonly lastHeardAt?: number;
}

export type RoomsEffect = Effect<RoomsReport, RoomsQuestion>;

/** The parts of a machine hand their effects over as they come, in the order in which they are to be carried out. */
export type Emit = (effect: RoomsEffect) => void;

/** Asks, and is told the ticket under which the answer will come. */
export type Ask = (question: RoomsQuestion) => Ticket;

export function troubleWhy(trouble: LinkTrouble): RoomsWhy {
  switch (trouble) {
    case "refused":
    case "timed-out":
    case "no-route":
    case "reset":
    case "not-here":
    case "forbidden":
      return { code: trouble };
    case "in-use":
      return { code: "port-in-use" };
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
