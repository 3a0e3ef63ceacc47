/** Alice and Bob, each with a daemon and a face that follows it: one writes, the other sees. */
import { randomBytes } from "node:crypto";
import type { Client } from "../src/api/client.ts";
import type { Event } from "../src/api/records.ts";
import { newMessageId } from "../src/base/ids.ts";
import type { MessageId } from "../src/base/ids.ts";
import { twoHosts } from "./hosts.ts";
import type { Host, TwoHosts } from "./hosts.ts";
import { Profile } from "./kith.ts";
import type { Stage } from "./stage.ts";

/** After this something is wrong with what is measured. */
const patienceMs = 20_000;

/** When (mono, ms) a message was where. */
export interface Journey {
  readonly sent: number;
  readonly shown: Promise<number>;
  /** The message's first change, which is its delivery as long as it has not had to wait for others. */
  readonly delivered: Promise<number>;
}

export class TwoPeople {
  readonly hosts: TwoHosts;
  readonly #alice: Face;
  readonly #bob: Face;

  private constructor(hosts: TwoHosts, alice: Face, bob: Face) {
    this.hosts = hosts;
    this.#alice = alice;
    this.#bob = bob;
  }

  /** Both see each other, and have exchanged a first message each way. */
  static async meet(stage: Stage): Promise<TwoPeople> {
    const hosts = twoHosts(stage);
    const [alice, bob] = [await Face.of(stage, "alice", hosts.alice), await Face.of(stage, "bob", hosts.bob)];
    await Promise.all([alice.sees("bob"), bob.sees("alice")]);
    const [there, back] = [new TwoPeople(hosts, alice, bob), new TwoPeople(hosts, bob, alice)];
    await (
      await there.say("hello")
    ).delivered;
    await (
      await back.say("hello")
    ).delivered;
    return there;
  }

  /** Alice writes to Bob. Resolves when her daemon has it. */
  async say(text: string): Promise<Journey> {
    const id = newMessageId({ bytes: (count) => randomBytes(count) });
    const shown = this.#bob.when("message-added", id);
    const delivered = this.#alice.when("message-changed", id);
    const sent = performance.now();
    await this.#alice.client.call("messages.send", { to: { who: this.#bob.name }, text, id });
    return { sent, shown, delivered };
  }

  /** Throws unless every message so far is delivered: whether what was measured is true. */
  async proveDelivered(): Promise<void> {
    const { client } = this.#alice;
    const { waiting } = await client.call("system.status", {});
    if (waiting > 0) throw new Error(`${waiting} messages have not been delivered`);
  }
}

class Face {
  readonly name: string;
  readonly client: Client;
  readonly #waiting = new Map<string, (at: number) => void>();

  private constructor(name: string, client: Client) {
    this.name = name;
    this.client = client;
  }

  static async of(stage: Stage, name: string, host: Host): Promise<Face> {
    const daemon = await new Profile(stage, name, host).backgroundDaemon();
    const face = new Face(name, await daemon.client());
    stage.atEnd(() => face.client.close());
    await face.client.follow(undefined, ({ events }) => {
      const at = performance.now();
      for (const event of events) face.#settle(keyOf(event), at);
    });
    return face;
  }

  /** Resolves with the moment (mono, ms) at which the face is told. */
  when(kind: "message-added" | "message-changed", id: MessageId): Promise<number> {
    return this.#told(`${kind} ${id}`);
  }

  async sees(name: string): Promise<void> {
    for (;;) {
      const changed = this.#told("presence");
      changed.catch(() => undefined); // acted on where it is waited for
      const { people } = await this.client.call("people.find", { who: name });
      if (people.some(({ online }) => online)) return;
      await changed;
    }
  }

  #told(key: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${this.name} waits in vain for ${key}`)), patienceMs);
      late.unref();
      this.#waiting.set(key, (at) => {
        clearTimeout(late);
        this.#waiting.delete(key);
        resolve(at);
      });
    });
  }

  #settle(key: string, at: number): void {
    this.#waiting.get(key)?.(at);
  }
}

function keyOf(event: Event): string {
  if (event.kind === "message-added" || event.kind === "message-changed")
    return `${event.kind} ${event.message}`;
  return event.kind === "presence-changed" ? "presence" : event.kind;
}
