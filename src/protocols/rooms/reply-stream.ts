/** Reads what a room server answers: lists of rooms and of members, departures, refusals. */
import { readMember } from "./fields.ts";
import { listBytesMax, messageBytesMax } from "./limits.ts";
import type { Member, ServerReply } from "./messages.ts";
import { idOf, isName } from "./names.ts";
import { cutMessage, MessageStream } from "./stream.ts";
import type { Cut, Line } from "./stream.ts";

export function replyStream(): MessageStream<ServerReply> {
  return new MessageStream(cutReply);
}

const letterG = 0x47;
const letterM = 0x4d;

function cutReply(unread: Uint8Array, searched: number): Cut<ServerReply> {
  const isList = unread[0] === letterG || unread[0] === letterM;
  const lengthMax = isList ? listBytesMax : messageBytesMax;
  return cutMessage(unread, { searched, lengthMax, read: readLine });
}

function readLine([type = "", ...fields]: readonly string[]): Line<ServerReply> {
  switch (type) {
    case "G":
      return { kind: "message", message: roomsOf(fields) };
    case "M":
      return readMembers(fields);
    case "S":
      return fields.length > 0
        ? { kind: "reject", why: "fields" }
        : { kind: "message", message: { kind: "departed" } };
    case "F": // a stranger's words may hold colons
      return { kind: "message", message: { kind: "refused", reason: fields.join(":") } };
    default:
      return { kind: "reject", why: "unknown-type" };
  }
}

function roomsOf(fields: readonly string[]): ServerReply {
  const rooms = fields.filter(isName);
  return { kind: "rooms", rooms, skipped: fields.length - rooms.length };
}

/** One entry that cannot be used does not cost the others: a server may let anyone enrol anything. */
function readMembers([msidText = "", ...fields]: readonly string[]): Line<ServerReply> {
  const msid = idOf(msidText);
  if (msid === undefined) return { kind: "reject", why: "id" };
  if (fields.length % 3 !== 0) return { kind: "reject", why: "fields" };
  const members: Member[] = [];
  for (let at = 0; at < fields.length; at += 3) {
    const read = readMember([fields[at] ?? "", fields[at + 1] ?? "", fields[at + 2] ?? ""]);
    if (read.ok) members.push(read.value);
  }
  const skipped = fields.length / 3 - members.length;
  return { kind: "message", message: { kind: "members", msid, members, skipped } };
}
