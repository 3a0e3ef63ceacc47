/** Rooms in the simulated world. */
import { wholeBetween } from "../../base/random.ts";
import { minuteMs } from "../../base/time.ts";
import { createRooms, roomsLimits } from "../../networks/rooms/rooms.ts";
import { closingMax } from "../../protocols/rooms/peer/farewell.ts";
import { linksMax } from "../../protocols/rooms/peer/links.ts";
import { membersMax } from "../../protocols/rooms/peer/membership.ts";
import { gapMs } from "../../protocols/rooms/peer/pace.ts";
import type { Plug } from "../plug.ts";
import { dawdler, flooder, forger, liar, parrot, petitioner, pretender } from "./hostile.ts";
import { serverAddress } from "./places.ts";
import { rollCallAfterMs, rollCallMs } from "./scene.ts";
import { misnumbered, original, poker, relayer, stripper } from "./strangers.ts";

const server = `${serverAddress.host}:${serverAddress.port}`;

/** Who starts again with the port from before is the same member, of whom others know what was said. */
const ownPort = 5_001;
const ownPortShare = 0.5;

/** Most rooms have a handful of members; one in so many is full. */
const fullEvery = 20;

export const roomsPlug: Plug = {
  kind: "rooms",
  convergenceMs: rollCallAfterMs + rollCallMs,
  network: (place) =>
    createRooms({
      ...place,
      settings: { server, port: place.random.fraction() < ownPortShare ? ownPort : 0 },
      resolve: (host) => Promise.resolve(host),
    }),
  bounds: {
    members: membersMax,
    backward: linksMax,
    "links accepted": roomsLimits.acceptedMax,
    // To the server, to a member, and to the one who is being tried; the others are being closed.
    "links dialled": 3 + closingMax,
    // For members who call, and for pokes.
    sockets: 2,
    // In a flood, for each text that waits for its gap: as many as a link can carry.
    "wake-ups a minute of its own": minuteMs / gapMs,
  },
  // Who somebody is here is a matter of who looks: names prove nothing, and may be borne by several.
  identityOf: () => undefined,
  people: (random) =>
    random.fraction() < 1 / fullEvery ? wholeBetween(random, 13, 50) : wholeBetween(random, 3, 12),
  strangers: {
    ...{ original, relayer, misnumbered, stripper, poker },
    ...{ forger, liar, parrot, pretender, flooder, dawdler, petitioner },
  },
};
