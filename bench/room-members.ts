/**
 * A program of its own: members of one room, with the network as the daemon has it and nothing above it, each on a
 * loopback address. `room-members.ts <server> <network> <members> <which> <of how many>`: the programs share them in turns.
 */
import { present } from "../src/base/assert.ts";
import { newMessageId, toNetworkName } from "../src/base/ids.ts";
import type { Network } from "../src/core/ports/network.ts";
import { createClock } from "../src/io/clock.ts";
import { createCrypto } from "../src/io/crypto.ts";
import { createDriver } from "../src/io/drive.ts";
import { createRandom } from "../src/io/entropy.ts";
import { createRooms } from "../src/networks/rooms/rooms.ts";
import { FloodOrders } from "./flood-orders.ts";

const port = 5_001;
const room = "bench";

const [, , server = "", network = "", members = "", which = "", programs = ""] = process.argv;
const orders = new FloodOrders();
const random = createRandom();
const crypto = createCrypto();
const clock = createClock();

function networkOf(at: number): Network {
  const kept = new Map<string, Uint8Array>();
  return createRooms({
    name: present(toNetworkName("rooms"), "a name"),
    settings: { server, port, address: `${network}.${at + 1}` },
    driver: createDriver({ clock }),
    random,
    crypto,
    keep: {
      read: (key) => kept.get(key),
      write: (key, value) => void kept.set(key, value),
      replace: (key, value) => void kept.set(key, value),
      remove: (key) => void kept.delete(key),
    },
    resolve: (host) => Promise.resolve(host),
  });
}

/** Resolves when it is in the room; with the first one, when it is linked to somebody. */
async function enter(at: number): Promise<Network> {
  const made = networkOf(at);
  const rooms = present(made.rooms, "rooms");
  await made.start((event) => {
    if (event.kind === "messageArrived" && event.body.kind === "text") orders.arrived(event.body.text);
  });
  rooms.user(`member${at}`);
  await rooms.join(room);
  return made;
}

function joinedOf({ rooms }: Network) {
  return present(rooms?.state().joined[0], "the room");
}

function forwarded(made: Network): number {
  return Number(made.inspect().facts["texts-forwarded"]);
}

const own = Array.from({ length: Number(members) }, (_, at) => at).filter(
  (at) => at % Number(programs) === Number(which),
);
const networks: Network[] = [];
for (const at of own) networks.push(await enter(at));
let said = 0;

orders.serve({
  say(text) {
    const [first] = networks;
    if (first === undefined) return;
    said += joinedOf(first).members.filter(({ link }) => link !== "none").length;
    first.send({
      message: newMessageId(random),
      place: { kind: "room", room },
      recipients: [],
      body: { kind: "text", text },
      sentAt: Date.now(),
      secrecyLeast: "none",
    });
  },
  written: () => said + networks.reduce((sum, made) => sum + forwarded(made), 0),
  links: () =>
    networks.reduce(
      (sum, made) => sum + joinedOf(made).members.filter(({ link }) => link === "forward").length,
      0,
    ),
});
