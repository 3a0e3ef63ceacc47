/** By which of a person's contacts a message to them goes. */
import type { Contact } from "../model.ts";
import type { Presences } from "./presences.ts";

/**
 * The first of them: one with a key before one without, whoever is online (what is meant for a known key never goes to
 * a mere name); then who is online; then who was seen last.
 */
export function bestContact(contacts: readonly Contact[], presences: Presences): Contact | undefined {
  const ranked = contacts.toSorted(
    (a, b) =>
      Number(b.keyed) - Number(a.keyed) ||
      Number(presences.isOnline(b.id)) - Number(presences.isOnline(a.id)) ||
      (b.lastSeenAt ?? 0) - (a.lastSeenAt ?? 0) ||
      b.id - a.id,
  );
  return ranked[0];
}
