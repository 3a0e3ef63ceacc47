/** Runs other programs for set-up: their output kept for failures, their lives tied to ours. */
import { spawn } from "node:child_process";

/** @typedef {{ code: number, output: string }} Ended */

/** Enough of a program's last words to explain a failure. */
const outputCharsMax = 200_000;

/** The programs that run on our behalf at this moment. */
export class Children {
  /** @type {Set<import("node:child_process").ChildProcess>} */
  #running = new Set();
  #enrol;

  /** @param {(pid: number) => () => void} enrol notes a child where a later set-up sees it; answers how to strike it off */
  constructor(enrol) {
    this.#enrol = enrol;
  }

  /**
   * @param {string} program
   * @param {readonly string[]} args
   * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} place
   * @returns {Promise<Ended>}
   */
  run(program, args, place) {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { ...place, stdio: ["ignore", "pipe", "pipe"] });
      const strike = child.pid === undefined ? () => undefined : this.#enrol(child.pid);
      this.#running.add(child);
      let output = "";
      const keep = (/** @type {Buffer} */ bytes) => {
        output = (output + bytes.toString()).slice(-outputCharsMax);
      };
      child.stdout.on("data", keep);
      child.stderr.on("data", keep);
      child.on("error", reject);
      child.on("close", (code) => {
        strike();
        this.#running.delete(child);
        resolve({ code: code ?? 1, output });
      });
    });
  }

  /** Ends them all; called when we are told to end, for an npm left alone would go on writing. */
  end() {
    for (const child of this.#running) child.kill("SIGTERM");
  }
}
