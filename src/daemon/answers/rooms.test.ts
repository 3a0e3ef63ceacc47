/** Which network is meant where rooms are asked for, what becomes of a join, and who is meant by a poke. */
import { afterEach, expect, test } from "vitest";
import type { RoomMember } from "../../api/records.ts";
import { present } from "../../base/assert.ts";
import { KithError } from "../../base/errors.ts";
import type { NetworkName } from "../../base/ids.ts";
import { seededRandom } from "../../base/random.ts";
import { Chat } from "../../core/chat.ts";
import type { Network, NetworkEvent } from "../../core/ports/network.ts";
import { createClock } from "../../io/clock.ts";
import { MemoryRooms } from "../../networks/memory/memory-rooms.ts";
import { MemoryStore } from "../../store/memory/memory-store.ts";
import { Loop } from "../loop.ts";
import { Records } from "../records.ts";
import { messageAnswers } from "./messages.ts";
import { roomAnswers } from "./rooms.ts";

const rooms = "rooms" as NetworkName;
const lan = "lan" as NetworkName;
const loops: Loop[] = [];

afterEach(() => {
  for (const loop of loops.splice(0)) loop.stop();
});

/** A daemon with these networks, and a guest of the same server who is called bob. */
async function world(names: readonly NetworkName[] = [rooms]) {
  const server = new MemoryRooms();
  const chat = new Chat({ store: new MemoryStore(), random: seededRandom(1) });
  const networks = names.map((name) => server.guest(name));
  const loop: Loop = new Loop({
    ...{ chat, clock: createClock(), broken: (error) => expect.unreachable(String(error)) },
    done: ({ effects }) => {
      for (const effect of effects) if (effect.kind === "send") networks[0]?.send(effect.outgoing);
    },
  });
  loops.push(loop);
  loop.start();
  for (const network of networks) await run(network, loop);
  const bob = server.guest(rooms);
  const heard: NetworkEvent[] = [];
  await bob.start((event) => heard.push(event));
  bob.rooms?.user("bob");
  const { queries } = chat;
  const running = networks.map((network) => ({ network, kind: "rooms", settings: {} }));
  const context = {
    ...{ queries, loop, records: new Records(queries), cursor: () => "r.0" },
    networks: {
      all: () => running,
      get: (name: NetworkName) => running.find((one) => one.network.name === name),
    },
    longQueries: () => Promise.reject(new Error("not asked")),
  };
  return {
    server,
    loop,
    queries,
    networks,
    bob,
    heard,
    answers: { ...roomAnswers(context), ...messageAnswers(context) },
  };
}

async function run(network: Network, loop: Loop): Promise<void> {
  const { name, traits } = network;
  loop.add({ kind: "network-added", network: name, traits });
  await network.start((event) => loop.add({ kind: "network", network: name, event }));
}

const left = new AbortController().signal;

/** Alice and bob are in the garden. */
async function inGarden() {
  const made = await world();
  const { answers, bob, server, loop } = made;
  await bob.rooms?.join("garden");
  await answers["rooms.user"]({ name: "alice" }, left);
  const joined = await answers["rooms.join"]({ room: "garden" }, left);
  server.deliver();
  await loop.settled();
  return { ...made, joined };
}

function summary({ name, me, person, link }: RoomMember) {
  return [name, me, person !== undefined, link];
}

test("a join is answered with the conversation and who is there, in the order of the list", async () => {
  const { joined, queries } = await inGarden();
  expect(joined).toMatchObject({
    network: "rooms",
    conversation: { kind: "room", title: "garden", standing: "connected", members: [{ label: "bob" }] },
  });
  expect(joined.members.map(summary)).toEqual([
    ["alice", true, false, "none"],
    ["bob", false, true, "forward"],
  ]);
  const [member] = joined.conversation.members;
  expect(member?.person).toBe(joined.members[1]?.person);
  expect(queries.contactAt(rooms, "name:bob")?.person).toBe(member?.person);
});

test("rooms are listed with those I am in, and members with what was counted", async () => {
  const { answers } = await inGarden();
  expect(await answers["rooms.list"]({}, left)).toEqual({
    network: "rooms",
    rooms: [{ room: "garden", joined: true }],
  });
  expect(await answers["rooms.members"]({}, left)).toMatchObject({
    room: "garden",
    connected: true,
    counters: {},
  });
  await answers["rooms.leave"]({}, left);
  expect(await answers["rooms.list"]({}, left)).toMatchObject({ rooms: [{ room: "garden", joined: false }] });
  await expect(async () => answers["rooms.members"]({}, left)).rejects.toMatchObject({ code: "not-joined" });
});

test("a message to a room is answered with one delivery, called by the room's name", async () => {
  const { answers, joined, server, heard, loop } = await inGarden();
  const to = { conversation: joined.conversation.id };
  const sent = await answers["messages.send"]({ to, text: "hello" }, left);
  expect(sent.deliveries).toMatchObject([{ label: "garden", state: "sending" }]);
  expect(sent.deliveries[0]).not.toHaveProperty("recipient");
  server.deliver();
  await loop.settled();
  const { deliveries } = await answers["messages.get"]({ message: sent.id }, left);
  expect(deliveries).toMatchObject([{ label: "garden", state: "sent" }]);
  expect(heard.at(-1)).toMatchObject({ kind: "messageArrived", body: { text: "hello" } });
});

test("without a name the only network with rooms is meant; none and several are told", async () => {
  const none = (await world([])).answers;
  await expect(none["rooms.list"]({}, left)).rejects.toMatchObject({ code: "no-rooms-network" });
  const two = (await world([rooms, "course" as NetworkName])).answers;
  await expect(two["rooms.list"]({}, left)).rejects.toMatchObject({
    code: "which-network",
    details: { networks: "rooms, course" },
  });
  expect(await two["rooms.list"]({ network: "course" as NetworkName }, left)).toMatchObject({
    network: "course",
  });
  const elsewhere = two["rooms.list"]({ network: lan }, left);
  await expect(elsewhere).rejects.toMatchObject({ code: "no-such-network" });
});

test("a join without a room, or before a name was set, is refused; the name is shown once it is", async () => {
  const { answers } = await world();
  await expect(answers["rooms.join"]({}, left)).rejects.toMatchObject({ code: "room-missing" });
  await expect(answers["rooms.join"]({ room: "garden" }, left)).rejects.toMatchObject({
    code: "join-without-name",
  });
  expect(await answers["rooms.user"]({}, left)).toEqual({ network: "rooms" });
  expect(await answers["rooms.user"]({ name: "alice" }, left)).toEqual({ network: "rooms", user: "alice" });
});

test("a room that waits for its server is not said to be joined already", async () => {
  const { answers, networks } = await world();
  const waiting = { join: () => Promise.reject(new KithError("already-joined", { room: "garden" })) };
  for (const { rooms: facet } of networks) Object.assign(present(facet, "rooms"), waiting);
  await expect(answers["rooms.join"]({ room: "games" }, left)).rejects.toMatchObject({
    code: "room-awaited",
    details: { room: "garden" },
  });
});

test("a second join is refused, whichever room it is for", async () => {
  const { answers } = await inGarden();
  for (const room of ["garden", "games"]) {
    await expect(answers["rooms.join"]({ room }, left)).rejects.toMatchObject({
      code: "already-joined",
      details: { room: "garden" },
    });
  }
});

test("somebody is poked by label, by number, by my own name for them, and by the name on the wire", async () => {
  const { answers, bob, heard, loop, queries } = await inGarden();
  const person = present(queries.contactAt(rooms, "name:bob"), "bob").person;
  await loop.command({ kind: "rename-person", person, name: "Robert" });
  heard.length = 0;
  // Of the same name elsewhere, and one person with them: nobody is in doubt here.
  loop.add({ kind: "network-added", network: lan, traits: bob.traits });
  const contact = { identity: "name:bob", keyed: false, name: "bob", secrecy: "none" as const };
  loop.add({
    kind: "network",
    network: lan,
    event: { kind: "personSeen", contact, availability: "available" },
  });
  await loop.settled();
  const from = present(queries.contactAt(lan, "name:bob"), "bob elsewhere").person;
  await loop.command({ kind: "join-people", into: person, from });
  for (const who of ["robert", person, `#${person}`, "bob"]) await answers["rooms.poke"]({ who }, left);
  expect(heard).toMatchObject(Array.from({ length: 4 }, () => ({ body: { kind: "poke" } })));
  await expect(answers["rooms.poke"]({}, left)).rejects.toMatchObject({ details: { members: "bob" } });
  await expect(answers["rooms.poke"]({ who: "dave" }, left)).rejects.toMatchObject({
    code: "no-such-member",
  });
});

test("of two by one name, the label or the number says who is poked; whoever is not in the room is not", async () => {
  const { answers, server, heard, loop, queries } = await inGarden();
  const second = server.guest(rooms);
  const heardBySecond: NetworkEvent[] = [];
  await second.start((event) => heardBySecond.push(event));
  second.rooms?.user("bob");
  await second.rooms?.join("garden");
  server.deliver();
  await loop.settled();
  heard.length = 0;
  await answers["rooms.poke"]({ who: "bob (2)" }, left);
  const poke = { kind: "messageArrived", body: { kind: "poke" } };
  expect([heard, heardBySecond.at(-1)]).toMatchObject([[], poke]);
  heardBySecond.length = 0;
  const first = present(queries.contactAt(rooms, "name:bob"), "the first").person;
  await expect(answers["rooms.poke"]({ who: "bob" }, left)).rejects.toMatchObject({
    code: "ambiguous-name",
    details: { name: "bob", candidates: `bob (#${first}), bob (2) (#${first + 1})` },
  });
  await answers["rooms.poke"]({ who: String(first) }, left);
  expect([heard, heardBySecond]).toMatchObject([[poke], []]);
  const gone = present(
    queries.people().find(({ person }) => person.label === "bob (2)"),
    "the second",
  ).person.id;
  await second.rooms?.leave();
  await expect(answers["rooms.poke"]({ who: gone }, left)).rejects.toMatchObject({
    code: "no-such-member",
    details: { name: "bob (2)" },
  });
});
