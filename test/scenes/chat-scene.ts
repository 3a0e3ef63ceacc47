/** One chat on a store in memory, with a clock that stands still until told: what tests of the core speak to. */
import type { NetworkName, PersonId, ConversationId, MessageId } from "../../src/base/ids.ts";
import { type Random, seededRandom } from "../../src/base/random.ts";
import { Chat } from "../../src/core/chat.ts";
import type { Command, CommandResults } from "../../src/core/commands.ts";
import type { Body, Conversation, Message, Person } from "../../src/core/model.ts";
import type {
  ContactFacts,
  DeliveryOutcome,
  NetworkEvent,
  NetworkTraits,
  Outgoing,
} from "../../src/core/ports/network.ts";
import type { CoreEffect, Item, Turn } from "../../src/core/turn.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";

export const lan = "lan" as NetworkName;
export const lab = "lab" as NetworkName;

export const lanTraits: NetworkTraits = {
  secrecy: "end-to-end",
  keepsForAbsent: false,
  textBytesMax: 32_000,
  asciiOnly: false,
  receipts: true,
  idsOnWire: true,
  carries: ["text", "action"],
  conversations: ["direct"],
  wholeRoom: false,
};

export const rooms = "rooms" as NetworkName;

/** Of a network whose rooms take a text as a whole, and which proves nothing of anybody. */
export const roomsTraits: NetworkTraits = {
  secrecy: "none",
  keepsForAbsent: false,
  textBytesMax: 1_000,
  asciiOnly: true,
  receipts: false,
  idsOnWire: true,
  carries: ["text", "action", "poke"],
  conversations: ["room"],
  wholeRoom: true,
};

export function keyed(name: string, key = name): ContactFacts {
  return { identity: `key:${key}`, keyed: true, name, secrecy: "end-to-end", address: "192.0.2.1" };
}

export function plain(name: string, identity = name, address = "192.0.2.1"): ContactFacts {
  return { identity: `name:${identity}`, keyed: false, name, secrecy: "none", address };
}

export function said(text: string): { readonly kind: "text"; readonly text: string } {
  return { kind: "text", text };
}

export class Scene {
  store: MemoryStore;
  chat: Chat;
  now = { wall: 1_795_273_805_680, mono: 1_000 };
  /** While true, no transaction can be committed. */
  diskFull = false;
  commits = 0;
  last: Turn;
  readonly random: Random;

  constructor(random: Random = seededRandom(1)) {
    this.random = random;
    this.store = this.#open();
    this.chat = new Chat({ store: this.store, random });
    this.last = this.chat.start(this.now);
    this.turn({ kind: "network-added", network: lan, traits: lanTraits });
    this.hear({ kind: "health", state: "up" });
  }

  /** As after a crash: all that is left is what was committed. No network is there yet. */
  restart(): Turn {
    this.store = this.#open();
    this.now = { wall: this.now.wall + 1_000, mono: 50 };
    this.chat = new Chat({ store: this.store, random: this.random });
    this.last = this.chat.start(this.now);
    return this.last;
  }

  turn(...items: readonly Item[]): Turn {
    this.last = this.chat.turn(items, this.now);
    return this.last;
  }

  pass(ms: number): Turn {
    this.now = { wall: this.now.wall + ms, mono: this.now.mono + ms };
    return this.turn({ kind: "wake" });
  }

  hear(event: NetworkEvent, network = lan): Turn {
    return this.turn({ kind: "network", network, event });
  }

  /** The answer of a command that succeeds; throws what it is refused with. */
  do<Kind extends Command["kind"]>(command: Command & { readonly kind: Kind }): CommandResults[Kind] {
    const [reply] = this.turn({ kind: "command", number: 1, command }).replies;
    if (reply?.result.ok !== true) throw reply?.result.problem ?? new Error("no reply");
    return reply.result.value as CommandResults[Kind];
  }

  /** A network with rooms is there, and up. */
  addRooms(): void {
    this.turn({ kind: "network-added", network: rooms, traits: roomsTraits });
    this.hear({ kind: "health", state: "up" }, rooms);
  }

  /** I am in the room with these; somebody is linked unless said otherwise. */
  inRoom(members: readonly ContactFacts[], connected = members.length > 0, room = "garden"): Conversation {
    this.hear({ kind: "roster", room, members, connected }, rooms);
    const view = this.chat.queries.room(rooms, room);
    if (view === undefined) throw new Error(`nothing is known of the room ${room}`);
    return view.conversation;
  }

  spoken(from: ContactFacts, body: Body, wireId?: string): Turn {
    const place = { kind: "room" as const, room: "garden" };
    const event = { kind: "messageArrived" as const, from, place, body, secrecy: from.secrecy };
    return this.hear(wireId === undefined ? event : { ...event, wireId }, rooms);
  }

  seen(contact: ContactFacts, network = lan): Person {
    this.hear({ kind: "personSeen", contact, availability: "available" }, network);
    return this.personOf(contact, network);
  }

  gone(contact: ContactFacts): Turn {
    return this.hear({ kind: "personGone", identity: contact.identity, lastSeenAt: this.now.wall });
  }

  arrived(from: ContactFacts, text: string, wireId?: string): Turn {
    const place = { kind: "direct" as const, identity: from.identity };
    const event = { kind: "messageArrived" as const, from, place, body: said(text), secrecy: from.secrecy };
    return this.hear(wireId === undefined ? event : { ...event, wireId });
  }

  delivery(message: MessageId, recipient: ContactFacts, outcome: DeliveryOutcome): Turn {
    return this.hear({ kind: "delivery", message, recipient: recipient.identity, outcome });
  }

  personOf({ identity }: ContactFacts, network = lan): Person {
    const view = this.chat.queries
      .people()
      .find(({ contacts }) => contacts.some((one) => one.identity === identity && one.network === network));
    if (view === undefined) throw new Error(`nobody is known as ${identity}`);
    return view.person;
  }

  talkTo(person: PersonId): Conversation {
    return this.do({ kind: "open-conversation", person });
  }

  send(conversation: ConversationId, text: string): Message {
    return this.do({ kind: "send-message", conversation, body: said(text) });
  }

  delivered(message: MessageId) {
    return this.chat.queries.message(message)?.deliveries[0];
  }

  /** What a conversation shows: texts, and the codes of notices. */
  shown(conversation: ConversationId): readonly string[] {
    const page = this.chat.queries.page({ conversation, from: { kind: "newest" }, limit: 1_000 });
    return page.map(({ message: { body } }) => {
      if (body.kind === "text") return body.text;
      return body.kind === "system" ? `(${body.notice.code})` : `(${body.kind})`;
    });
  }

  #open(): MemoryStore {
    const commit = () => {
      if (this.diskFull) throw new Error("the disk is full");
      this.commits++;
    };
    const before = this.store as MemoryStore | undefined;
    return new MemoryStore(before === undefined ? { commit } : { from: before.durable(), commit });
  }
}

export function sends(turn: Turn): readonly Outgoing[] {
  return turn.effects.flatMap((effect) => (effect.kind === "send" ? [effect.outgoing] : []));
}

export function acknowledged(turn: Turn): readonly CoreEffect[] {
  return turn.effects.filter((effect) => effect.kind === "acknowledge");
}

/** The code of the KithError that the work is refused with; undefined when it is not. */
export function refusal(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}
