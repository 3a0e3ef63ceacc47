/** A message to a room goes out once for all who are in it, in order, and never twice by itself. */
import { expect, it } from "vitest";
import {
  lan,
  plain,
  refusal,
  rooms,
  roomsTraits,
  said,
  Scene,
  sends,
} from "../../../test/scenes/chat-scene.ts";
import { KithError } from "../../base/errors.ts";
import type { ConversationId, MessageId } from "../../base/ids.ts";
import type { DeliveryOutcome } from "../ports/network.ts";
import { attemptMsMax } from "./outbox.ts";

const bob = plain("bob");
const carol = plain("carol");
const sent: DeliveryOutcome = { state: "sent" };
const noLink = (again: "later" | "when-seen" | "never"): DeliveryOutcome => ({
  state: "failed",
  why: { code: "no-link" },
  again,
});

function inGarden() {
  const scene = new Scene();
  scene.addRooms();
  const { id } = scene.inRoom([bob, carol]);
  return { scene, id, say: (text: string) => scene.send(id, text).id };
}

function ended(scene: Scene, message: MessageId, outcome: DeliveryOutcome) {
  return scene.hear({ kind: "delivery", message, outcome }, rooms);
}

function sentNow(scene: Scene): readonly MessageId[] {
  return sends(scene.last).map(({ message }) => message);
}

it("a message to a room is one attempt without recipients, and one delivery", () => {
  const { scene, id, say } = inGarden();
  const message = say("hello all");
  expect(sends(scene.last)).toEqual([
    {
      message,
      place: { kind: "room", room: "garden" },
      recipients: [],
      body: said("hello all"),
      sentAt: scene.now.wall,
      secrecyLeast: "none",
    },
  ]);
  expect(scene.store.deliveries.of([message])).toStrictEqual([
    { message, state: "sending", heldBy: 0, attempts: 1, at: scene.now.wall },
  ]);
  const { events } = ended(scene, message, sent);
  expect(events).toEqual([{ kind: "message-changed", conversation: id, message }]);
  expect(scene.delivered(message)).toMatchObject({ state: "sent", attempts: 1 });
  expect(scene.chat.queries.outboxSize()).toBe(0);
});

it("messages to a room go one after the other, in their order", () => {
  const { scene, say } = inGarden();
  const messages = ["1", "2", "3"].map(say);
  expect(messages.map((message) => scene.delivered(message)?.state)).toEqual(["sending", "queued", "queued"]);
  const order = messages.flatMap((message) => {
    const next = sends(ended(scene, message, sent));
    return next.map((outgoing) => outgoing.message);
  });
  expect(order).toEqual(messages.slice(1));
});

it("one room does not wait for another", () => {
  const { scene, say } = inGarden();
  say("in the garden");
  const kitchen = scene.inRoom([bob], true, "kitchen").id;
  scene.send(kitchen, "in the kitchen");
  expect(sends(scene.last)).toHaveLength(1);
});

it.each([
  [
    "the network is down",
    "network-down",
    (scene: Scene) => scene.hear({ kind: "health", state: "down" }, rooms),
  ],
  ["nobody is linked", "no-link", (scene: Scene) => scene.inRoom([bob, carol], false)],
  ["I am not in it", "not-joined", (scene: Scene) => scene.hear({ kind: "roomLeft", room: "garden" }, rooms)],
] as const)("what waits while %s says so, and goes when somebody is linked again", (_, code, hinder) => {
  const { scene, say } = inGarden();
  const [first, second] = [say("1"), say("2")];
  hinder(scene);
  ended(scene, first, sent);
  expect(sends(scene.last)).toEqual([]);
  expect(scene.delivered(second)).toMatchObject({ state: "queued", why: { code }, attempts: 0 });
  scene.hear({ kind: "health", state: "up" }, rooms);
  if (code !== "network-down") scene.inRoom([bob, carol]);
  expect(sentNow(scene)).toEqual([second]);
});

it("what failed for want of a link is tried again as soon as there is one, and not before its time otherwise", () => {
  for (const again of ["later", "when-seen"] as const) {
    const { scene, say } = inGarden();
    const message = say("hello");
    scene.inRoom([bob, carol], false);
    ended(scene, message, noLink(again));
    expect(scene.delivered(message)).toMatchObject({ state: "queued", why: { code: "no-link" } });
    scene.inRoom([bob, carol]);
    expect(sentNow(scene)).toEqual([message]);
  }
  const { scene, say } = inGarden();
  const message = say("hello");
  ended(scene, message, noLink("later"));
  scene.inRoom([bob], true);
  expect(sentNow(scene)).toEqual([]);
  scene.pass(2_500);
  expect(sentNow(scene)).toEqual([message]);
});

it("an attempt that began before the link was lost and found is repeated at once when it fails", () => {
  const { scene, say } = inGarden();
  const message = say("hello");
  scene.inRoom([bob, carol], false);
  scene.inRoom([bob, carol], true);
  expect(sentNow(scene)).toEqual([]);
  expect(sends(ended(scene, message, noLink("later")))).toHaveLength(1);
});

it("after a crash what was under way is of unknown outcome, and what waited goes when the room is entered again", () => {
  const { scene, id, say } = inGarden();
  const [flying, waiting] = [say("1"), say("2")];
  scene.restart();
  expect(scene.delivered(flying)).toMatchObject({ state: "failed", why: { code: "outcome-unknown" } });
  expect(scene.delivered(waiting)).toMatchObject({ state: "queued", why: { code: "network-down" } });
  scene.addRooms();
  expect(sentNow(scene)).toEqual([]);
  expect(scene.delivered(waiting)).toMatchObject({ why: { code: "not-joined" } });
  scene.inRoom([], false);
  expect(sentNow(scene)).toEqual([]);
  expect(scene.inRoom([bob]).id).toBe(id);
  expect(sentNow(scene)).toEqual([waiting]);
  ended(scene, flying, sent); // late news, which is good
  expect(scene.delivered(flying)).toMatchObject({ state: "sent" });
});

it("what was under way when its network is taken away is of unknown outcome; what it never got waits", () => {
  const { scene, id, say } = inGarden();
  const flying = say("handed out");
  const command = { kind: "send-message", conversation: id, body: said("behind it") } as const;
  scene.turn({ kind: "command", number: 1, command }, { kind: "network-removed", network: rooms });
  expect(scene.delivered(flying)).toMatchObject({ state: "failed", why: { code: "outcome-unknown" } });
  expect(scene.store.deliveries.open()).toMatchObject([{ state: "queued", attempts: 0 }]);
});

it("a message that was to be handed out in the very turn that takes its network away is not, and waits untried", () => {
  const { scene, id } = inGarden();
  const command = { kind: "send-message", conversation: id, body: said("hello") } as const;
  const turn = scene.turn(
    { kind: "command", number: 1, command },
    { kind: "network-removed", network: rooms },
  );
  expect(sends(turn)).toEqual([]);
  expect(scene.store.deliveries.open()).toMatchObject([{ state: "queued", attempts: 0 }]);
});

it("an attempt that no network concludes is of unknown outcome in time, and the next one goes", () => {
  const { scene, say } = inGarden();
  const [first, second] = [say("1"), say("2")];
  scene.pass(attemptMsMax);
  expect(scene.delivered(first)).toMatchObject({ state: "failed", why: { code: "outcome-unknown" } });
  expect(sentNow(scene)).toEqual([second]);
});

it("a message can be given up and tried again, also from outside of the room", () => {
  const { scene, say } = inGarden();
  const [first, second] = [say("1"), say("2")];
  scene.do({ kind: "cancel-message", message: second });
  expect(scene.delivered(second)).toMatchObject({ state: "failed", why: { code: "cancelled" } });
  ended(scene, first, noLink("never"));
  scene.hear({ kind: "roomLeft", room: "garden" }, rooms);
  scene.do({ kind: "retry-message", message: first });
  expect(scene.delivered(first)).toMatchObject({ state: "queued", why: { code: "not-joined" } });
  scene.inRoom([bob]);
  expect(sentNow(scene)).toEqual([first]);
});

it("a word on a message that never went to a room as a whole is no word on it", () => {
  const { scene } = inGarden();
  const person = scene.seen(carol);
  scene.do({ kind: "allow-plain", person: person.id, allowed: true });
  const { id } = scene.send(scene.talkTo(person.id).id, "for carol alone");
  scene.hear({ kind: "delivery", message: id, outcome: sent }, lan);
  expect(scene.delivered(id)).toMatchObject({ state: "sending" });
});

it("nothing is written to a room from outside, with nobody linked, or with nobody there", () => {
  const { scene, id } = inGarden();
  const refusedAs = (problem: string) =>
    expect(() => scene.send(id, "hello")).toThrow(
      new KithError("not-connected", { room: "garden", problem }),
    );
  scene.inRoom([bob, carol], false);
  refusedAs("nobody there is linked to you yet");
  scene.inRoom([], false);
  refusedAs("nobody else is in it");
  scene.hear({ kind: "roomLeft", room: "garden" }, rooms);
  refusedAs("you are not in it");
  scene.inRoom([bob]);
  scene.send(id, "hello");
  scene.turn({ kind: "network-removed", network: rooms });
  refusedAs("you are not in it");
  expect(scene.shown(id).filter((shown) => !shown.startsWith("("))).toEqual(["hello"]);
});

it("what others may not be able to show is noted in the conversation, once a day", () => {
  const { scene, id } = inGarden();
  for (const text of ["plain", "çığ", "雪"]) scene.send(id, text);
  expect(scene.shown(id)).toEqual(["(not-encrypted)", "plain", "(ascii-only)", "çığ", "雪"]);
  scene.pass(86_400_000);
  scene.inRoom([bob, carol]);
  scene.send(id, "🎉");
  expect(scene.shown(id).slice(-2)).toEqual(["(ascii-only)", "🎉"]);
});

it("what a network cannot carry is refused before it is stored", () => {
  const { scene, id } = inGarden();
  const wave = () =>
    refusal(() =>
      scene.do({ kind: "send-message", conversation: id, body: { kind: "action", text: "waves" } }),
    );
  expect(wave()).toBeUndefined();
  scene.turn({ kind: "network-added", network: rooms, traits: { ...roomsTraits, carries: ["text"] } });
  scene.hear({ kind: "health", state: "up" }, rooms);
  expect(wave()).toBe("not-carried");
});

it("somebody who is only known in rooms is not written to alone", () => {
  const { scene } = inGarden();
  const person = scene.personOf(bob, rooms).id;
  expect(refusal(() => scene.talkTo(person))).toBe("not-reachable");
  expect(scene.talkTo(scene.seen(plain("dave")).id).network).toBe(lan);
});

it("what others said there is told once, though it comes over several links", () => {
  const { scene, id } = inGarden();
  for (const wireId of ["r1.1", "r1.1", "r1.2"]) scene.spoken(bob, said("hi"), wireId);
  scene.spoken(carol, said("hi"), "r1.1");
  expect(scene.shown(id)).toEqual(["(not-encrypted)", "hi", "hi", "hi"]);
  expect(unread(scene, id)).toBe(3);
});

function unread(scene: Scene, id: ConversationId): number | undefined {
  return scene.chat.queries.conversation(id)?.conversation.unread;
}
