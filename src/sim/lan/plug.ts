/** The LAN in the simulated world. */
import { secondMs } from "../../base/time.ts";
import { retryDelayMsMax } from "../../core/messages/outcomes.ts";
import { createLan } from "../../networks/lan/lan.ts";
import { lanConfig } from "../../networks/lan/settings.ts";
import { announcePeriodMs } from "../../protocols/lan/classic-dialect.ts";
import { linksMax } from "../../protocols/lan/inbound.ts";
import { connectWithinMs, jobsMax, receiptAwaitedMs } from "../../protocols/lan/outbound.ts";
import { peopleMax } from "../../protocols/lan/roster.ts";
import { retryMsMax } from "../../protocols/lan/sockets.ts";
import type { Plug } from "../plug.ts";
import { classic, prefixed, talkative } from "./classic.ts";
import { babbler, crowd, dawdler, falseWitness, forger, glutton, parrot, pretender } from "./hostile.ts";

/** Until a dial is up and its receipt is given up. */
const attemptMsMost = connectWithinMs + receiptAwaitedMs;
/** Which of the two it was that kept somebody away: he has to announce where he is, or to get back the port he lost. */
const reachableMsMost = Math.max(announcePeriodMs, retryMsMax);
/** In good weather, with all that waits behind the first message. */
const lastTryMs = 5 * secondMs;
/**
 * Then either an attempt that is under way to where he was takes its time to fail, and is repeated at once; or the
 * longest pause between two attempts passes.
 */
const convergenceMs = reachableMsMost + Math.max(attemptMsMost, retryDelayMsMax) + lastTryMs;
/** A busy machine notices late that an attempt has had its time. */
const lateMsMost = 5 * secondMs;

export const lanPlug: Plug = {
  kind: "lan",
  convergenceMs,
  network: (place) =>
    createLan({
      ...place,
      settings: lanConfig.parse({}),
      legacyCipher: { openTripleDes: () => undefined },
    }),
  bounds: {
    "people-known": peopleMax,
    "links accepted": linksMax,
    "links dialled": jobsMax,
    // Until it is up, until the receipt is given up, and until a busy machine notices.
    "oldest dialled link (ms)": attemptMsMost + lateMsMost,
    // For announcements, for broadcasts, for messages.
    sockets: 3,
  },
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
