/** Somebody with rooms in memory: a whole daemon but for its process, behind the real API, for faces to connect to. */
import { Client } from "../../src/api/client.ts";
import { ApiServer } from "../../src/api/server.ts";
import type { NetworkName } from "../../src/base/ids.ts";
import { seededRandom } from "../../src/base/random.ts";
import { Chat } from "../../src/core/chat.ts";
import type { Network } from "../../src/core/ports/network.ts";
import { conversationAnswers } from "../../src/daemon/answers/conversations.ts";
import { messageAnswers } from "../../src/daemon/answers/messages.ts";
import { networkAnswers } from "../../src/daemon/answers/networks.ts";
import { peopleAnswers } from "../../src/daemon/answers/people.ts";
import { roomAnswers } from "../../src/daemon/answers/rooms.ts";
import { systemAnswers } from "../../src/daemon/answers/system.ts";
import { Config } from "../../src/daemon/config.ts";
import { foldersOf } from "../../src/daemon/folders.ts";
import { Loop } from "../../src/daemon/loop.ts";
import { Networks } from "../../src/daemon/networks.ts";
import { OwnProfile } from "../../src/daemon/own-profile.ts";
import { Records } from "../../src/daemon/records.ts";
import { FakeDaemon } from "../../src/faces/cli/testing/daemon.ts";
import type { Parts } from "../../src/faces/cli/parts.ts";
import { startOfTests } from "../../src/faces/cli/testing/records.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import * as z from "zod";

export const rooms = "rooms" as NetworkName;

export class RoomPerson {
  readonly #loop: Loop;
  readonly #networks: Networks;
  readonly #ownProfile: OwnProfile;
  readonly #api: ApiServer;

  /** `name`: of the profile; the one that others see in rooms is the network's own matter. */
  constructor(name: string, network: Network) {
    const store = new MemoryStore();
    const chat = new Chat({ store, random: seededRandom(name.length) });
    const { queries } = chat;
    const flags = { "profile.name": name, "networks.autoconnect": rooms };
    const config = new Config({ flags, environment: {}, file: {}, fileName: "config.toml" }, {});
    const clock = { now: () => ({ wall: startOfTests, mono: 0 }) };
    const loop = new Loop({
      ...{ chat, clock, broken: fail },
      done: (turn) => {
        this.#api.publish(turn.events);
        for (const effect of turn.effects) networks.carryOut(effect);
      },
    });
    const kinds = { rooms: { what: "rooms in memory", settings: z.object({}), create: () => network } };
    const networks = new Networks({
      ...{ kinds, config, loop, queries },
      create: () => network,
      failed: (_name, error) => fail(error),
    });
    const ownProfile = new OwnProfile({ config, queries, loop });
    const context = {
      ...{ queries, loop, networks, ownProfile, config, kinds, records: new Records(queries) },
      facts: {
        version: "1.2.3",
        started: clock.now(),
        folders: foldersOf({ home: "/nowhere" }, {}),
        encrypted: false,
      },
      cursor: () => this.#api.cursor,
      longQueries: () => fail(new Error("nobody searches for long here")),
      httpUrl: () => undefined,
      stop: () => undefined,
      checks: () => Promise.resolve([]),
    };
    this.#api = new ApiServer({
      answers: {
        ...{ ...peopleAnswers(context), ...conversationAnswers(context), ...messageAnswers(context) },
        ...{ ...networkAnswers(context), ...roomAnswers(context), ...systemAnswers(context) },
      },
      run: "run",
      changed: () => queries.lastNumber(),
      failed: (_method, error) => fail(error),
    });
    [this.#loop, this.#networks, this.#ownProfile] = [loop, networks, ownProfile];
  }

  /** Resolves once the network knows my name. */
  async start(): Promise<this> {
    this.#loop.start();
    this.#networks.start();
    await this.#ownProfile.start();
    await this.#loop.settled();
    return this;
  }

  /** Resolves once what has arrived is in the history. */
  settled(): Promise<void> {
    return this.#loop.settled();
  }

  async stop(): Promise<void> {
    await this.#networks.stop();
    this.#loop.stop();
  }

  /** The ways to this daemon, as the program gives them to the command line. */
  get parts(): Parts {
    return { ...new FakeDaemon().parts(), connect: () => Promise.resolve(this.connect()) };
  }

  connect(): Client {
    return new Client((listener) => {
      const end = (): void => {
        session.ended();
        listener.ended();
      };
      const send = (text: string): void => queueMicrotask(() => listener.received(text));
      const session = this.#api.attach({ send, unsent: 0, reading: () => undefined, close: end });
      return { send: (text) => session.received(text), close: end };
    });
  }
}

function fail(error: unknown): never {
  throw error;
}
