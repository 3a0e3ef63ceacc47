/** That whatever a program of the simulated world throws, wherever it is, breaks the promise that nothing breaks down. */
import { expect, test } from "vitest";
import { BrokenAssertion } from "../base/assert.ts";
import type { Network } from "../core/ports/network.ts";
import type { Driver, Machine } from "../protocols/machine.ts";
import { MemoryStore } from "../store/memory/memory-store.ts";
import { drawOptions, type Options } from "./options.ts";
import type { Wrappers } from "./person.ts";
import { type Outcome, run, type Setting } from "./run.ts";
import { toyPlug } from "./testing/toy.ts";

const calm: Options = {
  ...drawOptions(1, toyPlug, { hours: 0.1, realCrypto: false }),
  ...{ people: 2, faults: {}, strangers: [], messagesPerHour: 60 },
};

function go(setting: Omit<Setting, "plug">, faults: Options["faults"] = {}): Promise<Outcome> {
  return run({ ...calm, faults }, { plug: toyPlug, ...setting });
}

const mistake = (): never => {
  throw new BrokenAssertion("planted");
};

/** The toy's network with something of it changed. */
function changed(changes: (inner: Network) => Partial<Network>): Wrappers {
  return { network: (inner) => ({ ...inner, ...changes(inner) }) };
}

/** The toy's machine, which trips over an input of this kind. */
function trippingOver(kind: "wake" | "datagram" | "intent" | "listening"): Wrappers {
  const wrap = <I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> => ({
    wakeAt: () => machine.wakeAt(),
    handle: (input, now) => (input.kind === kind ? mistake() : machine.handle(input, now)),
  });
  return { driver: (driver: Driver) => ({ run: (machine, ...rest) => driver.run(wrap(machine), ...rest) }) };
}

class TrippingStore extends MemoryStore {
  override savepoint(): never {
    return mistake();
  }
}

test("in a world without mistakes nothing is broken", async () => {
  expect((await go({})).violation).toBeUndefined();
});

test.each<readonly [string, Wrappers]>([
  ["a machine that is woken", trippingOver("wake")],
  ["a machine that hears something", trippingOver("datagram")],
  ["a machine that is asked for something", trippingOver("intent")],
  ["a machine whose socket is open", trippingOver("listening")],
  ["a network that is made", { network: mistake }],
  ["a network that starts", changed(() => ({ start: mistake }))],
  ["a network that starts later", changed(() => ({ start: () => Promise.reject(new Error("planted")) }))],
  ["a network that sends", changed(() => ({ send: mistake }))],
  ["a network that is looked into", changed(() => ({ inspect: mistake }))],
  ["a store within a turn", { memory: (options) => new TrippingStore(options) }],
  ["a store that opens", { memory: mistake }],
])("the mistake of %s is found", async (_, wrappers) => {
  expect((await go({ wrappers })).violation).toMatchObject({ invariant: "I12" });
});

test("the rejection of a network that ends is found", async () => {
  const wrappers = changed(() => ({ stop: () => Promise.reject(new Error("planted")) }));
  const { violation } = await run(
    { ...calm, hours: 10, faults: { crashes: 1 } },
    { plug: toyPlug, wrappers },
  );
  expect(violation).toMatchObject({ invariant: "I12" });
});

test("what nobody caught is found when the world is over", async () => {
  const { violation } = await go({ astray: () => Promise.resolve(new Error("planted")) });
  expect(violation?.invariant).toBe("I12");
  expect(violation?.what).toContain("planted");
});
