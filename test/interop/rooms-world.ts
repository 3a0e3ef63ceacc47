/** Daemons of ours in one room with programs of others, on loopback addresses, behind a server that others wrote. */
import type { Client } from "../../src/api/client.ts";
import { present } from "../../src/base/assert.ts";
import { type NetworkName, toNetworkName } from "../../src/base/ids.ts";
import type { Habits } from "../../src/sim/rooms/original.ts";
import { DaemonWorld, until } from "../integration/daemon-world.ts";
import { OriginalHere } from "./original-here.ts";
import { OriginalRoomServer } from "./rooms-server.ts";

export const room = "lobby";
const port = 5_001;
/** No test takes longer; what hangs is told by what it waited for. */
const patienceMs = 20_000;

export interface Kith {
  readonly client: Client;
  readonly address: string;
}

export class RoomsWorld {
  readonly server: OriginalRoomServer;
  readonly #daemons: DaemonWorld;
  readonly #serverAddress: string;
  readonly #changes: Changes;

  private constructor(
    daemons: DaemonWorld,
    serverAddress: string,
    server: OriginalRoomServer,
    changes: Changes,
  ) {
    this.#daemons = daemons;
    this.#serverAddress = serverAddress;
    this.server = server;
    this.#changes = changes;
  }

  static async make(): Promise<RoomsWorld> {
    const daemons = await DaemonWorld.make();
    const changes = new Changes();
    const { address } = daemons.peer("server");
    const server = await OriginalRoomServer.start(address, () => changes.tell());
    daemons.atEnd(() => server.stop());
    return new RoomsWorld(daemons, address, server, changes);
  }

  /** A daemon of ours; it is in no room yet. */
  async kith(name: string): Promise<Kith> {
    const peer = this.#daemons.peer(name);
    const { client } = await this.#daemons.start(peer, { flags: { "networks.autoconnect": "" } });
    const kith = { client, address: peer.address };
    await this.connect(kith, "rooms", port);
    return kith;
  }

  /** A network of rooms by that name, with a port of its own. */
  async connect({ client, address }: Kith, called: string, ownPort: number): Promise<NetworkName> {
    const name = present(toNetworkName(called), "a network's name");
    const server = `${this.#serverAddress}:${this.server.port}`;
    await client.call("networks.connect", {
      kind: "rooms",
      name,
      settings: { server, address, port: ownPort },
    });
    return name;
  }

  /** One that is in the room. */
  async member(name: string): Promise<Kith> {
    const kith = await this.kith(name);
    await kith.client.call("rooms.join", { room });
    return kith;
  }

  /** A program of others, in the room. It ends with the world, or when it is told to. */
  async original(user: string, habits: Habits = {}, at?: string): Promise<OriginalHere> {
    const ip = at ?? this.#daemons.peer(user).address;
    const server = { host: this.#serverAddress, port: this.server.port };
    const original = new OriginalHere({ me: { user, ip, port }, server, room, habits }, () =>
      this.#changes.tell(),
    );
    this.#daemons.atEnd(() => original.end());
    await this.until(() => original.state.members.some((one) => one.user === user), `${user} in the room`);
    return original;
  }

  /** Looks again whenever something has arrived at a program of others. */
  async until(holds: () => boolean, what: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), patienceMs);
    });
    try {
      while (!holds()) await Promise.race([this.#changes.next, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  end(): Promise<void> {
    return this.#daemons.end();
  }
}

/** That something has arrived at a program of others. */
class Changes {
  #next = Promise.withResolvers<undefined>();

  get next(): Promise<undefined> {
    return this.#next.promise;
  }

  tell(): void {
    this.#next.resolve(undefined);
    this.#next = Promise.withResolvers();
  }
}

/** Until somebody is linked to it. */
export function connected({ client }: Kith): Promise<true> {
  return until(client, async () => {
    const { connected: isConnected } = await client.call("rooms.members", {});
    return isConnected ? true : undefined;
  });
}

/** What others have said in the room, with the names they said it under, oldest first. */
export async function shown({ client }: Kith): Promise<readonly string[]> {
  const { conversations } = await client.call("conversations.list", {});
  const conversation = conversations.find(({ kind }) => kind === "room");
  if (conversation === undefined) return [];
  const { messages } = await client.call("messages.page", { conversation: conversation.id, limit: 500 });
  return messages.flatMap(({ body, authorLabel, mine }) => {
    if (mine) return [];
    if (body.kind === "poke") return [`${authorLabel ?? ""} pokes`];
    return body.kind === "text" ? [`${authorLabel ?? ""}: ${body.text}`] : [];
  });
}

/** Once so many things were said. */
export function heard(kith: Kith, count: number): Promise<readonly string[]> {
  return until(kith.client, async () => {
    const said = await shown(kith);
    return said.length >= count ? said : undefined;
  });
}

export async function say({ client }: Kith, text: string): Promise<void> {
  const { conversations } = await client.call("conversations.list", {});
  const conversation = conversations.find(({ kind }) => kind === "room");
  if (conversation === undefined) throw new Error("in no room");
  await client.call("messages.send", { to: { conversation: conversation.id }, text, allowPlain: true });
}
