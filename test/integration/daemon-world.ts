/** Daemons for tests: each in a folder and on a loopback address of its own, all ended when the test ends. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Client, News } from "../../src/api/client.ts";
import { connectLocally } from "../../src/api/node/local-socket.ts";
import type { Message } from "../../src/api/records.ts";
import { startDaemon } from "../../src/daemon/daemon.ts";
import type { Daemon } from "../../src/daemon/daemon.ts";
import { foldersOf } from "../../src/daemon/folders.ts";
import { spawnDaemon } from "../../src/daemon/spawn.ts";

const launch = {
  program: fileURLToPath(new URL("../../src/bin/kith.ts", import.meta.url)),
  word: "background-daemon",
};

export interface Peer {
  readonly home: string;
  readonly address: string;
  /** Where a peer of the same world announces itself. */
  readonly targets: readonly string[];
}

export interface Running {
  readonly daemon: Daemon;
  readonly client: Client;
}

export interface Options {
  readonly passphrase?: string;
  readonly flags?: Readonly<Record<string, string>>;
}

export class DaemonWorld {
  readonly #addresses: readonly string[];
  readonly #endings: (() => unknown)[] = [];
  #folder = "";
  #made = 0;

  private constructor() {
    // A network of our own on loopback: tests of several checkouts on one machine do not meet.
    const network = [process.pid, Date.now()].map((number) => (number % 250) + 1).join(".");
    this.#addresses = Array.from({ length: 4 }, (_, i) => `127.${network}.${i + 1}`);
  }

  static async make(): Promise<DaemonWorld> {
    const world = new DaemonWorld();
    world.#folder = await mkdtemp(join(tmpdir(), "kith-daemon-"));
    return world;
  }

  get folder(): string {
    return this.#folder;
  }

  peer(name: string, home = join(this.#folder, name)): Peer {
    const address = this.#addresses[this.#made++] ?? "";
    return { home, address, targets: this.#addresses.filter((other) => other !== address) };
  }

  /** In this process, and connected to. */
  async start(peer: Peer, { passphrase, flags }: Options = {}): Promise<Running> {
    const daemon = await startDaemon(
      { home: peer.home },
      { version: "test", passphrase, environment: {}, flags: { ...flagsOf(peer), ...flags } },
    );
    this.atEnd(async () => stop(daemon));
    return { daemon, client: await this.connect(peer) };
  }

  /** In a process of its own; its number. */
  async spawn(
    peer: Peer,
    { passphrase, flags }: Options = {},
  ): Promise<{ readonly pid: number; readonly client: Client }> {
    const order = {
      where: { home: peer.home },
      set: { ...flagsOf(peer), ...flags },
      ...(passphrase !== undefined && { passphrase }),
    };
    await spawnDaemon(launch, order, process.env);
    const client = await this.connect(peer);
    const { pid } = await client.call("system.status", {});
    this.atEnd(() => kill(pid));
    return { pid, client };
  }

  async connect(peer: Peer): Promise<Client> {
    const client = await connectLocally(foldersOf({ home: peer.home }, {}).socket);
    if (client === undefined) throw new Error(`nobody listens for ${peer.home}`);
    return client;
  }

  atEnd(ending: () => unknown): void {
    this.#endings.push(ending);
  }

  async end(): Promise<void> {
    for (const ending of this.#endings.reverse()) await ending();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

export async function stop(daemon: Daemon): Promise<void> {
  daemon.stop();
  await daemon.ended.catch(() => undefined); // the test that broke it has looked at it
}

export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended already, which was wanted
  }
}

function flagsOf({ home, address, targets }: Peer): Readonly<Record<string, string>> {
  const name = home.slice(home.lastIndexOf("/") + 1);
  return { "profile.name": name, "lan.address": address, "lan.targets": targets.join(",") };
}

/** Asks again at every event, and never by the clock, until the answer is not undefined. */
export async function until<Value>(client: Client, ask: () => Promise<Value | undefined>): Promise<Value> {
  const heard = listen(client);
  await heard.begun;
  for (;;) {
    const next = heard.next();
    const value = await ask();
    if (value !== undefined) return value;
    await next;
  }
}

const listeners = new WeakMap<Client, { begun: Promise<unknown>; next: () => Promise<News> }>();

/** Once a client. */
export function listen(client: Client): {
  readonly begun: Promise<unknown>;
  readonly next: () => Promise<News>;
} {
  const known = listeners.get(client);
  if (known !== undefined) return known;
  let waiting = Promise.withResolvers<News>();
  const begun = client.follow(undefined, (news) => {
    waiting.resolve(news);
    waiting = Promise.withResolvers();
  });
  const made = { begun, next: () => waiting.promise };
  listeners.set(client, made);
  return made;
}

/** When the person of that name is there. */
export async function online(client: Client, name: string): Promise<void> {
  await until(client, async () => {
    const { people } = await client.call("people.find", { who: name });
    return people.some((person) => person.online) ? true : undefined;
  });
}

/** The message once it is delivered. */
export function delivered(client: Client, { id }: Message): Promise<Message> {
  return until(client, async () => {
    const message = await client.call("messages.get", { message: id });
    return message.deliveries.every(({ state }) => state === "delivered") ? message : undefined;
  });
}

/** Every message, each in its latest state: what changes while it is read comes again. */
export async function history(client: Client): Promise<readonly Message[]> {
  const kept = new Map<string, Message>();
  for (let after = 0; ;) {
    const { messages, next } = await client.call("messages.since", { after, limit: 500 });
    for (const message of messages) kept.set(message.id, message);
    if (messages.length === 0) return [...kept.values()];
    after = next;
  }
}

/** The texts of the conversation with that person, oldest first. */
export async function textsWith(client: Client, name: string): Promise<readonly string[]> {
  const { conversations } = await client.call("conversations.list", {});
  const conversation = conversations.find(({ title }) => title === name);
  if (conversation === undefined) return [];
  const { messages } = await client.call("messages.page", { conversation: conversation.id, limit: 500 });
  return messages.flatMap(({ body }) => (body.kind === "text" ? [body.text] : []));
}
