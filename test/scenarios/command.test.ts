/** What a developer gets to see of the simulated world: figures, and of a failure the smallest world that shows it. */
import { expect, test } from "vitest";
import type { Crypto } from "../../src/base/crypto.ts";
import { cheapCrypto } from "../../src/sim/cheap-crypto.ts";
import { command, usage } from "../../src/sim/command.ts";
import type { Options } from "../../src/sim/options.ts";

/** Every tenth world runs with the cryptography that the command is given. */
const realCryptoSeed = "10";

async function type(line: string, realCrypto: Crypto = cheapCrypto()) {
  const printed: string[] = [];
  const kept: { readonly options: Options; readonly found: string }[] = [];
  const well = await command(line.split(" "), {
    realCrypto,
    elapsedMs: () => 1_000,
    astray: () => Promise.resolve(undefined),
    print: (text) => void printed.push(text),
    keep: (options, found) => void kept.push({ options, found }),
  });
  return { well, printed, kept };
}

test("worlds in which all goes well are counted", async () => {
  const { well, printed, kept } = await type("--seeds 3..4 --hours 0.1");
  expect(well).toBe(true);
  expect(printed).toEqual([expect.stringMatching(/^2 worlds, 0 broken: 0\.2 simulated hours, \d+ messages/)]);
  expect(kept).toEqual([]);
});

test.each(["--sead 1", "--seed", "--seed one", "--hours 0", "--network pigeons"])(
  "%s is answered with the usage",
  async (line) => {
    expect(await type(line)).toEqual({ well: false, printed: [usage], kept: [] });
  },
);

test("a world that fails is shrunk, told in words and kept", async () => {
  const blind: Crypto = { ...cheapCrypto(), verify: () => false };
  const { well, printed, kept } = await type(`--seed ${realCryptoSeed} --hours 0.1`, blind);
  expect(well).toBe(false);
  expect(printed[0]).toMatch(/^SEED=10 I13: /);
  expect(printed[1]).toMatch(/^OPTIONS=\{"seed":10,/);
  expect(printed[2]).toMatch(/^SHRUNK=\{"seed":10,/);
  expect(printed.at(-2)).toContain("VIOLATION of I13");
  expect(kept).toHaveLength(1);
  expect(kept[0]?.options).toMatchObject({ seed: 10, people: 2, faults: {}, strangers: [] });
});
