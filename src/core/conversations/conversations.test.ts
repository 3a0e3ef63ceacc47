/** Conversations are found again, hold what the user left in them, and are not without number. */
import { expect, it } from "vitest";
import {
  acknowledged,
  keyed,
  lab,
  lan,
  lanTraits,
  plain,
  refusal,
  said,
  Scene,
} from "../../../test/scenes/chat-scene.ts";
import { present } from "../../base/assert.ts";
import { type ConversationId, newMessageId, type PersonId } from "../../base/ids.ts";
import type { ImportRecord } from "../commands.ts";
import type { ContactFacts, ReceiptToken } from "../ports/network.ts";
import type { Item } from "../turn.ts";
import { conversationsMax, unansweredMax } from "./conversations.ts";
import { draftBytesMax } from "./deeds.ts";

it("opening twice gives the same conversation", () => {
  const scene = new Scene();
  const { id } = scene.seen(keyed("bob"));
  expect(scene.talkTo(id)).toEqual(scene.talkTo(id));
  scene.restart();
  expect(scene.chat.queries.conversations()).toHaveLength(1);
});

it("without a network, a conversation opens where the person is reached best", () => {
  const scene = new Scene();
  scene.turn({ kind: "network-added", network: lab, traits: lanTraits });
  const { id } = scene.seen(keyed("bob"));
  scene.seen(keyed("bob"), lab);
  scene.gone(keyed("bob"));
  expect(scene.talkTo(id).network).toBe("lab");
});

it("a network where a person is not known is named", () => {
  const scene = new Scene();
  const person = scene.seen(keyed("bob")).id;
  expect(refusal(() => scene.do({ kind: "open-conversation", person, network: lab }))).toBe("not-reachable");
});

it("a draft, muting and pinning survive a crash; nothing else changes", () => {
  const scene = new Scene();
  const conversation = scene.talkTo(scene.seen(keyed("bob")).id);
  const changes = { draft: "half a thou", muted: true, pinned: true };
  scene.do({ kind: "change-conversation", conversation: conversation.id, ...changes });
  scene.restart();
  expect(scene.chat.queries.conversation(conversation.id)?.conversation).toEqual({
    ...conversation,
    ...changes,
  });
});

it("a draft of the greatest length is kept, one byte more is not", () => {
  const scene = new Scene();
  const conversation = scene.talkTo(scene.seen(keyed("bob")).id).id;
  const change = (length: number) =>
    refusal(() => scene.do({ kind: "change-conversation", conversation, draft: "x".repeat(length) }));
  expect(change(draftBytesMax)).toBeUndefined();
  expect(change(draftBytesMax + 1)).toBe("text-too-long");
});

it("a change that changes nothing is neither written nor told", () => {
  const scene = new Scene();
  const conversation = scene.talkTo(scene.seen(plain("carol")).id).id;
  scene.do({ kind: "change-conversation", conversation, muted: true });
  scene.turn({
    kind: "command",
    number: 1,
    command: { kind: "change-conversation", conversation, muted: true },
  });
  expect(scene.last.events).toEqual([]);
});

function fromStrangers(count: number): readonly Item[] {
  return Array.from({ length: count }, (_, i) => {
    const from = keyed(`p${i}`);
    const place = { kind: "direct" as const, identity: from.identity };
    const body = said("hello");
    const event = { kind: "messageArrived" as const, from, place, body, secrecy: from.secrecy };
    return { kind: "network", network: lan, event } as const;
  });
}

const receipt = 7 as ReceiptToken;

function offered(scene: Scene, from: ContactFacts) {
  const place = { kind: "direct" as const, identity: from.identity };
  const { secrecy } = from;
  return scene.hear({ kind: "messageArrived", from, place, body: said("hello"), secrecy, receipt });
}

it("with as many unanswered as there may be, a further stranger is not confirmed, and counted", () => {
  const scene = new Scene();
  expect(scene.turn(...fromStrangers(unansweredMax - 1)).troubles).toEqual([]);
  expect(acknowledged(offered(scene, keyed("carol")))).toHaveLength(1);
  expect(scene.chat.queries.strangers()).toEqual({ unanswered: unansweredMax, refused: 0 });
  const refused = offered(scene, keyed("mallory"));
  expect(refused).toMatchObject({ effects: [], troubles: [] });
  expect(scene.chat.queries.strangers()).toEqual({ unanswered: unansweredMax, refused: 1 });
  expect(acknowledged(offered(scene, keyed("carol")))).toHaveLength(1);
});

it("whatever strangers do, the user opens a conversation with whom they like, and its messages come in", () => {
  const scene = new Scene();
  scene.turn(...fromStrangers(unansweredMax));
  const bob = scene.seen(keyed("bob"));
  expect(refusal(() => scene.talkTo(bob.id))).toBeUndefined();
  expect(acknowledged(offered(scene, keyed("bob")))).toHaveLength(1);
});

it.each([
  ["opens", (scene: Scene, person: PersonId) => scene.talkTo(person)],
  ["writes in", (scene: Scene, person: PersonId) => scene.send(direct(scene, person), "hello")],
  ["pins", (scene: Scene, person: PersonId) => change(scene, person, { pinned: true })],
  ["reads", (scene: Scene, person: PersonId) => change(scene, person, { readUpTo: 1e9 })],
] as const)("a conversation that the user %s is answered, also after a crash", (_, answer) => {
  const scene = new Scene();
  scene.turn(...fromStrangers(2));
  answer(scene, scene.personOf(keyed("p1")).id);
  expect(scene.chat.queries.strangers().unanswered).toBe(1);
  scene.restart();
  expect(scene.chat.queries.strangers().unanswered).toBe(1);
});

function direct(scene: Scene, person: PersonId): ConversationId {
  const views = scene.chat.queries.conversations();
  return present(
    views.find(({ conversation }) => conversation.person === person),
    "a conversation",
  ).conversation.id;
}

function change(
  scene: Scene,
  person: PersonId,
  facts: { readonly pinned?: boolean; readonly readUpTo?: number },
) {
  scene.do({ kind: "change-conversation", conversation: direct(scene, person), ...facts });
}

it("a file makes as many conversations as there may be, and no further one", () => {
  const scene = new Scene();
  const record = (i: number): ImportRecord => ({
    network: lan,
    conversation: { kind: "room", room: `${i}` },
    message: {
      ...{ id: newMessageId(scene.random), mine: false, sentAt: 1, arrivedAt: 1, deleted: false },
      ...{ body: { kind: "poke" }, secrecy: "none" },
    },
  });
  for (let i = 0; i < conversationsMax; i += 1_000) {
    scene.do({ kind: "import", records: Array.from({ length: 1_000 }, (_, j) => record(i + j)) });
  }
  expect(refusal(() => scene.do({ kind: "import", records: [record(conversationsMax)] }))).toBe(
    "conversations-full",
  );
});
