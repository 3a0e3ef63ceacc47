/** Writes the messages of the rooms wire, each as the one piece in which it is to be sent. */
import { assert } from "../../base/assert.ts";
import { concatBytes, toUtf8 } from "../../base/bytes.ts";
import { takenContentBytesMax } from "./limits.ts";
import type { Member, TextMessage } from "./messages.ts";
import { hashOf, listText } from "./sdbm.ts";

const end = "::\r\n";

export function encodeList(): Uint8Array {
  return encode(["L"]);
}

export function encodeJoin(room: string, member: Member): Uint8Array {
  return encode(["J", room, ...fields(member)]);
}

export function encodeDepart(room: string, member: Member): Uint8Array {
  return encode(["D", room, ...fields(member)]);
}

export function encodeRooms(rooms: readonly string[]): Uint8Array {
  return encode(["G", ...rooms]);
}

export function encodeMembers(members: readonly Member[]): Uint8Array {
  const text = listText(members);
  return toUtf8(`M:${hashOf(text).toString()}:${text}:\r\n`);
}

export function encodeDeparted(): Uint8Array {
  return encode(["S"]);
}

export function encodeRefused(reason: string): Uint8Array {
  return encode(["F", reason]);
}

export function encodeHandshake(room: string, member: Member, lastId: bigint): Uint8Array {
  return encode(["P", room, ...fields(member), lastId.toString()]);
}

export function encodeAccept(lastId: bigint): Uint8Array {
  return encode(["S", lastId.toString()]);
}

export function encodeText(text: Omit<TextMessage, "kind" | "wire">): Uint8Array {
  const { content, originHid } = text;
  assert(content.length <= takenContentBytesMax, "a text has a length that others take");
  const hid = originHid?.toString() ?? "0";
  const header = ["T", text.room, hid, text.originUser, text.id.toString(), String(content.length), ""];
  return concatBytes(toUtf8(header.join(":")), content, toUtf8(end));
}

export function encodePoke(room: string, user: string): Uint8Array {
  return encode(["K", room, user]);
}

export function encodePokeAnswer(): Uint8Array {
  return encode(["A"]);
}

function fields(member: Member): readonly string[] {
  return [member.user, member.ip, String(member.port)];
}

function encode(parts: readonly string[]): Uint8Array {
  return toUtf8(parts.join(":") + end);
}
