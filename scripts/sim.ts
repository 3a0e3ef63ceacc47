/** Runs the simulated world: `npm run sim -- --seed N`; see CONTRIBUTING.md. Keeps what fails in test/seeds.json. */
import { readFileSync, writeFileSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { createCrypto } from "../src/io/crypto.ts";
import { command } from "../src/sim/command.ts";

const seeds = new URL("../test/seeds.json", import.meta.url);

const astray: unknown[] = [];
process.on("unhandledRejection", (error) => astray.push(error));

const well = await command(process.argv.slice(2), {
  realCrypto: createCrypto(),
  elapsedMs: () => performance.now(),
  async astray() {
    await turn(); // it is told of at the end of a turn of the loop
    return astray.shift();
  },
  print: (line) => process.stdout.write(`${line}\n`),
  keep(options, found) {
    const kept: unknown = JSON.parse(readFileSync(seeds, "utf8"));
    const all = [...(Array.isArray(kept) ? (kept as readonly unknown[]) : []), { found, options }];
    writeFileSync(seeds, `${JSON.stringify(all, undefined, 2)}\n`);
    process.stdout.write("It is kept in test/seeds.json.\n");
  },
});
process.exitCode = well ? 0 : 1;
