/** Several chats joined by networks in memory, with crashes, full disks and losses: for tests of what must always hold. */
import type { NetworkName, PersonId } from "../../src/base/ids.ts";
import { type Random, seededRandom } from "../../src/base/random.ts";
import { Chat } from "../../src/core/chat.ts";
import type { Command } from "../../src/core/commands.ts";
import type { Message } from "../../src/core/model.ts";
import type { Network } from "../../src/core/ports/network.ts";
import type { CoreEffect, Item, Turn } from "../../src/core/turn.ts";
import { MemoryHub } from "../../src/networks/memory/memory-network.ts";
import { MemoryRooms } from "../../src/networks/memory/memory-rooms.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";

const memory = "memory" as NetworkName;

/** What joins the chats. */
export interface Wire {
  /** What begins an identity. */
  readonly scheme: string;
  join(identity: string): Network;
  deliver(lost?: () => boolean): void;
  /** What was not confirmed by now will not be. */
  timeOut(): void;
}

export function hubWire(keyed: boolean, wall: () => number): Wire {
  const hub = new MemoryHub({ keyed, wall });
  return {
    scheme: keyed ? "key" : "name",
    join: (identity) => hub.join({ identity, network: memory }),
    deliver: (lost) => hub.deliver(lost),
    timeOut: () => hub.timeOut(),
  };
}

/** All are in one room, and enter it again after a crash. */
export function roomsWire(): Wire {
  const server = new MemoryRooms();
  return {
    scheme: "name",
    join: (identity) => {
      const network = server.guest(memory);
      network.rooms?.user(identity.slice("name:".length));
      return network;
    },
    deliver: (lost) => server.deliver(lost),
    timeOut: () => undefined, // nothing on this wire is confirmed
  };
}

const room = "garden";

export type Mishap = "none" | "disk-full" | "crash-before-effects";

/** One person's computer. */
export class Host {
  readonly name: string;
  readonly identity: string;
  readonly #world: ChatWorld;
  readonly #random: Random;
  #store: MemoryStore;
  #network: Network;
  #waiting: Item[] = [];
  #diskFull = false;
  #commands = 0;
  chat: Chat;
  /** Texts whose sending was answered with success. */
  readonly promised: string[] = [];

  constructor(world: ChatWorld, name: string, seed: number) {
    this.name = name;
    this.identity = `${world.wire.scheme}:${name}`;
    this.#world = world;
    this.#random = seededRandom(seed);
    this.#store = this.#open();
    this.chat = this.#newChat();
    this.#network = this.#join();
    this.ask({ kind: "set-name", name });
  }

  get store(): MemoryStore {
    return this.#store;
  }

  /** The command waits for the next turn. */
  ask(command: Command): void {
    this.#waiting.push({ kind: "command", number: ++this.#commands, command });
  }

  say(to: string, text: string): void {
    const view = this.chat.queries
      .people()
      .find(({ contacts }) => contacts.some(({ identity }) => identity === to));
    if (view === undefined) return;
    this.ask({ kind: "open-conversation", person: view.person.id });
    this.turn("none");
    const conversation = this.#directWith(view.person.id);
    if (conversation === undefined) return;
    this.ask({ kind: "send-message", conversation, body: { kind: "text", text }, allowPlain: true });
  }

  /** To all who are in the room. */
  sayInRoom(text: string): void {
    const conversation = this.chat.queries.room(memory, room)?.conversation.id;
    if (conversation === undefined) return;
    this.ask({ kind: "send-message", conversation, body: { kind: "text", text } });
  }

  /** In the room, with others. */
  get isConnected(): boolean {
    return this.chat.queries.room(memory, room)?.standing === "connected";
  }

  /** Leaves the room, or enters it again. */
  comeOrGo(): void {
    const { rooms } = this.#network;
    if (rooms?.state().joined.length === 0) void rooms.join(room);
    else void rooms?.leave();
  }

  turn(mishap: Mishap, itemsMax = Infinity): void {
    this.#diskFull = mishap === "disk-full";
    const batch = this.#waiting.splice(0, itemsMax);
    const turn = this.chat.turn(batch, this.#world.now);
    this.#diskFull = false;
    if (mishap === "disk-full") return;
    this.#hear(batch, turn);
    if (mishap === "crash-before-effects") this.crash();
    else for (const effect of turn.effects) this.#carryOut(effect);
  }

  crash(): void {
    void this.#network.stop();
    this.#waiting = [];
    this.#store = this.#open();
    this.chat = this.#newChat();
    this.#network = this.#join();
  }

  /** Everything of others that is stored, by author and text. */
  history(): readonly Message[] {
    return this.chat.queries.since(0, 100_000).map((view) => view.message);
  }

  #directWith(person: PersonId) {
    return this.chat.queries.conversations().find(({ conversation }) => conversation.person === person)
      ?.conversation.id;
  }

  #hear(batch: readonly Item[], turn: Turn): void {
    if (turn.troubles.length > 0) throw turn.troubles[0];
    for (const { number, result } of turn.replies) {
      const item = batch.find((one) => one.kind === "command" && one.number === number);
      if (item?.kind !== "command" || item.command.kind !== "send-message" || !result.ok) continue;
      this.promised.push(item.command.body.text);
    }
  }

  #carryOut(effect: CoreEffect): void {
    if (effect.kind === "send") this.#network.send(effect.outgoing);
    else if (effect.kind === "acknowledge") this.#network.acknowledge(effect.receipt);
    else this.#network.present(effect.me);
  }

  #open(): MemoryStore {
    const commit = () => {
      if (this.#diskFull) throw new Error("the disk is full");
    };
    const before = this.#store as MemoryStore | undefined;
    return new MemoryStore(before === undefined ? { commit } : { from: before.durable(), commit });
  }

  #newChat(): Chat {
    const chat = new Chat({ store: this.#store, random: this.#random });
    chat.start(this.#world.now);
    return chat;
  }

  #join(): Network {
    const network = this.#world.wire.join(this.identity);
    this.#waiting.push({ kind: "network-added", network: memory, traits: network.traits });
    network.present(this.chat.queries.profile());
    void network.start((event) => this.#waiting.push({ kind: "network", network: memory, event }));
    void network.rooms?.join(room);
    return network;
  }
}

export class ChatWorld {
  now = { wall: 1_795_273_805_680, mono: 0 };
  readonly wire: Wire;
  readonly hosts: readonly Host[];

  constructor(names: readonly string[], makeWire: (wall: () => number) => Wire) {
    this.wire = makeWire(() => this.now.wall);
    this.hosts = names.map((name, i) => new Host(this, name, i + 1));
    this.settle();
  }

  pass(ms: number): void {
    this.now = { wall: this.now.wall + ms, mono: this.now.mono + ms };
  }

  /** No more mishaps, and time enough: everything that can arrive does. */
  settle(): void {
    for (let round = 0; round < 12; round++) {
      for (const host of this.hosts) host.turn("none");
      this.wire.deliver();
      for (const host of this.hosts) host.turn("none");
      this.wire.deliver();
      this.wire.timeOut();
      this.pass(310_000);
    }
  }
}
