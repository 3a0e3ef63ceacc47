/** Writes docs/figures.md: what many simulated worlds did and found, on which machine, and how soon planted bugs fell. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { secondMs } from "../../src/base/time.ts";
import { createCrypto } from "../../src/io/crypto.ts";
import { seedsIn } from "../../src/sim/command.ts";
import { drawOptions } from "../../src/sim/options.ts";
import type { Plug } from "../../src/sim/plug.ts";
import { plugOf } from "../../src/sim/plugs.ts";
import { type Outcome, run } from "../../src/sim/run.ts";
import { catchOf, seedsMax } from "./catching.ts";
import { planted } from "./planted.ts";
import { plantedInRooms } from "./planted-rooms.ts";

const program = "node scripts/run.mjs test/scenarios/figures.ts";
const realCrypto = createCrypto();

interface Wish {
  /** Of the page. */
  readonly date: string;
  readonly orders: readonly Order[];
}

/** Worlds of one network. */
interface Order {
  readonly plug: Plug;
  readonly first: number;
  readonly last: number;
  /** Of simulated time, in each world. */
  readonly hours: number;
}

const usage = `${program} --date YYYY-MM-DD NETWORK:A..BxHOURS …`;

/** Throws where the arguments cannot be understood. */
function read(args: readonly string[]): Wish {
  const options = { date: { type: "string" } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const date = values.date ?? "";
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || positionals.length === 0) throw new Error(usage);
  return { date, orders: positionals.map(orderOf) };
}

function orderOf(words: string): Order {
  const [, kind = "", seeds = "", hours = ""] = /^(\w+):([\d.]+)x([\d.]+)$/.exec(words) ?? [];
  const plug = plugOf(kind);
  const { first, last } = seedsIn(seeds);
  if (plug === undefined || !Number.isInteger(first) || !Number.isInteger(last)) throw new Error(usage);
  return { plug, first, last, hours: Number(hours) };
}

/** All the worlds of one network, added up. */
class Sums {
  readonly broken: string[] = [];
  readonly settledMs: number[] = [];
  readonly counts = new Map<string, number>();
  worlds = 0;
  hours = 0;

  add({ options, violation, messages, events, datagrams, counts, settledMs }: Outcome): void {
    this.worlds++;
    this.hours += options.hours;
    if (violation !== undefined) this.broken.push(`${options.seed} (${violation.invariant})`);
    if (settledMs !== undefined) this.settledMs.push(settledMs);
    const { sent, lost } = datagrams;
    const more = { messages, events, "datagrams sent": sent, "datagrams lost": lost, ...counts };
    for (const [what, count] of Object.entries(more))
      this.counts.set(what, (this.counts.get(what) ?? 0) + count);
  }

  /** In seconds. */
  settledWithin(share: number): string {
    const sorted = this.settledMs.toSorted((a, b) => a - b);
    const at = Math.min(sorted.length - 1, Math.floor(share * sorted.length));
    return ((sorted[at] ?? NaN) / secondMs).toFixed(0);
  }
}

async function runAll({ plug, first, last, hours }: Order): Promise<readonly string[]> {
  const sums = new Sums();
  const before = process.cpuUsage();
  for (let seed = first; seed <= last; seed++)
    sums.add(await run(drawOptions(seed, plug, { hours, realCrypto: true }), { plug, realCrypto }));
  const { user, system } = process.cpuUsage(before);
  const rate = sums.hours / ((user + system) / 1e6);
  return [
    `## ${plug.kind}`,
    "",
    "| what | how much |",
    "|---|---|",
    `| worlds (seeds ${first}..${last}, ${hours} h each) | ${sums.worlds} |`,
    `| broken | ${sums.broken.length === 0 ? "0" : `**${sums.broken.join(", ")}**`} |`,
    `| simulated hours | ${sums.hours} |`,
    `| simulated hours in a second of one processor | ${rate.toFixed(1)} |`,
    ...[...sums.counts].map(([what, count]) => `| ${what} | ${count} |`),
    "",
    "When the faults were over, everything had arrived and everybody saw everybody " +
      `within ${sums.settledWithin(0.5)} s in half of the worlds, ${sums.settledWithin(0.9)} s in nine of ten, ` +
      `${sums.settledWithin(0.99)} s in 99 of a hundred, ${sums.settledWithin(1)} s in all; ` +
      `${plug.convergenceMs / secondMs} s are allowed.`,
    "",
  ];
}

async function plantedRows(): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const bug of [...planted, ...plantedInRooms]) {
    const found = await catchOf(bug);
    const what =
      found === undefined ? "**not caught** | |" : `${found.seed} | ${found.violation.invariant} |`;
    rows.push(`| ${bug.bug} | ${what}`);
  }
  return rows;
}

function commit(): string {
  return execFileSync("git", ["describe", "--always", "--dirty=, with changes"], { encoding: "utf8" }).trim();
}

async function page(args: readonly string[]): Promise<string> {
  const wish = read(args);
  const networks: string[] = [];
  for (const order of wish.orders) networks.push(...(await runAll(order)));
  return `# Figures of the simulated world

Written on ${wish.date} by \`${[program, ...args].join(" ")}\` at commit ${commit()}, on a machine with ${availableParallelism()}
processors, by Node ${process.versions.node}. One world in ten runs with real cryptography. Faults are counted by their
kinds; loss, duplicates, delays, short pieces, narrow windows, late wakes and slow or failed answers go on all the time
where they were drawn.

${networks.join("\n")}

## Planted bugs

Each was put in around the tested code (\`test/scenarios/planted.ts\`) and had to be caught within ${seedsMax} seeds.

| a program that … | caught by seed | as a breach of |
|---|---|---|
${(await plantedRows()).join("\n")}

The promises by their numbers: I1 exactly once, as written; I2 nothing that nobody said; I5 what was answered is never
lost; I6 no half transactions; I9 a tick means a copy at the recipient's; I11 within limits; I12 no breakdown; I13 all
has arrived soon after the faults are over.
`;
}

const target = fileURLToPath(new URL("../../docs/figures.md", import.meta.url));
const text = await page(process.argv.slice(2));
writeFileSync(target, await format(text, { ...(await resolveConfig(target)), filepath: target }));
