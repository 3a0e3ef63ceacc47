/** A room of people who run the real program in the simulated world, where nothing goes wrong but what a test does. */
import { present } from "../../src/base/assert.ts";
import { newMessageId } from "../../src/base/ids.ts";
import { minuteMs, secondMs } from "../../src/base/time.ts";
import { cheapCrypto } from "../../src/sim/cheap-crypto.ts";
import { textOf } from "../../src/sim/checks.ts";
import { noWhims } from "../../src/sim/driver-place.ts";
import { Limits } from "../../src/sim/limits.ts";
import { type CrashManner, Person, type PersonWatch, type Wrappers } from "../../src/sim/person.ts";
import type { StrangerPlace } from "../../src/sim/plug.ts";
import type { Habits, Original, OriginalMember } from "../../src/sim/rooms/original.ts";
import { components, drawn, type Node, viewOf, viewsOf } from "../../src/sim/rooms/overlay.ts";
import { commons } from "../../src/sim/rooms/places.ts";
import { roomsPlug } from "../../src/sim/rooms/plug.ts";
import { ServerHost } from "../../src/sim/rooms/server-host.ts";
import { end, join } from "../../src/sim/rooms/strangers.ts";
import { strangerPlace, strangersLeast } from "../../src/sim/run.ts";
import { World } from "../../src/sim/world.ts";

const names = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"];
const stepMs = 50;
/** Within this, members who enter one after the other hang together. */
const enteredWithinMs = minuteMs;
const everything = 1_000_000;

export class RoomsLab {
  readonly world: World;
  readonly server: ServerHost;
  readonly people: readonly Person[];
  /** Programs that others wrote, as long as they run. */
  readonly originals = new Map<Original, StrangerPlace>();
  readonly #random;
  readonly #limits: Limits;
  #strangers = 0;

  private constructor(seed: number, count: number, wrappers: Wrappers) {
    this.world = new World(seed, false);
    this.#random = this.world.dice();
    this.server = new ServerHost(this.world);
    this.#limits = new Limits(this.world, roomsPlug.bounds);
    const crypto = cheapCrypto();
    const watch = this.#watch();
    this.people = Array.from({ length: count }, (_, i) => {
      const name = names[i] ?? `member${i}`;
      const host = this.world.wire.addHost(name, [`10.0.0.${i + 1}`]);
      const { wire } = this.world;
      const parts = { name, host, wire, plug: roomsPlug, random: this.world.dice(), crypto, watch, wrappers };
      return new Person({ ...parts, whims: () => noWhims });
    });
  }

  /** So many people who are in the room and hang together. */
  static async with(count: number, seed: number, wrappers: Wrappers = {}): Promise<RoomsLab> {
    const lab = new RoomsLab(seed, count, wrappers);
    lab.server.start();
    for (const person of lab.people) person.start();
    for (const person of lab.people) lab.world.later(lab.#random, secondMs, () => lab.#enter(person));
    await lab.pass(enteredWithinMs);
    present(lab.isWhole ? true : undefined, `a room that hangs together: ${drawn(lab.#views())}`);
    return lab;
  }

  get living(): readonly Person[] {
    return this.people.filter((person) => person.running);
  }

  /** Everybody who lives is in the room, and linked to everybody else over some way. */
  get isWhole(): boolean {
    return components(this.#nodes())[0]?.length === this.#count;
  }

  /** Everybody who lives stands in the server's list, and nobody else. */
  get isListed(): boolean {
    const addresses = this.#nodes().map(({ own }) => own);
    return addresses.length === this.#count && this.server.lists(commons, addresses);
  }

  get #count(): number {
    return this.living.length + this.originals.size;
  }

  /** Nobody holds more than they may at the end of it. */
  async pass(ms: number): Promise<void> {
    await this.world.run(ms);
    for (const person of this.people) this.#limits.check(person);
    if (this.world.violation !== undefined) throw new Error(this.world.violation.what);
  }

  /** How long it takes (ms) until that holds; fails where it takes longer. */
  async msUntil(holds: () => boolean, mostMs: number): Promise<number> {
    for (let ms = 0; ms <= mostMs; ms += stepMs) {
      if (holds()) return ms;
      await this.pass(stepMs);
    }
    throw new Error(`not within ${mostMs} ms: ${drawn(this.#views())}`);
  }

  /** Those with the most links first. */
  byLinks(): readonly Person[] {
    return this.living.toSorted((a, b) => linksOf(b) - linksOf(a));
  }

  anybody(): Person {
    return present(
      this.living[Math.floor(this.#random.fraction() * this.living.length)],
      "somebody who lives",
    );
  }

  kill(person: Person, manner: CrashManner = "killed"): void {
    person.crash(manner, "now", () => undefined);
  }

  /** Somebody whose program others wrote. */
  original(user: string, habits: Habits = {}): Original {
    return this.originalAt(this.#newPlace(user), user, habits);
  }

  originalAt(place: StrangerPlace, user: string, habits: Habits = {}): Original {
    const program = join(place, user, habits);
    this.originals.set(program, place);
    return program;
  }

  /** What is left is the host that it ran on. */
  endOriginal(program: Original): StrangerPlace {
    const place = present(this.originals.get(program), "a program that runs");
    this.originals.delete(program);
    program.quit();
    end(place);
    return place;
  }

  /** Somebody who means harm, by the kind. */
  admit(kind: string): void {
    present(roomsPlug.strangers?.[kind], "a kind of stranger")(this.#newPlace(kind));
  }

  /** Nothing passes between these and all others any more; or only from the others to these. */
  part(some: readonly Person[], oneWay = false): void {
    const { wire } = this.world;
    const apart = new Set(some.map(({ host }) => host));
    for (const one of wire.hosts.filter((host) => apart.has(host)))
      for (const other of wire.hosts.filter((host) => !apart.has(host))) {
        wire.cut(one, other);
        if (!oneWay) wire.cut(other, one);
      }
  }

  heal(): void {
    this.world.wire.mendAll();
  }

  say(person: Person, text: string): void {
    const { conversation } = present(this.#roomOf(person), "the room");
    const body = { kind: "text", text } as const;
    const message = newMessageId(this.#random);
    person.ask({ kind: "send-message", conversation: conversation.id, body, message }, (answer) => {
      if (!answer.ok)
        this.world.violated("said", `${person.name} could not say it: ${answer.problem.message}`);
    });
  }

  /** How often the text stands in somebody's history. */
  count(person: Person, text: string): number {
    const messages = person.disk.content?.messages.since(0, everything) ?? [];
    return messages.filter((message) => textOf(message) === text).length;
  }

  /** How often that member's pokes stand in somebody's history. */
  pokesOf(person: Person, member: string): number {
    const store = person.disk.content;
    const contacts = store?.people.contacts().filter(({ name }) => name === member) ?? [];
    const messages = store?.messages.since(0, everything) ?? [];
    return messages.filter(
      ({ body, author }) => body.kind === "poke" && contacts.some(({ id }) => id === author),
    ).length;
  }

  #roomOf(person: Person) {
    const views = person.chat?.queries.conversations();
    return views?.find(({ conversation: { room } }) => room === commons);
  }

  #views() {
    return viewsOf(this.living, commons);
  }

  #nodes(): readonly Node[] {
    return [...this.#views(), ...[...this.originals.keys()].filter(isListed).map(nodeOf)];
  }

  #newPlace(name: string): StrangerPlace {
    const { world } = this;
    const host = world.wire.addHost(name, [`10.0.0.${strangersLeast + this.#strangers++}`]);
    return strangerPlace(world, { host, random: world.dice(), disksAreSound: true, victims: this.people });
  }

  #enter(person: Person): void {
    const rooms = present(person.network?.rooms, "a network with rooms");
    rooms.user(person.name);
    this.world.await(rooms.join(commons), (error) => this.world.violated("joined", String(error)));
  }

  #watch(): PersonWatch {
    return {
      started: () => undefined,
      happened: () => undefined,
      broken: (person, problem) => this.world.violated("broken", `${person.name}: ${String(problem)}`),
      promised: (promise, person) =>
        this.world.await(promise, (error) =>
          this.world.violated("broken", `${person.name}: ${String(error)}`),
        ),
    };
  }
}

function linksOf(person: Person): number {
  return viewOf(person)?.joined.members.filter(({ link }) => link !== "none").length ?? 0;
}

function isListed({ me, members }: Original): boolean {
  return members.some(({ user }) => user === me.user);
}

function nodeOf({ me, links }: Original): Node {
  return { own: addressOf(me), linked: new Set(links.map(addressOf)) };
}

function addressOf({ ip, port }: OriginalMember): string {
  return `${ip}:${port}`;
}
