/** The rules of the room server as tables: who may join and depart, and in which words others are refused. */
import type { RequestType } from "../messages.ts";
import type { Refusal } from "./contract.ts";

/** Who holds the identity (the HID) that a request names. */
export type Holder =
  | "nobody"
  | "caller" // this very connection
  | "living" // another connection, heard from lately
  | "silent"; // another connection, not heard from lately

/** Whether the caller's connection stands in a room other than the one that a request names. */
export type Place = "free" | "elsewhere";

export type JoinVerdict = "enter" | "renew" | "take-over" | "already-joined" | "conflict";

export const joinRules: Readonly<Record<Holder, Readonly<Record<Place, JoinVerdict>>>> = {
  nobody: { free: "enter", elsewhere: "already-joined" },
  caller: { free: "renew", elsewhere: "already-joined" },
  living: { free: "conflict", elsewhere: "conflict" },
  silent: { free: "take-over", elsewhere: "already-joined" },
};

export type DepartVerdict = "depart" | "wrong-room" | "not-in-room";

/** Only the connection over which a member joined can take it away. */
export const departRules: Readonly<Record<Holder, Readonly<Record<Place, DepartVerdict>>>> = {
  nobody: { free: "not-in-room", elsewhere: "not-in-room" },
  caller: { free: "depart", elsewhere: "wrong-room" },
  living: { free: "not-in-room", elsewhere: "not-in-room" },
  silent: { free: "not-in-room", elsewhere: "not-in-room" },
};

/** Byte for byte those of the first server there was: programs compare them. */
const wrongFormat: Readonly<Record<RequestType, string>> = {
  list: "LIST message - Wrong format!!",
  join: "JOIN message - Wrong format!!",
  depart: "DEPART message - Wrong format!!",
  unknown: "Unknown message - Unknown request!!",
};

const ownTexts: Readonly<Partial<Record<Refusal, string>>> = {
  "already-joined": "JOIN message - Already joined another chatroom!!",
  conflict: "JOIN message - Conflict HashID!!",
  "not-in-room": "DEPART message - User not in Chatroom!!",
  "wrong-room": "DEPART message - Wrong chatroom!!",
};

/** What has no text of its own is told as a wrong format, for others know no other. */
export function refusalText(of: RequestType, why: Refusal): string {
  return ownTexts[why] ?? wrongFormat[of];
}
