/** What the rooms in memory can be told to do to their post: lose it, or bring it after somebody has stopped. */
import { expect, it } from "vitest";
import { newMessageId } from "../../base/ids.ts";
import type { NetworkName } from "../../base/ids.ts";
import { seededRandom } from "../../base/random.ts";
import type { NetworkEvent, Outgoing } from "../../core/ports/network.ts";
import { MemoryRooms } from "./memory-rooms.ts";

const outgoing: Outgoing = {
  message: newMessageId(seededRandom(1)),
  place: { kind: "room", room: "garden" },
  recipients: [],
  body: { kind: "text", text: "hello" },
  sentAt: 0,
  secrecyLeast: "none",
};

async function pair() {
  const server = new MemoryRooms();
  const heard: Record<"alice" | "bob", NetworkEvent[]> = { alice: [], bob: [] };
  const enter = async (name: "alice" | "bob") => {
    const guest = server.guest("rooms" as NetworkName);
    await guest.start((event) => heard[name].push(event));
    guest.rooms?.user(name);
    await guest.rooms?.join("garden");
    return guest;
  };
  const [alice, bob] = [await enter("alice"), await enter("bob")];
  server.deliver();
  const outcomes = () => heard.alice.flatMap((event) => (event.kind === "delivery" ? [event.outcome] : []));
  const texts = () => heard.bob.filter(({ kind }) => kind === "messageArrived");
  return { server, alice, bob, heard, outcomes, texts };
}

it("a text that is lost is of unknown outcome: a second try might show it twice", async () => {
  const { server, alice, outcomes, texts } = await pair();
  alice.send(outgoing);
  server.deliver(() => true);
  expect(outcomes()).toEqual([{ state: "failed", why: { code: "outcome-unknown" }, again: "never" }]);
  expect(texts()).toEqual([]);
});

it("an attempt that was cut off by a stop has no outcome, also after the next start", async () => {
  const { server, alice, heard, outcomes } = await pair();
  alice.send(outgoing);
  await alice.stop();
  await alice.start((event) => heard.alice.push(event));
  server.deliver();
  expect(outcomes()).toEqual([]);
});

it("of two by one name, the one who came later has an identity of their own", async () => {
  const { server, heard } = await pair();
  const second = server.guest("rooms" as NetworkName);
  await second.start(() => undefined);
  second.rooms?.user("bob");
  await second.rooms?.join("garden");
  server.deliver();
  const roster = heard.alice.findLast((event) => event.kind === "roster");
  const identities = roster?.members.map(({ identity }) => identity) ?? [];
  expect(identities).toContain("name:bob");
  expect(new Set(identities).size).toBe(2);
});
