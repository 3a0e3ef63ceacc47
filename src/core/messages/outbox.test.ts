/** The outbox tries until it is settled, in order, never twice where a repeat could be shown twice. */
import { expect, it } from "vitest";
import {
  keyed,
  lan,
  lanTraits,
  plain,
  refusal,
  said,
  Scene,
  sends,
} from "../../../test/scenes/chat-scene.ts";
import type { Conversation } from "../model.ts";
import type { ContactFacts, DeliveryOutcome } from "../ports/network.ts";
import { attemptMsMax, openDeliveriesMax, pipelineMax } from "./outbox.ts";

const bob = keyed("bob");
const carol = plain("carol");
const later: DeliveryOutcome = { state: "failed", why: { code: "refused" }, again: "later" };
const whenSeen: DeliveryOutcome = { state: "failed", why: { code: "offline" }, again: "when-seen" };
const never: DeliveryOutcome = { state: "failed", why: { code: "too-long" }, again: "never" };

function talking(to: ContactFacts): { scene: Scene; conversation: Conversation } {
  const scene = new Scene();
  const person = scene.seen(to);
  scene.do({ kind: "allow-plain", person: person.id, allowed: true });
  return { scene, conversation: scene.talkTo(person.id) };
}

it("a message is stored as sending before it is handed out", () => {
  const { scene, conversation } = talking(bob);
  const message = scene.send(conversation.id, "hello");
  expect(sends(scene.last)).toEqual([
    {
      message: message.id,
      place: { kind: "direct", identity: "key:bob" },
      recipients: ["key:bob"],
      body: said("hello"),
      sentAt: scene.now.wall,
      secrecyLeast: "end-to-end",
    },
  ]);
  expect(scene.store.deliveries.of([message.id])).toMatchObject([{ state: "sending", attempts: 1 }]);
});

it("what is delivered is told, and the message's number grows", () => {
  const { scene, conversation } = talking(bob);
  const message = scene.send(conversation.id, "hello");
  const { events } = scene.delivery(message.id, bob, { state: "delivered" });
  expect(events).toEqual([{ kind: "message-changed", conversation: conversation.id, message: message.id }]);
  expect(scene.delivered(message.id)).toMatchObject({ state: "delivered", attempts: 1 });
  expect(scene.chat.queries.since(message.changed, 10).map((view) => view.message.id)).toEqual([message.id]);
  expect(scene.chat.queries.outboxSize()).toBe(0);
});

it("delivered never goes back", () => {
  const { scene, conversation } = talking(bob);
  const { id } = scene.send(conversation.id, "hello");
  scene.delivery(id, bob, { state: "delivered" });
  for (const outcome of [{ state: "sent" }, later, never] as const) {
    expect(scene.delivery(id, bob, outcome).events).toEqual([]);
  }
  expect(scene.delivered(id)?.state).toBe("delivered");
});

it("a message to somebody away waits, says why, and goes when they appear", () => {
  const { scene, conversation } = talking(bob);
  scene.gone(bob);
  const { id } = scene.send(conversation.id, "hello");
  expect(sends(scene.last)).toEqual([]);
  expect(scene.last.wakeAt).toBeUndefined();
  expect(scene.delivered(id)).toMatchObject({ state: "queued", why: { code: "offline" }, attempts: 0 });
  scene.seen(bob);
  expect(sends(scene.last).map((outgoing) => outgoing.message)).toEqual([id]);
  expect(scene.delivered(id)).not.toHaveProperty("why");
});

it("a message waits for a network that is down, and goes when it is up", () => {
  const { scene, conversation } = talking(bob);
  scene.hear({ kind: "health", state: "down" });
  const { id } = scene.send(conversation.id, "hello");
  expect(scene.delivered(id)).toMatchObject({ state: "queued", why: { code: "network-down" } });
  expect(sends(scene.hear({ kind: "health", state: "up" }))).toHaveLength(1);
});

it("a network that keeps messages for the absent is given them at once", () => {
  const { scene, conversation } = talking(bob);
  scene.turn({ kind: "network-added", network: lan, traits: { ...lanTraits, keepsForAbsent: true } });
  scene.hear({ kind: "health", state: "up" });
  scene.gone(bob);
  scene.send(conversation.id, "hello");
  expect(sends(scene.last)).toHaveLength(1);
});

it("what fails for now is tried again later, with growing pauses, by the steady clock", () => {
  const { scene, conversation } = talking(bob);
  const { id } = scene.send(conversation.id, "hello");
  let before = 0;
  for (let attempt = 1; attempt <= 5; attempt++) {
    const { wakeAt = Infinity } = scene.delivery(id, bob, later);
    const pause = wakeAt - scene.now.mono;
    expect(pause).toBeGreaterThan(before);
    before = pause;
    expect(scene.delivered(id)).toMatchObject({
      state: "queued",
      why: { code: "refused" },
      attempts: attempt,
    });
    expect(scene.delivered(id)?.nextTryAt).toBe(Math.round(scene.now.wall + pause));
    scene.now = { ...scene.now, wall: scene.now.wall - 86_400_000 };
    expect(sends(scene.pass(pause - 1))).toEqual([]);
    expect(sends(scene.pass(1))).toHaveLength(1);
  }
});

it("what waits for a sign of life goes at the next one", () => {
  const { scene, conversation } = talking(bob);
  const { id } = scene.send(conversation.id, "hello");
  expect(scene.delivery(id, bob, whenSeen).wakeAt).toBeUndefined();
  expect(sends(scene.pass(86_400_000))).toEqual([]);
  scene.seen(bob);
  expect(sends(scene.last)).toHaveLength(1);
});

it("whoever turns up at another address is tried there at once, whoever stays where they are is not", () => {
  const { scene, conversation } = talking(bob);
  const { id } = scene.send(conversation.id, "hello");
  scene.delivery(id, bob, later);
  scene.seen(bob);
  expect(sends(scene.last)).toEqual([]);
  scene.seen({ ...bob, address: "192.0.2.77" });
  expect(sends(scene.last).map(({ message }) => message)).toEqual([id]);
});

it("an attempt that began before they turned up elsewhere, or again, is repeated at once when it fails", () => {
  for (const elsewhere of [true, false]) {
    const { scene, conversation } = talking(bob);
    const { id } = scene.send(conversation.id, "hello");
    if (!elsewhere) scene.gone(bob);
    scene.seen(elsewhere ? { ...bob, address: "192.0.2.77" } : bob);
    expect(sends(scene.last)).toEqual([]);
    expect(sends(scene.delivery(id, bob, later)).map(({ message }) => message)).toEqual([id]);
    expect(sends(scene.delivery(id, bob, later))).toEqual([]);
    expect(scene.last.wakeAt).toBeGreaterThan(scene.now.mono);
  }
});

it("of several attempts that were outrun, none brings back a pause", () => {
  const { scene, conversation } = talking(bob);
  const [first, second] = ["1", "2"].map((text) => scene.send(conversation.id, text).id);
  if (first === undefined || second === undefined) throw new Error("both were sent");
  scene.seen({ ...bob, address: "192.0.2.77" });
  expect(sends(scene.delivery(first, bob, later))).toEqual([]);
  expect(sends(scene.delivery(second, bob, later)).map(({ message }) => message)).toEqual([first]);
  expect(sends(scene.delivery(first, bob, { state: "delivered" })).map((out) => out.message)).toEqual([
    second,
  ]);
});

it("a network that only says again that it is up is no sign of life", () => {
  const { scene, conversation } = talking(bob);
  const { id } = scene.send(conversation.id, "hello");
  scene.delivery(id, bob, whenSeen);
  expect(sends(scene.hear({ kind: "health", state: "degraded" }))).toEqual([]);
  scene.hear({ kind: "health", state: "down" });
  expect(sends(scene.hear({ kind: "health", state: "up" }))).toHaveLength(1);
});

it("an announcement does not shorten the pause of somebody who was there all the time", () => {
  const { scene, conversation } = talking(bob);
  const { id } = scene.send(conversation.id, "hello");
  scene.delivery(id, bob, later);
  scene.seen(bob);
  expect(sends(scene.last)).toEqual([]);
  scene.gone(bob);
  scene.seen(bob);
  expect(sends(scene.last)).toHaveLength(1);
});

it("later messages wait behind one that is to be tried again", () => {
  const { scene, conversation } = talking(bob);
  const first = scene.send(conversation.id, "1");
  scene.delivery(first.id, bob, later);
  const second = scene.send(conversation.id, "2");
  expect(sends(scene.last)).toEqual([]);
  scene.pass(2_500);
  expect(sends(scene.last).map((outgoing) => outgoing.message)).toEqual([first.id]);
  expect(sends(scene.delivery(first.id, bob, { state: "delivered" })).map((out) => out.message)).toEqual([
    second.id,
  ]);
});

it("a message that failed for good does not stand in the way", () => {
  const { scene, conversation } = talking(carol);
  const first = scene.send(conversation.id, "1");
  const second = scene.send(conversation.id, "2");
  expect(sends(scene.delivery(first.id, carol, never)).map((outgoing) => outgoing.message)).toEqual([
    second.id,
  ]);
  expect(scene.delivered(first.id)).toMatchObject({ state: "failed", why: { code: "too-long" } });
});

it("without ids on the wire one message is under way at a time", () => {
  const { scene, conversation } = talking(carol);
  const messages = ["1", "2", "3"].map((text) => scene.send(conversation.id, text));
  expect(messages.map(({ id }) => scene.delivered(id)?.state)).toEqual(["sending", "queued", "queued"]);
});

it("with ids on the wire as many are under way as the pipeline takes, and no more", () => {
  const { scene, conversation } = talking(bob);
  for (let i = 0; i < pipelineMax; i++) {
    scene.send(conversation.id, `${i}`);
    expect(sends(scene.last)).toHaveLength(1);
  }
  const waiting = scene.send(conversation.id, "one more");
  expect(sends(scene.last)).toEqual([]);
  expect(scene.delivered(waiting.id)).toMatchObject({ state: "queued" });
});

it("the limit of open deliveries can be reached and not passed", () => {
  const { scene, conversation } = talking(bob);
  scene.gone(bob);
  const command = { kind: "send-message", conversation: conversation.id, body: said("hello") } as const;
  const items = Array.from({ length: openDeliveriesMax }, (_, number) => ({
    kind: "command" as const,
    number,
    command,
  }));
  expect(scene.turn(...items).replies.every(({ result }) => result.ok)).toBe(true);
  expect(refusal(() => scene.do(command))).toBe("outbox-full");
  const [oldest] = scene.store.deliveries.open();
  if (oldest !== undefined) scene.do({ kind: "cancel-message", message: oldest.message });
  expect(refusal(() => scene.do(command))).toBeUndefined();
});

it("a message that is cancelled waits no more, and what comes late is still taken", () => {
  const { scene, conversation } = talking(bob);
  const flying = scene.send(conversation.id, "on its way");
  scene.gone(bob);
  const waiting = scene.send(conversation.id, "waiting");
  scene.do({ kind: "cancel-message", message: waiting.id });
  scene.do({ kind: "cancel-message", message: flying.id });
  expect(scene.delivered(waiting.id)).toMatchObject({ state: "failed", why: { code: "cancelled" } });
  scene.delivery(flying.id, bob, later);
  expect(scene.delivered(flying.id)).toMatchObject({ state: "failed", why: { code: "cancelled" } });
  scene.delivery(flying.id, bob, { state: "delivered" });
  expect(scene.delivered(flying.id)).toMatchObject({ state: "delivered" });
});

it("a retry sends at once what failed or waits, and only that", () => {
  const { scene, conversation } = talking(bob);
  const failed = scene.send(conversation.id, "failed");
  scene.delivery(failed.id, bob, never);
  scene.do({ kind: "retry-message", message: failed.id });
  expect(sends(scene.last).map((outgoing) => outgoing.message)).toEqual([failed.id]);
  scene.delivery(failed.id, bob, later);
  scene.do({ kind: "retry-message", message: failed.id });
  expect(sends(scene.last)).toHaveLength(1);
  scene.delivery(failed.id, bob, { state: "delivered" });
  scene.do({ kind: "retry-message", message: failed.id });
  expect(sends(scene.last)).toEqual([]);
});

it("an attempt that no network concludes ends by time: repeated with ids, unknown without", () => {
  for (const [to, state, code] of [
    [bob, "queued", "timed-out"],
    [carol, "failed", "outcome-unknown"],
  ] as const) {
    const { scene, conversation } = talking(to);
    const { id } = scene.send(conversation.id, "hello");
    scene.pass(attemptMsMax - 1);
    expect(scene.delivered(id)?.state).toBe("sending");
    scene.pass(1);
    expect(scene.delivered(id)).toMatchObject({ state, why: { code } });
  }
});

it("after a crash, what was under way is sent again with the same id where the wire has ids", () => {
  const { scene, conversation } = talking(bob);
  const { id } = scene.send(conversation.id, "hello");
  scene.restart();
  expect(scene.delivered(id)).toMatchObject({ state: "queued", why: { code: "network-down" } });
  scene.turn({ kind: "network-added", network: lan, traits: lanTraits });
  scene.hear({ kind: "health", state: "up" });
  scene.seen(bob);
  expect(sends(scene.last).map((outgoing) => outgoing.message)).toEqual([id]);
});

it("after a crash, what was under way in plain is not sent again by itself", () => {
  const { scene, conversation } = talking(carol);
  const { id } = scene.send(conversation.id, "hello");
  expect(scene.restart().events).toContainEqual({
    kind: "message-changed",
    conversation: conversation.id,
    message: id,
  });
  expect(scene.delivered(id)).toMatchObject({ state: "failed", why: { code: "outcome-unknown" } });
});

it("a network without ids is not trusted with a second try of what a crash broke off", () => {
  const { scene, conversation } = talking(bob);
  const { id } = scene.send(conversation.id, "hello");
  scene.restart();
  scene.turn({ kind: "network-added", network: lan, traits: { ...lanTraits, idsOnWire: false } });
  expect(scene.delivered(id)).toMatchObject({ state: "failed", why: { code: "outcome-unknown" } });
});

it("a network that is taken away breaks off what it had under way", () => {
  const { scene, conversation } = talking(bob);
  const { id } = scene.send(conversation.id, "hello");
  scene.turn({ kind: "network-removed", network: lan });
  expect(scene.store.deliveries.of([id])).toMatchObject([{ state: "queued" }]);
  expect(scene.chat.queries.person(scene.personOf(bob).id)?.presence.online).toBe(false);
});

it("what a network that is taken away had under way in plain is of unknown outcome; what it never got waits", () => {
  const { scene, conversation } = talking(carol);
  const flying = scene.send(conversation.id, "handed out");
  const waiting = scene.send(conversation.id, "behind it");
  scene.turn({ kind: "network-removed", network: lan });
  expect(scene.delivered(flying.id)).toMatchObject({ state: "failed", why: { code: "outcome-unknown" } });
  expect(scene.delivered(waiting.id)).toMatchObject({ state: "queued", attempts: 0 });
});

it("a message that was to be handed out in the very turn that takes its network away is not, and waits untried", () => {
  for (const to of [bob, carol]) {
    const { scene, conversation } = talking(to);
    const command = { kind: "send-message", conversation: conversation.id, body: said("hello") } as const;
    const turn = scene.turn(
      { kind: "command", number: 1, command },
      { kind: "network-removed", network: lan },
    );
    expect(sends(turn)).toEqual([]);
    expect(scene.store.deliveries.open()).toMatchObject([{ state: "queued", attempts: 0 }]);
    scene.turn({ kind: "network-added", network: lan, traits: lanTraits });
    scene.hear({ kind: "health", state: "up" });
    scene.seen(to);
    expect(sends(scene.last)).toHaveLength(1);
  }
});

it("what waits for a consent that was taken back goes when it is given again", () => {
  const { scene, conversation } = talking(carol);
  const person = scene.personOf(carol).id;
  scene.gone(carol);
  const message = scene.send(conversation.id, "hello");
  scene.do({ kind: "allow-plain", person, allowed: false });
  scene.seen(carol);
  expect(sends(scene.last)).toEqual([]);
  expect(scene.delivered(message.id)).toMatchObject({ state: "queued", why: { code: "no-consent" } });
  scene.do({ kind: "allow-plain", person, allowed: true });
  expect(sends(scene.last).map((outgoing) => outgoing.message)).toEqual([message.id]);
});

it("a key that is away while another uses its name is why a message waits", () => {
  const { scene, conversation } = talking(bob);
  scene.gone(bob);
  const { id } = scene.send(conversation.id, "hello");
  expect(scene.delivered(id)).toMatchObject({ why: { code: "offline" } });
  scene.seen(keyed("bob", "mallory"));
  expect(scene.delivered(id)).toMatchObject({ state: "queued", why: { code: "key-changed" } });
  scene.gone(keyed("bob", "mallory"));
  expect(scene.delivered(id)).toMatchObject({ why: { code: "offline" } });
});
