/** Real programs in one room, some of which are killed: whoever is left hangs together again and misses nothing. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { seededRandom } from "../../../src/base/random.ts";
import { Household } from "./household.ts";
import type { Member } from "./household.ts";

/** Each kind of death once in every run of the tests, and a hundred rounds with TEST_ROOM_ROUNDS=long. */
const rounds = process.env["TEST_ROOM_ROUNDS"] === "long" ? 100 : 3;
const names = ["alice", "bob", "carol", "dave", "erin", "frank", "grace"];
/** What the kernel tells at once is mended within this. */
const repairedMsMax = 5_000;
/** Whoever comes back is asked for by the others with their next look at the list. */
const backMsMax = 40_000;
const arrivedMsMax = 5_000;
const roundMsMax = 60_000;

let household: Household;
let members: Member[];
const random = seededRandom(1);
/** How long each took (ms). */
const repairs: number[] = [];
/** Texts that somebody said, and how often one was to be shown to somebody else. */
let [said, deliveries] = [0, 0];
let deaths = 0;

beforeEach(async () => {
  household = await Household.make();
  members = [];
  for (const name of names) members.push(await household.member(name));
}, 60_000);

afterEach(() => household.end());

test(
  "the best linked, two, or two of whom one comes back: the others go on",
  { timeout: rounds * roundMsMax },
  async () => {
    await whole(backMsMax);
    await talk("at first");
    for (let round = 1; round <= rounds; round++) {
      const killed = round % 3 === 1 ? [await bestLinked()] : two();
      await Promise.all(killed.map((member) => member.kill()));
      deaths += killed.length;
      repairs.push(await whole(repairedMsMax));
      await talk(`round ${round}`);
      if (round % 3 === 0) {
        await killed[0]?.start();
        await whole(backMsMax);
        await talk(`round ${round}, one is back`);
      }
      for (const member of members) if (!member.isAlive) await member.start();
      await whole(backMsMax);
    }
    await talk("in the end");
    for (const member of members) nothingTwice(member, await member.allTexts());
    console.log(
      `${rounds} rounds, ${deaths} killed, ${said} texts in ${deliveries} deliveries; ` +
        `mended within ${Math.round(Math.max(...repairs))} ms`,
    );
  },
);

function living(): readonly Member[] {
  return members.filter(({ isAlive }) => isAlive);
}

/** How long it takes (ms) until everybody who lives is linked to everybody else over some way. */
async function whole(msMax: number): Promise<number> {
  const begin = performance.now();
  for (;;) {
    const views = await Promise.all(living().map((member) => member.view()));
    const ms = performance.now() - begin;
    const known = views.filter((view) => view !== undefined);
    if (known.length === views.length && reachable(known) === views.length) return ms;
    if (ms > msMax) throw new Error(`not within ${msMax} ms: ${JSON.stringify(views)}`);
  }
}

/** How many are reached from the first over links of which both ends know. */
function reachable(views: readonly { readonly own: string; readonly links: readonly string[] }[]): number {
  const reached = new Set(views.slice(0, 1));
  for (const { own, links } of reached)
    for (const view of views) if (links.includes(view.own) && view.links.includes(own)) reached.add(view);
  return reached.size;
}

async function bestLinked(): Promise<Member> {
  const views = await Promise.all(members.map(async (member) => [member, await member.view()] as const));
  const [best] = views.toSorted(([, a], [, b]) => (b?.links.length ?? 0) - (a?.links.length ?? 0));
  if (best === undefined) throw new Error("nobody is there");
  return best[0];
}

function two(): readonly Member[] {
  const order = members.map((member) => [random.fraction(), member] as const);
  return order.toSorted(([a], [b]) => a - b).flatMap(([, member], i) => (i < 2 ? [member] : []));
}

/** Everybody who lives says something; each has all of it, and nothing twice. */
async function talk(when: string): Promise<void> {
  const words = living().map(({ name }) => `${name}, ${when}`);
  await Promise.all(living().map((member, i) => member.say(words[i] ?? "")));
  for (const member of living()) nothingTwice(member, await texts(member, words));
  said += words.length;
  deliveries += words.length * (words.length - 1);
}

function nothingTwice({ name }: Member, heard: readonly string[]): void {
  const twice = heard.filter((text, i) => heard.indexOf(text) !== i);
  expect(twice, name).toEqual([]);
}

async function texts(member: Member, wanted: readonly string[]): Promise<readonly string[]> {
  const begin = performance.now();
  for (;;) {
    const heard = await member.texts();
    const missing = wanted.filter((text) => !heard.includes(text));
    if (missing.length === 0) return heard;
    if (performance.now() - begin > arrivedMsMax)
      throw new Error(`${member.name} lacks ${missing.join("; ")}`);
  }
}
