/** Somebody who means harm is in the room, and the others do not notice: they miss nothing, and hold no more than they may. */
import { test } from "vitest";
import { minuteMs, secondMs } from "../../src/base/time.ts";
import { RoomsLab } from "./rooms-lab.ts";
import { talk } from "./rooms-talk.ts";

const kinds = ["forger", "liar", "parrot", "pretender", "flooder", "dawdler", "petitioner"] as const;
/** Some floods, and some minutes of lies. */
const times = 40;
const everyMs = 15 * secondMs;

test.each(kinds)("with a %s among them five members have all that each of them says, once", async (kind) => {
  const lab = await RoomsLab.with(5, 1);
  lab.admit(kind);
  await lab.pass(minuteMs);
  await talk(lab, { times, everyMs });
});
