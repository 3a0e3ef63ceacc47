/** Which rooms I am in and who is there, as their networks last said. In memory: after a start I am in none. */
import type { ContactId, ConversationId, NetworkName } from "../../base/ids.ts";
import { type Journal, JournaledMap } from "../../base/journal.ts";
import { secondMs } from "../../base/time.ts";
import type { Conversations } from "../conversations/conversations.ts";
import type { Conversation, RoomStanding } from "../model.ts";
import type { Networks } from "../networks.ts";
import type { Meeting } from "../people/meeting.ts";
import type { People } from "../people/people.ts";
import type { Presences } from "../people/presences.ts";
import type { ContactFacts, NetworkEvent } from "../ports/network.ts";
import type { Work } from "../work.ts";
import type { RoomNotes } from "./room-notes.ts";

/**
 * Members of a room who are taken for people: more than a room of people who talk ever has, and half of the strangers
 * that are kept, so that one room does not drive out all others. Of the rest, whoever says something becomes known.
 */
export const roomMembersMax = 1_000;

/**
 * After a network was lost, those in its rooms come back one after the other, within the half minute at which all
 * pauses between tries end. Who is there then counts, and nobody is told as gone who only had to come back.
 */
export const settlingMs = 45 * secondMs;

export interface RosterParts {
  readonly people: People;
  readonly presences: Presences;
  readonly networks: Networks;
  readonly conversations: Conversations;
  readonly meeting: Meeting;
  readonly notes: RoomNotes;
  readonly journal: Journal;
}

interface Joined {
  readonly connected: boolean;
  /** Who is known to be there, as they are called here; absent until that can be relied on. */
  readonly told?: ReadonlyMap<ContactId, string>;
}

type Roster = Extract<NetworkEvent, { readonly kind: "roster" }>;
type Health = Extract<NetworkEvent, { readonly kind: "health" }>;

/** Invariants: a room I am not in has no members; whoever is a member of a room is online. */
export class Rosters {
  readonly #parts: RosterParts;
  readonly #joined: JournaledMap<ConversationId, Joined>;
  /** Networks that were lost: until when (mono, ms) who comes and goes there says nothing; for ever while they are. */
  readonly #unsettled: JournaledMap<NetworkName, number>;

  constructor(parts: RosterParts) {
    this.#parts = parts;
    this.#joined = new JournaledMap(parts.journal);
    this.#unsettled = new JournaledMap(parts.journal);
  }

  standing(conversation: ConversationId): RoomStanding {
    const joined = this.#joined.get(conversation);
    if (joined === undefined) return "out";
    return joined.connected ? "connected" : "joined";
  }

  /** When (mono, ms) it is to be told who has come and gone meanwhile. */
  get wakeAt(): number | undefined {
    const earliest = Math.min(...[...this.#unsettled.entries()].map(([, until]) => until));
    return earliest === Infinity ? undefined : earliest;
  }

  /** I am in the room by my own deed, and these are the others. `before`: how I stood there. */
  reported(
    network: NetworkName,
    { room, members, connected }: Roster,
    work: Work,
  ): { readonly id: ConversationId; readonly before: RoomStanding } {
    const { conversations } = this.#parts;
    const conversation = conversations.open(network, { kind: "room", room });
    const { id } = conversation;
    const before = this.standing(id);
    this.#setMembers(conversation, members.slice(0, roomMembersMax), work);
    const { told } = this.#joined.get(id) ?? {};
    this.#joined.set(id, told === undefined ? { connected } : { connected, told });
    if (this.standing(id) !== before) work.tell({ kind: "conversation-changed", conversation: id });
    this.#tellChanges(id, work);
    return { id, before };
  }

  left(network: NetworkName, room: string, work: Work): void {
    const conversation = this.#parts.conversations.at(network, { kind: "room", room });
    if (conversation !== undefined) this.#leave(conversation, work);
  }

  /** With the network, all sight of its rooms is gone. */
  networkGone(network: NetworkName, work: Work): void {
    this.#unsettled.delete(network);
    for (const [id] of [...this.#joined.entries()]) {
      const conversation = this.#parts.conversations.required(id);
      if (conversation.network === network) this.#leave(conversation, work);
    }
  }

  /** After a start: who was there in an earlier run says nothing. */
  started(): void {
    for (const conversation of this.#parts.conversations.all()) {
      if (conversation.kind === "room") this.#parts.conversations.setMembers(conversation.id, []);
    }
  }

  /** A network that only has nobody to link to knows all the same who is in its rooms. */
  healthReported(network: NetworkName, { state, why }: Health, work: Work): void {
    const { traits } = this.#parts.networks.required(network);
    if (!traits.conversations.includes("room") || state === "starting") return;
    if (state !== "up" && why?.code !== "no-link") this.#unsettled.set(network, Infinity);
    else if (this.#unsettled.get(network) === Infinity) {
      this.#unsettled.set(network, work.now.mono + settlingMs);
    }
  }

  /** Does what is due. */
  passTime(work: Work): void {
    for (const [network, until] of [...this.#unsettled.entries()]) {
      if (until > work.now.mono) continue;
      this.#unsettled.delete(network);
      for (const [id] of [...this.#joined.entries()]) this.#tellChanges(id, work);
    }
  }

  #setMembers(conversation: Conversation, members: readonly ContactFacts[], work: Work): void {
    const { people, presences, conversations, meeting } = this.#parts;
    const there = new Set<ContactId>();
    for (const facts of members) {
      const contact = meeting.heard(conversation.network, facts, work);
      people.enteredRoom(contact.id); // whoever is met next must not make us forget them
      presences.seen(contact, "available", work);
      if (there.has(contact.id)) people.leftRoom(contact.id);
      there.add(contact.id);
    }
    const before = conversation.members;
    conversations.setMembers(conversation.id, [...there]);
    for (const id of there) people.leftRoom(id);
    for (const { contact: id } of before) {
      if (!people.isInRoom(id)) meeting.gone(people.contact(id), work.now.wall, work);
    }
  }

  #leave(conversation: Conversation, work: Work): void {
    this.#setMembers(conversation, [], work);
    if (!this.#joined.has(conversation.id)) return;
    this.#joined.delete(conversation.id);
    work.tell({ kind: "conversation-changed", conversation: conversation.id });
  }

  /** Compares who is there with who was known to be. Who was there from the beginning has not come. */
  #tellChanges(id: ConversationId, work: Work): void {
    const { people, conversations, notes } = this.#parts;
    const { network, members } = conversations.required(id);
    const joined = this.#joined.get(id);
    if (joined === undefined || (this.#unsettled.get(network) ?? -Infinity) > work.now.mono) return;
    const labelOf = (contact: ContactId): string => people.required(people.contact(contact).person).label;
    const there = new Map(members.map(({ contact }) => [contact, labelOf(contact)]));
    const { told = there } = joined;
    for (const [contact, name] of there)
      if (!told.has(contact)) notes.note(id, { code: "joined", name }, work);
    for (const [contact, name] of told) if (!there.has(contact)) notes.note(id, { code: "left", name }, work);
    this.#joined.set(id, { connected: joined.connected, told: there });
  }
}
