/** The part of the network contract about rooms: two networks whose rooms take a text for all who are in them. */
import { describe, expect, it } from "vitest";
import { present } from "../../src/base/assert.ts";
import { newMessageId } from "../../src/base/ids.ts";
import { seededRandom } from "../../src/base/random.ts";
import type { Network, NetworkEvent, Outgoing, RoomsFacet } from "../../src/core/ports/network.ts";
import { ofKind, outcomes, text } from "./network-events.ts";

export interface RoomPair {
  readonly alice: Network;
  readonly bob: Network;
  /** Lets everything that is on the way arrive, and time pass where the wire needs some. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

type Make = () => Promise<RoomPair>;

export function roomContract(name: string, make: Make): void {
  describe(`${name} keeps the contract of a network with rooms`, () => {
    rosterContract(make);
    textContract(make);
    refusalContract(make);
    pokeContract(make);
  });
}

function rosterContract(make: Make): void {
  it("whoever enters is told who is there before anything is said, and is told of", async () => {
    await using world = await inGarden(make);
    world.alice.network.send(toRoom("hello"));
    await world.pair.settle();
    const [first] = world.bob.heard.filter(({ kind }) => kind === "roster" || kind === "messageArrived");
    expect(first).toMatchObject({ kind: "roster", room: "garden", members: [{ name: "alice" }] });
    expect(lastRoster(world.alice)).toMatchObject({
      room: "garden",
      connected: true,
      members: [{ name: "bob" }],
    });
    expect(world.alice.rooms.state()).toMatchObject({
      user: "alice",
      joined: [{ room: "garden", connected: true }],
    });
    const [joined] = world.alice.rooms.state().joined;
    const members = joined?.members.map(({ name, identity }) => [name, identity !== undefined]) ?? [];
    expect(members.toSorted()).toEqual([
      ["alice", false],
      ["bob", true],
    ]);
  });

  it("a room is listed as long as somebody is in it", async () => {
    await using world = await inGarden(make);
    expect(await world.done(world.bob.rooms.list())).toEqual(["garden"]);
  });

  it("whoever leaves is gone for the other, and out of the room", async () => {
    await using world = await inGarden(make);
    await world.done(world.bob.rooms.leave());
    expect(ofKind(world.bob.heard, "roomLeft")).toEqual([{ kind: "roomLeft", room: "garden" }]);
    expect(world.bob.rooms.state().joined).toEqual([]);
    await until(world, () => lastRoster(world.alice)?.members.length === 0);
    expect(lastRoster(world.alice)).toMatchObject({ connected: false });
  });

  it("a room that was not left is entered again at the next start, one that was left is not", async () => {
    await using world = await inGarden(make);
    await world.done(world.alice.rooms.leave());
    for (const one of [world.alice, world.bob]) {
      await one.network.stop();
      one.heard.length = 0;
      await one.start();
    }
    await until(world, () => lastRoster(world.bob) !== undefined);
    expect(world.bob.rooms.state()).toMatchObject({ user: "bob", joined: [{ room: "garden" }] });
    expect(world.alice.rooms.state()).toEqual({ user: "alice", joined: [] });
  });

  it("nothing is reported after stop, whatever others do", async () => {
    await using world = await inGarden(make);
    await world.bob.network.stop();
    world.bob.heard.length = 0;
    world.alice.network.send(toRoom("anybody there?"));
    world.bob.network.send(toRoom("I am not"));
    await world.pair.settle();
    await world.done(world.alice.rooms.leave());
    expect(world.bob.heard).toEqual([]);
  });
}

function textContract(make: Make): void {
  it("a text goes to all who are in the room, once, with one outcome that names nobody", async () => {
    await using world = await inGarden(make);
    const outgoing = toRoom("hello garden");
    world.alice.network.send(outgoing);
    await world.pair.settle();
    const arrived = ofKind(world.bob.heard, "messageArrived");
    const [member] = lastRoster(world.bob)?.members ?? [];
    expect(arrived).toMatchObject([
      { from: { identity: member?.identity }, place: outgoing.place, body: outgoing.body, secrecy: "none" },
    ]);
    expect(arrived[0]?.wireId !== undefined).toBe(world.alice.network.traits.idsOnWire);
    expect(ofKind(world.alice.heard, "messageArrived")).toEqual([]);
    const { message } = outgoing;
    expect(ofKind(world.alice.heard, "delivery")).toEqual([
      { kind: "delivery", message, outcome: { state: "sent" } },
    ]);
  });

  it("texts arrive in the order in which they were sent, also two that are the same", async () => {
    await using world = await inGarden(make);
    const texts = ["one", "two", "two", "three"];
    for (const [i, said] of texts.entries()) {
      world.alice.network.send(toRoom(said, i));
      await until(world, () => ofKind(world.alice.heard, "delivery").length > i);
    }
    await until(world, () => ofKind(world.bob.heard, "messageArrived").length >= texts.length);
    expect(textsOf(world.bob)).toEqual(texts);
    const wireIds = ofKind(world.bob.heard, "messageArrived").map(({ wireId }) => wireId);
    if (world.alice.network.traits.idsOnWire) expect(new Set(wireIds).size).toBe(texts.length);
  });

  it("the longest text goes, in one piece or several; one byte more fails for good", async () => {
    await using world = await inGarden(make);
    const longest = "0123456789".repeat(10_000).slice(0, world.alice.network.traits.textBytesMax);
    world.alice.network.send(toRoom(`${longest}x`, 1));
    world.alice.network.send(toRoom(longest, 2));
    await until(world, () => textsOf(world.bob).join("").length >= longest.length);
    expect(textsOf(world.bob).join("")).toBe(longest);
    expect(outcomes(world.alice.heard)).toEqual([
      { state: "failed", why: expect.objectContaining({ code: "too-long" }) as unknown, again: "never" },
      { state: "sent" },
    ]);
  });

  it("what cannot be carried fails for good", async () => {
    await using world = await inGarden(make);
    world.alice.network.send({ ...toRoom(""), body: { kind: "unknown", what: "a dance" } });
    await world.pair.settle();
    expect(outcomes(world.alice.heard)).toMatchObject([{ state: "failed", again: "never" }]);
    expect(ofKind(world.bob.heard, "messageArrived")).toEqual([]);
  });

  it("alone in a room, in another one, or in none, an attempt fails once and says why", async () => {
    await using world = await inGarden(make);
    world.alice.network.send({ ...toRoom("hello", 1), place: { kind: "room", room: "kitchen" } });
    await world.done(world.bob.rooms.leave());
    await until(world, () => lastRoster(world.alice)?.connected === false);
    world.alice.network.send(toRoom("hello", 2));
    world.bob.network.send(toRoom("hello", 3));
    await world.pair.settle();
    const codes = (heard: readonly NetworkEvent[]) =>
      outcomes(heard).map((outcome) => outcome.state === "failed" && outcome.why.code);
    expect(codes(world.alice.heard)).toEqual(["not-joined", "no-link"]);
    expect(codes(world.bob.heard)).toEqual(["not-joined"]);
  });
}

function refusalContract(make: Make): void {
  it("what is done in the wrong order or with nothing is refused, and changes nothing", async () => {
    await using world = await started(make);
    const { rooms } = world.alice;
    await expect(world.done(rooms.join("garden"))).rejects.toMatchObject({ code: "join-without-name" });
    await expect(world.done(rooms.leave())).rejects.toMatchObject({ code: "not-joined" });
    expect(() => rooms.user("")).toThrow(expect.objectContaining({ code: "name-empty" }));
    rooms.user("alice");
    await expect(world.done(rooms.join(""))).rejects.toMatchObject({ code: "room-missing" });
    await world.done(rooms.join("garden"));
    await expect(world.done(rooms.join("kitchen"))).rejects.toMatchObject({
      code: "already-joined",
      details: { room: "garden" },
    });
    expect(() => rooms.user("bob")).toThrow(expect.objectContaining({ code: "renamed-after-join" }));
    await expect(world.done(rooms.leave("kitchen"))).rejects.toMatchObject({ code: "not-joined" });
    expect(rooms.state()).toMatchObject({ user: "alice", joined: [{ room: "garden" }] });
  });
}

function pokeContract(make: Make): void {
  it("a poke is answered, and stands in the other's room as its sender's", async () => {
    await using world = await inGarden(make);
    const [bob] = lastRoster(world.alice)?.members ?? [];
    await world.done(poke(world.alice, "bob"));
    const [alice] = lastRoster(world.bob)?.members ?? [];
    expect(ofKind(world.bob.heard, "messageArrived")).toMatchObject([
      {
        from: { identity: alice?.identity },
        place: { kind: "room", room: "garden" },
        body: { kind: "poke" },
      },
    ]);
    expect(bob?.identity).toBeDefined();
  });

  it("a member can be poked by identity", async () => {
    await using world = await inGarden(make);
    await world.done(poke(world.alice, lastRoster(world.alice)?.members[0]?.identity));
    expect(ofKind(world.bob.heard, "messageArrived")).toMatchObject([{ body: { kind: "poke" } }]);
  });

  it("nobody, nobody known and oneself are not poked, nor anybody from outside", async () => {
    await using world = await inGarden(make);
    await expect(world.done(poke(world.alice, undefined))).rejects.toMatchObject({
      code: "poke-whom",
      details: { members: "bob" },
    });
    await expect(world.done(poke(world.alice, "dave"))).rejects.toMatchObject({ code: "no-such-member" });
    await expect(world.done(poke(world.alice, "alice"))).rejects.toMatchObject({ code: "poke-self" });
    await world.done(world.alice.rooms.leave());
    await expect(world.done(poke(world.alice, "bob"))).rejects.toMatchObject({ code: "not-joined" });
    expect(ofKind(world.bob.heard, "messageArrived")).toEqual([]);
  });
}

interface Side {
  readonly network: Network;
  readonly rooms: RoomsFacet;
  readonly heard: NetworkEvent[];
  readonly start: () => Promise<void>;
}

interface World extends AsyncDisposable {
  readonly pair: RoomPair;
  readonly alice: Side;
  readonly bob: Side;
  /** What was asked, while time passes. */
  done<Value>(asked: Promise<Value>): Promise<Value>;
}

/** Both are there, with no name of their own and in no room. */
async function started(make: Make): Promise<World> {
  const pair = await make();
  const [alice, bob] = [sideOf(pair.alice), sideOf(pair.bob)];
  const done = async <Value>(asked: Promise<Value>): Promise<Value> => {
    const [answer] = await Promise.all([asked, pair.settle()]);
    return answer;
  };
  for (const side of [alice, bob]) await done(side.start());
  return { pair, alice, bob, done, [Symbol.asyncDispose]: () => pair.close() };
}

/** Both are in the garden and linked. */
async function inGarden(make: Make): Promise<World> {
  const world = await started(make);
  const { alice, bob } = world;
  alice.rooms.user("alice");
  bob.rooms.user("bob");
  await world.done(alice.rooms.join("garden"));
  await world.done(bob.rooms.join("garden"));
  await until(world, () => [alice, bob].every((side) => lastRoster(side)?.connected === true));
  return world;
}

/** As many settlings as any wire needs. */
const settlingsMax = 20;

async function until({ pair }: World, holds: () => boolean): Promise<void> {
  for (let i = 0; i < settlingsMax && !holds(); i++) await pair.settle();
  expect(holds()).toBe(true);
}

function sideOf(network: Network): Side {
  const heard: NetworkEvent[] = [];
  const start = () => network.start((event) => heard.push(event));
  return { network, rooms: present(network.rooms, "rooms of a network with rooms"), heard, start };
}

function poke({ network }: Side, whom: string | undefined): Promise<void> {
  return present(network.poke, "pokes of a network with rooms").poke(whom);
}

function lastRoster({ heard }: Side) {
  return ofKind(heard, "roster").at(-1);
}

function textsOf({ heard }: Side): readonly string[] {
  return ofKind(heard, "messageArrived").map(({ body }) => (body.kind === "text" ? body.text : body.kind));
}

function toRoom(what: string, number = 1): Outgoing {
  return {
    message: newMessageId(seededRandom(number)),
    place: { kind: "room", room: "garden" },
    recipients: [],
    body: text(what),
    sentAt: 1_795_273_805_680,
    secrecyLeast: "none",
  };
}
