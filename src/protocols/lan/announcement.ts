/** Announcements on the wire: `{"username": "Ece", "ip_address": "192.168.1.15"}`, one UDP datagram, with our card in a key of its own. */
import { assert } from "../../base/assert.ts";
import { toUtf8, utf8Length } from "../../base/bytes.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { isName, nameBytesMax, type CardJson } from "./card.ts";
import { own, parseObject, type JsonProblem } from "./json.ts";

/** What anybody's announcement may have: longer ones come from no program of this network. */
export const announcementBytesMax = 1_400;
/** What ours may have: the classic programs read 1,024 bytes and die of a cut text. */
export const ownAnnouncementBytesMax = 1_024;

export interface Announcement {
  /** Exactly as received. */
  readonly name: string;
  /** The raw value of the key "kith", not yet judged. */
  readonly card: unknown;
}

export type AnnouncementProblem = JsonProblem | "too-long" | "no-name";

/** The sender's address is the datagram's source, never the one in the text: programs exist that put another there. */
export function readAnnouncement(bytes: Uint8Array): Result<Announcement, AnnouncementProblem> {
  if (bytes.length > announcementBytesMax) return bad("too-long");
  const parsed = parseObject(bytes);
  if (!parsed.ok) return parsed;
  const name = own(parsed.value, "username");
  return isName(name) ? good({ name, card: own(parsed.value, "kith") }) : bad("no-name");
}

export function writeAnnouncement(name: string, address: string, card: CardJson): Uint8Array {
  const bytes = toUtf8(JSON.stringify({ username: name, ip_address: address, kith: card }));
  assert(bytes.length <= ownAnnouncementBytesMax, "an announceable name makes a short announcement");
  return bytes;
}

/** The later variant of this network announces the name alone. */
export function writeNameAnnouncement(name: string): Uint8Array {
  return toUtf8(JSON.stringify({ username: name }));
}

/**
 * A name as it can be announced: without control characters, which grow sixfold in JSON, and of at most 64 bytes.
 * Undefined when nothing is left of it.
 */
export function announceableName(name: string): string | undefined {
  const shown = name
    .toWellFormed()
    .replace(/\p{Cc}/gu, "")
    .trim();
  let cut = "";
  let size = 0;
  for (const point of shown) {
    size += utf8Length(point);
    if (size > nameBytesMax) break;
    cut += point;
  }
  cut = cut.trimEnd();
  return isName(cut) ? cut : undefined;
}
