/** Reads the fields that several messages share: a room with one of its members. */
import { bad, good } from "../../base/result.ts";
import type { Result } from "../../base/result.ts";
import type { Member, Reject } from "./messages.ts";
import { isMemberAddress, isName, portOf } from "./names.ts";

/** `user`, `ip`, `port`, as they stand in a message. */
export type MemberFields = readonly [user: string, ip: string, port: string];

export function readMember([user, ip, portText]: MemberFields): Result<Member, Reject> {
  if (!isName(user)) return bad("name");
  if (!isMemberAddress(ip)) return bad("address");
  const port = portOf(portText);
  return port === undefined ? bad("port") : good({ user, ip, port });
}

export function readRoomMember(
  room: string,
  member: MemberFields,
): Result<{ readonly room: string; readonly member: Member }, Reject> {
  if (!isName(room)) return bad("name");
  const read = readMember(member);
  return read.ok ? good({ room, member: read.value }) : read;
}
