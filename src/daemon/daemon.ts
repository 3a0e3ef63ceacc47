/** A daemon from its start to its end: what it opens it gives back in reverse, whatever stops it and whenever. */
import { setTimeout as wait } from "node:timers/promises";
import { KithError, problemOf } from "../base/errors.ts";
import { createClock } from "../io/clock.ts";
import type { Clock } from "../io/clock.ts";
import { createCrypto } from "../io/crypto.ts";
import { createDriver } from "../io/drive.ts";
import { createRandom } from "../io/entropy.ts";
import { createTripleDes } from "../io/legacy-cipher.ts";
import { createLog } from "../io/log.ts";
import type { Log } from "../io/log.ts";
import { resolveHost } from "../io/resolve.ts";
import type { LongQueries } from "../core/ports/store.ts";
import { lockProfile } from "../store/sqlite/profile-lock.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { compose } from "./compose.ts";
import type { Composition } from "./compose.ts";
import { readConfigFile } from "./config-file.ts";
import { Config } from "./config.ts";
import { Ending } from "./ending.ts";
import { foldersOf, makeFolders } from "./folders.ts";
import type { Environment, Folders, Where } from "./folders.ts";
import type { HttpServer } from "./http.ts";
import { serveLocally } from "./local-server.ts";
import { networkKeys } from "./network-kinds.ts";

export interface DaemonOptions {
  readonly version: string;
  readonly passphrase: string | undefined;
  readonly environment: Environment;
  /** `--set key=value`. */
  readonly flags: Readonly<Record<string, string>>;
}

export interface Daemon {
  readonly folders: Folders;
  readonly httpUrl: string | undefined;
  readonly api: Composition["api"];
  /** Resolves when it has ended as it was asked to; rejects when it could not go on. */
  readonly ended: Promise<undefined>;
  stop(): void;
  /** Ends it too, for a mistake of ours. */
  broken(error: unknown): void;
}

/** Of each step of the end: all together stay within two seconds, since only one of them can be waited for long. */
const endingStepMsMax = 500;
/** Faces keep what was being typed and leave within this; who has not left by then only reads. */
const farewellMsMax = 300;

/** Ready when it resolves. Rejects with a KithError that says what to do; then nothing is left open. */
export async function startDaemon(where: Where, options: DaemonOptions): Promise<Daemon> {
  const folders = foldersOf(where, options.environment);
  makeFolders(folders);
  const config = await configOf(folders, options);
  const clock = createClock();
  const log = createLog({ file: folders.logFile, level: config.get("log.level"), clock });
  const life = new Life(log);
  try {
    return await open({ folders, config, clock, log, life, options });
  } catch (error) {
    log.write("error", "start-failed", { problem: problemOf(error) });
    await life.close();
    throw error;
  }
}

interface Opening {
  readonly folders: Folders;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly life: Life;
  readonly options: DaemonOptions;
}

async function open({ folders, config, clock, log, life, options }: Opening): Promise<Daemon> {
  const { passphrase, version } = options;
  const started = clock.now();
  const lock = lockProfile(folders.home);
  life.add("lock", () => lock.release());
  const sealed = { file: folders.database, ...(passphrase !== undefined && { passphrase }) };
  const store = openSqliteStore(sealed);
  life.add("store", () => store.close());
  let http: HttpServer | undefined;

  const { loop, networks, ownProfile, chatLogs, indexing, api } = compose({
    facts: { version, started, folders, encrypted: passphrase !== undefined },
    ...{ config, store, clock, log },
    longQueries: longQueriesOf(sealed, life),
    driver: createDriver({ clock, onBroken: (error) => life.broken(error) }),
    random: createRandom(),
    crypto: createCrypto(),
    legacyCipher: createTripleDes(),
    resolve: (host) => resolveHost(host),
    httpUrl: () => http?.url,
    stop: () => life.stop(),
    broken: (error) => life.broken(error),
  });
  life.add("loop", () => loop.stop());
  loop.start();
  life.add("chat logs", () => chatLogs.stop());
  life.add("indexing", () => indexing.stop());
  await ownProfile.start();
  networks.start();
  life.add("networks", () => networks.stop());
  const local = await serveLocally(folders.socket, api);
  life.add("local socket", () => local.close());
  if (config.get("api.http")) {
    http = await openHttp(config.get("api.port"), { folders, api, clock });
    life.add("http", () => http?.close());
  }
  life.add("farewell", () => (life.isBroken ? undefined : farewell(api)));
  log.write("info", "ready", { version, pid: process.pid, home: folders.home });
  return {
    ...{ folders, api, ended: life.ended, httpUrl: http?.url },
    stop: () => life.stop(),
    broken: (error) => life.broken(error),
  };
}

/** An orderly end is said, so that faces can tell it from a crash. */
async function farewell(api: Composition["api"]): Promise<void> {
  await Promise.race([api.farewell(), wait(farewellMsMax, undefined, { ref: false })]);
}

async function configOf(folders: Folders, { environment, flags }: DaemonOptions): Promise<Config> {
  const file = await readConfigFile(folders.configFile);
  return new Config({ flags, environment, file, fileName: folders.configFile }, networkKeys);
}

/** Opened by the first that needs it. */
function longQueriesOf(
  sealed: { readonly file: string; readonly passphrase?: string },
  life: Life,
): () => Promise<LongQueries> {
  let opened: Promise<LongQueries> | undefined;
  life.add("long queries", async () => (await opened)?.close());
  return () => {
    opened ??= import("../store/sqlite/long-queries.ts").then(
      ({ SqliteLongQueries }) => new SqliteLongQueries(sealed),
    );
    return opened;
  };
}

async function openHttp(
  port: number,
  { folders, api, clock }: Pick<Opening, "folders" | "clock"> & Pick<Composition, "api">,
): Promise<HttpServer> {
  const { serveHttp } = await import("./http.ts");
  try {
    return await serveHttp({ port, api, tokenFile: folders.tokenFile, mono: () => clock.now().mono });
  } catch (error) {
    throw new KithError("api-port-unusable", { port, problem: problemOf(error) }, error);
  }
}

/** From the first thing opened to the last one closed; stopping and breaking lead to the same end. */
class Life {
  readonly #ending = new Ending();
  readonly #ended = Promise.withResolvers<undefined>();
  readonly #log: Log;
  #isBroken = false;

  constructor(log: Log) {
    this.#log = log;
    this.#ended.promise.catch(() => undefined); // whoever waits for it is told
  }

  get ended(): Promise<undefined> {
    return this.#ended.promise;
  }

  /** It ends for a mistake of ours, and not because it was asked to. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  add(what: string, step: () => unknown): void {
    this.#ending.add(what, step);
  }

  stop(): void {
    void this.close().then(() => this.#ended.resolve(undefined));
  }

  broken(error: unknown): void {
    if (this.#isBroken) return; // one mistake leads to others
    this.#isBroken = true;
    this.#log.write("error", "broken", {
      problem: error instanceof Error ? (error.stack ?? "") : String(error),
    });
    const told =
      error instanceof KithError ? error : new KithError("internal", { problem: problemOf(error) }, error);
    void this.close().then(() => this.#ended.reject(told));
  }

  async close(): Promise<void> {
    await this.#ending.run(endingStepMsMax, (step, error) =>
      this.#log.write("warn", "ending-failed", { step, problem: problemOf(error) }),
    );
    this.#log.write("info", "ended");
    await this.#log.close().catch(() => undefined); // acted on: there is nowhere left to say it
  }
}
