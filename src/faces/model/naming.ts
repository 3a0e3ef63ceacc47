/** From how somebody writes a room to the conversation that is meant. */
import { KithError } from "../../base/errors.ts";
import type { Conversation } from "./records.ts";

/** Where it begins with the sign, a room is meant and nobody. */
export function isRoomWritten(text: string): boolean {
  return text.startsWith("#");
}

/** `#lobby` and `lobby` are one: the sign is ours, and only in front of what is shown. */
export function roomWritten(text: string): string {
  return text.replace(/^#/, "");
}

/** Rooms of one name on several networks, each called by its network too: what is said in one is not taken for the other. */
export function withDistinctTitles(conversations: Iterable<Conversation>): readonly Conversation[] {
  const all = [...conversations];
  const namesakes = Map.groupBy(
    all.filter(({ kind }) => kind === "room"),
    ({ room }) => room,
  );
  return all.map((place) => {
    const { kind, room, network } = place;
    if (kind !== "room" || room === undefined || namesakes.get(room)?.length === 1) return place;
    return { ...place, title: `${room}@${network}` };
  });
}

/**
 * The conversation of several that is called so: by its exact title or room, else by the only one that has it in another
 * case. Throws `which-network` where several networks have one.
 */
export function placeNamed(
  conversations: Iterable<Conversation>,
  written: string,
  network?: string,
): Conversation | undefined {
  const name = roomWritten(written);
  const folded = name.toLowerCase();
  const places = [...conversations].filter(
    (place) => place.kind !== "direct" && (network === undefined || place.network === network),
  );
  const exact = places.filter(({ title, room }) => title === name || room === name);
  const found =
    exact.length > 0
      ? exact
      : places.filter(({ title, room }) => [title, room].some((one) => one?.toLowerCase() === folded));
  const networks = new Set(found.map((place) => place.network));
  if (networks.size > 1) throw new KithError("which-network", { networks: [...networks].join(", ") });
  return found.length === 1 ? found[0] : undefined;
}
