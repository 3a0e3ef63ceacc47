/** Reads what comes over a link between two peers: handshakes, accepts and texts, mixed. */
import { fromUtf8Leniently } from "../../base/bytes.ts";
import { readRoomMember } from "./fields.ts";
import { messageBytesMax, takenContentBytesMax, textHeaderBytesMax } from "./limits.ts";
import type { PeerMessage } from "./messages.ts";
import { idOf, isHidField, isName } from "./names.ts";
import { cutMessage, endsAt, MessageStream, terminatorLength } from "./stream.ts";
import type { Cut, Line } from "./stream.ts";

export function peerStream(): MessageStream<PeerMessage> {
  return new MessageStream(cutPeerMessage);
}

const colon = 0x3a;
const lineFeed = 0x0a;
const letterT = 0x54;

function cutPeerMessage(unread: Uint8Array, searched: number): Cut<PeerMessage> {
  if (unread[0] === letterT && (unread.length === 1 || unread[1] === colon)) return cutText(unread);
  return cutMessage(unread, { searched, lengthMax: messageBytesMax, read: readLine });
}

function readLine(fields: readonly string[]): Line<PeerMessage> {
  const [type, room, user, ip, port, id] = fields;
  if (type === "S") return readAccept(fields);
  if (type !== "P") return { kind: "reject", why: "unknown-type" };
  if (
    room === undefined ||
    user === undefined ||
    ip === undefined ||
    port === undefined ||
    id === undefined ||
    fields.length > 6
  ) {
    return { kind: "reject", why: "fields" };
  }
  const read = readRoomMember(room, [user, ip, port]);
  if (!read.ok) return { kind: "reject", why: read.problem };
  const lastId = idOf(id);
  if (lastId === undefined) return { kind: "reject", why: "id" };
  return { kind: "message", message: { kind: "handshake", ...read.value, lastId } };
}

function readAccept([, id, ...more]: readonly string[]): Line<PeerMessage> {
  if (id === undefined || more.length > 0) return { kind: "reject", why: "fields" };
  const lastId = idOf(id);
  if (lastId === undefined) return { kind: "reject", why: "id" };
  return { kind: "message", message: { kind: "accept", lastId } };
}

/** The fields before a text's content, with the colon behind each: type, room, HID, user, id, length. */
const headerFields = 6;

/**
 * By its length, never by searching for an end: the content may look like one. Where the length cannot be had, nothing
 * that follows can be told apart.
 */
function cutText(unread: Uint8Array): Cut<PeerMessage> {
  const headerLength = headerLengthOf(unread);
  if (headerLength === "partial") return { kind: "partial" };
  if (headerLength === "broken") return { kind: "violation", why: "header" };
  const fields = fromUtf8Leniently(unread.subarray(0, headerLength - 1)).split(":");
  const [, room = "", hid = "", originUser = "", idText = "", lengthText = ""] = fields;
  if (!/^[0-9]{1,20}$/.test(lengthText)) return { kind: "violation", why: "header" };
  const contentLength = Number(lengthText);
  if (contentLength > takenContentBytesMax) return { kind: "violation", why: "length" };
  const contentEnd = headerLength + contentLength;
  const length = contentEnd + terminatorLength;
  if (unread.length < length) return { kind: "partial" };
  if (!endsAt(unread, contentEnd)) return { kind: "violation", why: "terminator" };
  if (!isName(room) || !isName(originUser)) return { kind: "reject", why: "name", length };
  const id = idOf(idText);
  if (id === undefined || !isHidField(hid)) return { kind: "reject", why: "id", length };
  const wire = unread.slice(0, length);
  const content = wire.subarray(headerLength, contentEnd);
  const message = { kind: "text", room, originHid: idOf(hid), originUser, id, content, wire } as const;
  return { kind: "message", message, length };
}

/** Bytes up to and with the colon before the content. A header is short, and of one line. */
function headerLengthOf(unread: Uint8Array): number | "partial" | "broken" {
  const start = unread.subarray(0, textHeaderBytesMax);
  let length = 0;
  for (let field = 0; field < headerFields; field++) {
    const colonAt = start.indexOf(colon, length);
    const header = start.subarray(0, colonAt < 0 ? start.length : colonAt);
    if (header.includes(lineFeed)) return "broken";
    if (colonAt < 0) return start.length < textHeaderBytesMax ? "partial" : "broken";
    length = colonAt + 1;
  }
  return length;
}
