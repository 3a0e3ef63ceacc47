/** Who is who: keys are people, names are not, and no name becomes somebody else unseen. */
import { expect, it } from "vitest";
import { keyed, lab, lan, lanTraits, plain, Scene } from "../../../test/scenes/chat-scene.ts";
import { forgottenAtOnce, renamedEveryMs, strangersMax } from "./meeting.ts";

it("a key is pinned when it is first heard", () => {
  expect(new Scene().seen(keyed("Ece"))).toMatchObject({ label: "Ece", trust: "pinned" });
});

it("somebody without a key is known by a name that anybody can use", () => {
  expect(new Scene().seen(plain("Ece"))).toMatchObject({ label: "Ece", trust: "unknown" });
});

it("another key under a known name is somebody else, and says so", () => {
  const scene = new Scene();
  const ece = scene.seen(keyed("Ece"));
  const mallory = scene.seen(keyed("ECE", "mallory"));
  expect(mallory).toMatchObject({ label: "ECE (2)", trust: "changed", sharesNameWith: ece.id });
  expect(scene.personOf(keyed("Ece"))).toEqual(ece);
});

it("a known name that speaks in plain is somebody else, and says so", () => {
  const scene = new Scene();
  const ece = scene.seen(keyed("Ece"));
  const mallory = scene.seen(plain("Ece"));
  expect(mallory).toMatchObject({ label: "Ece (2)", trust: "unknown", sharesNameWith: ece.id });
});

it("an invisible character does not make a name of its own", () => {
  const scene = new Scene();
  const ece = scene.seen(keyed("Ece"));
  expect(scene.seen(keyed("Ece\u200b", "mallory"))).toMatchObject({
    trust: "changed",
    sharesNameWith: ece.id,
  });
});

it("two without keys and of one name are both marked", () => {
  const scene = new Scene();
  scene.seen(plain("Ece", "Ece 1"));
  const second = scene.seen(plain("Ece", "Ece 2"));
  const first = scene.personOf(plain("Ece", "Ece 1"));
  expect(second).toMatchObject({ label: "Ece (2)", sharesNameWith: first.id });
  expect(first).toMatchObject({ label: "Ece", sharesNameWith: second.id });
});

it("the name of somebody known by a key is free for nobody, even where the user calls them otherwise", () => {
  const scene = new Scene();
  const ece = scene.seen(keyed("Ece"));
  scene.do({ kind: "rename-person", person: ece.id, name: "Sister" });
  expect(scene.seen(plain("Ece"))).toMatchObject({ label: "Ece (2)", sharesNameWith: ece.id });
});

it("a name that shows nothing gives a label all the same", () => {
  expect(new Scene().seen(keyed("\u200b", "abc")).label).toBe("key:abc");
});

it("one key on two networks is one person", () => {
  const scene = new Scene();
  const ece = scene.seen(keyed("Ece"));
  scene.turn({ kind: "network-added", network: lab, traits: lanTraits });
  expect(scene.seen(keyed("Ece"), lab).id).toBe(ece.id);
  expect(scene.chat.queries.person(ece.id)?.contacts.map((contact) => contact.network)).toEqual([lan, lab]);
});

it("a renaming is followed by the label and told in the conversation", () => {
  const scene = new Scene();
  const ece = scene.seen(keyed("Ece", "k"));
  const { id } = scene.talkTo(ece.id);
  scene.seen(keyed("Ecem", "k"));
  expect(scene.personOf(keyed("", "k"))).toMatchObject({ id: ece.id, label: "Ecem", trust: "pinned" });
  expect(scene.shown(id)).toEqual(["(renamed)"]);
});

it("my own name for somebody stays when they rename themselves", () => {
  const scene = new Scene();
  const ece = scene.seen(keyed("Ece", "k"));
  scene.do({ kind: "rename-person", person: ece.id, name: "Sister" });
  scene.seen(keyed("Ecem", "k"));
  expect(scene.personOf(keyed("", "k"))).toMatchObject({ label: "Sister", trust: "pinned" });
});

it("whoever takes a known name later is marked like one who came with it", () => {
  const scene = new Scene();
  const ece = scene.seen(keyed("Ece"));
  scene.seen(keyed("Mallory", "m"));
  scene.seen(keyed("Ece", "m"));
  expect(scene.personOf(keyed("", "m"))).toMatchObject({
    label: "Ece (2)",
    trust: "changed",
    sharesNameWith: ece.id,
  });
});

it("somebody verified stays verified under another name", () => {
  const scene = new Scene();
  const ece = scene.seen(keyed("Ece", "k"));
  scene.do({ kind: "verify-person", person: ece.id, verified: true });
  scene.seen(keyed("Ecem", "k"));
  expect(scene.personOf(keyed("", "k")).trust).toBe("verified");
});

it("somebody without a key who speaks from elsewhere is told in an open conversation", () => {
  const scene = new Scene();
  const ece = scene.seen(plain("Ece", "Ece", "192.0.2.1"));
  const { id } = scene.talkTo(ece.id);
  scene.seen(plain("Ece", "Ece", "192.0.2.9"));
  scene.seen(plain("Ece", "Ece", "192.0.2.9"));
  expect(scene.shown(id)).toEqual(["(moved)"]);
});

it("a key that speaks from elsewhere is no news", () => {
  const scene = new Scene();
  const { id } = scene.talkTo(scene.seen(keyed("Ece")).id);
  scene.seen({ ...keyed("Ece"), address: "192.0.2.9" });
  expect(scene.shown(id)).toEqual([]);
});

it("an announcement that says nothing new writes nothing but once an hour", () => {
  const scene = new Scene();
  scene.seen(keyed("Ece"));
  const before = scene.store.durable();
  scene.pass(3_599_000);
  scene.seen(keyed("Ece"));
  expect(scene.store.durable()).toEqual(before);
  scene.pass(1_000);
  scene.seen(keyed("Ece"));
  expect(scene.store.people.contacts()[0]?.lastSeenAt).toBe(scene.now.wall);
});

it("the strangers longest unseen make room for one more than there may be", () => {
  const scene = new Scene();
  const heard = Array.from({ length: strangersMax }, (_, i) => {
    const contact = keyed(`p${i}`);
    const events = [
      { kind: "personSeen", contact, availability: "available" },
      { kind: "personGone", identity: contact.identity, lastSeenAt: i },
    ] as const;
    return events.map((event) => ({ kind: "network", network: lan, event }) as const);
  });
  scene.turn(...heard.flat());
  scene.talkTo(scene.personOf(keyed("p0")).id);
  scene.do({ kind: "rename-person", person: scene.personOf(keyed("p1")).id, name: "friend" });
  scene.do({ kind: "verify-person", person: scene.personOf(keyed("p2")).id, verified: true });
  scene.do({ kind: "allow-plain", person: scene.personOf(keyed("p3")).id, allowed: true });
  const place = { kind: "room" as const, room: "garden" };
  const inRoom = {
    kind: "messageArrived" as const,
    place,
    body: { kind: "poke" as const },
    secrecy: "none" as const,
  };
  scene.hear({ ...inRoom, from: keyed("p5") });
  const sharing = scene.seen(plain("p4"));
  expect(sharing.sharesNameWith).toBeDefined();
  scene.do({ kind: "allow-plain", person: sharing.id, allowed: true });
  for (let i = 0; i < 5; i++) scene.seen(keyed(`new ${i}`));
  expect(scene.chat.queries.people()).toHaveLength(strangersMax + 6);
  const p4 = scene.personOf(keyed("p4")).id;
  const turn = scene.hear({ kind: "personSeen", contact: keyed("one more"), availability: "busy" });
  expect(turn.events).toContainEqual({ kind: "person-removed", person: p4 });
  scene.seen(keyed("and another"));
  expect(scene.chat.queries.people()).toHaveLength(strangersMax + 6 + 2 - forgottenAtOnce);
  expect(scene.chat.queries.person(p4)).toBeUndefined();
  expect(scene.personOf(plain("p4"))).not.toHaveProperty("sharesNameWith");
  for (const kept of ["p0", "p1", "p2", "p3", "p5", "p205"]) scene.personOf(keyed(kept));
  for (const forgotten of ["p6", "p204"]) expect(() => scene.personOf(keyed(forgotten))).toThrow();
});

it("of strangers who are all there, no more than must make room", () => {
  const scene = new Scene();
  const seen = Array.from({ length: strangersMax + 1 }, (_, i) => {
    const event = { kind: "personSeen", contact: keyed(`p${i}`), availability: "available" } as const;
    return { kind: "network", network: lan, event } as const;
  });
  scene.turn(...seen);
  expect(scene.chat.queries.people()).toHaveLength(strangersMax);
});

it.each([
  ["Ece", "Еce"],
  ["paypal", "pаypal"],
  ["Il", "lI"],
])("whoever looks like %s (%s) is marked, and pinned by the key like anybody", (name, alike) => {
  const scene = new Scene();
  const known = scene.seen(keyed(name, "known"));
  expect(scene.seen(keyed(alike, "mallory"))).toMatchObject({ trust: "pinned", sharesNameWith: known.id });
});

it.each(["\u2800", "\u3164", "\ufe0f", "\u034f"])(
  "an unseen sign (%j) makes nobody's name another",
  (sign) => {
    const scene = new Scene();
    const ece = scene.seen(keyed("Ece"));
    expect(scene.seen(keyed(`Ece${sign}`, "m"))).toMatchObject({ trust: "changed", sharesNameWith: ece.id });
  },
);

it.each(["Ömer", "Иван", "Ηλίας"])("%s alone is nobody's look-alike", (name) => {
  const scene = new Scene();
  scene.seen(keyed("Omer"));
  scene.seen(keyed("Ivan"));
  expect(scene.seen(keyed(name))).not.toHaveProperty("sharesNameWith");
});

it("another key under a known name is told in the known one's conversation, once a day", () => {
  const scene = new Scene();
  const { id } = scene.talkTo(scene.seen(keyed("Ece")).id);
  scene.seen(keyed("Ece", "mallory"));
  scene.seen(keyed("Ece", "another"));
  scene.seen(plain("Ece"));
  expect(scene.shown(id)).toEqual(["(key-changed)"]);
  scene.pass(86_400_000);
  scene.seen(keyed("Ece", "next day"));
  expect(scene.shown(id)).toEqual(["(key-changed)", "(key-changed)"]);
});

it("a second one without a key is told where the first is talked to", () => {
  const scene = new Scene();
  const { id } = scene.talkTo(scene.seen(plain("Ece", "1")).id);
  scene.seen(plain("Ece", "2"));
  scene.seen(plain("Ece", "3"));
  expect(scene.shown(id)).toEqual(["(name-shared)"]);
});

it("two cards replayed in turn are told once an hour, and not at all where nothing has changed by then", () => {
  const scene = new Scene();
  const { id } = scene.talkTo(scene.seen(keyed("Ece", "k")).id);
  for (const name of ["Eve", "Ece", "Eve", "Ece", "Eve"]) {
    scene.seen(keyed(name, "k"));
    scene.pass(1_000);
  }
  expect(scene.shown(id)).toEqual(["(renamed)"]);
  scene.pass(renamedEveryMs);
  scene.seen(keyed("Eve", "k"));
  expect(scene.shown(id)).toEqual(["(renamed)"]);
});

it("the name that holds after an hour is told, however it came", () => {
  const scene = new Scene();
  const { id } = scene.talkTo(scene.seen(keyed("Ece", "k")).id);
  scene.seen(keyed("Eve", "k"));
  scene.seen(keyed("Ece", "k"));
  scene.pass(renamedEveryMs - 1);
  scene.seen(keyed("Ece", "k"));
  expect(scene.shown(id)).toEqual(["(renamed)"]);
  scene.pass(1);
  scene.seen(keyed("Ece", "k"));
  expect(scene.shown(id)).toEqual(["(renamed)", "(renamed)"]);
});
