/** Talk in a room: everybody says something, and nobody misses anything or is shown it twice. */
import { expect } from "vitest";
import { secondMs } from "../../src/base/time.ts";
import type { RoomsLab } from "./rooms-lab.ts";

/** Nothing more is lost or late after it. */
const arrivedMs = 5 * secondMs;
/** Between two things that somebody says. */
const pauseMs = 700;

/** Everybody who lives says so many things, while links may move; each of the others has each of them once. */
export async function talk(lab: RoomsLab, { times = 1, everyMs = pauseMs } = {}): Promise<void> {
  const said: string[] = [];
  for (let i = 0; i < times; i++) {
    for (const person of lab.living) {
      const text = `${person.name} at ${lab.world.scheduler.time}`;
      lab.say(person, text);
      said.push(text);
    }
    for (const program of lab.originals.keys()) {
      const text = `${program.me.user} at ${lab.world.scheduler.time}`;
      program.say(text);
      said.push(text);
    }
    await lab.pass(everyMs);
  }
  await lab.pass(arrivedMs);
  for (const text of said) {
    const counts = lab.living.map((person) => [person.name, lab.count(person, text)]);
    expect(counts, text).toEqual(lab.living.map(({ name }) => [name, 1]));
    for (const { me, shown } of lab.originals.keys()) {
      const times = shown.filter(({ content }) => content === text).length;
      expect(times, `${text}, as ${me.user} is shown it`).toBe(text.startsWith(`${me.user} `) ? 0 : 1);
    }
  }
}
