/** What a network has noticed in a room is said there, of each name once a day, and within the room's limit. */
import { expect, it } from "vitest";
import { plain, rooms, Scene } from "../../../test/scenes/chat-scene.ts";
import { noticedLimits, noticeLimits } from "./room-notes.ts";

function newScene() {
  const scene = new Scene();
  scene.addRooms();
  const { id } = scene.inRoom([plain("bob")]);
  const stray = (name: string, room = "garden") =>
    scene.hear(
      {
        kind: "noticed",
        place: { kind: "room", room },
        notice: { code: "wrong-room", name, room: "kitchen" },
      },
      rooms,
    );
  return { scene, stray, count: () => scene.shown(id).length };
}

it("a name is noted once a day", () => {
  const { scene, stray, count } = newScene();
  stray("mallory");
  stray("mallory");
  expect(count()).toBe(1);
  stray("carol");
  expect(count()).toBe(2);
  scene.pass(86_400_000);
  stray("mallory");
  expect(count()).toBe(3);
});

it("invented names fill a room no further than its limit", () => {
  const { scene, stray, count } = newScene();
  for (let i = 0; i < noticeLimits.burst; i++) stray(`m${i}`);
  expect(count()).toBe(noticeLimits.burst);
  stray("one more");
  expect(count()).toBe(noticeLimits.burst);
  expect(scene.chat.queries.unsaid()).toEqual({ notices: 1, pokes: 0 });
});

it("so many names are remembered, and one more is not noted before the day is over", () => {
  for (const [names, noted] of [
    [noticedLimits.keysMax - 1, true],
    [noticedLimits.keysMax, false],
  ] as const) {
    const { scene, stray, count } = newScene();
    for (let i = 0; i < names; i++) stray(`m${i}`);
    scene.pass(noticeLimits.burst * noticeLimits.everyMs);
    const before = count();
    stray("somebody else");
    expect(count() > before).toBe(noted);
    scene.pass(noticedLimits.everyMs);
    stray("on the next day");
    expect(count()).toBe(before + Number(noted) + 1);
  }
});

it("a room that I was never in is not made by it", () => {
  const { scene, stray } = newScene();
  stray("mallory", "cellar");
  expect(scene.chat.queries.conversations()).toHaveLength(1);
});
