/** Builds one running chat by plain construction: what it consists of, and who knows whom. Read this first. */
import { networkInterfaces } from "node:os";
import { ApiServer } from "../api/server.ts";
import type { Crypto } from "../base/crypto.ts";
import type { Random } from "../base/random.ts";
import { problemOf } from "../base/errors.ts";
import { Chat } from "../core/chat.ts";
import { keepFor } from "../core/keep.ts";
import type { LongQueries, Store } from "../core/ports/store.ts";
import type { Turn } from "../core/turn.ts";
import type { Clock } from "../io/clock.ts";
import type { Log } from "../io/log.ts";
import type { LanParts } from "../networks/lan/lan.ts";
import type { createDriver } from "../io/drive.ts";
import { conversationAnswers } from "./answers/conversations.ts";
import { messageAnswers } from "./answers/messages.ts";
import { networkAnswers } from "./answers/networks.ts";
import { peopleAnswers } from "./answers/people.ts";
import { roomAnswers } from "./answers/rooms.ts";
import { systemAnswers } from "./answers/system.ts";
import type { Facts } from "./answers/system.ts";
import { ChatLogs } from "./chat-logs.ts";
import type { Config } from "./config.ts";
import { Indexing } from "./indexing.ts";
import { Loop } from "./loop.ts";
import { networkKinds } from "./network-kinds.ts";
import { Networks } from "./networks.ts";
import { OwnProfile } from "./own-profile.ts";
import { Records } from "./records.ts";

/** What the chat is given of the world; a test gives it another one. */
export interface World {
  readonly facts: Facts;
  readonly config: Config;
  readonly store: Store;
  readonly longQueries: () => Promise<LongQueries>;
  readonly driver: ReturnType<typeof createDriver>;
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly legacyCipher: LanParts["legacyCipher"];
  readonly resolve: (host: string) => Promise<string>;
  readonly log: Log;
  readonly httpUrl: () => string | undefined;
  /** Somebody asked the daemon to end. */
  readonly stop: () => void;
  /** The core threw: nothing can be relied on any more. */
  readonly broken: (error: unknown) => void;
}

export interface Composition {
  readonly loop: Loop;
  readonly networks: Networks;
  readonly ownProfile: OwnProfile;
  readonly chatLogs: ChatLogs;
  readonly indexing: Indexing;
  readonly api: ApiServer;
}

export function compose(world: World): Composition {
  const { store, clock, random, config, log, facts } = world;
  const chat = new Chat({ store, random });
  const { queries } = chat;
  const loop: Loop = new Loop({ chat, clock, broken: world.broken, done: (turn) => passOn(turn) });
  const networks = new Networks({
    kinds: networkKinds,
    create: (kind, name, settings) => kind.create(name, settings, keepFor(name, store), world),
    config,
    loop,
    queries,
    failed: (network, error) => log.write("error", "network-failed", { network, problem: problemOf(error) }),
  });
  const ownProfile = new OwnProfile({ config, queries, loop });
  const chatLogs = new ChatLogs({
    home: facts.folders.home,
    encrypted: facts.encrypted,
    messages: store.messages,
    queries,
    loop,
    networks,
    failed: (file, error) => log.write("warn", "chat-log-failed", { file, problem: problemOf(error) }),
  });
  const indexing = new Indexing({
    search: store.search,
    clock,
    failed: (error) => log.write("warn", "indexing-failed", { problem: problemOf(error) }),
  });

  const context = {
    ...{ queries, loop, networks, ownProfile, config, facts, kinds: networkKinds },
    records: new Records(queries, networks),
    cursor: () => api.cursor,
    ...{ longQueries: world.longQueries, httpUrl: world.httpUrl, stop: world.stop },
    checks: async () => {
      const { examine } = await import("./doctor.ts");
      return examine({
        ...{ folders: facts.folders, clock, started: facts.started },
        networks: () => networks.all().map(({ network }) => network),
        interfaces: networkInterfaces,
        ...{ unindexed: () => store.search.left(), strangers: () => queries.strangers() },
        unsaid: () => queries.unsaid(),
      });
    },
  };
  const api: ApiServer = new ApiServer({
    answers: {
      ...peopleAnswers(context),
      ...conversationAnswers(context),
      ...messageAnswers(context),
      ...networkAnswers(context),
      ...roomAnswers(context),
      ...systemAnswers(context),
    },
    run: facts.started.wall.toString(36),
    changed: () => queries.lastNumber(),
    failed: (method, error) => log.write("error", "method-failed", { method, problem: stackOf(error) }),
  });

  /** What was committed is carried out and told: others wait for a message and its receipt longer than faces here. */
  function passOn(turn: Turn): void {
    for (const trouble of turn.troubles) log.write("warn", "turn-trouble", { problem: stackOf(trouble) });
    for (const effect of turn.effects) networks.carryOut(effect);
    api.publish(turn.events);
    chatLogs.turned(turn);
    if (turn.events.some(({ kind }) => kind === "message-added")) indexing.added();
  }

  return { loop, networks, ownProfile, chatLogs, indexing, api };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
