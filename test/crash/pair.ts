/** Alice, whose daemon stays, and bob, whose daemon is killed again and again while they talk; and what must hold. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { KithError } from "../../src/base/errors.ts";
import type { Client } from "../../src/api/client.ts";
import type { Message } from "../../src/api/records.ts";
import type { Availability } from "../../src/core/model.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { history, online, until } from "../integration/daemon-world.ts";
import type { DaemonWorld, Peer, Running } from "../integration/daemon-world.ts";
import type { Failpoint } from "./failpoints.ts";

const victim = join(import.meta.dirname, "victim-process.ts");
/** Of each of the two, each round. */
const textsPerRound = 3;

/** How bob's daemon ends: by itself at the n-th passing of a place, or from outside after so many events. */
export type Blow =
  { readonly point: Failpoint; readonly passings: number } | { readonly afterEvents: number };

/** A daemon of bob's from its start on. */
interface Life {
  readonly process: ChildProcess;
  readonly ended: Promise<"ended">;
  readonly client: Client;
}

interface Said {
  readonly text: string;
  /** Absent where the daemon died before it answered: it may have been stored or not. */
  readonly message?: Message;
}

/** A text of the history, and whether all its recipients have confirmed it. */
interface Kept {
  readonly text: string;
  readonly mine: boolean;
  readonly delivered: boolean;
}

export class Pair {
  readonly #world: DaemonWorld;
  readonly #alice: Running;
  readonly #bob: Peer;
  readonly #said = { alice: [] as Said[], bob: [] as Said[] };
  /** Bob's availability as it was answered last, and as it was asked for since. */
  #availabilities: readonly Availability[] = [];
  #events = 0;
  #numbered = 0;
  #blow: (() => void) | undefined;
  /** Blows that the daemon had not come to when everything was delivered. */
  unreached = 0;
  /** From the start of the process until faces can connect. */
  readonly startMs: number[] = [];

  private constructor(world: DaemonWorld, alice: Running, bob: Peer) {
    this.#world = world;
    this.#alice = alice;
    this.#bob = bob;
  }

  /** They have met, and each has written once. */
  static async meet(world: DaemonWorld): Promise<Pair> {
    const peers = { alice: world.peer("alice"), bob: world.peer("bob") };
    const pair = new Pair(world, await world.start(peers.alice), peers.bob);
    const life = await pair.#start();
    if (life === undefined) throw new Error("bob's daemon does not start");
    await online(pair.#alice.client, "bob");
    await online(life.client, "alice");
    await pair.#live(life);
    await pair.#kill(life);
    return pair;
  }

  /** Both write, bob's daemon dies; what it leaves behind on the disk is judged. What does not hold is told. */
  async round(blow: Blow): Promise<readonly string[]> {
    const life = await this.#start(blow);
    if (life !== undefined) {
      this.#events = 0;
      this.#blow = () => {
        if ("afterEvents" in blow && this.#events >= blow.afterEvents) life.process.kill("SIGKILL");
      };
      this.#blow();
      await this.#live(life);
      this.#blow = undefined;
      if (lives(life)) this.unreached++;
      await this.#kill(life);
    }
    const { kept, availability } = this.#bobsDisk();
    const forgotten = this.#availabilities.every((one) => one !== availability);
    return [
      ...(forgotten ? [`bob is ${availability}, not ${this.#availabilities.join(" or ")}`] : []),
      ...this.#judge(kept, await keptBy(this.#alice.client)),
    ];
  }

  /** Bob's daemon starts once more and may live: everything arrives, once. What does not hold is told. */
  async settle(): Promise<readonly string[]> {
    const life = await this.#start();
    if (life === undefined) return ["bob's daemon does not start any more"];
    await Promise.race([this.#quiet(life), life.ended]);
    const [alices, bobs] = [await keptBy(this.#alice.client), await keptBy(life.client)];
    await life.client.call("system.stop", {}); // the chat log follows a moment later, or now
    await life.ended;
    const log = readFileSync(join(this.#bob.home, "chat-log.txt"), "utf8");
    const logged = log.split("\n").map((line) => line.split("\t")[3]);
    return [
      ...this.#judge(bobs, alices),
      ...unticked("bob", bobs),
      ...unticked("alice", alices),
      ...differences("alice's history", textsOf(alices), "bob's", textsOf(bobs)),
      ...differences(
        "bob's chat log",
        logged.filter((text) => text !== undefined),
        "his history",
        textsOf(bobs),
      ),
    ];
  }

  #judge(bobs: readonly Kept[], alices: readonly Kept[]): readonly string[] {
    return [
      ...repeated("bob", bobs),
      ...repeated("alice", alices),
      ...lost("bob", this.#said.bob, bobs),
      ...lost("alice", this.#said.alice, alices),
      ...unfounded("bob", bobs, alices),
      ...unfounded("alice", alices, bobs),
    ];
  }

  /** Undefined where it died before faces could connect. */
  async #start(blow?: Blow): Promise<Life | undefined> {
    const { home, address, targets } = this.#bob;
    const flags = { "profile.name": "bob", "lan.address": address, "lan.targets": targets.join(",") };
    const where = blow !== undefined && "point" in blow ? [blow.point, String(blow.passings)] : [];
    const child = spawn(process.execPath, [victim, home, JSON.stringify(flags), ...where], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#world.atEnd(() => child.kill("SIGKILL"));
    const ended = once(child, "exit").then(() => "ended" as const);
    const first = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
    if (first.done === true) {
      await ended;
      if (child.exitCode !== null) throw new Error(`bob's daemon ended by itself with ${child.exitCode}`);
      return undefined;
    }
    this.startMs.push((JSON.parse(first.value) as { readonly readyMs: number }).readyMs);
    try {
      const client = await this.#world.connect(this.#bob);
      return { process: child, ended, client };
    } catch {
      await ended; // acted on: it died as soon as it was ready
      return undefined;
    }
  }

  async #kill({ process: child, ended }: Life): Promise<void> {
    child.kill("SIGKILL");
    await ended;
    if (child.exitCode !== null) throw new Error(`bob's daemon ended by itself with ${child.exitCode}`);
  }

  /** Until everything that both have said is delivered, or bob's daemon is dead. */
  async #live(life: Life): Promise<void> {
    await Promise.race([this.#talk(life).then(() => this.#quiet(life)), life.ended]);
  }

  async #talk(life: Life): Promise<void> {
    await this.#change(life.client);
    for (let n = 0; n < textsPerRound; n++) {
      await this.#say(this.#alice.client, this.#said.alice, "alice", "bob");
      await this.#say(life.client, this.#said.bob, "bob", "alice");
    }
  }

  /** Something that is remembered besides messages. */
  async #change(client: Client): Promise<void> {
    const next = this.#availabilities.at(-1) === "busy" ? "away" : "busy";
    this.#availabilities = [...this.#availabilities, next];
    if ((await answered(client.call("profile.set", { availability: next }))) !== undefined)
      this.#availabilities = [next];
    this.#happened();
  }

  async #say(client: Client, said: Said[], name: string, to: string): Promise<void> {
    const text = `${name} ${++this.#numbered}`;
    const message = await answered(client.call("messages.send", { to: { who: to }, text }));
    said.push({ text, ...(message !== undefined && { message }) });
    this.#happened();
  }

  /** Everything that either has said is delivered. */
  async #quiet(life: Life): Promise<void> {
    const { client } = this.#alice;
    await Promise.all([this.#nothingWaits(client, life), answered(this.#nothingWaits(life.client, life))]);
  }

  /** Or the life is over. */
  async #nothingWaits(client: Client, life: Life): Promise<void> {
    await until(client, async () => {
      if (!lives(life)) return true;
      this.#happened();
      const { waiting } = await client.call("system.status", {});
      return waiting === 0 ? true : undefined;
    });
  }

  #happened(): void {
    this.#events++;
    this.#blow?.();
  }

  /** Of a copy of what the killed daemon left: the next start shall find it as it is. */
  #bobsDisk(): { readonly kept: readonly Kept[]; readonly availability: string | undefined } {
    const file = join(this.#bob.home, "kith.db");
    const copy = join(this.#world.folder, "copy.db");
    for (const end of ["", "-wal"]) if (existsSync(file + end)) copyFileSync(file + end, copy + end);
    const store = openSqliteStore({ file: copy });
    try {
      const kept = store.messages.since(0, 100_000).flatMap(({ id, body, mine }) => {
        const delivered = store.deliveries.of([id]).every(({ state }) => state === "delivered");
        return body.kind === "text" ? [{ text: body.text, mine, delivered }] : [];
      });
      return { kept, availability: store.settings.get("profile.availability") };
    } finally {
      store.close();
    }
  }
}

function lives({ process: child }: Life): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** Undefined where the daemon died before it answered; nothing else may keep it from answering well. */
async function answered<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof KithError && error.code === "daemon-lost") return undefined; // acted on by the caller
    throw error;
  }
}

async function keptBy(client: Client): Promise<readonly Kept[]> {
  return (await history(client)).flatMap(({ body, mine, deliveries }) => {
    const delivered = deliveries.every(({ state }) => state === "delivered");
    return body.kind === "text" ? [{ text: body.text, mine, delivered }] : [];
  });
}

function textsOf(kept: readonly Kept[]): readonly string[] {
  return kept.map(({ text }) => text);
}

function repeated(name: string, kept: readonly Kept[]): readonly string[] {
  const texts = textsOf(kept);
  return texts
    .filter((text, at) => texts.indexOf(text) !== at)
    .map((text) => `"${text}" is twice in ${name}'s history`);
}

function lost(name: string, said: readonly Said[], kept: readonly Kept[]): readonly string[] {
  const mine = new Set(textsOf(kept.filter((one) => one.mine)));
  return said
    .filter(({ text, message }) => message !== undefined && !mine.has(text))
    .map(({ text }) => `"${text}" was acknowledged and ${name} has it no more`);
}

/** A tick says that the other has a copy on the disk. */
function unfounded(name: string, kept: readonly Kept[], others: readonly Kept[]): readonly string[] {
  const held = new Set(textsOf(others));
  return kept
    .filter(({ text, mine, delivered }) => mine && delivered && !held.has(text))
    .map(({ text }) => `"${text}" of ${name}'s has a tick, and the other does not have it`);
}

function unticked(name: string, kept: readonly Kept[]): readonly string[] {
  return kept
    .filter(({ mine, delivered }) => mine && !delivered)
    .map(({ text }) => `"${text}" of ${name}'s has no tick in the end`);
}

function differences(
  nameA: string,
  a: readonly string[],
  nameB: string,
  b: readonly string[],
): readonly string[] {
  const [first, second] = [a.toSorted().join("\n"), b.toSorted().join("\n")];
  if (first === second) return [];
  const onlyA = a.filter((text) => !b.includes(text));
  const onlyB = b.filter((text) => !a.includes(text));
  return [
    `${nameA} and ${nameB} differ: ${a.length} and ${b.length}; only in one: ${[...onlyA, ...onlyB].join(", ")}`,
  ];
}
