/** The LAN in the simulated world. */
import { minuteMs, secondMs } from "../../base/time.ts";
import { createLan } from "../../networks/lan/lan.ts";
import { lanConfig } from "../../networks/lan/settings.ts";
import { connectWithinMs, receiptAwaitedMs } from "../../protocols/lan/outbound.ts";
import type { Plug } from "../plug.ts";
import { classic, prefixed, talkative } from "./classic.ts";
import { babbler, crowd, dawdler, falseWitness, forger, glutton, parrot, pretender } from "./hostile.ts";

/**
 * Whoever is to be reached may have to announce where he is first. Then either an attempt that is under way to where he
 * was takes its time to fail, and is repeated at once; or the longest pause between two attempts passes.
 */
const announcePeriodMs = minuteMs;
const attemptMsMost = connectWithinMs + receiptAwaitedMs;
const pauseMsMost = 30 * secondMs;
const convergenceMs = announcePeriodMs + Math.max(attemptMsMost, pauseMsMost);

export const lanPlug: Plug = {
  kind: "lan",
  convergenceMs,
  network: (place) =>
    createLan({
      ...place,
      settings: lanConfig.parse({}),
      legacyCipher: { openTripleDes: () => undefined },
    }),
  identityOf(network) {
    const key = network.inspect().facts["own-key"];
    return key === undefined ? undefined : `key:${key}`;
  },
  strangers: {
    classic,
    prefixed,
    talkative,
    babbler,
    parrot,
    forger,
    "false-witness": falseWitness,
    pretender,
    crowd,
    dawdler,
    glutton,
  },
};
