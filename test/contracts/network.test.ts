/** The network in memory keeps the contract of every network, with keys and without. */
import { networkContract } from "./network.ts";
import { roomContract } from "./network-rooms.ts";
import type { NetworkPair } from "./network.ts";
import type { NetworkName } from "../../src/base/ids.ts";
import { MemoryHub } from "../../src/networks/memory/memory-network.ts";
import { MemoryRooms } from "../../src/networks/memory/memory-rooms.ts";

function pair(keyed: boolean): NetworkPair {
  const hub = new MemoryHub({ keyed, wall: () => 1_795_273_805_680 });
  const scheme = keyed ? "key" : "name";
  const identities = { alice: `${scheme}:alice`, bob: `${scheme}:bob` };
  const network = "memory" as NetworkName;
  const alice = hub.join({ identity: identities.alice, network });
  const bob = hub.join({ identity: identities.bob, network });
  return {
    alice,
    bob,
    identities,
    settle: () => {
      hub.deliver();
      return Promise.resolve();
    },
    close: async () => {
      await Promise.all([alice.stop(), bob.stop()]);
    },
  };
}

networkContract("the network in memory, with keys", () => Promise.resolve(pair(true)));
networkContract("the network in memory, without keys", () => Promise.resolve(pair(false)));

roomContract("the network of rooms in memory", () => {
  const server = new MemoryRooms();
  const [alice, bob] = [server.guest("rooms" as NetworkName), server.guest("rooms" as NetworkName)];
  const settle = () => {
    server.deliver();
    return Promise.resolve();
  };
  const close = async () => {
    await Promise.all([alice.stop(), bob.stop()]);
  };
  return Promise.resolve({ alice, bob, settle, close });
});
