/** The program: gives the command line its ways to a daemon, and is the daemon itself when it was started as one. */
import { fileURLToPath } from "node:url";
import packageJson from "../../package.json" with { type: "json" };

const { version } = packageJson;
const background = "background-daemon";

if (process.argv[2] === background) {
  const { runInBackground } = await import("../daemon/background.ts");
  process.exit(await runInBackground(version));
}

const { runProgram } = await import("../faces/cli/program.ts");
process.exitCode = await runProgram(process.argv.slice(2), {
  version,
  async connect(where) {
    const { connectTo } = await import("../daemon/spawn.ts");
    return connectTo(where, process.env);
  },
  async startDaemon({ set, ...where }, passphrase) {
    const { spawnDaemon } = await import("../daemon/spawn.ts");
    const launch = { program: fileURLToPath(import.meta.url), word: background };
    const order = { where, set, ...(passphrase !== undefined && { passphrase }) };
    await spawnDaemon(launch, order, process.env);
  },
  async runDaemon({ set, ...where }, options) {
    const { runDaemon } = await import("../daemon/run.ts");
    await runDaemon(where, {
      ...options,
      ready: options.report,
      version,
      flags: set,
      environment: process.env,
    });
  },
  async serveRooms(options) {
    const { serveRooms } = await import("../daemon/serve-rooms.ts");
    await serveRooms(options);
  },
  async salvage(where, passphrase) {
    const { salvageProfile } = await import("../daemon/salvage.ts");
    return salvageProfile(where, passphrase, process.env);
  },
  async changePassphrase(where, change) {
    const { changePassphrase } = await import("../daemon/passphrase.ts");
    return changePassphrase({ ...change, where, environment: process.env });
  },
});
