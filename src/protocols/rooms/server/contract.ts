/** What the room server's machine is told to do, what it reports, and the limits within which it serves. */
import { secondMs } from "../../../base/time.ts";
import type { Address, DriveLimits, Effect, LinkTrouble } from "../../machine.ts";
import { listBytesMax } from "../limits.ts";
import type { Member, Reject, RequestType } from "../messages.ts";

export interface RoomServerConfig {
  readonly at: Address;
  /** Whether a member may name another address than the one it connects from. */
  readonly trustAddresses: boolean;
  /** Rooms at one time, those counted that are empty and not yet destroyed. */
  readonly roomsMax: number;
}

export interface RoomServerIntent {
  readonly kind: "start";
}

/** Why a request was refused: what was wrong with its words, or with what it wanted. */
export type Refusal =
  | Reject
  | "not-the-source" // the address is not the one the connection comes from
  | "already-joined"
  | "conflict"
  | "rooms-limit"
  | "room-full"
  | "link-full" // too many members over one connection
  | "not-in-room"
  | "wrong-room";

/** Why the server broke a connection off. */
export type DropCause = "oversize" | "incomplete" | "not-reading";

export type LeaveCause =
  | "departed" // it said so
  | "closed" // its connection ended
  | "silent" // it was not heard from
  | "taken-over"; // it came again over another connection

/** What happened, for a log. `from` is the address of the connection. */
export type Incident =
  | { readonly kind: "joined"; readonly room: string; readonly member: Member; readonly from: string }
  | { readonly kind: "left"; readonly room: string; readonly member: Member; readonly why: LeaveCause }
  | { readonly kind: "refused"; readonly from: string; readonly of: RequestType; readonly why: Refusal }
  | { readonly kind: "dropped"; readonly from: string; readonly why: DropCause };

export type RoomServerReport =
  | { readonly kind: "listening"; readonly at: Address }
  /** The listener could not be had, or was lost; people who are connected stay so. */
  | { readonly kind: "failed"; readonly why: LinkTrouble }
  | Incident
  /** So many incidents went untold, for there were too many. */
  | { readonly kind: "untold"; readonly count: number };

export type RoomServerEffect = Effect<RoomServerReport>;

/** What is there now. */
export interface RoomServerFacts {
  readonly rooms: number;
  readonly members: number;
  readonly connections: number;
}

/** The room server's limit where none is configured. */
export const usualRoomsMax = 1_000;

/** Names over one connection: the wire allows a second user in the same room, and nobody needs many. */
export const membersPerLinkMax = 4;

/** Members of a room: each of them is sent the whole list every 20 seconds, 110 KB at this number. */
export const roomMembersMax = 2_000;

/** How often rooms and members are looked through. */
export const monitorMs = 20 * secondMs;

/** A member that has not renewed for longer is gone: it missed three times. */
export const silenceMsMax = 60 * secondMs;

/** Who renewed within this time lives, and nobody else may be it: it missed once, and was late. */
export const livesMs = 30 * secondMs;

/** Requests of one connection; an honest one makes a request in 20 seconds, and one a second at worst. */
export const requestRate = { perSecond: 20, burst: 60 } as const;

/** Told incidents of all connections: a log that can be read. */
export const incidentRate = { perSecond: 20, burst: 500 } as const;

/** How often connections that wait for something are looked at. */
export const tickMs = secondMs / 4;

/** A connection that takes nothing for so long does not read, or is gone. */
export const unreadMsMax = 20 * secondMs;

/** What may lie unsent, of all connections together; beyond it, those who do not read lose their patience earlier. */
export const unsentTotalMax = 32 * 1_024 * 1_024;

/** Who has taken nothing for so long may be broken off where `unsentTotalMax` is passed: an honest one takes at once. */
export const unreadMsLeast = secondMs;

/**
 * One list may be written beyond the mark. Over 32 connections of one address lie people behind one router, or a flood.
 * A link without a sign of life is given up after 30 seconds.
 */
export const roomServerLimits = {
  unsentMark: 16 * 1_024,
  unsentMax: 16 * 1_024 + listBytesMax,
  acceptedMax: 10_000,
  acceptedPerAddressMax: 32,
  keepAliveMs: 15 * secondMs,
  writesApart: true,
} as const satisfies DriveLimits;
