/** What is news between two screens. */
import { expect, test } from "vitest";
import type { ContactId, ConversationId, NetworkName, PersonId } from "../../base/ids.ts";
import type { Conversation, Network, Person } from "./records.ts";
import { emptyScreen, noticed, reduce, type Screen } from "./screen.ts";

const [lan, rooms] = ["lan" as NetworkName, "rooms" as NetworkName];

function network(name: NetworkName, conversations: readonly string[]): Network {
  const cannot = {
    keepsForAbsent: false,
    receipts: false,
    idsOnWire: true,
    asciiOnly: false,
    wholeRoom: false,
  };
  const traits = { ...cannot, secrecy: "none", textBytesMax: 1, carries: ["text"], conversations } as const;
  return { name, kind: name, health: "up", online: 0, traits, settings: {}, facts: {} };
}

function person(id: number, on: readonly NetworkName[], online: boolean): Person {
  const known = { id: id as PersonId, label: `person ${id}`, trust: "unknown", plainAllowed: false } as const;
  const contacts = on.map((where) => ({
    ...{ id: id as ContactId, person: known.id, network: where, identity: `name:${id}`, keyed: false },
    ...{ name: known.label, secrecy: "none" as const },
  }));
  return { ...known, online, availability: "available", contacts };
}

function screenWith(people: readonly Person[]): Screen {
  const networks = [network(lan, ["direct"]), network(rooms, ["room"])];
  const before = reduce(emptyScreen, { kind: "networks", networks, kinds: [] });
  return reduce(before, { kind: "people", people });
}

test("whoever is known from rooms alone comes and goes there, and is not told of as online", () => {
  const who = [[lan], [rooms], [lan, rooms]] as const;
  const [before, after] = [false, true].map((online) =>
    screenWith(who.map((networks, at) => person(at + 1, networks, online))),
  );
  const [news, ...others] = noticed(before ?? emptyScreen, after ?? emptyScreen);
  expect(others).toEqual([]);
  expect(news).toMatchObject({ kind: "came", people: [{ id: 1 }, { id: 3 }] });
});

test.each([
  ["joined", "connected", 1],
  ["connected", "joined", 1],
  ["out", "joined", 0],
  ["out", "connected", 0],
  ["connected", "out", 0],
  ["connected", "connected", 0],
] as const)("a room that was %s and is %s is news %i times", (was, is, times) => {
  const room: Conversation = {
    ...{
      id: 1 as ConversationId,
      network: rooms,
      kind: "room",
      title: "lobby",
      room: "lobby",
      secrecy: "none",
    },
    ...{ members: [], muted: false, pinned: false, draft: "", readUpTo: 0, unread: 0, newest: 0 },
  };
  const [before, after] = [was, is].map((standing) =>
    reduce(emptyScreen, { kind: "conversation", conversation: { ...room, standing } }),
  );
  const news = noticed(before ?? emptyScreen, after ?? emptyScreen);
  expect(news.filter(({ kind }) => kind === "standing")).toHaveLength(times);
});
