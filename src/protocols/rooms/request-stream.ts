/** Reads what peers ask a room server: a list, a join, a departure, or what is to be refused. */
import { readRoomMember } from "./fields.ts";
import { messageBytesMax } from "./limits.ts";
import type { RequestType, ServerRequest } from "./messages.ts";
import { cutLine, MessageStream } from "./stream.ts";
import type { Cut, Line } from "./stream.ts";

export function requestStream(): MessageStream<ServerRequest> {
  return new MessageStream(cutRequest);
}

/** A request ends with its line, with the wire's end or without: whoever forgot it is refused at once. */
function cutRequest(unread: Uint8Array, searched: number): Cut<ServerRequest> {
  return cutLine(unread, { searched, lengthMax: messageBytesMax, read: readLine });
}

const requestTypes: ReadonlyMap<string, RequestType> = new Map([
  ["L", "list"],
  ["J", "join"],
  ["D", "depart"],
]);

function readLine(line: readonly string[]): Line<ServerRequest> {
  const type = requestTypes.get(line[0] ?? "");
  return { kind: "message", message: type === undefined ? unknownRequest : readRequest(type, line) };
}

const unknownRequest = { kind: "malformed", of: "unknown", why: "unknown-type" } as const;

/** `line` still ends in the two empty fields that the end of a message makes. */
function readRequest(of: RequestType, line: readonly string[]): ServerRequest {
  const fields = line.slice(1, -2);
  const malformed = { kind: "malformed", of, why: "fields" } as const;
  if (line.length < 3 || line.at(-1) !== "" || line.at(-2) !== "") return malformed;
  if (of === "list") return fields.length === 0 ? { kind: "list" } : malformed;
  const [room, user, ip, port, ...more] = fields;
  if (room === undefined || user === undefined || ip === undefined || port === undefined) return malformed;
  if (of === "unknown" || more.length > 0) return malformed;
  const read = readRoomMember(room, [user, ip, port]);
  return read.ok ? { kind: of, ...read.value } : { kind: "malformed", of, why: read.problem };
}
