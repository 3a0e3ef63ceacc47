/** All that can be read of the chat. Questions go to memory and store directly, between turns: never half a batch. */
import type { ContactId, ConversationId, MessageId, NetworkName, PersonId } from "../base/ids.ts";
import type { Conversations } from "./conversations/conversations.ts";
import { leastSecrecy, type Recipients } from "./messages/recipients.ts";
import type { Imported } from "./imported.ts";
import type { Outbox } from "./messages/outbox.ts";
import type { Pokes } from "./messages/pokes.ts";
import type {
  Contact,
  Conversation,
  Delivery,
  Message,
  Person,
  Presence,
  RoomStanding,
  Secrecy,
} from "./model.ts";
import type { KnownNetwork, Networks } from "./networks.ts";
import type { People } from "./people/people.ts";
import type { Presences } from "./people/presences.ts";
import { numberIn, type WhoIs, whoIsMeant } from "./people/who-is.ts";
import type { Me } from "./ports/network.ts";
import type { PageQuery, SearchQuery, Store } from "./ports/store.ts";
import type { Profile } from "./profile.ts";
import type { RoomNotes } from "./rooms/room-notes.ts";
import type { Rosters } from "./rooms/rosters.ts";

export interface PersonView {
  readonly person: Person;
  /** In the order in which they became known. */
  readonly contacts: readonly Contact[];
  readonly presence: Presence;
}

export interface ConversationView {
  readonly conversation: Conversation;
  /** The person's label, the room's name, or the network's name where everyone is meant. Untrusted text. */
  readonly title: string;
  /** That the next message would have. */
  readonly secrecy: Secrecy;
  /** Of a room. */
  readonly standing?: RoomStanding;
  readonly last?: Message;
}

export interface MessageView {
  readonly message: Message;
  /** Of mine: what became of it at each recipient; what waits says what for. */
  readonly deliveries: readonly Delivery[];
}

export interface QueryParts {
  readonly store: Store;
  readonly people: People;
  readonly presences: Presences;
  readonly networks: Networks;
  readonly conversations: Conversations;
  readonly recipients: Recipients;
  readonly outbox: Outbox;
  readonly profile: Profile;
  readonly imported: Imported;
  readonly rosters: Rosters;
  readonly roomNotes: RoomNotes;
  readonly pokes: Pokes;
}

export class Queries {
  readonly #parts: QueryParts;

  constructor(parts: QueryParts) {
    this.#parts = parts;
  }

  /** My name (empty until one was given) and availability. */
  profile(): Me {
    return this.#parts.profile.me();
  }

  /** Settings of the daemon's own whose keys begin with `prefix`, sorted. */
  settings(prefix: string): readonly (readonly [key: string, value: string])[] {
    return this.#parts.profile.settings(prefix);
  }

  /** Everybody, in the order of their numbers. */
  people(): readonly PersonView[] {
    return this.#parts.people.all().map((person) => this.#viewOf(person));
  }

  person(id: PersonId): PersonView | undefined {
    const person = this.#parts.people.get(id);
    return person === undefined ? undefined : this.#viewOf(person);
  }

  /** Whose contact it is. */
  personOf(contact: ContactId): Person {
    return this.#parts.people.required(this.#parts.people.contact(contact).person);
  }

  /** Whom a name means: a label, a given name, a name on a wire, ignoring case; or a number as "#12". Never a guess. */
  whoIs(name: string): WhoIs {
    const { people } = this.#parts;
    const candidates = people.knownBy(name);
    const number = numberIn(name);
    const numbered = number === undefined ? undefined : people.all().find((person) => person.id === number);
    if (candidates.length === 0 && numbered !== undefined) return { kind: "one", person: numbered };
    return whoIsMeant(name, candidates);
  }

  /** In the order of their ids. */
  conversations(): readonly ConversationView[] {
    return this.#conversationViews(this.#parts.conversations.all());
  }

  /** The one with the newest message first: so that a list of thousands can be read some at a time. */
  conversationIds(): readonly ConversationId[] {
    const newestFirst = this.#parts.conversations.all().toSorted((a, b) => b.newest - a.newest);
    return newestFirst.map(({ id }) => id);
  }

  /** In the order of `ids`; those that do not exist are left out. */
  conversationsOf(ids: readonly ConversationId[]): readonly ConversationView[] {
    return this.#conversationViews(ids.flatMap((id) => this.#parts.conversations.get(id) ?? []));
  }

  conversation(id: ConversationId): ConversationView | undefined {
    return this.conversationsOf([id])[0];
  }

  /** Messages of others in all conversations that have not been read. */
  unread(): number {
    return this.#parts.conversations.unread;
  }

  /** Conversations that others began and I did nothing in, and how often since the start one more was refused. */
  strangers(): { readonly unanswered: number; readonly refused: number } {
    const { unanswered, refused } = this.#parts.conversations;
    return { unanswered, refused };
  }

  /** What it is called. Untrusted text. */
  titleOf(id: ConversationId): string {
    return this.#titleOf(this.#parts.conversations.required(id));
  }

  /** Where it is had. */
  networkOf(id: ConversationId): NetworkName {
    return this.#parts.conversations.required(id).network;
  }

  /** The conversation that is had in a room. */
  room(network: NetworkName, room: string): ConversationView | undefined {
    const conversation = this.#parts.conversations.at(network, { kind: "room", room });
    return conversation === undefined ? undefined : this.conversation(conversation.id);
  }

  /** By whom somebody is known here whom a network names. */
  contactAt(network: NetworkName, identity: string): Contact | undefined {
    return this.#parts.people.contactAt(network, identity);
  }

  /** What others did in rooms and was not noted, since it was too much of it, since the start. */
  unsaid(): { readonly notices: number; readonly pokes: number } {
    return { notices: this.#parts.roomNotes.unsaid, pokes: this.#parts.pokes.refused };
  }

  message(id: MessageId): MessageView | undefined {
    const message = this.#parts.store.messages.get(id);
    return message === undefined ? undefined : this.#withDeliveries([message])[0];
  }

  /** The message whose `arrived` it is. */
  numbered(arrived: number): MessageView | undefined {
    return this.#withDeliveries(this.#parts.store.messages.at([arrived]))[0];
  }

  /** A stretch of a conversation, oldest first. */
  page(query: PageQuery): readonly MessageView[] {
    return this.#withDeliveries(this.#parts.store.messages.page(query));
  }

  /** Messages whose `changed` is greater than `after`, by `changed`, each in its present state. */
  since(after: number, limit: number): readonly MessageView[] {
    return this.#withDeliveries(this.#parts.store.messages.since(after, limit));
  }

  /** Newest first. */
  search(query: SearchQuery): readonly MessageView[] {
    return this.#withDeliveries(this.#parts.store.search.find(query));
  }

  /** The last number given out as `arrived` or `changed`, 0 for none. */
  lastNumber(): number {
    return this.#parts.store.messages.lastNumber();
  }

  /** Whether the message of that number came with an import, and was not said here. Forgets those of long ago. */
  wasImported(arrived: number): boolean {
    return this.#parts.imported.has(arrived);
  }

  /** Those that run, by name, with their traits and health as they last reported it. */
  networks(): readonly KnownNetwork[] {
    return this.#parts.networks.all();
  }

  /** People who are there now. */
  onlineOn(network: NetworkName): number {
    return this.#parts.presences.onlineOn(network);
  }

  /** Deliveries that are not settled. */
  outboxSize(): number {
    return this.#parts.outbox.size;
  }

  #viewOf(person: Person): PersonView {
    const { people, presences } = this.#parts;
    return { person, contacts: people.contactsOf(person.id), presence: presences.ofPerson(person.id) };
  }

  #conversationViews(conversations: readonly Conversation[]): readonly ConversationView[] {
    const newest = this.#parts.store.messages.at(conversations.map((conversation) => conversation.newest));
    const last = new Map(newest.map((message) => [message.arrived, message]));
    return conversations.map((conversation) => {
      const message = last.get(conversation.newest);
      return {
        conversation,
        title: this.#titleOf(conversation),
        secrecy: leastSecrecy(this.#parts.recipients.of(conversation)),
        ...(conversation.kind === "room" ? { standing: this.#parts.rosters.standing(conversation.id) } : {}),
        ...(message === undefined ? {} : { last: message }),
      };
    });
  }

  #titleOf({ person, room, network }: Conversation): string {
    if (person !== undefined) return this.#parts.people.required(person).label;
    return room ?? network;
  }

  #withDeliveries(messages: readonly Message[]): readonly MessageView[] {
    const mine = messages.filter((message) => message.mine).map((message) => message.id);
    const deliveries = mine.length === 0 ? [] : this.#parts.store.deliveries.of(mine);
    const byMessage = Map.groupBy(deliveries, (delivery) => delivery.message);
    return messages.map((message) => ({
      message,
      deliveries: (byMessage.get(message.id) ?? []).map((delivery) => this.#parts.outbox.explained(delivery)),
    }));
  }
}
