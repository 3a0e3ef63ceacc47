/** Real programs as people run them: a room server and daemons with profiles of their own, each on a loopback address. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Client } from "../../../src/api/client.ts";
import type { Message } from "../../../src/api/records.ts";
import { connectLocally } from "../../../src/api/node/local-socket.ts";
import { foldersOf } from "../../../src/daemon/folders.ts";

const kith = fileURLToPath(new URL("../../../kith", import.meta.url));
const room = "lobby";
const port = 5_001;
const pageMax = 500;

/** What somebody says of the links in the room: whom, by address. */
export interface View {
  readonly own: string;
  readonly links: readonly string[];
}

export class Household {
  readonly #folder: string;
  readonly #network: string;
  readonly #members: Member[] = [];
  readonly #server: Running;

  private constructor(folder: string, network: string, server: Running) {
    this.#folder = folder;
    this.#network = network;
    this.#server = server;
  }

  static async make(): Promise<Household> {
    // A network of our own on loopback: tests of several checkouts on one machine do not meet.
    const network = `127.${[process.pid, Date.now()].map((number) => (number % 250) + 1).join(".")}`;
    const folder = await mkdtemp(join(tmpdir(), "kith-rooms-"));
    const words = ["serve", "rooms", "--address", `${network}.1`, "--port", "0", "--json"];
    return new Household(folder, network, await Running.ready(words));
  }

  /** Somebody who has joined the room. */
  async member(name: string): Promise<Member> {
    const address = `${this.#network}.${this.#members.length + 2}`;
    const member = new Member(name, join(this.#folder, name));
    this.#members.push(member);
    await member.start();
    const server = `server=${this.#network}.1:${String(this.#server.told["port"])}`;
    await member.run("network", "connect", "rooms", server, `address=${address}`, `port=${port}`);
    await member.run("rooms", "join", room);
    return member;
  }

  async end(): Promise<void> {
    await Promise.all([...this.#members, this.#server].map((one) => one.kill()));
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A daemon in a process of its own, and what can be asked of it. */
export class Member {
  readonly name: string;
  readonly #home: string;
  #daemon: Running | undefined;
  #client: Client | undefined;

  constructor(name: string, home: string) {
    this.name = name;
    this.#home = home;
  }

  get isAlive(): boolean {
    return this.#daemon !== undefined;
  }

  /** The LAN is left alone: nothing is ever announced. */
  async start(): Promise<void> {
    const settings = ["--set", "networks.autoconnect=", "--set", `profile.name=${this.name}`];
    this.#daemon = await Running.ready(["daemon", "--json", "--home", this.#home, ...settings]);
    this.#client = await connectLocally(foldersOf({ home: this.#home }, process.env).socket);
  }

  async kill(): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    await daemon?.kill();
  }

  /** By the command line. */
  async run(...words: readonly string[]): Promise<void> {
    const child = spawn(kith, [...words, "--no-start", "--home", this.#home], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    await once(child, "exit");
    if (child.exitCode !== 0) throw new Error(`kith ${words.join(" ")}: exit ${String(child.exitCode)}`);
  }

  /** Undefined as long as it is in no room. */
  async view(): Promise<View | undefined> {
    const { conversations } = await this.#called.call("conversations.list", {});
    const isIn = conversations.some(({ kind, standing }) => kind === "room" && standing !== "out");
    if (!isIn) return undefined;
    const { members } = await this.#called.call("rooms.members", {});
    const own = members.find(({ me }) => me)?.address;
    const links = members.flatMap(({ link, address }) => (link === "none" ? [] : [address]));
    return own === undefined ? undefined : { own, links };
  }

  async say(text: string): Promise<void> {
    await this.#called.call("messages.send", { to: { conversation: await this.#room() }, text });
  }

  /** The newest that stand in its history, whoever said them. */
  async texts(): Promise<readonly string[]> {
    return textsIn(await this.#page({}));
  }

  /** All of its history, the newest page first. */
  async allTexts(): Promise<readonly string[]> {
    const texts: string[] = [];
    for (let page = await this.#page({}); page.length > 0;) {
      texts.push(...textsIn(page));
      page = await this.#page({ before: Math.min(...page.map(({ arrived }) => arrived)) });
    }
    return texts;
  }

  async #page(where: { readonly before?: number }): Promise<readonly Message[]> {
    const conversation = await this.#room();
    return (await this.#called.call("messages.page", { conversation, limit: pageMax, ...where })).messages;
  }

  async #room() {
    const { conversations } = await this.#called.call("conversations.list", {});
    const conversation = conversations.find(({ kind }) => kind === "room");
    if (conversation === undefined) throw new Error(`${this.name} was never in the room`);
    return conversation.id;
  }

  get #called(): Client {
    if (this.#client === undefined) throw new Error(`nobody listens for ${this.name}`);
    return this.#client;
  }
}

function textsIn(messages: readonly Message[]): readonly string[] {
  return messages.flatMap(({ body }) => (body.kind === "text" ? [body.text] : []));
}

/** A program that has said that it is ready. */
class Running {
  readonly #child: ChildProcess;
  /** What it said then. */
  readonly told: Readonly<Record<string, unknown>>;

  private constructor(child: ChildProcess, told: Readonly<Record<string, unknown>>) {
    this.#child = child;
    this.told = told;
  }

  static async ready(words: readonly string[]): Promise<Running> {
    const child = spawn(kith, words, { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: child.stdout })) {
      const told = JSON.parse(line) as Readonly<Record<string, unknown>>;
      if (told["event"] !== "ready") continue;
      child.stdout.resume();
      return new Running(child, told);
    }
    throw new Error(`kith ${words.join(" ")} has ended`);
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }
}
