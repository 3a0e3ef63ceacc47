/** What the user decides about people holds: names, joins, verified keys. */
import { expect, it } from "vitest";
import { keyed, lab, lanTraits, plain, refusal, Scene } from "../../../test/scenes/chat-scene.ts";

it("a given name is unique, and taking it back gives theirs again", () => {
  const scene = new Scene();
  const bob = scene.seen(keyed("bob"));
  const carol = scene.seen(keyed("carol"));
  expect(scene.do({ kind: "rename-person", person: bob.id, name: " Carol " })).toMatchObject({
    givenName: "Carol",
    label: "Carol (2)",
  });
  expect(scene.chat.queries.whoIs("carol")).toEqual({ kind: "one", person: carol });
  expect(scene.do({ kind: "rename-person", person: bob.id })).toEqual(bob);
  expect(refusal(() => scene.do({ kind: "rename-person", person: bob.id, name: "\u200b" }))).toBe(
    "name-unusable",
  );
});

it("a key that was compared is verified until that is taken back", () => {
  const scene = new Scene();
  const { id } = scene.seen(keyed("bob"));
  expect(scene.do({ kind: "verify-person", person: id, verified: false }).trust).toBe("pinned");
  expect(scene.do({ kind: "verify-person", person: id, verified: true }).trust).toBe("verified");
  expect(scene.do({ kind: "verify-person", person: id, verified: false }).trust).toBe("pinned");
});

it("who has no key cannot be verified", () => {
  const scene = new Scene();
  const { id } = scene.seen(plain("carol"));
  expect(refusal(() => scene.do({ kind: "verify-person", person: id, verified: true }))).toBe("no-key");
});

it("joined people are one: contacts move, the direct conversation of the one goes on, that of the other ends", () => {
  const scene = new Scene();
  scene.arrived(keyed("Ece", "old"), "from the old key");
  scene.arrived(keyed("Ece", "new"), "from the new key");
  const into = scene.personOf(keyed("", "old")).id;
  const from = scene.personOf(keyed("", "new")).id;
  const goesOn = scene.talkTo(into).id;
  const ends = scene.talkTo(from).id;
  const joined = scene.do({ kind: "join-people", into, from });
  expect(joined).toMatchObject({ id: into, label: "Ece", trust: "pinned" });
  expect(scene.last.events).toContainEqual({ kind: "person-removed", person: from });
  expect(scene.chat.queries.person(from)).toBeUndefined();
  scene.arrived(keyed("Ece", "new"), "hello again");
  expect(scene.shown(goesOn)).toEqual(["from the old key", "(key-changed)", "hello again"]);
  expect(scene.shown(ends)).toEqual(["from the new key"]);
  expect(refusal(() => scene.send(ends, "into the void"))).toBe("nobody-there");
});

it("a conversation that only the joined one had goes on with the other", () => {
  const scene = new Scene();
  const into = scene.seen(keyed("Ece", "old")).id;
  scene.arrived(keyed("Ece", "new"), "hello");
  const { id } = scene.talkTo(scene.personOf(keyed("", "new")).id);
  scene.do({ kind: "join-people", into, from: scene.personOf(keyed("", "new")).id });
  expect(scene.talkTo(into).id).toBe(id);
});

it("a joined key is pinned, and verified only if it was", () => {
  const scene = new Scene();
  const ece = scene.seen(keyed("Ece", "old"));
  scene.do({ kind: "verify-person", person: ece.id, verified: true });
  const other = scene.seen(keyed("Ece", "new"));
  expect(other.trust).toBe("changed");
  expect(scene.do({ kind: "join-people", into: ece.id, from: other.id }).trust).toBe("pinned");
});

it("a plain contact that is joined takes nothing from a verified key and gives no consent", () => {
  const scene = new Scene();
  const ece = scene.seen(keyed("Ece"));
  scene.do({ kind: "verify-person", person: ece.id, verified: true });
  const other = scene.seen(plain("Ece"));
  scene.do({ kind: "allow-plain", person: other.id, allowed: true });
  expect(scene.do({ kind: "join-people", into: ece.id, from: other.id })).toMatchObject({
    trust: "verified",
    plainAllowed: false,
  });
});

it("who shared a name with the one who is gone shares it with the other", () => {
  const scene = new Scene();
  const first = scene.seen(plain("Ece", "1"));
  const second = scene.seen(plain("Ece", "2"));
  const third = scene.seen(plain("Ece", "3"));
  scene.do({ kind: "join-people", into: second.id, from: first.id });
  expect(scene.chat.queries.person(third.id)?.person.sharesNameWith).toBe(second.id);
  expect(scene.chat.queries.person(second.id)?.person).not.toHaveProperty("sharesNameWith");
});

it("nobody can be joined with themselves, or with nobody", () => {
  const scene = new Scene();
  const { id } = scene.seen(keyed("bob"));
  expect(refusal(() => scene.do({ kind: "join-people", into: id, from: id }))).toBe("bad-parameters");
  const nobody = 99 as typeof id;
  expect(refusal(() => scene.do({ kind: "join-people", into: id, from: nobody }))).toBe("no-such-person");
});

it("a person on two networks is there as long as one of them hears them", () => {
  const scene = new Scene();
  scene.turn({ kind: "network-added", network: lab, traits: lanTraits });
  const { id } = scene.seen(keyed("bob"));
  scene.seen(keyed("bob"), lab);
  expect(scene.gone(keyed("bob")).events).toContainEqual(
    expect.objectContaining({
      kind: "presence-changed",
      presence: expect.objectContaining({ online: true }) as unknown,
    }),
  );
  scene.turn({ kind: "network-removed", network: lab });
  expect(scene.chat.queries.person(id)?.presence.online).toBe(false);
});
