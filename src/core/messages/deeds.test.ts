/** Sending asks where it must, refuses what cannot go, and the same command twice is one message. */
import { describe, expect, it } from "vitest";
import { newMessageId } from "../../base/ids.ts";
import { seededRandom } from "../../base/random.ts";
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

const bob = keyed("bob");
const carol = plain("carol");

function send(scene: Scene, contact = bob, more: object = {}) {
  const conversation = scene.talkTo(scene.personOf(contact).id).id;
  return scene.do({ kind: "send-message", conversation, body: said("hello"), ...more });
}

describe("consent", () => {
  it("somebody whose program does not encrypt is asked about, once", () => {
    const scene = new Scene();
    scene.seen(carol);
    expect(refusal(() => send(scene, carol))).toBe("consent-needed");
    expect(sends(scene.last)).toEqual([]);
    send(scene, carol, { allowPlain: true });
    expect(sends(scene.last)).toMatchObject([{ secrecyLeast: "none" }]);
    expect(refusal(() => send(scene, carol))).toBeUndefined();
    expect(scene.personOf(carol).plainAllowed).toBe(true);
  });

  it("a refused message leaves nothing behind", () => {
    const scene = new Scene();
    scene.talkTo(scene.seen(carol).id);
    const before = scene.store.durable();
    expect(refusal(() => send(scene, carol))).toBe("consent-needed");
    expect(scene.store.durable()).toEqual(before);
  });

  it("the first message in plain is preceded by saying so, in either direction, once", () => {
    const scene = new Scene();
    scene.arrived(carol, "hi");
    const { id } = scene.talkTo(scene.personOf(carol).id);
    send(scene, carol, { allowPlain: true });
    scene.restart();
    scene.turn({ kind: "network-added", network: lan, traits: lanTraits });
    send(scene, carol);
    expect(scene.shown(id)).toEqual(["(not-encrypted)", "hi", "hello", "hello"]);
  });

  it("a consent taken back holds for what is tried again, too", () => {
    const scene = new Scene();
    const person = scene.seen(carol);
    const message = send(scene, carol, { allowPlain: true });
    scene.delivery(message.id, carol, { state: "failed", why: { code: "refused" }, again: "never" });
    scene.do({ kind: "allow-plain", person: person.id, allowed: false });
    expect(refusal(() => scene.do({ kind: "retry-message", message: message.id }))).toBe("consent-needed");
  });
});

describe("sending", () => {
  it("the same message id twice is one message, sent once", () => {
    const scene = new Scene();
    scene.seen(bob);
    const message = newMessageId(seededRandom(7));
    const first = send(scene, bob, { message });
    expect(send(scene, bob, { message })).toEqual(first);
    expect(sends(scene.last)).toEqual([]);
  });

  it("the id of another's message is refused", () => {
    const scene = new Scene();
    const message = newMessageId(seededRandom(7));
    scene.arrived(bob, "mine", message);
    expect(refusal(() => send(scene, bob, { message }))).toBe("bad-parameters");
  });

  it("a text of the network's limit goes, one byte more does not", () => {
    const scene = new Scene();
    scene.seen(bob);
    expect(refusal(() => send(scene, bob, { body: said("x".repeat(32_000)) }))).toBeUndefined();
    expect(refusal(() => send(scene, bob, { body: said("x".repeat(32_001)) }))).toBe("text-too-long");
    expect(refusal(() => send(scene, bob, { body: said(" \n") }))).toBe("text-empty");
  });

  it("what a store could not hold is made well-formed", () => {
    const scene = new Scene();
    scene.seen(bob);
    expect(send(scene, bob, { body: said("a\ud800b") }).body).toEqual(said("a\ufffdb"));
  });

  it("a person with a key is written to by the key, though a joined plain contact is online", () => {
    const scene = new Scene();
    const ece = scene.seen(keyed("Ece"));
    const other = scene.seen(plain("Ece"));
    scene.do({ kind: "join-people", into: ece.id, from: other.id });
    scene.gone(keyed("Ece"));
    const message = send(scene, keyed("Ece"));
    expect(message.secrecy).toBe("end-to-end");
    expect(scene.delivered(message.id)).toMatchObject({ state: "queued", why: { code: "offline" } });
  });

  it("a deleted message loses its text, is not found, and does not go out any more", () => {
    const scene = new Scene();
    scene.seen(bob);
    scene.gone(bob);
    const message = send(scene);
    const { deleted, body } = scene.do({ kind: "delete-message", message: message.id });
    expect({ deleted, body }).toEqual({ deleted: true, body: said("") });
    scene.seen(bob);
    expect(sends(scene.last)).toEqual([]);
    expect(scene.chat.queries.search({ text: "hello", limit: 10 })).toEqual([]);
    expect(refusal(() => scene.do({ kind: "retry-message", message: message.id }))).toBeUndefined();
    expect(sends(scene.last)).toEqual([]);
  });
});

describe("somebody who could be another", () => {
  const first = plain("Ece", "Ece 1");
  const second = plain("Ece", "Ece 2");

  it("is asked about in a conversation that is open already, until the user says yes", () => {
    const scene = new Scene();
    scene.seen(first);
    send(scene, first, { allowPlain: true });
    scene.seen(second);
    expect(refusal(() => send(scene, first))).toBe("name-shared");
    expect(sends(scene.last)).toEqual([]);
    send(scene, first, { allowPlain: true });
    expect(refusal(() => send(scene, first))).toBeUndefined();
    const { id } = scene.talkTo(scene.personOf(first).id);
    expect(scene.shown(id).filter((text) => text === "(name-shared)")).toHaveLength(1);
  });

  it("is asked about again when somebody else takes the name, and not when one leaves and comes back", () => {
    const scene = new Scene();
    scene.seen(first);
    scene.seen(second);
    send(scene, first, { allowPlain: true });
    scene.gone(second);
    scene.seen(second);
    expect(refusal(() => send(scene, first))).toBeUndefined();
    scene.seen(plain("Ece", "Ece 3"));
    expect(refusal(() => send(scene, first))).toBe("name-shared");
  });

  it("is not asked about while the other is away", () => {
    const scene = new Scene();
    scene.seen(first);
    scene.seen(second);
    scene.gone(second);
    expect(refusal(() => send(scene, first))).toBe("consent-needed");
  });

  it("is not written to under another key before the user has decided", () => {
    const scene = new Scene();
    scene.seen(keyed("Ece"));
    const other = keyed("Ece", "mallory");
    const { id } = scene.seen(other);
    expect(refusal(() => send(scene, other))).toBe("other-key");
    expect(refusal(() => send(scene, keyed("Ece")))).toBeUndefined();
    send(scene, other, { allowPlain: true });
    expect(refusal(() => send(scene, other))).toBeUndefined();
    expect(scene.chat.queries.person(id)?.person.plainAllowed).toBe(false);
  });
});
