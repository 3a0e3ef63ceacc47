/** `npm run bench [-- name …] [--quick] [--date YYYY-MM-DD]`: takes the figures; with a date they are published. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Bench } from "./figure.ts";
import { runAlone } from "./hosts.ts";
import { history } from "./history.ts";
import { lanMessages } from "./lan-messages.ts";
import { lanPeople } from "./lan-people.ts";
import { memory } from "./memory.ts";
import { pageOf, tableOf } from "./results.ts";
import type { Section } from "./results.ts";
import { roomsOverlay } from "./rooms-overlay.ts";
import { roomsServer } from "./rooms-server.ts";
import { startUp } from "./start-up.ts";
import { storing } from "./storing.ts";

const benches: Readonly<Record<string, Bench>> = {
  "start-up": startUp,
  memory,
  "lan-messages": lanMessages,
  "lan-people": lanPeople,
  "rooms-server": roomsServer,
  "rooms-overlay": roomsOverlay,
  history,
  storing,
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    date: { type: "string" },
    alone: { type: "boolean" },
  },
});

async function run(): Promise<number> {
  const names = positionals.length === 0 ? Object.keys(benches) : positionals;
  const problem = problemWith(names);
  if (problem !== undefined) {
    console.error(problem);
    return 2;
  }
  const again = runAlone();
  if (again !== undefined) return again;
  const sections: Section[] = [];
  for (const name of names) {
    const section = await take(name);
    if (section !== undefined) sections.push(section);
  }
  const isWhole = sections.length === names.length;
  if (isWhole && options.date !== undefined) publish(options.date, sections);
  return isWhole ? 0 : 1;
}

function problemWith(names: readonly string[]): string | undefined {
  const unknown = names.find((name) => !Object.hasOwn(benches, name));
  if (unknown !== undefined)
    return `there is no benchmark ${unknown}; there are ${Object.keys(benches).join(", ")}`;
  if (options.date === undefined) return undefined;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(options.date)) return "the date is written like 2026-12-31";
  return positionals.length === 0
    ? undefined
    : "figures are published together: leave out the names or the date";
}

/** One that fails is told; the others go on. */
async function take(name: string): Promise<Section | undefined> {
  const bench = benches[name];
  if (bench === undefined) return undefined;
  console.log(`\n## ${name}\n`);
  const begin = performance.now();
  try {
    const figures = await bench({ quick: options.quick });
    for (const line of tableOf(figures)) console.log(line);
    console.log(`\n(${Math.round((performance.now() - begin) / 1_000)} s)`);
    return { name, figures };
  } catch (error) {
    console.error(error);
    return undefined;
  }
}

function publish(date: string, sections: readonly Section[]): void {
  const command = `npm run bench -- ${options.quick ? "--quick " : ""}--date ${date}`;
  const page = pageOf({ date, command, quick: options.quick, sections });
  writeFileSync(join(import.meta.dirname, "RESULTS.md"), page);
}

process.exitCode = await run();
