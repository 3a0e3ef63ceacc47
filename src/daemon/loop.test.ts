/** What arrives in one turn of the event loop goes to the core as one batch. */
import { afterEach, expect, test, vi } from "vitest";
import { KithError } from "../base/errors.ts";
import type { NetworkName } from "../base/ids.ts";
import { bad, good } from "../base/result.ts";
import type { Item, Turn } from "../core/turn.ts";
import { createClock } from "../io/clock.ts";
import { itemsPerTurnMax, Loop } from "./loop.ts";
import type { LoopParts } from "./loop.ts";

const nothing: Turn = { replies: [], events: [], effects: [], wakeAt: undefined, troubles: [] };
const loops: Loop[] = [];

afterEach(() => {
  for (const loop of loops.splice(0)) loop.stop();
  vi.useRealTimers();
});

test("what arrives in one turn is one batch, in its order, and each command gets its own answer", async () => {
  const batches: (readonly Item[])[] = [];
  const loop = begin((batch) => {
    batches.push(batch);
    return {
      ...nothing,
      replies: batch.flatMap((item) => {
        if (item.kind !== "command" || item.command.kind !== "set-name") return [];
        const problem = new KithError("name-unusable", { problem: item.command.name });
        return [
          { number: item.number, result: item.command.name === "bob" ? bad(problem) : good(undefined) },
        ];
      }),
    };
  });
  const answers = await Promise.allSettled(
    ["alice", "bob", "carol"].map((name) => loop.command({ kind: "set-name", name })),
  );
  expect(batches.map((batch) => batch.length)).toEqual([3]);
  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

test("a turn has so many items, and one more waits for the next", async () => {
  const sizes: number[] = [];
  const loop = begin((batch) => {
    sizes.push(batch.length);
    return nothing;
  });
  for (let i = 0; i < itemsPerTurnMax + 1; i++) loop.add({ kind: "wake" });
  await turns(4);
  expect(sizes).toEqual([itemsPerTurnMax, 1]);
});

test("what is settled is told after the turn that held it, however much comes behind it", async () => {
  let done = 0;
  const loop = begin((batch) => {
    done += batch.length;
    if (done < 20 * itemsPerTurnMax) batch.forEach(() => loop.add({ kind: "wake" }));
    return nothing;
  });
  for (let i = 0; i < itemsPerTurnMax; i++) loop.add({ kind: "wake" });
  await loop.settled(); // its own wake stands in the second turn
  expect(done).toBe(2 * itemsPerTurnMax);
});

test("what has not settled when the loop stops waits no longer", async () => {
  const loop = begin(() => {
    throw new Error("a mistake");
  });
  await loop.settled();
  await loop.settled();
});

test("a backlog of many turns is done in its order, each item once", async () => {
  const numbers: number[] = [];
  const loop = begin((batch) => {
    numbers.push(...batch.flatMap((item) => (item.kind === "command" ? [item.number] : [])));
    return nothing;
  });
  const count = 7 * itemsPerTurnMax + 1;
  const commands = Array.from({ length: count }, () => loop.command({ kind: "set-name", name: "alice" }));
  for (const command of commands) command.catch(() => undefined);
  await loop.settled();
  expect(numbers).toEqual(Array.from({ length: count }, (_, at) => at + 1));
});

test("what has arrived before the stop is done, what comes later is refused", async () => {
  let items = 0;
  const loop = begin((batch) => {
    items += batch.length;
    return nothing;
  });
  loop.add({ kind: "wake" });
  const unanswered = loop.command({ kind: "set-name", name: "alice" });
  loop.stop();
  expect(items).toBe(2);
  await expect(unanswered).rejects.toMatchObject({ code: "daemon-stopping" });
  await expect(loop.command({ kind: "set-name", name: "alice" })).rejects.toMatchObject({
    code: "daemon-stopping",
  });
  loop.add({ kind: "wake" });
  await turns(2);
  expect(items).toBe(2);
});

test("a core that throws is told of once, and nothing more is handed to it", async () => {
  let called = 0;
  const broken: unknown[] = [];
  const loop = begin(
    () => {
      called++;
      throw new Error("a mistake");
    },
    { broken: (error) => broken.push(error) },
  );
  const command = loop.command({ kind: "set-name", name: "alice" });
  await expect(command).rejects.toMatchObject({ code: "daemon-stopping" });
  loop.add({ kind: "wake" });
  await turns(2);
  expect([called, broken.length]).toEqual([1, 1]);
});

test("the core is woken when it wants to be, and not before", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  let mono = 1_000;
  const pass = (ms: number): Promise<void> => {
    mono += ms;
    vi.advanceTimersByTime(ms);
    return turns(2);
  };
  const batches: string[][] = [];
  const clock = { now: () => ({ wall: 0, mono }) };
  const loop = begin(
    (batch) => {
      batches.push(batch.map(({ kind }) => kind));
      return batches.length === 1 ? { ...nothing, wakeAt: 1_050 } : nothing;
    },
    { clock },
  );
  loop.add({ kind: "network-removed", network: "lan" as NetworkName });
  await pass(0);
  await pass(49);
  expect(batches).toEqual([["network-removed"]]);
  await pass(1);
  expect(batches).toEqual([["network-removed"], ["wake"]]);
});

function begin(turn: (batch: readonly Item[]) => Turn, parts: Partial<LoopParts> = {}): Loop {
  const loop = new Loop({
    chat: { start: () => nothing, turn },
    clock: createClock(),
    done: () => undefined,
    broken: () => undefined,
    ...parts,
  });
  loops.push(loop);
  return loop;
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
