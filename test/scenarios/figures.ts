/** Writes docs/figures.md: `node scripts/run.mjs test/scenarios/figures.ts`. What the simulated world did and found. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { createCrypto } from "../../src/io/crypto.ts";
import { drawOptions } from "../../src/sim/options.ts";
import { plugs } from "../../src/sim/plugs.ts";
import { run } from "../../src/sim/run.ts";
import { catchOf, seedsMax } from "./catching.ts";
import { planted } from "./planted.ts";
import { plantedInRooms } from "./planted-rooms.ts";

const worlds = 200;
const hours = 1;
const realCrypto = createCrypto();

interface Sums {
  readonly broken: number;
  readonly messages: number;
  readonly events: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly seconds: number;
}

async function runAll(kind: (typeof plugs)[number]): Promise<Sums> {
  const counts = new Map<string, number>();
  let [broken, messages, events] = [0, 0, 0];
  const before = process.cpuUsage();
  for (let seed = 1; seed <= worlds; seed++) {
    const outcome = await run(drawOptions(seed, kind, { hours, realCrypto: true }), {
      plug: kind,
      realCrypto,
    });
    broken += outcome.violation === undefined ? 0 : 1;
    messages += outcome.messages;
    events += outcome.events;
    for (const [what, count] of Object.entries(outcome.counts))
      counts.set(what, (counts.get(what) ?? 0) + count);
  }
  const { user, system } = process.cpuUsage(before);
  return { broken, messages, events, counts, seconds: (user + system) / 1e6 };
}

async function worldRows(): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const plug of plugs) {
    const { broken, messages, events, counts, seconds } = await runAll(plug);
    const faults = [...counts].toSorted().map(([what, count]) => `${count} ${what}`);
    const rate = ((worlds * hours) / seconds).toFixed(1);
    rows.push(
      `| ${plug.kind} | 1..${worlds} × ${hours} h | ${broken} | ${messages} | ${events} | ${faults.join(", ")} | ${rate} |`,
    );
  }
  return rows;
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

const text = `# Figures of the simulated world

Written by \`node scripts/run.mjs test/scenarios/figures.ts\`. One world in ten runs with real cryptography. The rate is
simulated hours for each second of one processor.

| network | seeds | broken | messages | events | faults | rate |
|---|---|---|---|---|---|---|
${(await worldRows()).join("\n")}

## Planted bugs

Each was put in around the tested code (\`test/scenarios/planted.ts\`) and had to be caught within ${seedsMax} seeds.

| a program that … | caught by seed | as a breach of |
|---|---|---|
${(await plantedRows()).join("\n")}

The promises by their numbers: I1 exactly once, as written; I2 nothing that nobody said; I5 what was answered is never
lost; I6 no half transactions; I9 a tick means a copy at the recipient's; I11 within limits; I12 no breakdown; I13 all
has arrived soon after the faults are over.
`;

const target = fileURLToPath(new URL("../../docs/figures.md", import.meta.url));
writeFileSync(target, await format(text, { ...(await resolveConfig(target)), filepath: target }));
