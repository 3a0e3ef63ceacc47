/** A daemon that kills itself where it is told to: the parts of the real one, put together with failpoints between. */
import { writeSync } from "node:fs";
import { createClock } from "../../src/io/clock.ts";
import { createCrypto } from "../../src/io/crypto.ts";
import { createDriver } from "../../src/io/drive.ts";
import { createRandom } from "../../src/io/entropy.ts";
import { createTripleDes } from "../../src/io/legacy-cipher.ts";
import { createLog } from "../../src/io/log.ts";
import { resolveHost } from "../../src/io/resolve.ts";
import { compose } from "../../src/daemon/compose.ts";
import { Config } from "../../src/daemon/config.ts";
import { foldersOf, makeFolders } from "../../src/daemon/folders.ts";
import { serveLocally } from "../../src/daemon/local-server.ts";
import { networkKeys } from "../../src/daemon/network-kinds.ts";
import { lockProfile } from "../../src/store/sqlite/profile-lock.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { killAt, killingDriver, killingStore, killWhileAppending } from "./failpoints.ts";

const [, program = "", home = "", flags = "{}", point, passings = "1"] = process.argv;
const pass = killAt(point, Number(passings));
await killWhileAppending(program, pass);

const folders = foldersOf({ home }, process.env);
makeFolders(folders);
lockProfile(folders.home);
const clock = createClock();
const broken = (error: unknown): never => {
  throw error;
};
const store = killingStore(openSqliteStore({ file: folders.database }), pass);
const { loop, networks, ownProfile, chatLogs, api } = compose({
  facts: { version: "test", started: clock.now(), folders, encrypted: false },
  config: new Config(
    {
      flags: JSON.parse(flags) as Readonly<Record<string, string>>,
      environment: {},
      file: {},
      fileName: folders.configFile,
    },
    networkKeys,
  ),
  ...{ store, clock, broken },
  log: createLog({ file: folders.logFile, level: "info", clock }),
  longQueries: () => Promise.reject(new Error("this daemon has none")),
  driver: killingDriver(createDriver({ clock, onBroken: broken }), pass),
  random: createRandom(),
  crypto: createCrypto(),
  legacyCipher: createTripleDes(),
  resolve: (host) => resolveHost(host),
  httpUrl: () => undefined,
  stop: () => void chatLogs.stop().then(() => process.exit(0)),
});
loop.start();
await ownProfile.start();
networks.start();
await serveLocally(folders.socket, api);
// Since the process began: what somebody waits who starts the daemon again.
writeSync(1, `${JSON.stringify({ readyMs: performance.now() })}\n`);
