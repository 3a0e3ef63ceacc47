/** Hands the terminal to another program, as if it had been started in our place: its input, its signals, its exit code. */
import { spawn } from "node:child_process";
import { constants } from "node:os";

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export function takeOverBy(program, args, env = process.env) {
  const child = spawn(program, args, { stdio: "inherit", env });
  // The terminal sends Ctrl-C to both of us; the program decides what it means and we stay until it has ended.
  process.on("SIGINT", () => undefined);
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"]))
    process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`${program} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) =>
    process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
  );
}
