/** One seed, from the making of its world to the judgement over it. */
import type { Crypto } from "../base/crypto.ts";
import { hourMs, minuteMs, secondMs } from "../base/time.ts";
import { cheapCrypto } from "./cheap-crypto.ts";
import { Checks } from "./checks.ts";
import { Faults } from "./faults.ts";
import type { Whims } from "./driver-place.ts";
import type { Host } from "./host.ts";
import { Judgement } from "./judgement.ts";
import { Ledger } from "./ledger.ts";
import { type FaultKind, namesake, type Options } from "./options.ts";
import { Person, type Wrappers } from "./person.ts";
import type { Plug, StrangerPlace } from "./plug.ts";
import { sceneOf } from "./scenes.ts";
import { type Violation, World } from "./world.ts";
import { Workload } from "./workload.ts";

export interface Setting {
  readonly plug: Plug;
  /** Of the real kind, for the seeds that ask for it. */
  readonly realCrypto?: Crypto;
  /** Planted bugs. */
  readonly wrappers?: Wrappers;
  /** What was thrown or rejected and caught by nobody, since it was asked last; undefined for nothing. */
  readonly astray?: () => Promise<unknown>;
  /** Keeps the words of what happens. */
  readonly verbose?: boolean;
}

export interface Outcome {
  readonly options: Options;
  readonly violation: Violation | undefined;
  /** Equal in two runs that went alike. */
  readonly digest: string;
  readonly events: number;
  readonly messages: number;
  readonly datagrams: { readonly sent: number; readonly lost: number };
  /** Faults, by their kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** How long after the end of the faults all had arrived and everybody saw everybody; undefined where that never was. */
  readonly settledMs: number | undefined;
  /** What happened last, where it was kept. */
  readonly lines: readonly string[];
}

const honestNames = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"];
const checkedEveryMs = minuteMs;
const lookedEveryMs = secondMs;

export async function run(options: Options, setting: Setting): Promise<Outcome> {
  const world = new World(options.seed, setting.verbose === true);
  const { plug } = setting;
  const ledger = new Ledger();
  const people: Person[] = [];
  const scene = sceneOf({ world, ledger, options, people });
  const checks = new Checks(world, { ledger, people, scene, bounds: plug.bounds ?? {} });
  const faults = new Faults(world, options, people);
  people.push(...peopleOf(options, setting, { world, checks, faults }));
  const names = namesOf(options);
  const workloads = people.map(
    (person, i) =>
      new Workload(person, { world, ledger, options, names, scene, name: names[i] ?? person.name }),
  );
  const strangers = admitStrangers(world, options, { plug, people });
  world.attempt(() => {
    for (const person of people) person.start();
    scene?.begin();
    for (const workload of workloads) workload.begin();
    faults.begin();
    world.often(world.dice(), checkedEveryMs, () => checks.checkNow());
  });
  await world.run(options.hours * hourMs);

  world.calmDown();
  world.attempt(() => {
    for (const host of strangers) host.crash("power-cut", world.dice());
    faults.heal();
    for (const workload of workloads) workload.settle();
    scene?.settle();
  });
  const judgement = new Judgement(world, { ledger, checks, people, scene });
  const settledMs = await settle(world, judgement, plug.convergenceMs);
  if (world.violation === undefined) world.attempt(() => judgement.pass());
  const astray = await setting.astray?.();
  if (astray !== undefined) world.broken("nobody caught", astray);
  const { violation, counts, trace, wire } = world;
  const { digest, events, lines } = trace;
  const [messages, datagrams] = [ledger.size, wire.datagrams];
  return { options, violation, digest, events, messages, datagrams, counts, settledMs, lines };
}

/** Lets all the time pass in which everything must have settled, and says when it had. */
async function settle(
  world: World,
  judgement: Judgement,
  convergenceMs: number,
): Promise<number | undefined> {
  let settledMs: number | undefined;
  for (let passed = 0; world.violation === undefined; passed += lookedEveryMs) {
    settledMs = world.attempt(() => judgement.isSettled) === true ? (settledMs ?? passed) : undefined;
    if (passed >= convergenceMs) break;
    await world.run(lookedEveryMs);
  }
  return settledMs;
}

function peopleOf(
  options: Options,
  { plug, realCrypto, wrappers = {} }: Setting,
  { world, checks, faults }: { readonly world: World; readonly checks: Checks; readonly faults: Faults },
): readonly Person[] {
  const { wire } = world;
  const crypto = (options.crypto === "real" ? realCrypto : undefined) ?? cheapCrypto();
  return namesOf(options).map((called, i) => {
    const name = i < options.people ? called : `mallory (called ${called})`;
    const host = wire.addHost(name, [`10.0.0.${i + 1}`]);
    const random = world.dice();
    const whims = (): Whims => faults.whims();
    return new Person({ name, host, wire, plug, random, crypto, watch: checks, wrappers, whims });
  });
}

/** The names that everybody gives himself, the namesake last. */
function namesOf({ people, strangers }: Options): readonly string[] {
  const honest = Array.from({ length: people }, (_, i) => honestNames[i] ?? `member${i}`);
  return strangers.includes(namesake) ? [...honest, ...honest.slice(0, 1)] : honest;
}

function admitStrangers(
  world: World,
  { strangers, faults }: Options,
  { plug, people }: { readonly plug: Plug; readonly people: readonly Person[] },
): readonly Host[] {
  const hosts: Host[] = [];
  const disksAreSound = diskFaults.every((kind) => faults[kind] === undefined);
  for (const [i, [kind, stranger]] of Object.entries(plug.strangers ?? {}).entries()) {
    const random = world.dice();
    if (!strangers.includes(kind)) continue;
    const host = world.wire.addHost(kind, [`10.0.0.${strangersLeast + i}`]);
    hosts.push(host);
    stranger(strangerPlace(world, { host, random, disksAreSound, victims: people }));
  }
  return hosts;
}

/** Where the addresses of strangers begin. */
export const strangersLeast = 200;

const diskFaults: readonly FaultKind[] = ["full-disks", "failing-writes", "slow-answers"];

export function strangerPlace(
  world: World,
  parts: Pick<StrangerPlace, "host" | "random" | "disksAreSound" | "victims">,
): StrangerPlace {
  return {
    ...parts,
    wire: world.wire,
    often: (meanMs, work) => {
      world.often(parts.random, meanMs, work);
    },
    later: (mostMs, work) => {
      world.later(parts.random, mostMs, work);
    },
    violated: (invariant, what) => {
      world.violated(invariant, what);
    },
  };
}
