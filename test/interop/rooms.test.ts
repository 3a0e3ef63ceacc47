/** We and the programs of others understand each other in rooms: with a server and with peers that read once a message. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { connected, heard, room, RoomsWorld, say, shown } from "./rooms-world.ts";

let world: RoomsWorld;

beforeEach(async () => {
  world = await RoomsWorld.make();
});

afterEach(() => world.end());

test("a server that takes what it reads for one request understands every one of ours", async () => {
  const { client, address } = await world.kith("alice");
  const join = () => client.call("rooms.join", { room });
  await Promise.all([client.call("rooms.list", {}), client.call("rooms.list", {}), join()]);
  expect(await client.call("rooms.list", {})).toMatchObject({ rooms: [{ room, joined: true }] });
  await client.call("rooms.leave", {});
  await join();
  await client.call("rooms.leave", {});
  const own = `${room}:alice:${address}:5001::\r\n`;
  expect(new Set(world.server.requests)).toEqual(new Set(["L::\r\n", `J:${own}`, `D:${own}`]));
  expect(world.server.refusals).toEqual([]);
});

test("two networks of rooms in one daemon are two members, and a request says which is meant", async () => {
  const alice = await world.member("alice");
  const { client, address } = alice;
  const network = await world.connect(alice, "attic", 5_002);
  await client.call("rooms.join", { network, room: "attic" });
  expect(world.server.membersOf(room)).toEqual([`alice:${address}:5001`]);
  expect(world.server.membersOf("attic")).toEqual([`alice:${address}:5002`]);
  await expect(client.call("rooms.members", {})).rejects.toMatchObject({ code: "which-network" });
  await client.call("rooms.leave", { network });
  await world.until(() => world.server.membersOf("attic").length === 0, "the end of the other");
  expect(world.server.membersOf(room)).toHaveLength(1);
});

test("texts arrive both ways, one read each, however fast they are written", async () => {
  const alice = await world.member("alice");
  const olga = await world.original("olga");
  await connected(alice);
  const texts = Array.from({ length: 20 }, (_, i) => `text ${i}: with ::\r\n in it`);
  await Promise.all(texts.map((text) => say(alice, text)));
  for (const text of texts) olga.say(text);
  await world.until(() => olga.state.shown.length >= texts.length, "all texts of alice");
  expect(olga.state.shown).toEqual(texts.map((content) => ({ user: "alice", content })));
  expect(await heard(alice, texts.length)).toEqual(texts.map((text) => `olga: ${text}`));
});

test("a long text arrives in pieces that each fit a message, cut between characters", async () => {
  const alice = await world.member("alice");
  const olga = await world.original("olga");
  await connected(alice);
  const text = "çok uzun bir mektup ".repeat(60);
  await say(alice, text);
  await world.until(() => olga.state.shown.map(({ content }) => content).join("") === text, "the whole text");
  for (const { content } of olga.state.shown) expect(Buffer.byteLength(content)).toBeLessThan(500);
});

test("what one of us says reaches another of us through a program that sends everything back", async () => {
  const rita = await world.original("rita", { relaysBack: true });
  const [alice, bob] = [await world.member("alice"), await world.member("bob")];
  await Promise.all([connected(alice), connected(bob)]);
  await say(alice, "one");
  await heard(bob, 1);
  await say(bob, "two");
  rita.say("three");
  expect(await heard(alice, 2)).toHaveLength(2);
  await heard(bob, 2);
  await say(alice, "four");
  expect((await heard(bob, 3)).toSorted()).toEqual(["alice: four", "alice: one", "rita: three"]);
  expect((await shown(alice)).toSorted()).toEqual(["bob: two", "rita: three"]);
  expect(rita.state.echoes).toEqual([]);
});

test("a program that puts its name where its number belongs is heard, and its text is passed on", async () => {
  const [alice, bob] = [await world.member("alice"), await world.member("bob")];
  const milo = await world.original("milo", { wrongOrigin: true });
  await world.until(() => milo.state.links.length > 0, "a link of milo");
  await Promise.all([connected(alice), connected(bob)]);
  milo.say("hello");
  expect(await heard(alice, 1)).toEqual(["milo: hello"]);
  expect(await heard(bob, 1)).toEqual(["milo: hello"]);
});

test("a program that begins its ids anew after a restart is heard again", async () => {
  const alice = await world.member("alice");
  const before = await world.original("olga", { lastId: 40n });
  await connected(alice);
  before.say("before");
  await heard(alice, 1);
  await before.end();
  await world.until(() => world.server.membersOf(room).length === 1, "the end of olga");
  const olga = await world.original("olga", {}, before.ip);
  await world.until(() => olga.state.links.some(({ user }) => user === "alice"), "a link to alice");
  olga.say("after");
  expect(await heard(alice, 2)).toEqual(["olga: before", "olga: after"]);
});

test("pokes are answered and told both ways, from whatever port they come", async () => {
  const alice = await world.member("alice");
  const [olga, pola] = [
    await world.original("olga"),
    await world.original("pola", { pokesFromAnyPort: true }),
  ];
  await connected(alice);
  await alice.client.call("rooms.poke", { who: "olga" });
  await world.until(() => olga.state.pokedBy.length > 0, "the poke");
  expect(olga.state.pokedBy).toEqual(["alice"]);
  olga.poke("alice");
  pola.poke("alice");
  await world.until(() => olga.state.answersToPokes + pola.state.answersToPokes === 2, "both answers");
  expect((await heard(alice, 2)).toSorted()).toEqual(["olga pokes", "pola pokes"]);
});
