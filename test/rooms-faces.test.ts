/** Rooms as people meet them, through the real API: what two say to each other, and what is refused in which words. */
import { afterEach, expect, test } from "vitest";
import { KithError } from "../src/base/errors.ts";
import type { Network } from "../src/core/ports/network.ts";
import { run } from "../src/faces/cli/testing/surroundings.ts";
import { MemoryRooms } from "../src/networks/memory/memory-rooms.ts";
import { RoomPerson, rooms } from "./scenes/room-person.ts";

const started: RoomPerson[] = [];

afterEach(async () => {
  for (const person of started.splice(0)) await person.stop();
});

test("what is said in a room reaches those in it, and is shown as sent and no more", async () => {
  const server = new MemoryRooms();
  const [alice, bob] = [await person(server.guest(rooms)), await person(server.guest(rooms), "bob")];
  expect(await does(alice, "rooms", "join", "#lobby")).toContain(
    "Anybody on the way can read what is said here",
  );
  expect(await does(bob, "rooms", "join", "lobby")).toMatch(
    /^#lobby on rooms: 2 members\n {2}bob +you {2}memory\n {2}alice +memory\n/,
  );
  expect(await does(bob, "rooms", "members")).toMatch(
    /^#lobby on rooms: 2 members, linked to 1\n {2}bob +you[^]*alice +memory +→ forward link/,
  );
  const deliver = async (): Promise<void> => {
    server.deliver();
    await Promise.all([alice.settled(), bob.settled()]);
  };
  await deliver();
  expect(await does(alice, "rooms", "list")).toBe("#lobby  you are in it\n");
  expect(await does(bob, "send", "#lobby", "hello *all*")).toContain("to #lobby: …");
  await deliver();
  await does(bob, "rooms", "poke", "alice");
  await alice.settled();
  const heard = await does(alice, "history", "#lobby");
  expect(heard).toContain("-!- Not encrypted: anybody on the way can read this conversation.");
  expect(heard).toMatch(/ → bob has joined #lobby\n/);
  expect(heard).toMatch(/\?bob │ hello all\n.* {2}\* \?bob pokes you\n$/);
  const [, number = ""] = /(\d+) .*hello/.exec(await does(bob, "history", "#lobby")) ?? [];
  expect(await does(bob, "history", "#lobby")).toMatch(/→ #lobby │ hello all {2}✓ sent\n$/);
  expect(await does(bob, "why", number)).toContain(
    "#lobby: sent to the room: this network does not say who has it",
  );
  await does(bob, "rooms", "leave");
  await deliver();
  expect(await does(alice, "history", "#lobby")).toMatch(/ ← bob has left #lobby\n$/);
});

/** How far alice has come when she does what is refused. */
const stages = {
  /** Her own name is none that this wire can carry. */
  "she has no name": (server: MemoryRooms) => person(withoutName(server.guest(rooms))),
  "she is in no room": (server: MemoryRooms) => person(server.guest(rooms)),
  "she has left the room": async (server: MemoryRooms) => {
    const alice = await person(server.guest(rooms));
    await does(alice, "rooms", "join", "lobby");
    await does(alice, "rooms", "leave");
    return alice;
  },
  "she is alone in the room": async (server: MemoryRooms) => {
    const alice = await person(server.guest(rooms));
    await does(alice, "rooms", "join", "lobby");
    return alice;
  },
  "bob and carol are there too": async (server: MemoryRooms) => {
    for (const name of ["bob", "carol"])
      await does(await person(server.guest(rooms), name), "rooms", "join", "lobby");
    const alice = await person(deaf(server.guest(rooms), "carol"));
    await does(alice, "rooms", "join", "lobby");
    return alice;
  },
} as const;

type Stage = keyof typeof stages;

interface Refused {
  readonly deed: string;
  readonly when: Stage;
  /** Typed in the chat, one line after the other. */
  readonly chat?: readonly string[];
  readonly verb?: readonly string[];
  readonly says: string;
}

const [noName, nowhere] = ["she has no name", "she is in no room"] as const;
const [outside, alone] = ["she has left the room", "she is alone in the room"] as const;
const together = "bob and carol are there too";
const here = "/query #lobby";

const refusals: readonly Refused[] = [
  { deed: "User without a name", when: noName, chat: ["/user"], says: "No name was given" },
  { deed: "User with an empty name", when: nowhere, verb: ["rooms", "user", ""], says: "No name was given" },
  {
    ...{ deed: "User after a join", when: alone, chat: ["/user bobby"], verb: ["rooms", "user", "bobby"] },
    says: "The name cannot be changed while you are in the room lobby",
  },
  {
    ...{ deed: "Join without a name", when: noName, chat: ["/join lobby"], verb: ["rooms", "join", "lobby"] },
    says: "You have no name for rooms yet",
  },
  {
    ...{ deed: "Join without a room", when: nowhere, chat: ["/join"], verb: ["rooms", "join"] },
    says: "No room was named",
  },
  {
    ...{ deed: "Join a second time", when: alone, chat: ["/join games"], verb: ["rooms", "join", "games"] },
    says: "You are in the room lobby already",
  },
  {
    ...{ deed: "Send before any join", when: nowhere },
    ...{ chat: ["/msg #lobby hello"], verb: ["send", "#lobby", "hello"] },
    says: "You are not in #lobby",
  },
  {
    ...{ deed: "Send", when: outside, chat: [here, "hello"], verb: ["send", "#lobby", "hello"] },
    says: "Nothing can be sent to the room lobby: you are not in it",
  },
  {
    ...{ deed: "Send", when: alone, chat: [here, "hello"], verb: ["send", "#lobby", "hello"] },
    says: "Nothing can be sent to the room lobby: nobody else is in it",
  },
  { deed: "Send nothing", when: together, verb: ["send", "#lobby", " "], says: "There is no text to send" },
  {
    ...{ deed: "Poke before any join", when: nowhere, chat: ["/poke bob"], verb: ["rooms", "poke", "bob"] },
    says: "You are not in a room",
  },
  {
    ...{ deed: "Poke without a name", when: together, chat: ["/poke"], verb: ["rooms", "poke"] },
    says: "To whom do you want to send the poke? In the room: carol, bob",
  },
  {
    ...{
      deed: "Poke of nobody there",
      when: together,
      chat: ["/poke dave"],
      verb: ["rooms", "poke", "dave"],
    },
    says: "Nobody by the name dave is in the room",
  },
  {
    ...{ deed: "Poke of herself", when: together, chat: ["/poke alice"], verb: ["rooms", "poke", "alice"] },
    says: "You cannot poke yourself",
  },
  {
    ...{ deed: "Poke without an answer", when: together },
    ...{ chat: ["/poke carol"], verb: ["rooms", "poke", "carol"] },
    says: "carol has not answered the poke",
  },
  {
    ...{ deed: "Send to a member alone", when: together },
    ...{ chat: ["/msg bob hello"], verb: ["send", "bob", "hello"] },
    says: "bob cannot be reached alone on any network",
  },
  {
    ...{ deed: "Members", when: nowhere, chat: ["/members"], verb: ["rooms", "members"] },
    says: "You are not in a room",
  },
];

test.each(refusals)("$deed, when $when, is refused: $says", async ({ when, chat, verb, says }) => {
  const { parts } = await stages[when](new MemoryRooms());
  const ran = [
    ...(chat === undefined ? [] : [await run(parts, [], `${chat.join("\n")}\n`)]),
    ...(verb === undefined ? [] : [await run(parts, verb)]),
  ];
  for (const { code, err } of ran) {
    expect(err).toContain(says);
    expect(err.trimEnd().split("\n").length).toBeLessThanOrEqual(2); // what happened, and what to do
    expect(code).toBe(1);
  }
});

test("an empty line is not sent, and nothing is said about it", async () => {
  const { parts } = await stages[together](new MemoryRooms());
  const { code, out, err } = await run(parts, [], `${here}\n\n   \n`);
  expect([code, err]).toEqual([0, ""]);
  expect(out).not.toContain("→ #lobby");
});

test.each(Object.keys(stages) as readonly Stage[])("List is answered when %s", async (when) => {
  const { parts } = await stages[when](new MemoryRooms());
  expect(await run(parts, ["rooms", "list"])).toMatchObject({ code: 0, err: "" });
  expect(await run(parts, [], "/rooms\n")).toMatchObject({ code: 0, err: "" });
});

async function person(network: Network, name = "alice"): Promise<RoomPerson> {
  const made = await new RoomPerson(name, network).start();
  started.push(made);
  return made;
}

/** What a verb that succeeds prints. */
async function does({ parts }: RoomPerson, ...verb: readonly string[]): Promise<string> {
  const { code, out, err } = await run(parts, verb);
  if (code !== 0) throw new Error(`kith ${verb.join(" ")}: ${err}`);
  return out;
}

function withoutName(network: Network): Network {
  return Object.assign(network, { present: () => undefined });
}

/** Pokes to this one are lost. */
function deaf(network: Network, name: string): Network {
  const { poke } = network;
  const pokeOrLose = (whom: string | undefined): Promise<void> =>
    whom?.includes(name) === true
      ? Promise.reject(new KithError("poke-unanswered", { name }))
      : (poke?.poke(whom) ?? Promise.reject(new Error("nobody can be poked")));
  return Object.assign(network, { poke: { poke: pokeOrLose } });
}
