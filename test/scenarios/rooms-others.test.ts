/** Members whose programs others wrote live among ours, each with habits of its own and by the original rule for links. */
import { describe, expect, test } from "vitest";
import { present } from "../../src/base/assert.ts";
import { minuteMs, secondMs } from "../../src/base/time.ts";
import type { Habits } from "../../src/sim/rooms/original.ts";
import { RoomsLab } from "./rooms-lab.ts";
import { talk } from "./rooms-talk.ts";

const ours = 3;
/** They hear of each other with their next look at the list. */
const metMsMax = 30 * secondMs;
/** By the original rule: nobody looks back to the ring. */
const mendedMsMax = 25 * secondMs;

const kinds: readonly (readonly [string, Habits])[] = [
  ["keeps to the document", {}],
  ["sends everything back to whoever brought it", { relaysBack: true }],
  ["puts its name where its number belongs", { wrongOrigin: true }],
  ["takes a colon at the end for a part of the message's end", { stripsColon: true }],
  ["pokes from any port", { pokesFromAnyPort: true }],
];

async function settled(lab: RoomsLab): Promise<void> {
  await lab.msUntil(() => lab.isListed && lab.isWhole, minuteMs);
}

async function withOthers(habits: Habits = {}): Promise<RoomsLab> {
  const lab = await RoomsLab.with(ours, 1);
  for (const user of ["olga", "otto", "oscar"]) lab.original(user, habits);
  await settled(lab);
  return lab;
}

describe.each(kinds)("in a room of ours and of programs of which each %s", (_, habits) => {
  test("everybody is shown what anybody says, once", async () => {
    await talk(await withOthers(habits), { times: 5 });
  });

  test("one of ours and one of theirs die, and the others go on", async () => {
    const lab = await withOthers(habits);
    const [original] = lab.originals.keys();
    lab.kill(lab.anybody());
    lab.endOriginal(present(original, "somebody of theirs"));
    await lab.msUntil(() => lab.isWhole, mendedMsMax);
    await talk(lab);
  });
});

test.each([
  ["at once", 0],
  ["after the others have missed it", minuteMs],
])("whose ids begin at 1 again, started anew %s, is heard again, and nothing twice", async (_, downMs) => {
  const lab = await RoomsLab.with(ours, 1);
  const before = lab.original("olga");
  await settled(lab);
  await talk(lab, { times: 3 });
  const place = lab.endOriginal(before);
  await lab.pass(downMs);
  lab.originalAt(place, "olga");
  await lab.msUntil(() => lab.isListed && lab.isWhole, metMsMax);
  await talk(lab, { times: 3 });
});

test("whose first words are the same after each start is heard each time the others have missed it", async () => {
  const lab = await RoomsLab.with(ours, 1);
  let olga = lab.original("olga");
  for (const times of [1, 2, 3]) {
    await settled(lab);
    olga.say("hello");
    await lab.pass(minuteMs);
    const counts = lab.living.map((person) => lab.count(person, "hello"));
    expect(counts).toEqual(lab.living.map(() => times));
    const place = lab.endOriginal(olga);
    await lab.pass(minuteMs);
    olga = lab.originalAt(place, "olga");
  }
});

test("pokes are answered both ways, from whatever port they come", async () => {
  const lab = await RoomsLab.with(ours, 1);
  const [olga, pola] = [lab.original("olga"), lab.original("pola", { pokesFromAnyPort: true })];
  await lab.msUntil(() => lab.isListed && lab.isWhole, minuteMs);
  await lab.pass(metMsMax);
  const [alice] = lab.people;
  const { name, network } = present(alice, "somebody of ours");
  for (const program of [olga, pola]) program.poke(name);
  const poking = present(network?.poke, "pokes").poke("pola");
  lab.world.await(poking, (error) => lab.world.violated("poked", String(error)));
  await lab.pass(secondMs);
  expect([olga.answersToPokes, pola.answersToPokes]).toEqual([1, 1]);
  expect(pola.pokedBy).toEqual([name]);
  for (const { me } of [olga, pola]) expect(lab.pokesOf(present(alice, "her"), me.user), me.user).toBe(1);
});

test("two who share a name, one of ours and one of theirs, are both heard", async () => {
  const lab = await RoomsLab.with(ours, 1);
  lab.original("bob");
  await lab.msUntil(() => lab.isWhole, minuteMs);
  const [, , carol] = lab.people;
  const [program] = lab.originals.keys();
  await lab.pass(metMsMax);
  present(program, "theirs").say("I am bob too");
  await lab.pass(secondMs);
  expect(lab.count(present(carol, "carol"), "I am bob too")).toBe(1);
});
