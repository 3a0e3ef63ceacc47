/** Where deliveries go, to one contact or to a room as a whole, and what stands in the way there. */
import type { ConversationId, NetworkName } from "../../base/ids.ts";
import type { Conversations } from "../conversations/conversations.ts";
import type { Contact, Conversation, Message, Why } from "../model.ts";
import type { Networks } from "../networks.ts";
import type { Doubts } from "../people/doubts.ts";
import type { People } from "../people/people.ts";
import type { Presences } from "../people/presences.ts";
import type { Place } from "../ports/network.ts";
import type { Rosters } from "../rooms/rosters.ts";
import type { Goal } from "./lane.ts";

export type Route =
  | { readonly kind: "contact"; readonly contact: Contact }
  /** For all who are in it at once: the network says nothing of single members. */
  | { readonly kind: "room"; readonly room: Conversation };

export interface RouteParts {
  readonly people: People;
  readonly presences: Presences;
  readonly networks: Networks;
  readonly conversations: Conversations;
  readonly doubts: Doubts;
  readonly rosters: Rosters;
}

export class Routes {
  readonly #parts: RouteParts;

  constructor(parts: RouteParts) {
    this.#parts = parts;
  }

  to(goal: Goal): Route {
    const { people, conversations } = this.#parts;
    if (goal.kind === "room") return { kind: "room", room: conversations.required(goal.id) };
    return { kind: "contact", contact: people.contact(goal.id) };
  }

  /** What keeps everything from going there now. */
  obstacle(route: Route): Why | undefined {
    const { networks, presences, doubts, rosters } = this.#parts;
    const name = networkOf(route);
    const network = networks.get(name);
    if (network === undefined || !networks.isUp(name)) return { code: "network-down" };
    if (route.kind === "room") return obstacleInRoom[rosters.standing(route.room.id)];
    const { contact } = route;
    if (network.traits.keepsForAbsent || presences.isOnline(contact.id)) return undefined;
    // Whoever else goes by the name of a known key does not get what is meant for it; the sender should know why.
    const isTaken = contact.keyed && doubts.namesakes(contact).length > 0;
    return { code: isTaken ? "key-changed" : "offline" };
  }

  /** What anybody on the way could read goes to a person only as long as the user agrees; a room is entered knowing. */
  isAgreedTo(route: Route, conversation: ConversationId): boolean {
    if (route.kind === "room" || route.contact.secrecy !== "none") return true;
    const { conversations, people } = this.#parts;
    if (conversations.required(conversation).kind !== "direct") return true;
    return people.required(route.contact.person).plainAllowed;
  }

  /** A second try is known as one: by the message's id, to somebody whose key says who reads it. Never so in a room. */
  mayRepeat(route: Route): boolean {
    return isKeyed(route) && this.#parts.networks.get(networkOf(route))?.traits.idsOnWire === true;
  }

  placeOf(message: Message, route: Route): Place {
    const { kind, room = "" } = this.#parts.conversations.required(message.conversation);
    if (kind === "direct" && route.kind === "contact") return { kind, identity: route.contact.identity };
    return kind === "everyone" ? { kind } : { kind: "room", room };
  }
}

const obstacleInRoom = {
  out: { code: "not-joined" },
  joined: { code: "no-link" },
  connected: undefined,
} as const satisfies Record<string, Why | undefined>;

export function isKeyed(route: Route): boolean {
  return route.kind === "contact" && route.contact.keyed;
}

export function networkOf(route: Route): NetworkName {
  return route.kind === "room" ? route.room.network : route.contact.network;
}

/** As an `Outgoing` names them. */
export function identitiesOf(route: Route): readonly string[] {
  return route.kind === "room" ? [] : [route.contact.identity];
}
