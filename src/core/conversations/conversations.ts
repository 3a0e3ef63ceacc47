/** All conversations, held in memory; rows that a turn changed are written once, before it is committed. */
import { present } from "../../base/assert.ts";
import { KithError } from "../../base/errors.ts";
import type { ContactId, ConversationId, NetworkName, PersonId } from "../../base/ids.ts";
import { type Journal, JournaledMap } from "../../base/journal.ts";
import type { Contact, Conversation } from "../model.ts";
import type { People } from "../people/people.ts";
import type { Store } from "../ports/store.ts";
import { corePrefix } from "../profile.ts";
import type { Work } from "../work.ts";

/** What a file may fill up; with this many, memory stays within 10 MB and lists usable. The user's own have no limit. */
export const conversationsMax = 10_000;

/**
 * Conversations that others began and the user has done nothing in: four times what the widest network has of people.
 * With so many, the first message of a further stranger is not taken, and not confirmed: it stays with its sender, who
 * tries again. The oldest one does not make room instead, since what was confirmed would vanish with it.
 */
export const unansweredMax = 2_000;

/** Conversations in which the user has done something though nothing was read in them. */
const answeredPrefix = `${corePrefix}answered.`;
/** Contacts who have said something in a room: they are kept as long as it can be read, wherever they are. */
const spokePrefix = `${corePrefix}spoke.`;

/** Which conversation: a direct one by the person, so that all their contacts on a network lead to it. */
export type Where =
  | { readonly kind: "direct"; readonly person: PersonId }
  | { readonly kind: "room"; readonly room: string }
  | { readonly kind: "everyone" };

export interface ConversationParts {
  readonly store: Pick<Store, "conversations" | "settings">;
  readonly people: People;
  readonly journal: Journal;
}

export class Conversations {
  readonly #store: Pick<Store, "conversations" | "settings">;
  readonly #people: People;
  readonly #journal: Journal;
  readonly #conversations: JournaledMap<ConversationId, Conversation>;
  readonly #byPlace: JournaledMap<string, ConversationId>;
  /** Direct conversations that ended when their person was joined with another: without members, only read. */
  readonly #ended: JournaledMap<string, readonly ConversationId[]>;
  readonly #answered: JournaledMap<ConversationId, true>;
  readonly #unanswered: JournaledMap<ConversationId, true>;
  readonly #spoke: JournaledMap<ContactId, true>;
  #unread = 0;
  #refused = 0;
  /** As they were when the turn began. */
  readonly #changed = new Map<ConversationId, Conversation | undefined>();

  constructor({ store, people, journal }: ConversationParts) {
    this.#store = store;
    this.#people = people;
    this.#journal = journal;
    this.#conversations = new JournaledMap(journal);
    this.#byPlace = new JournaledMap(journal);
    this.#ended = new JournaledMap(journal);
    this.#answered = new JournaledMap(journal);
    this.#unanswered = new JournaledMap(journal);
    this.#spoke = new JournaledMap(journal);
    const answered = new Set(store.settings.list(answeredPrefix).map(([key]) => key));
    for (const conversation of store.conversations.list()) {
      if (answered.has(`${answeredPrefix}${conversation.id}`)) this.#answered.set(conversation.id, true);
      this.#remember(conversation);
    }
    for (const [key] of store.settings.list(spokePrefix)) {
      this.#keepAuthor(people.contact(Number(key.slice(spokePrefix.length)) as ContactId));
    }
  }

  get(id: ConversationId): Conversation | undefined {
    return this.#conversations.get(id);
  }

  /** Throws "no-such-conversation". */
  required(id: ConversationId): Conversation {
    const conversation = this.#conversations.get(id);
    if (conversation === undefined) throw new KithError("no-such-conversation", { conversation: id });
    return conversation;
  }

  /** In the order of their ids. */
  all(): readonly Conversation[] {
    const all = [...this.#conversations.entries()].map(([, conversation]) => conversation);
    return all.toSorted((a, b) => a.id - b.id);
  }

  /** Messages of others in all of them that have not been read. */
  get unread(): number {
    return this.#unread;
  }

  at(network: NetworkName, where: Where): Conversation | undefined {
    const id = this.#byPlace.get(placeKey(network, where));
    return id === undefined ? undefined : this.required(id);
  }

  /** The direct conversations with a person on a network that have ended. */
  endedWith(network: NetworkName, person: PersonId): readonly ConversationId[] {
    return this.#ended.get(placeKey(network, { kind: "direct", person })) ?? [];
  }

  /** Those that others began and the user has done nothing in. */
  get unanswered(): number {
    return this.#unanswered.size;
  }

  /** How often since the start a stranger was not let in because there were too many of them. */
  get refused(): number {
    return this.#refused;
  }

  /** By the user: the conversation at that place, made when there is none. Never refused. */
  open(network: NetworkName, where: Where): Conversation {
    return this.answered((this.at(network, where) ?? this.#add(network, where)).id);
  }

  /** By a stranger; undefined, and counted, where too many are unanswered. The place of all is no stranger's to fill. */
  admit(network: NetworkName, where: Where): Conversation | undefined {
    const known = this.at(network, where);
    if (known !== undefined) return known;
    if (where.kind === "everyone" || this.unanswered < unansweredMax) return this.#add(network, where);
    this.#journal.record(() => this.#refused--);
    this.#refused++;
    return undefined;
  }

  /** By a file. Throws "conversations-full". */
  claim(network: NetworkName, where: Where): Conversation {
    const known = this.at(network, where);
    if (known !== undefined) return known;
    if (this.#conversations.size >= conversationsMax) {
      throw new KithError("conversations-full", { count: conversationsMax });
    }
    return this.#add(network, where);
  }

  /** The user does something in it. Throws "no-such-conversation". */
  answered(id: ConversationId): Conversation {
    const conversation = this.required(id);
    if (!this.#unanswered.has(id)) return conversation;
    this.#store.settings.put(`${answeredPrefix}${id}`, "");
    this.#answered.set(id, true);
    this.#unanswered.delete(id);
    return conversation;
  }

  #add(network: NetworkName, where: Where): Conversation {
    const added = this.#store.conversations.add({
      network,
      ...where,
      members: where.kind === "direct" ? this.#membersOf(network, where.person) : [],
      muted: false,
      pinned: false,
      draft: "",
      readUpTo: 0,
      unread: 0,
      newest: 0,
    });
    this.#note(added.id);
    this.#remember(added);
    return added;
  }

  change(conversation: Conversation): Conversation {
    this.#note(conversation.id);
    this.#put(conversation);
    return conversation;
  }

  /** The contact has said something. Who is in a room is its roster's to say; whoever speaks to everyone is there. */
  spoke(conversation: Conversation, contact: Contact): Conversation {
    if (conversation.kind === "room") {
      if (!this.#spoke.has(contact.id)) this.#store.settings.put(`${spokePrefix}${contact.id}`, "");
      this.#keepAuthor(contact);
      return conversation;
    }
    if (conversation.members.some((member) => member.contact === contact.id)) return conversation;
    this.#people.acquaint(contact.person);
    const members = [...conversation.members, { contact: contact.id, role: "member" as const }];
    return this.change({ ...conversation, members });
  }

  /** Exactly these contacts are in the room. */
  setMembers(room: ConversationId, contacts: readonly ContactId[]): void {
    const conversation = this.required(room);
    const ids = contacts.toSorted((a, b) => a - b);
    const before = conversation.members.map((member) => member.contact);
    if (ids.length === before.length && ids.every((id, i) => id === before[i])) return;
    for (const id of ids) this.#people.enteredRoom(id);
    for (const id of before) this.#people.leftRoom(id);
    this.change({ ...conversation, members: toMembers(ids) });
  }

  /** A person has a further contact: it belongs to their direct conversation on its network. */
  contactAdded(contact: Contact): void {
    const { network, person } = contact;
    const conversation = this.at(network, { kind: "direct", person });
    if (conversation === undefined) return;
    this.change({ ...conversation, members: this.#membersOf(network, person) });
  }

  /** `from` has become `into`: where both had a direct conversation, that of `into` goes on. */
  join(into: PersonId, from: PersonId): void {
    for (const conversation of this.all()) {
      if (conversation.person !== from) continue;
      const { network } = conversation;
      const ends = this.at(network, { kind: "direct", person: into }) !== undefined;
      this.#byPlace.delete(placeKey(network, { kind: "direct", person: from }));
      const members = ends ? [] : conversation.members;
      this.answered(conversation.id);
      this.#remember(this.change({ ...conversation, person: into, members }));
    }
    for (const contact of this.#people.contactsOf(into)) {
      this.contactAdded(contact);
      if (this.#spoke.has(contact.id)) this.#people.acquaint(into);
    }
  }

  beginTurn(): void {
    this.#changed.clear();
  }

  /** Writes what the turn has changed. */
  flush(work: Work): void {
    for (const [id, before] of this.#changed) {
      const conversation = this.#conversations.get(id);
      if (conversation === undefined || isSame(conversation, before)) continue;
      this.#store.conversations.change(conversation);
      work.tell({ kind: "conversation-changed", conversation: id });
    }
  }

  #membersOf(network: NetworkName, person: PersonId): Conversation["members"] {
    const contacts = this.#people.contactsOf(person).filter((contact) => contact.network === network);
    return toMembers(contacts.map((contact): ContactId => contact.id).toSorted((a, b) => a - b));
  }

  #keepAuthor({ id, person }: Contact): void {
    this.#spoke.set(id, true);
    this.#people.acquaint(person);
  }

  #note(id: ConversationId): void {
    if (!this.#changed.has(id)) this.#changed.set(id, this.#conversations.get(id));
  }

  #put(conversation: Conversation): void {
    const before = this.#unread;
    this.#journal.record(() => (this.#unread = before));
    this.#unread += conversation.unread - (this.#conversations.get(conversation.id)?.unread ?? 0);
    this.#conversations.set(conversation.id, conversation);
    const isAnswered = conversation.readUpTo > 0 || this.#answered.has(conversation.id);
    if (isAnswered) this.#unanswered.delete(conversation.id);
    else this.#unanswered.set(conversation.id, true);
  }

  #remember(conversation: Conversation): void {
    const { id, network } = conversation;
    this.#put(conversation);
    if (conversation.person !== undefined) this.#people.acquaint(conversation.person);
    for (const { contact } of conversation.members) {
      if (conversation.kind === "room") this.#people.enteredRoom(contact);
      else this.#people.acquaint(this.#people.contact(contact).person);
    }
    const key = placeKey(network, whereOf(conversation));
    if (conversation.kind !== "direct" || conversation.members.length > 0) this.#byPlace.set(key, id);
    else this.#ended.set(key, [...(this.#ended.get(key) ?? []), id]);
  }
}

function toMembers(contacts: readonly ContactId[]): Conversation["members"] {
  return contacts.map((contact) => ({ contact, role: "member" }));
}

function isSame(now: Conversation, before: Conversation | undefined): boolean {
  const fields = new Map<string, unknown>(Object.entries(now));
  const earlier = new Map<string, unknown>(Object.entries(before ?? {}));
  return fields.size === earlier.size && [...fields].every(([name, value]) => earlier.get(name) === value);
}

function whereOf({ kind, person, room }: Conversation): Where {
  switch (kind) {
    case "direct":
      return { kind, person: present(person, "the person of a direct conversation") };
    case "room":
      return { kind, room: present(room, "the name of a room") };
    case "everyone":
      return { kind };
  }
}

function placeKey(network: NetworkName, where: Where): string {
  switch (where.kind) {
    case "direct":
      return `${network} direct ${where.person}`;
    case "room":
      return `${network} room ${where.room}`;
    case "everyone":
      return `${network} everyone`;
  }
}
