/** What can be read is what was committed, joined as a reader needs it. */
import { expect, it } from "vitest";
import { keyed, lan, lanTraits, plain, refusal, Scene } from "../../test/scenes/chat-scene.ts";
import type { ConversationId } from "../base/ids.ts";
import { ownNameBytesMax } from "./profile.ts";

it("a person is found by label, given name, name on the wire and number, in any case", () => {
  const scene = new Scene();
  const bob = scene.seen(keyed("bob"));
  const boss = scene.do({ kind: "rename-person", person: bob.id, name: "Boss" });
  for (const name of ["boss", "BOB", `#${bob.id}`]) {
    expect(scene.chat.queries.whoIs(name)).toEqual({ kind: "one", person: boss });
  }
  expect(scene.chat.queries.whoIs("#99")).toEqual({ kind: "nobody" });
});

it("a name that two have is not guessed", () => {
  const scene = new Scene();
  scene.seen(plain("Ece", "1"));
  scene.seen(plain("Ece", "2"));
  expect(scene.chat.queries.whoIs("Ece")).toMatchObject({ kind: "several", people: [{ id: 1 }, { id: 2 }] });
  expect(scene.chat.queries.whoIs("Ece (2)")).toMatchObject({ kind: "one", person: { id: 2 } });
});

it("a name that was given up is nobody's", () => {
  const scene = new Scene();
  scene.seen(keyed("Ece", "k"));
  scene.seen(keyed("Ecem", "k"));
  expect(scene.chat.queries.whoIs("Ece")).toEqual({ kind: "nobody" });
});

it("a conversation is titled by the person's label as it is now, with its newest message", () => {
  const scene = new Scene();
  scene.arrived(keyed("bob"), "1");
  scene.arrived(keyed("bob"), "2");
  scene.do({ kind: "rename-person", person: scene.personOf(keyed("bob")).id, name: "Boss" });
  expect(scene.chat.queries.conversations()).toMatchObject([
    { title: "Boss", secrecy: "end-to-end", last: { body: { text: "2" } } },
  ]);
});

it("unread is the sum over all conversations, as it was after a turn that failed, and after a restart", () => {
  const scene = new Scene();
  for (const name of ["bob", "carol", "bob"]) scene.arrived(keyed(name), "hello");
  expect(scene.chat.queries.unread()).toBe(3);
  const [bob] = scene.chat.queries.conversations();
  expect(bob).toMatchObject({ conversation: { unread: 2 } });
  const read = { kind: "change-conversation", conversation: 1 as ConversationId, readUpTo: 9 } as const;
  scene.diskFull = true;
  expect(refusal(() => scene.do(read))).toBe("store-failed");
  expect(scene.chat.queries.unread()).toBe(3);
  scene.diskFull = false;
  scene.do(read);
  expect(scene.chat.queries.unread()).toBe(1);
  scene.restart();
  expect(scene.chat.queries.unread()).toBe(1);
});

it("a message is found by its number", () => {
  const scene = new Scene();
  scene.arrived(keyed("bob"), "1");
  scene.arrived(keyed("bob"), "2");
  const number = scene.chat.queries.lastNumber();
  expect(scene.chat.queries.numbered(number)).toMatchObject({ message: { body: { text: "2" } } });
  expect(scene.chat.queries.numbered(number + 1)).toBeUndefined();
});

it("a message says why it waits, as it is now and not as it was", () => {
  const scene = new Scene();
  const bob = keyed("bob");
  const { id } = scene.send(scene.talkTo(scene.seen(bob).id).id, "hello");
  scene.delivery(id, bob, { state: "failed", why: { code: "refused" }, again: "later" });
  expect(scene.delivered(id)).toMatchObject({
    why: { code: "refused" },
    nextTryAt: expect.any(Number) as unknown,
  });
  scene.gone(bob);
  expect(scene.delivered(id)).toMatchObject({ state: "queued", why: { code: "offline" } });
  expect(scene.delivered(id)).not.toHaveProperty("nextTryAt");
});

it("networks are shown with what they last reported, and who is there", () => {
  const scene = new Scene();
  scene.seen(keyed("bob"));
  scene.hear({ kind: "health", state: "degraded", why: { code: "no-route" }, nextTryAt: 5 });
  expect(scene.chat.queries.networks()).toEqual([
    { name: lan, traits: lanTraits, health: "degraded", why: { code: "no-route" }, nextTryAt: 5 },
  ]);
  expect(scene.chat.queries.onlineOn(lan)).toBe(1);
});

it("search finds what was said, newest first", () => {
  const scene = new Scene();
  scene.arrived(keyed("bob"), "red apples");
  scene.arrived(keyed("bob"), "green apples");
  const found = scene.chat.queries.search({ text: "apples", limit: 10 });
  expect(found.map((view) => view.message.body)).toMatchObject([
    { text: "green apples" },
    { text: "red apples" },
  ]);
});

it("a name of mine of the greatest length is taken, one byte more or none is not", () => {
  const scene = new Scene();
  const setName = (name: string) => refusal(() => scene.do({ kind: "set-name", name }));
  expect(setName("x".repeat(ownNameBytesMax))).toBeUndefined();
  expect(setName("x".repeat(ownNameBytesMax + 1))).toBe("name-unusable");
  expect(setName("\u200b")).toBe("name-unusable");
});

it("the daemon's settings are kept, listed and removed; the core's own are neither seen nor touched", () => {
  const scene = new Scene();
  scene.do({ kind: "set-name", name: "Alice" });
  scene.do({ kind: "put-setting", key: "network.lan", value: "on" });
  scene.restart();
  expect(scene.chat.queries.settings("")).toEqual([["network.lan", "on"]]);
  scene.do({ kind: "put-setting", key: "network.lan" });
  expect(scene.chat.queries.settings("")).toEqual([]);
  expect(refusal(() => scene.do({ kind: "put-setting", key: "core.name", value: "x" }))).toBe(
    "bad-parameters",
  );
});
