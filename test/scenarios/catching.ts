/** Looks for the first world in which a planted bug breaks a promise. */
import { lanPlug } from "../../src/sim/lan/plug.ts";
import { drawOptions } from "../../src/sim/options.ts";
import { run } from "../../src/sim/run.ts";
import type { Violation } from "../../src/sim/world.ts";
import type { Planted } from "./planted.ts";

/** What needs more is not found in practice. */
export const seedsMax = 200;
const hours = 0.5;

export interface Catch {
  readonly seed: number;
  readonly violation: Violation;
}

export async function catchOf({ wrappers, plug = lanPlug }: Planted): Promise<Catch | undefined> {
  for (let seed = 1; seed <= seedsMax; seed++) {
    const options = drawOptions(seed, plug, { hours, realCrypto: false });
    const { violation } = await run(options, { plug, wrappers });
    if (violation !== undefined) return { seed, violation };
  }
  return undefined;
}
