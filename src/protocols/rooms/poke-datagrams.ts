/** Reads the datagrams of a poke: the poke itself, and its answer. */
import { bad, good } from "../../base/result.ts";
import type { Result } from "../../base/result.ts";
import { pokeBytesMax } from "./limits.ts";
import type { PokeMessage, Reject } from "./messages.ts";
import { isName } from "./names.ts";
import { endOf, fieldsOf, terminatorLength } from "./stream.ts";

export function readPoke(datagram: Uint8Array): Result<PokeMessage, Reject> {
  if (datagram.length > pokeBytesMax) return bad("fields");
  const end = endOf(datagram, 0);
  if (end === undefined || end + terminatorLength !== datagram.length) return bad("fields");
  const [type, room, user, ...more] = fieldsOf(datagram.subarray(0, end));
  if (type === "A") return room === undefined ? good({ kind: "answer" }) : bad("fields");
  if (type !== "K") return bad("unknown-type");
  if (room === undefined || user === undefined || more.length > 0) return bad("fields");
  return isName(room) && isName(user) ? good({ kind: "poke", room, user }) : bad("name");
}
