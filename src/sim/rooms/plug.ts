/** Rooms in the simulated world. */
import { wholeBetween } from "../../base/random.ts";
import { createRooms } from "../../networks/rooms/rooms.ts";
import type { Plug } from "../plug.ts";
import { dawdler, flooder, forger, liar, parrot, petitioner, pretender } from "./hostile.ts";
import { serverAddress } from "./places.ts";
import { rollCallAfterMs, rollCallMs } from "./scene.ts";
import { misnumbered, original, poker, relayer, stripper } from "./strangers.ts";

const server = `${serverAddress.host}:${serverAddress.port}`;

/** Most rooms have a handful of members; one in so many is full. */
const fullEvery = 20;

export const roomsPlug: Plug = {
  kind: "rooms",
  convergenceMs: rollCallAfterMs + rollCallMs,
  network: (place) =>
    createRooms({ ...place, settings: { server }, resolve: (host) => Promise.resolve(host) }),
  // Who somebody is here is a matter of who looks: names prove nothing, and may be borne by several.
  identityOf: () => undefined,
  people: (random) =>
    random.fraction() < 1 / fullEvery ? wholeBetween(random, 13, 50) : wholeBetween(random, 3, 12),
  strangers: {
    ...{ original, relayer, misnumbered, stripper, poker },
    ...{ forger, liar, parrot, pretender, flooder, dawdler, petitioner },
  },
};
