/** One seed, from the making of its world to the judgement over it. */
import type { Crypto } from "../base/crypto.ts";
import { hourMs, minuteMs } from "../base/time.ts";
import { cheapCrypto } from "./cheap-crypto.ts";
import { Checks } from "./checks.ts";
import { Faults } from "./faults.ts";
import type { Whims } from "./driver-place.ts";
import type { Host } from "./host.ts";
import { Judgement } from "./judgement.ts";
import { Ledger } from "./ledger.ts";
import { namesake, type Options } from "./options.ts";
import { Person, type Wrappers } from "./person.ts";
import type { Plug } from "./plug.ts";
import { sceneOf } from "./scenes.ts";
import { type Violation, World } from "./world.ts";
import { Workload } from "./workload.ts";

export interface Setting {
  readonly plug: Plug;
  /** Of the real kind, for the seeds that ask for it. */
  readonly realCrypto?: Crypto;
  /** Planted bugs. */
  readonly wrappers?: Wrappers;
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
  /** Faults, by their kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** What happened last, where it was kept. */
  readonly lines: readonly string[];
}

const honestNames = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"];
const limitsEveryMs = 10 * minuteMs;

export async function run(options: Options, setting: Setting): Promise<Outcome> {
  const world = new World(options.seed, setting.verbose === true);
  const ledger = new Ledger();
  const people: Person[] = [];
  const scene = sceneOf({ world, ledger, options, people });
  const checks = new Checks(world, ledger, people, scene);
  const faults = new Faults(world, options, people);
  people.push(...peopleOf(options, setting, { world, checks, faults }));
  const names = namesOf(options);
  const workloads = people.map(
    (person, i) =>
      new Workload(person, { world, ledger, options, names, scene, name: names[i] ?? person.name }),
  );
  const strangers = admitStrangers(world, options, { plug: setting.plug, people });
  for (const person of people) person.start();
  scene?.begin();
  for (const workload of workloads) workload.begin();
  faults.begin();
  world.often(world.dice(), limitsEveryMs, () => {
    checks.checkLimits();
  });
  await world.run(options.hours * hourMs);

  world.calmDown();
  for (const host of strangers) host.crash("power-cut", world.dice());
  faults.heal();
  for (const workload of workloads) workload.settle();
  scene?.settle();
  await world.run(setting.plug.convergenceMs);
  if (world.violation === undefined) new Judgement(world, { ledger, checks, people, scene }).pass();
  const { violation, counts, trace } = world;
  const { digest, events, lines } = trace;
  return { options, violation, digest, events, messages: ledger.size, counts, lines };
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
  { strangers }: Options,
  { plug, people }: { readonly plug: Plug; readonly people: readonly Person[] },
): readonly Host[] {
  const hosts: Host[] = [];
  for (const [i, kind] of Object.keys(plug.strangers).entries()) {
    const random = world.dice();
    if (!strangers.includes(kind)) continue;
    const host = world.wire.addHost(kind, [`10.0.0.${strangersLeast + i}`]);
    hosts.push(host);
    plug.strangers[kind]?.({
      host,
      wire: world.wire,
      random,
      victims: people,
      often: (meanMs, work) => {
        world.often(random, meanMs, work);
      },
      later: (mostMs, work) => {
        world.later(random, mostMs, work);
      },
      violated: (invariant, what) => {
        world.violated(invariant, what);
      },
    });
  }
  return hosts;
}

/** Where the addresses of strangers begin. */
const strangersLeast = 200;
