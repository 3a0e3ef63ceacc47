/** That a protocol of a few lines lives in the simulated world, and that the world finds what is wrong with it. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Network } from "../core/ports/network.ts";
import { drawOptions } from "./options.ts";
import type { Plug } from "./plug.ts";
import { type Outcome, run } from "./run.ts";
import { toyPlug } from "./testing/toy.ts";

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

function go(seed: number, plug: Plug): Promise<Outcome> {
  return run(drawOptions(seed, plug, { hours: 0.3, realCrypto: false }), { plug });
}

test("machine, network and plug of a protocol take fewer than sixty lines", () => {
  const text = readFileSync(new URL("./testing/toy.ts", import.meta.url), "utf8");
  expect(text.trimEnd().split("\n").length).toBeLessThan(60);
});

test.each(seeds)("the toy keeps every promise in the world of seed %i", async (seed) => {
  const { violation, messages } = await go(seed, toyPlug);
  expect(violation).toBeUndefined();
  expect(messages).toBeGreaterThan(0);
});

test("a toy that thanks before it has stored is caught", async () => {
  const hasty: Plug = {
    ...toyPlug,
    network(place) {
      const inner = toyPlug.network(place);
      const start: Network["start"] = (report) =>
        inner.start((event) => {
          if (event.kind === "messageArrived" && event.receipt !== undefined)
            inner.acknowledge(event.receipt);
          report(event);
        });
      return { ...inner, start };
    },
  };
  const broken: (string | undefined)[] = [];
  for (const seed of seeds) broken.push((await go(seed, hasty)).violation?.invariant);
  expect(broken).toContain("I9");
});
