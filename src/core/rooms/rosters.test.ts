/** Who is in a room is what its network says, no more and no less; who comes and goes is told where it can be relied on. */
import { describe, expect, it } from "vitest";
import { keyed, lan, lanTraits, plain, rooms, said, Scene } from "../../../test/scenes/chat-scene.ts";
import { type ConversationId, newMessageId } from "../../base/ids.ts";
import type { ImportRecord } from "../commands.ts";
import { strangersMax } from "../people/meeting.ts";
import type { ContactFacts, NetworkEvent } from "../ports/network.ts";
import { noticeLimits } from "./room-notes.ts";
import { roomMembersMax, settlingMs } from "./rosters.ts";

const bob = plain("bob");
const carol = plain("carol");
const dave = plain("dave");

function newScene(): Scene {
  const scene = new Scene();
  scene.addRooms();
  return scene;
}

/** One stranger more than are kept. */
function crowd(scene: Scene, name: string): void {
  const items = Array.from({ length: strangersMax + 1 }, (_, i) => {
    const event = { kind: "personSeen", contact: keyed(`${name} ${i}`), availability: "available" } as const;
    return { kind: "network", network: lan, event } as const;
  });
  scene.turn(...items);
}

function namesIn(scene: Scene, id: ConversationId): readonly string[] {
  const members = scene.chat.queries.conversation(id)?.conversation.members ?? [];
  return members.map(({ contact }) => scene.chat.queries.personOf(contact).label);
}

function online(scene: Scene): readonly string[] {
  const there = scene.chat.queries.people().filter(({ presence }) => presence.online);
  return there.map(({ person }) => person.label);
}

function standing(scene: Scene, id: ConversationId) {
  return scene.chat.queries.conversation(id)?.standing;
}

function health(
  scene: Scene,
  state: "up" | "degraded" | "down",
  code: "server-lost" | "no-link" = "server-lost",
) {
  const event: NetworkEvent = { kind: "health", state };
  scene.hear(state === "up" ? event : { ...event, why: { code } }, rooms);
}

describe("a room that I am in", () => {
  it("is a conversation with exactly those who are in it, and they are there", () => {
    const scene = newScene();
    const { id } = scene.inRoom([bob, carol]);
    expect([namesIn(scene, id), online(scene)]).toEqual([
      ["bob", "carol"],
      ["bob", "carol"],
    ]);
    expect(standing(scene, id)).toBe("connected");
    scene.inRoom([dave, carol], false);
    expect([namesIn(scene, id), online(scene)]).toEqual([
      ["carol", "dave"],
      ["carol", "dave"],
    ]);
    expect(standing(scene, id)).toBe("joined");
    expect(scene.chat.queries.conversation(id)?.conversation).toMatchObject({ kind: "room", room: "garden" });
    expect(scene.chat.queries.strangers().unanswered).toBe(0);
  });

  it("is told as changed when I become linked or alone, and not when nothing has changed", () => {
    const scene = newScene();
    const { id } = scene.inRoom([bob], false);
    const changed = [{ kind: "conversation-changed", conversation: id }];
    const say = (connected: boolean) =>
      scene.hear({ kind: "roster", room: "garden", members: [bob], connected }, rooms).events;
    expect([say(true), say(true), say(false)]).toEqual([changed, [], changed]);
  });

  it("is left by its members when I leave it, when its network goes, and when all begins anew", () => {
    const endings: readonly ((scene: Scene) => unknown)[] = [
      (scene) => scene.hear({ kind: "roomLeft", room: "garden" }, rooms),
      (scene) => scene.turn({ kind: "network-removed", network: rooms }),
      (scene) => scene.restart(),
    ];
    for (const end of endings) {
      const scene = newScene();
      const { id } = scene.inRoom([bob, carol]);
      end(scene);
      expect([namesIn(scene, id), online(scene), standing(scene, id)]).toEqual([[], [], "out"]);
    }
  });

  it("is as it was when the turn that told of it could not be committed, and is known when it can", () => {
    const scene = newScene();
    const { id } = scene.inRoom([bob]);
    scene.diskFull = true;
    scene.inRoom([bob, carol], false);
    scene.inRoom([dave], false);
    expect([namesIn(scene, id), online(scene), standing(scene, id)]).toEqual([["bob"], ["bob"], "connected"]);
    scene.diskFull = false;
    scene.pass(1_000);
    expect([namesIn(scene, id), online(scene), standing(scene, id)]).toEqual([["dave"], ["dave"], "joined"]);
  });

  it("takes so many members for people, and of one more only what they say", () => {
    const scene = newScene();
    const all = Array.from({ length: roomMembersMax + 1 }, (_, i) => plain(`p${i}`));
    const { id } = scene.inRoom(all);
    expect(scene.chat.queries.conversation(id)?.conversation.members).toHaveLength(roomMembersMax);
    scene.spoken(plain(`p${roomMembersMax}`), said("me too"));
    expect(scene.shown(id).at(-1)).toBe("me too");
  });

  it("counts once whom its list names twice", () => {
    const scene = newScene();
    const { id } = scene.inRoom([bob, bob]);
    expect(namesIn(scene, id)).toEqual(["bob"]);
    scene.inRoom([]);
    expect([namesIn(scene, id), online(scene)]).toEqual([[], []]);
  });

  it("does not take from the other room who is in both", () => {
    const scene = newScene();
    scene.inRoom([bob]);
    scene.inRoom([bob, carol], true, "kitchen");
    scene.hear({ kind: "roomLeft", room: "garden" }, rooms);
    expect(online(scene)).toEqual(["bob", "carol"]);
  });
});

describe("whoever is in a room or has spoken there", () => {
  it("is not forgotten, however many strangers come; who only was there can be", () => {
    const scene = newScene();
    scene.inRoom([bob, carol]);
    scene.spoken(dave, said("I was not on the list"));
    scene.inRoom([bob]);
    crowd(scene, "p");
    expect(scene.personOf(bob, rooms).label).toBe("bob");
    expect(scene.personOf(dave, rooms).label).toBe("dave");
    expect(() => scene.personOf(carol, rooms)).toThrow();
  });

  it("who has spoken is kept after a restart too, and when they were joined with somebody", () => {
    const scene = newScene();
    scene.inRoom([bob, carol]);
    for (const from of [bob, carol]) scene.spoken(from, said("hello"));
    const into = scene.seen(keyed("robert")).id;
    scene.do({ kind: "join-people", into, from: scene.personOf(bob, rooms).id });
    scene.gone(keyed("robert"));
    scene.hear({ kind: "roomLeft", room: "garden" }, rooms);
    crowd(scene, "p");
    expect(scene.personOf(bob, rooms).id).toBe(into);
    scene.restart();
    scene.addRooms();
    scene.turn({ kind: "network-added", network: lan, traits: lanTraits });
    crowd(scene, "q");
    expect(scene.personOf(carol, rooms).label).toBe("carol");
    expect(scene.personOf(bob, rooms).id).toBe(into);
  });

  it("a server that invents members all the time leaves no more people than are kept of strangers", () => {
    const scene = newScene();
    for (let round = 0; round < 5; round++) {
      const invented = Array.from({ length: roomMembersMax }, (_, i) => plain(`r${round} ${i}`));
      scene.inRoom(invented);
    }
    // Those who have just left are strangers, and make room for the next who come.
    expect(scene.chat.queries.people().length).toBeLessThanOrEqual(strangersMax + 2 * roomMembersMax);
  });
});

it("somebody of a known name in a room is marked, and is no news in the conversation elsewhere", () => {
  const scene = newScene();
  const known = scene.seen(keyed("bob"));
  const { id } = scene.talkTo(known.id);
  scene.inRoom([bob]);
  expect(scene.personOf(bob, rooms)).toMatchObject({ label: "bob (2)", sharesNameWith: known.id });
  expect(scene.shown(id)).toEqual([]);
});

it("authors that a file names in a room are kept, and are not in it", () => {
  const scene = newScene();
  const { id } = scene.inRoom([bob]);
  const author = { identity: dave.identity, keyed: false, name: dave.name, secrecy: dave.secrecy };
  const message = { id: newMessageId(scene.random), mine: false, sentAt: 1, arrivedAt: 1, deleted: false };
  const record: ImportRecord = {
    network: rooms,
    conversation: { kind: "room", room: "garden" },
    author,
    message: { ...message, body: said("long ago"), secrecy: "none" },
  };
  scene.do({ kind: "import", records: [record] });
  expect([scene.shown(id), namesIn(scene, id)]).toEqual([["long ago"], ["bob"]]);
  crowd(scene, "p");
  expect(scene.personOf(dave, rooms).label).toBe("dave");
});

describe("who comes and goes", () => {
  const told = (scene: Scene, ...rosters: readonly (readonly ContactFacts[])[]) => {
    for (const members of rosters) scene.inRoom(members);
    return scene.shown(scene.inRoom(rosters.at(-1) ?? []).id);
  };

  it("is told, but not of those who were there when I came, and not of me", () => {
    const scene = newScene();
    expect(told(scene, [bob, carol])).toEqual([]);
    expect(told(scene, [bob, carol, dave])).toEqual(["(joined)"]);
    expect(told(scene, [dave])).toEqual(["(joined)", "(left)", "(left)"]);
  });

  it("is called what messages call them: a namesake is not the one who was there before", () => {
    const scene = newScene();
    const { id } = scene.inRoom([bob]);
    const namesake = { ...bob, identity: "name:bob@10.0.0.9:5000" };
    for (const members of [[bob, namesake], [bob]]) scene.inRoom(members);
    const page = scene.chat.queries.page({ conversation: id, from: { kind: "newest" }, limit: 10 });
    expect(page.map(({ message }) => message.body)).toMatchObject([
      { notice: { code: "joined", name: "bob (2)" } },
      { notice: { code: "left", name: "bob (2)" } },
    ]);
  });

  it("is not told anew after a restart, or when I come back", () => {
    const scene = newScene();
    told(scene, [bob]);
    scene.hear({ kind: "roomLeft", room: "garden" }, rooms);
    expect(told(scene, [carol])).toEqual([]);
    scene.restart();
    scene.addRooms();
    expect(told(scene, [bob, dave])).toEqual([]);
  });

  it("is not told of those who were only not heard while the server was lost, of the others in the end", () => {
    const scene = newScene();
    told(scene, [bob, carol]);
    health(scene, "degraded");
    expect(told(scene, [bob, carol])).toEqual([]);
    health(scene, "up");
    expect(told(scene, [], [bob], [bob, dave])).toEqual([]);
    scene.pass(settlingMs - 1);
    expect(told(scene, [bob, dave])).toEqual([]);
    scene.pass(1);
    expect(told(scene, [bob, dave]).toSorted()).toEqual(["(joined)", "(left)"]);
  });

  it("is told by the clock where nothing changes any more", () => {
    const scene = newScene();
    const { id } = scene.inRoom([bob]);
    health(scene, "degraded");
    scene.inRoom([]);
    health(scene, "up");
    expect(scene.last.wakeAt).toBe(scene.now.mono + settlingMs);
    scene.pass(settlingMs);
    expect(scene.shown(id)).toEqual(["(left)"]);
    expect(scene.last.wakeAt).toBeUndefined();
  });

  it("is told while there is only nobody to link to: the server knows who is there", () => {
    const scene = newScene();
    told(scene, [bob]);
    health(scene, "degraded", "no-link");
    expect(told(scene, [bob, carol])).toEqual(["(joined)"]);
  });

  it("is told so often, and no more often, whatever a server invents", () => {
    const scene = newScene();
    const { id } = scene.inRoom([]);
    const { burst, everyMs } = noticeLimits;
    for (let i = 0; i < burst; i++)
      scene.inRoom([...Array.from({ length: i + 1 }, (_, j) => plain(`p${j}`))]);
    expect(scene.shown(id)).toHaveLength(burst);
    expect(scene.chat.queries.unsaid().notices).toBe(0);
    scene.inRoom([]);
    expect(scene.shown(id)).toHaveLength(burst);
    expect(scene.chat.queries.unsaid().notices).toBe(burst);
    scene.pass(everyMs);
    scene.inRoom([bob, carol]);
    expect(scene.shown(id)).toHaveLength(burst + 1);
  });
});
