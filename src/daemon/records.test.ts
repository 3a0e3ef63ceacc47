/** What faces are told is labelled with the names that others see. */
import { expect, test } from "vitest";
import { keyed, plain, rooms, Scene } from "../../test/scenes/chat-scene.ts";
import { present } from "../base/assert.ts";
import type { ConversationId } from "../base/ids.ts";
import { MemoryRooms } from "../networks/memory/memory-rooms.ts";
import { Records } from "./records.ts";

test("what I say in a room bears the name that I have there, all else that of the profile", () => {
  const scene = new Scene();
  scene.addRooms();
  scene.do({ kind: "set-name", name: "Alice Smith" });
  const network = new MemoryRooms().guest(rooms);
  const records = new Records(scene.chat.queries, {
    get: (name) => (name === rooms ? { network, kind: "rooms", settings: {} } : undefined),
  });
  const label = (conversation: ConversationId) => {
    const [shown] = records.messages([scene.send(conversation, "hello").id]);
    return shown?.authorLabel;
  };
  const room = scene.inRoom([plain("bob")]).id;
  const direct = scene.talkTo(scene.seen(keyed("carol")).id).id;
  expect([label(room), label(direct)]).toEqual(["Alice Smith", "Alice Smith"]);
  present(network.rooms, "rooms").user("alice");
  expect([label(room), label(direct)]).toEqual(["alice", "Alice Smith"]);
});
