/** The links of a room after deaths and partitions: whoever is left hangs together again in time, and misses nothing. */
import { describe, expect, test } from "vitest";
import { minuteMs, secondMs } from "../../src/base/time.ts";
import type { Person } from "../../src/sim/person.ts";
import { RoomsLab } from "./rooms-lab.ts";
import { talk } from "./rooms-talk.ts";

/** Each world is another ring; ROOMS_SEEDS asks for more of them. */
const seeds = Array.from({ length: Number(process.env["ROOMS_SEEDS"] ?? 4) }, (_, i) => i + 1);
const sizes = [5, 8] as const;
/** There a text passed the new neighbour on the ring before the link to it stood, and came too late by the old one. */
const kept = [8, 45] as const;
const worlds = [kept, ...sizes.flatMap((size) => seeds.map((seed) => [size, seed] as const))];

/** From the moment at which a link is known to have gone. */
const repairedMsMax = 5 * secondMs;
/** A host that has lost its power is asked for signs of life for so long. */
const noticedMsMax = 30 * secondMs;
/** From the moment at which all stand in the server's list again. */
const healedMsMax = 25 * secondMs;
/** While somebody talks so often, everybody looks at the list, and the last links move. */
const movingTimes = 40;
/** Of a room, one after the other. */
const deaths = 10;
/** The server forgets who is silent, and everybody asks it for the list. */
const forgottenMs = 2 * minuteMs;

async function repaired(lab: RoomsLab): Promise<void> {
  await lab.msUntil(() => lab.isWhole, repairedMsMax);
  await talk(lab);
}

function two(lab: RoomsLab): readonly [Person, Person] {
  const one = lab.anybody();
  for (;;) {
    const other = lab.anybody();
    if (other !== one) return [one, other];
  }
}

describe.each(worlds)("of %i members (ring %i)", (size, seed) => {
  test("whoever has the most links dies, and the others go on", async () => {
    const lab = await RoomsLab.with(size, seed);
    for (const person of lab.byLinks().slice(0, 1)) lab.kill(person);
    await repaired(lab);
  });

  test("two die at once, and the others go on", async () => {
    const lab = await RoomsLab.with(size, seed);
    for (const person of two(lab)) lab.kill(person);
    await repaired(lab);
  });

  test("two die, one comes back, and has what is said from then on", async () => {
    const lab = await RoomsLab.with(size, seed);
    const [one, other] = two(lab);
    lab.kill(one);
    lab.kill(other);
    await repaired(lab);
    one.start();
    await lab.msUntil(() => lab.isListed, minuteMs);
    await repaired(lab);
  });

  test("two lose their power without a word, and the others notice and go on", async () => {
    const lab = await RoomsLab.with(size, seed);
    for (const person of two(lab)) lab.kill(person, "power-cut");
    await lab.msUntil(() => lab.isWhole, noticedMsMax + repairedMsMax);
    await talk(lab);
  });

  test("two lose their power while everybody talks, and the others go on once the server has noticed", async () => {
    const lab = await RoomsLab.with(size, seed);
    for (const person of two(lab)) lab.kill(person, "power-cut");
    for (const person of lab.living) lab.say(person, `${person.name} talks on`);
    await lab.msUntil(() => lab.isWhole, noticedMsMax + healedMsMax);
    await talk(lab);
  });

  test("a partition makes two rooms of one, and its healing one of two", async () => {
    const lab = await RoomsLab.with(size, seed);
    const some = lab.people.filter((_, i) => i % 2 === 0);
    lab.part(some);
    await lab.pass(forgottenMs);
    expect(lab.isWhole).toBe(false);
    lab.heal();
    await lab.msUntil(() => lab.isListed, minuteMs);
    await lab.msUntil(() => lab.isWhole, healedMsMax);
    await talk(lab, { times: movingTimes });
  });

  test("a partition lets one direction through, and its healing makes one room again", async () => {
    const lab = await RoomsLab.with(size, seed);
    lab.part(
      lab.people.filter((_, i) => i % 2 === 0),
      true,
    );
    await lab.pass(forgottenMs);
    lab.heal();
    await lab.msUntil(() => lab.isListed, minuteMs);
    await lab.msUntil(() => lab.isWhole, healedMsMax);
    await talk(lab, { times: movingTimes });
  });

  test("without a server the links live on, and are mended; with it everybody is listed again", async () => {
    const lab = await RoomsLab.with(size, seed);
    lab.server.crash("killed", lab.world.dice());
    await lab.pass(forgottenMs);
    for (const person of two(lab)) lab.kill(person);
    await repaired(lab);
    lab.server.start();
    await lab.msUntil(() => lab.isListed, minuteMs);
    await repaired(lab);
  });
});

describe.each([3, 4, 13, 50])("of %i members who come and go", (size) => {
  test("whoever is left hangs together each time, and misses nothing", async () => {
    const lab = await RoomsLab.with(size, size);
    for (let i = 0; i < deaths; i++) {
      lab.kill(lab.anybody());
      const gone = lab.people.filter(({ running }) => !running);
      if (gone.length > size / 2) gone[0]?.start();
      await lab.pass(secondMs);
      await repaired(lab);
    }
    for (const person of lab.people) person.start();
    await lab.msUntil(() => lab.isListed, minuteMs);
    await lab.msUntil(() => lab.isWhole, healedMsMax);
    await talk(lab);
  });
});

test("of fifty members five die at once, and the others go on", async () => {
  const lab = await RoomsLab.with(50, 1);
  for (const person of lab.byLinks().slice(0, 5)) lab.kill(person);
  await repaired(lab);
});
