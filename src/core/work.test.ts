/** What a turn hands back is said once, and a message to many is one message. */
import { expect, it } from "vitest";
import type { ConversationId, MessageId, NetworkName } from "../base/ids.ts";
import type { Outgoing } from "./ports/network.ts";
import { Work } from "./work.ts";

const network = "rooms" as NetworkName;
const conversation = 1 as ConversationId;
const message = "m" as MessageId;

function outgoing(recipient: string): Outgoing {
  const place = { kind: "room" as const, room: "garden" };
  return { message, place, recipients: [recipient], body: { kind: "poke" }, sentAt: 0, secrecyLeast: "none" };
}

it("one message to several members is one send", () => {
  const work = new Work({ wall: 0, mono: 0 });
  for (const recipient of ["a", "b", "a"]) work.do({ kind: "send", network, outgoing: outgoing(recipient) });
  expect(work.effects).toEqual([
    { kind: "send", network, outgoing: { ...outgoing("a"), recipients: ["a", "b"] } },
  ]);
});

it("an event is told once, and a new message is not told as changed", () => {
  const work = new Work({ wall: 0, mono: 0 });
  work.touch(conversation, message);
  work.touch(conversation, message);
  expect(work.events).toHaveLength(1);
  expect([...work.touched]).toEqual([message]);
  work.tell({ kind: "message-added", conversation, message });
  expect(work.events).toMatchObject([{ kind: "message-added" }]);
  expect([...work.touched]).toEqual([]);
});

it("what is rolled back was never gathered", () => {
  const work = new Work({ wall: 0, mono: 0 });
  const mark = work.mark();
  work.touch(conversation, message);
  work.do({ kind: "send", network, outgoing: outgoing("a") });
  work.rollBack(mark);
  expect([work.events, work.effects, [...work.touched]]).toEqual([[], [], []]);
});
