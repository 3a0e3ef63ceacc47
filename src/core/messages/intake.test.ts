/** What arrives is told once, counted as unread, and confirmed only with the commit. */
import { expect, it } from "vitest";
import { newMessageId } from "../../base/ids.ts";
import { seededRandom } from "../../base/random.ts";
import { acknowledged, keyed, lan, lanTraits, plain, said, Scene } from "../../../test/scenes/chat-scene.ts";
import type { ContactFacts, ReceiptToken } from "../ports/network.ts";
import { arrivingTextBytesMax } from "./intake.ts";

const bob = keyed("bob");
const receipt = 7 as ReceiptToken;
const wireId = newMessageId(seededRandom(1_003));

function offered(scene: Scene, from: ContactFacts, more: object = {}) {
  const place = { kind: "direct" as const, identity: from.identity };
  const { secrecy } = from;
  return scene.hear({
    kind: "messageArrived",
    from,
    place,
    body: said("hello"),
    secrecy,
    wireId,
    receipt,
    ...more,
  });
}

it("a message makes its conversation, is told, and is acknowledged", () => {
  const scene = new Scene();
  const turn = offered(scene, bob);
  const [view] = scene.chat.queries.conversations();
  expect(view).toMatchObject({ title: "bob", secrecy: "end-to-end", conversation: { unread: 1 } });
  expect(view?.last).toMatchObject({ id: wireId, body: said("hello"), mine: false });
  expect(acknowledged(turn)).toEqual([{ kind: "acknowledge", network: lan, receipt }]);
  expect(turn.events.map((event) => event.kind)).toEqual([
    "person-changed",
    "message-added",
    "conversation-changed",
  ]);
});

it("a message that arrives twice is told once and acknowledged twice", () => {
  const scene = new Scene();
  offered(scene, bob);
  const again = offered(scene, bob);
  expect(again.events).toEqual([]);
  expect(acknowledged(again)).toHaveLength(1);
});

it("a message that was deleted here does not come back", () => {
  const scene = new Scene();
  offered(scene, bob);
  scene.do({ kind: "delete-message", message: wireId });
  scene.restart();
  scene.turn({ kind: "network-added", network: lan, traits: lanTraits });
  expect(offered(scene, bob).events).toEqual([]);
});

it("an id that somebody else has used is no reason to lose a message", () => {
  const scene = new Scene();
  offered(scene, keyed("mallory"));
  offered(scene, bob);
  const conversation = scene.talkTo(scene.personOf(bob).id);
  expect(scene.shown(conversation.id)).toEqual(["hello"]);
  scene.restart();
  scene.turn({ kind: "network-added", network: lan, traits: lanTraits });
  const again = offered(scene, bob);
  expect([again.events, acknowledged(again).length]).toEqual([[], 1]);
});

it("a wire without ids can say the same thing twice", () => {
  const scene = new Scene();
  scene.arrived(plain("carol"), "ok");
  scene.arrived(plain("carol"), "ok");
  expect(scene.shown(scene.talkTo(scene.personOf(plain("carol")).id).id)).toEqual([
    "(not-encrypted)",
    "ok",
    "ok",
  ]);
});

it("a message of a kind that nobody knows is shown as such and acknowledged", () => {
  const scene = new Scene();
  expect(acknowledged(offered(scene, bob, { body: { kind: "unknown", what: "dance" } }))).toHaveLength(1);
  expect(scene.chat.queries.message(wireId)?.message.body).toEqual({ kind: "unknown", what: "dance" });
});

it("a text of the greatest length is shown, a longer one is named", () => {
  const scene = new Scene();
  offered(scene, bob, { body: said("x".repeat(arrivingTextBytesMax)), wireId: "a" });
  offered(scene, bob, { body: said("x".repeat(arrivingTextBytesMax + 1)), wireId: "b" });
  const { id } = scene.talkTo(scene.personOf(bob).id);
  expect(scene.shown(id).map((text) => text.length)).toEqual([arrivingTextBytesMax, "(unknown)".length]);
});

it("a repeat is known after its sender was joined with another person", () => {
  const scene = new Scene();
  offered(scene, bob);
  scene.arrived(keyed("Bob", "new key"), "me again");
  const into = scene.personOf(keyed("Bob", "new key")).id;
  scene.do({ kind: "join-people", into, from: scene.personOf(bob).id });
  expect(offered(scene, bob).events).toEqual([]);
});

it("an author's clock is shown as it is, and taken for ours where it is none", () => {
  const scene = new Scene();
  offered(scene, bob, { sentAt: 5 });
  expect(scene.chat.queries.message(wireId)?.message.sentAt).toBe(5);
  offered(scene, keyed("carol"), { sentAt: Number.NaN, wireId: newMessageId(seededRandom(1_004)) });
  const last = scene.chat.queries.since(0, 10).at(-1);
  expect(last?.message.sentAt).toBe(scene.now.wall);
});

it("a room's messages stand in the room, whoever writes them; who is in it is its roster's to say", () => {
  const scene = new Scene();
  const place = { kind: "room", room: "garden" };
  offered(scene, bob, { place });
  offered(scene, keyed("carol"), { place });
  expect(scene.chat.queries.conversations()).toMatchObject([
    { title: "garden", conversation: { kind: "room", unread: 2, members: [] } },
  ]);
});

it("a gap is shown where the messages are missing", () => {
  const scene = new Scene();
  offered(scene, bob);
  scene.hear({
    kind: "gap",
    from: bob.identity,
    place: { kind: "direct", identity: bob.identity },
    count: 3,
  });
  expect(scene.shown(scene.talkTo(scene.personOf(bob).id).id)).toEqual(["hello", "(gap)"]);
});

it("reading on counts what is left unread, and never goes back", () => {
  const scene = new Scene();
  const numbers = ["1", "2", "3"].map((text) => {
    scene.arrived(bob, text);
    return scene.chat.queries.lastNumber();
  });
  const { id } = scene.talkTo(scene.personOf(bob).id);
  scene.send(id, "mine does not count");
  const read = (readUpTo: number) =>
    scene.do({ kind: "change-conversation", conversation: id, readUpTo }).unread;
  expect(numbers.map(read)).toEqual([2, 1, 0]);
  expect(read(numbers[0] ?? 0)).toBe(0);
  scene.arrived(bob, "4");
  expect(scene.talkTo(scene.personOf(bob).id).unread).toBe(1);
  expect(read(1e9)).toBe(0);
});
