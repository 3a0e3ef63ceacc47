/** Rooms as the core knows them: the contract, the names people bear there, what is kept, and what becomes of requests. */
import { expect, it } from "vitest";
import { roomContract } from "../../../test/contracts/network-rooms.ts";
import { type Guest, GuestLab, MapKeep } from "../../../test/rooms/guests.ts";
import { fromUtf8, toUtf8 } from "../../base/bytes.ts";
import { newMessageId } from "../../base/ids.ts";
import { seededRandom } from "../../base/random.ts";
import { minuteMs, secondMs } from "../../base/time.ts";
import type { NetworkEvent, Outgoing } from "../../core/ports/network.ts";
import { asksMax } from "./asks.ts";
import { roomsConfig } from "./settings.ts";

roomContract("rooms behind a server", () => {
  const lab = new GuestLab();
  const [alice, bob] = [lab.inItsTime(lab.guest()), lab.inItsTime(lab.guest())];
  const close = async () => {
    await Promise.all([alice.stop(), bob.stop()]);
  };
  return Promise.resolve({ alice, bob, settle: () => lab.pass(5 * secondMs), close });
});

const available = "available" as const;

function outgoing(
  body: Outgoing["body"],
  place: Outgoing["place"] = { kind: "room", room: "garden" },
): Outgoing {
  const message = newMessageId(seededRandom(1));
  return { message, place, recipients: [], body, sentAt: 1_000, secrecyLeast: "none" };
}

function bodiesAt({ heard }: Guest): readonly unknown[] {
  return heard.flatMap((event) => (event.kind === "messageArrived" ? [event.body] : []));
}

/** When what was settled by now has come through. */
async function afterTicks(): Promise<string> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
  return "nothing yet";
}

function healthOf(heard: readonly NetworkEvent[]) {
  return heard.findLast(({ kind }) => kind === "health");
}

it("without a name of its own it bears the profile's, where the wire can carry that", async () => {
  const lab = new GuestLab();
  const alice = lab.guest();
  await lab.done(alice.start());
  alice.network.present({ name: "alice smith", availability: available });
  expect(alice.rooms.state().user).toBeUndefined();
  alice.network.present({ name: "alice", availability: available });
  expect(alice.rooms.state().user).toBe("alice");
  alice.rooms.user("al");
  alice.network.present({ name: "alicia", availability: available });
  expect(alice.rooms.state().user).toBe("al");
});

it("a name that was set is kept; the profile's name goes along until then", async () => {
  const lab = new GuestLab();
  const alice = lab.guest();
  await lab.done(alice.start());
  alice.rooms.user("al");
  const again = lab.guest({}, alice.keep);
  again.network.present({ name: "alice", availability: available });
  await lab.done(again.start());
  expect(again.rooms.state().user).toBe("al");
});

it("a room is entered again under the name under which it was joined, whatever the profile is called now", async () => {
  const lab = new GuestLab();
  const alice = lab.guest();
  alice.network.present({ name: "alice", availability: available });
  await lab.done(alice.start());
  await lab.done(alice.rooms.join("garden"));
  await alice.network.stop();
  alice.network.present({ name: "alice smith", availability: available });
  await lab.done(alice.start());
  expect(alice.rooms.state()).toMatchObject({ user: "alice", joined: [{ room: "garden" }] });
});

it("a name that was changed meanwhile is borne once the room is left", async () => {
  const lab = new GuestLab();
  const alice = lab.guest();
  alice.network.present({ name: "alice", availability: available });
  await lab.done(alice.start());
  await lab.done(alice.rooms.join("garden"));
  alice.network.present({ name: "alicia", availability: available });
  expect(alice.rooms.state().user).toBe("alice");
  await lab.done(alice.rooms.leave());
  expect(alice.rooms.state().user).toBe("alicia");
});

it("a room whose server is away is entered as soon as it is back, and can be left without it", async () => {
  const lab = new GuestLab();
  const alice = await lab.member("alice");
  await alice.network.stop();
  lab.server.crash("killed", seededRandom(1));
  await lab.done(alice.start());
  expect(healthOf(alice.heard)).toMatchObject({ state: "degraded", why: { code: "server-lost" } });
  lab.server.start();
  await lab.pass(minuteMs);
  expect(alice.rooms.state().joined).toHaveLength(1);
  await alice.network.stop();
  lab.server.crash("killed", seededRandom(1));
  await lab.done(alice.start());
  await lab.done(alice.rooms.leave());
  expect(alice.keep.values.has("room")).toBe(false);
  lab.server.start();
  await lab.pass(minuteMs);
  expect(alice.rooms.state().joined).toEqual([]);
});

it("what is kept and cannot be read is passed over", async () => {
  const lab = new GuestLab();
  const keep = new MapKeep();
  keep.write("room", toUtf8("garden:al ice"));
  keep.write("ids", toUtf8("?"));
  const alice = lab.guest({}, keep);
  await lab.done(alice.start());
  expect(alice.rooms.state()).toEqual({ joined: [] });
});

it("what cannot be kept was not joined, and the user is told", async () => {
  const lab = new GuestLab();
  const alice = lab.guest();
  await lab.done(alice.start());
  alice.rooms.user("alice");
  alice.keep.isFull = true;
  await expect(lab.done(alice.rooms.join("garden"))).rejects.toThrow("the disk is full");
  expect(alice.rooms.state().joined).toEqual([]);
  expect(() => alice.rooms.user("al")).toThrow("the disk is full");
});

it("an action goes out in words, and those words are an action where they come from whom they name", async () => {
  const lab = new GuestLab();
  const [alice, bob] = [await lab.member("alice"), await lab.member("bob")];
  await lab.pass(secondMs);
  alice.network.send(outgoing({ kind: "action", text: "waves" }));
  for (const text of ["* alice bows", "* bob bows", "* alice ", "* alice", "*alice bows"])
    alice.network.send(outgoing({ kind: "text", text }));
  await lab.pass(secondMs);
  expect(bodiesAt(bob)).toEqual([
    { kind: "action", text: "waves" },
    { kind: "action", text: "bows" },
    { kind: "text", text: "* bob bows" },
    { kind: "text", text: "* alice " },
    { kind: "text", text: "* alice" },
    { kind: "text", text: "*alice bows" },
  ]);
});

it("a poke is no text, and nobody is spoken to alone", async () => {
  const lab = new GuestLab();
  const [alice, bob] = [await lab.member("alice"), await lab.member("bob")];
  await lab.pass(secondMs);
  alice.network.send(outgoing({ kind: "poke" }));
  alice.network.send(outgoing({ kind: "text", text: "psst" }, { kind: "direct", identity: "name:bob" }));
  await lab.pass(secondMs);
  expect(bodiesAt(bob)).toEqual([]);
  const reasons = alice.heard.flatMap((event) =>
    event.kind === "delivery" && event.outcome.state === "failed" ? [event.outcome.why.code] : [],
  );
  expect(reasons).toEqual(["not-text", "not-joined"]);
});

it("whoever does not answer a poke within 2 s is told to be silent", async () => {
  const lab = new GuestLab();
  const [alice, bob] = [await lab.member("alice"), await lab.member("bob")];
  await lab.pass(secondMs);
  bob.host.crash("power-cut", seededRandom(1));
  const poked = Promise.allSettled([alice.poke.poke("bob")]);
  await lab.pass(1_900);
  expect(await Promise.race([poked, afterTicks()])).toBe("nothing yet");
  await lab.pass(200);
  expect(await Promise.race([poked, afterTicks()])).toMatchObject([
    { reason: { code: "poke-unanswered", details: { name: "bob" } } },
  ]);
});

it("whoever is alone and pokes nobody in particular is told that nobody else is there", async () => {
  const lab = new GuestLab();
  const alice = await lab.member("alice");
  const details = { members: "nobody else" };
  await expect(alice.poke.poke(undefined)).rejects.toMatchObject({ code: "poke-whom", details });
});

it("so many requests wait for their answers, and one more is refused", async () => {
  const lab = new GuestLab();
  const alice = lab.guest();
  await lab.done(alice.start());
  const asked = Array.from({ length: asksMax + 1 }, () => alice.rooms.list());
  const [outcomes] = await Promise.all([Promise.allSettled(asked), lab.pass(5 * secondMs)]);
  expect(outcomes.at(-1)).toMatchObject({ status: "rejected", reason: { code: "network-busy" } });
  for (const [i, { status }] of outcomes.slice(0, 10).entries())
    expect([i, status]).toEqual([i, "fulfilled"]);
});

it("whoever waits for an answer when it stops is told so, and so is whoever asks afterwards", async () => {
  const lab = new GuestLab();
  const alice = await lab.member("alice");
  const asked = Promise.allSettled([alice.rooms.list(), alice.rooms.leave(), alice.poke.poke(undefined)]);
  await alice.network.stop();
  const reasons = (await asked).map((outcome) => outcome.status === "rejected" && String(outcome.reason));
  expect(reasons[0]).toContain("was stopped before it was done");
  await expect(alice.rooms.list()).rejects.toMatchObject({ code: "network-stopped" });
  expect(() => alice.rooms.user("al")).toThrow(expect.objectContaining({ code: "network-stopped" }));
  expect(alice.rooms.state()).toEqual({ joined: [] });
  expect(alice.network.inspect()).toMatchObject({ health: "down", sockets: [] });
});

it("a server is found by its name, and the user is told where that leads nowhere", async () => {
  const lab = new GuestLab();
  const alice = lab.guest({ server: "rooms.example" });
  await lab.done(alice.start());
  expect(await lab.done(alice.rooms.list())).toEqual([]);
  const bob = lab.guest({ server: "rooms.nowhere:5000" });
  await lab.done(bob.start());
  await expect(lab.done(bob.rooms.list())).rejects.toMatchObject({
    code: "server-unreachable",
    details: { server: "rooms.nowhere:5000" },
  });
});

it("a port that another program holds is said so", async () => {
  const lab = new GuestLab();
  const alice = lab.guest({ port: 5_000, address: "10.0.0.1" });
  await lab.done(alice.start());
  const bob = lab.guestAt(alice.host, { port: 5_000, address: "10.0.0.1" });
  await lab.done(bob.start());
  expect(healthOf(bob.heard)).toMatchObject({ state: "down", why: { code: "port-in-use" } });
  bob.rooms.user("bob");
  await expect(lab.done(bob.rooms.join("garden"))).rejects.toMatchObject({
    code: "port-unusable",
    details: { port: 5_000, problem: "another program holds it" },
  });
});

it("it tells where it stands, and what it counts", async () => {
  const lab = new GuestLab();
  const [alice] = [await lab.member("alice"), await lab.member("bob")];
  await lab.pass(secondMs);
  const { health, sockets, facts, counters, links } = alice.network.inspect();
  expect(health).toBe("up");
  expect(sockets.map(({ what, state }) => [what, state])).toEqual([
    ["members", "open"],
    ["pokes", "open"],
  ]);
  expect(facts).toMatchObject({ state: "connected", server: "10.0.0.250:32340", members: 2 });
  expect(counters["bytes-sent"]).toBeGreaterThan(0);
  expect(links.dialled + links.accepted).toBeGreaterThan(1);
  expect(fromUtf8(alice.keep.read("room") ?? new Uint8Array())).toBe("garden:alice");
});

it("settings are checked, and each has its description", () => {
  for (const server of ["10.0.0.1", "rooms.example.org", "rooms.example.org:5000", "localhost:1"])
    expect(roomsConfig.safeParse({ server }).success, server).toBe(true);
  for (const server of ["", "rooms:0", "rooms:65536", "a b", "1.2.3", "256.1.1.1", "[::1]:5", "a:1:2", "-x"])
    expect(roomsConfig.safeParse({ server }).success, server).toBe(false);
  const server = "10.0.0.1";
  for (const wrong of [{}, { server, port: 0 }, { server, address: "localhost" }, { server, user: "alice" }])
    expect(roomsConfig.safeParse(wrong).success).toBe(false);
  for (const field of Object.values(roomsConfig.shape)) expect(field.description?.length).toBeGreaterThan(20);
});
