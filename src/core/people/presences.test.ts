/** A person is as present as the best of their contacts. */
import { expect, it } from "vitest";
import { keyed, lab, lanTraits, Scene } from "../../../test/scenes/chat-scene.ts";

const bob = keyed("bob");

it("after a start nobody is there until heard, and was last seen when they were", () => {
  const scene = new Scene();
  scene.seen(bob);
  scene.now = { wall: scene.now.wall + 60_000, mono: scene.now.mono + 60_000 };
  scene.gone(bob);
  const since = scene.now.wall;
  scene.restart();
  expect(scene.chat.queries.people()[0]?.presence).toEqual({
    online: false,
    availability: "available",
    since,
  });
});

it("of several contacts that are there, the most available one counts", () => {
  const scene = new Scene();
  scene.turn({ kind: "network-added", network: lab, traits: lanTraits });
  scene.hear({ kind: "personSeen", contact: bob, availability: "busy" });
  scene.hear({ kind: "personSeen", contact: bob, availability: "away" }, lab);
  expect(scene.chat.queries.people()[0]?.presence).toMatchObject({ online: true, availability: "away" });
  scene.hear({ kind: "personSeen", contact: bob, availability: "available" });
  expect(scene.chat.queries.people()[0]?.presence).toMatchObject({ availability: "available" });
});

it("a repeated announcement is not told again", () => {
  const scene = new Scene();
  scene.seen(bob);
  scene.seen(bob);
  expect(scene.last.events).toEqual([]);
});
