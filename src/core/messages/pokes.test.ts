/** A poke is a message like others, unread; of a flood of them, only so many are. */
import { expect, it } from "vitest";
import { keyed, lan, plain, rooms, Scene } from "../../../test/scenes/chat-scene.ts";
import { strangersMax } from "../people/meeting.ts";
import { pokesLimits, pokesOfOneLimits } from "./pokes.ts";

const poke = { kind: "poke" } as const;
const bob = plain("bob");

function newScene() {
  const scene = new Scene();
  scene.addRooms();
  const { id } = scene.inRoom([bob]);
  const unread = () => scene.chat.queries.conversation(id)?.conversation.unread;
  return { scene, id, unread };
}

it("a poke stands in the room and is unread", () => {
  const { scene, id, unread } = newScene();
  scene.spoken(bob, poke);
  expect(scene.shown(id)).toEqual(["(not-encrypted)", "(poke)"]);
  expect(unread()).toBe(1);
  expect(scene.chat.queries.conversation(id)?.last).toMatchObject({ body: poke, mine: false });
});

it("of one person so many are taken as the wire allows", () => {
  const { scene, unread } = newScene();
  scene.spoken(bob, poke);
  scene.pass(pokesOfOneLimits.everyMs - 1);
  scene.spoken(bob, poke);
  expect(unread()).toBe(1);
  scene.pass(1);
  scene.spoken(bob, poke);
  expect(unread()).toBe(2);
  expect(scene.chat.queries.unsaid()).toEqual({ notices: 0, pokes: 1 });
});

it("in one room so many are taken as anybody reads, by however many they come", () => {
  const { scene, unread } = newScene();
  for (let i = 0; i < pokesLimits.burst; i++) scene.spoken(plain(`p${i}`), poke);
  expect(unread()).toBe(pokesLimits.burst);
  scene.spoken(plain("one more"), poke);
  expect(unread()).toBe(pokesLimits.burst);
  scene.pass(pokesLimits.everyMs);
  scene.spoken(plain("later"), poke);
  expect(unread()).toBe(pokesLimits.burst + 1);
});

it("whoever pokes in vain has said nothing for which they would be kept for ever", () => {
  const { scene } = newScene();
  const [heard, unheard] = [plain("p0"), plain("one more")];
  for (let i = 0; i < pokesLimits.burst; i++) scene.spoken(plain(`p${i}`), poke);
  scene.spoken(unheard, poke);
  const crowd = Array.from({ length: strangersMax + 1 }, (_, i) => {
    const event = { kind: "personSeen", contact: keyed(`c${i}`), availability: "available" } as const;
    return { kind: "network", network: lan, event } as const;
  });
  scene.turn(...crowd);
  expect(scene.personOf(heard, rooms).label).toBe("p0");
  expect(() => scene.personOf(unheard, rooms)).toThrow();
});
