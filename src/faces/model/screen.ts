/** The state of a chat's screen and how it follows the daemon: a pure reducer that both kinds of face share. */
import { unreachable } from "../../base/assert.ts";
import { withDistinctTitles } from "./naming.ts";
import type { Conversation, Network, Person, Profile } from "./records.ts";

export interface Screen {
  readonly profile: Profile | undefined;
  readonly people: ReadonlyMap<number, Person>;
  readonly conversations: ReadonlyMap<number, Conversation>;
  readonly networks: readonly Network[];
  readonly kinds: readonly string[];
  /** Rooms as they were listed last. */
  readonly rooms: readonly string[];
  /** The conversation that what is typed goes to. */
  readonly current: number | undefined;
}

export const emptyScreen: Screen = {
  profile: undefined,
  people: new Map(),
  conversations: new Map(),
  networks: [],
  kinds: [],
  rooms: [],
  current: undefined,
};

/** What a face has read or done. */
export type Change =
  | { readonly kind: "people"; readonly people: readonly Person[] }
  | { readonly kind: "person"; readonly person: Person }
  | { readonly kind: "person-gone"; readonly id: number }
  | { readonly kind: "conversations"; readonly conversations: readonly Conversation[] }
  | { readonly kind: "conversation"; readonly conversation: Conversation }
  | { readonly kind: "networks"; readonly networks: readonly Network[]; readonly kinds: readonly string[] }
  | { readonly kind: "rooms"; readonly rooms: readonly string[] }
  | { readonly kind: "profile"; readonly profile: Profile }
  | { readonly kind: "current"; readonly conversation: number | undefined };

export function reduce(screen: Screen, change: Change): Screen {
  switch (change.kind) {
    case "people":
      return { ...screen, people: new Map(change.people.map((person) => [person.id, person])) };
    case "person":
      return { ...screen, people: new Map(screen.people).set(change.person.id, change.person) };
    case "person-gone":
      return { ...screen, people: new Map([...screen.people].filter(([id]) => id !== change.id)) };
    case "conversations":
      return { ...screen, conversations: conversationsById(change.conversations) };
    case "conversation": {
      const { conversation } = change;
      const all = new Map(screen.conversations).set(conversation.id, conversation);
      return {
        ...screen,
        conversations: conversation.kind === "room" ? conversationsById(all.values()) : all,
      };
    }
    case "networks":
      return { ...screen, networks: change.networks, kinds: change.kinds };
    case "rooms":
      return { ...screen, rooms: change.rooms };
    case "profile":
      return { ...screen, profile: change.profile };
    case "current":
      return { ...screen, current: change.conversation };
    default:
      return unreachable(change);
  }
}

export function conversationsById(
  conversations: Iterable<Conversation>,
): ReadonlyMap<Conversation["id"], Conversation> {
  return new Map(withDistinctTitles(conversations).map((conversation) => [conversation.id, conversation]));
}

export function currentConversation(screen: Screen): Conversation | undefined {
  return screen.current === undefined ? undefined : screen.conversations.get(screen.current);
}

/** Something that deserves a line of its own, since it happened between two screens. */
export type Noticed =
  | { readonly kind: "came"; readonly people: readonly Person[] }
  | { readonly kind: "went"; readonly person: Person }
  /** Somebody by a name that another key had before. */
  | { readonly kind: "impostor"; readonly person: Person; readonly known: Person | undefined }
  | { readonly kind: "renamed"; readonly person: Person; readonly before: string }
  /** A room in which somebody can be reached from now on, or nobody any more. */
  | { readonly kind: "standing"; readonly conversation: Conversation }
  | { readonly kind: "network"; readonly network: Network };

/** What changed from one screen to the next that a person wants to be told. */
export function noticed(before: Screen, after: Screen): readonly Noticed[] {
  return [
    ...arrivals(before, after),
    ...departures(before, after),
    ...impostors(before, after),
    ...renamings(before, after),
    ...standings(before, after),
    ...troubles(before, after),
  ];
}

/** Not of those who are known from rooms alone: who enters one is told there. */
function arrivals(before: Screen, after: Screen): readonly Noticed[] {
  const roomy = new Set(
    after.networks.filter(({ traits }) => !traits.conversations.includes("direct")).map(({ name }) => name),
  );
  const people = [...after.people.values()].filter(
    ({ id, online, contacts }) =>
      online &&
      before.people.get(id)?.online !== true &&
      !(contacts.length > 0 && contacts.every(({ network }) => roomy.has(network))),
  );
  return people.length === 0 ? [] : [{ kind: "came", people }];
}

/** Told only of those to whom one is talking: others leave without a word. */
function departures(before: Screen, after: Screen): readonly Noticed[] {
  const partner = currentConversation(after)?.person;
  const person = partner === undefined ? undefined : after.people.get(partner);
  const left = person !== undefined && !person.online && before.people.get(person.id)?.online === true;
  return left ? [{ kind: "went", person }] : [];
}

function impostors(before: Screen, after: Screen): readonly Noticed[] {
  return [...after.people.values()]
    .filter(({ id, trust }) => trust === "changed" && before.people.get(id)?.trust !== "changed")
    .map((person) => ({
      kind: "impostor",
      person,
      known: person.sharesNameWith === undefined ? undefined : after.people.get(person.sharesNameWith),
    }));
}

/**
 * Somebody who is there and has taken another name. Names that I give are not news to me; and where there is a
 * conversation, it has a line of its own about it.
 */
function renamings(before: Screen, after: Screen): readonly Noticed[] {
  const talkedTo = new Set([...after.conversations.values()].map(({ person }) => person));
  return [...after.people.values()].flatMap((person) => {
    const known = before.people.get(person.id);
    const isNews =
      person.online &&
      known?.online === true &&
      known.label !== person.label &&
      known.givenName === person.givenName &&
      !talkedTo.has(person.id);
    return isNews ? [{ kind: "renamed", person, before: known.label } as const] : [];
  });
}

/** Entering and leaving are told by the one who did it. */
function standings(before: Screen, after: Screen): readonly Noticed[] {
  return [...after.conversations.values()].flatMap((conversation) => {
    const [was, is] = [before.conversations.get(conversation.id)?.standing, conversation.standing];
    const isNews = (was === "joined" && is === "connected") || (was === "connected" && is === "joined");
    return isNews ? [{ kind: "standing", conversation } as const] : [];
  });
}

/** A network that goes from well to not well, or back; one that starts is not news. */
function troubles(before: Screen, after: Screen): readonly Noticed[] {
  return after.networks
    .filter((network) => {
      const health = before.networks.find(({ name }) => name === network.name)?.health;
      return health !== undefined && health !== network.health && network.health !== "starting";
    })
    .map((network) => ({ kind: "network", network }));
}
