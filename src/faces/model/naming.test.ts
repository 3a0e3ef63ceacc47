/** Which conversation is meant by how somebody writes a room. */
import { expect, test } from "vitest";
import { KithError } from "../../base/errors.ts";
import type { ConversationId, NetworkName } from "../../base/ids.ts";
import { placeNamed, withDistinctTitles } from "./naming.ts";
import type { Conversation } from "./records.ts";

function place(id: number, title: string, facts: Partial<Conversation> = {}): Conversation {
  return {
    ...{ id: id as ConversationId, network: "rooms" as NetworkName, kind: "room", title, secrecy: "none" },
    ...{ members: [], muted: false, pinned: false, draft: "", readUpTo: 0, unread: 0, newest: 0 },
    ...facts,
  };
}

const lab = { network: "lab" as NetworkName };
const all = [
  place(1, "lobby"),
  place(2, "Games"),
  place(3, "Music"),
  place(4, "MUSIC"),
  place(5, "lobby", { kind: "direct" }),
  place(6, "ops"),
  place(7, "ops", lab),
  place(8, "#odd"),
];

test.each([
  ["#lobby", 1],
  ["lobby", 1],
  ["LOBBY", 1],
  ["#games", 2],
  ["Music", 3],
  ["music", undefined],
  ["nowhere", undefined],
  ["##odd", 8],
])("%s", (written, id) => {
  expect(placeNamed(all, written)?.id).toBe(id);
});

test("a room that two networks have is never guessed", () => {
  expect(() => placeNamed(all, "#ops")).toThrow(new KithError("which-network", { networks: "rooms, lab" }));
  expect(placeNamed(all, "#ops", "lab")?.id).toBe(7);
});

test("rooms of one name on several networks are told apart by the network, and can be written so", () => {
  const rooms = all.map((one) => (one.kind === "room" ? { ...one, room: one.title } : one));
  const distinct = withDistinctTitles(rooms);
  expect(distinct.map(({ title }) => title)).toEqual([
    ...["lobby", "Games", "Music", "MUSIC", "lobby", "ops@rooms", "ops@lab", "#odd"],
  ]);
  expect(placeNamed(distinct, "#ops@lab")?.id).toBe(7);
  expect(placeNamed(distinct, "#ops", "rooms")?.id).toBe(6);
  expect(() => placeNamed(distinct, "#ops")).toThrow(/rooms, lab/);
  expect(() => placeNamed(distinct, "#OPS")).toThrow(/rooms, lab/);
});
