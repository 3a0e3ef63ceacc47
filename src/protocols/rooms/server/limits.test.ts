/** What the room server bears: at each limit, and one past it. */
import { describe, expect, test } from "vitest";
import { ServerScene, type Client } from "../testing/room-server.ts";
import {
  incidentRate,
  membersPerLinkMax,
  requestRate,
  roomMembersMax,
  roomServerLimits,
  unreadMsLeast,
  unreadMsMax,
} from "./contract.ts";

const wrongJoin = "F:JOIN message - Wrong format!!::\r\n";

/** Lets so many members into a room, four over a connection. */
function crowd(scene: ServerScene, room: string, count: number): readonly Client[] {
  const clients = Array.from({ length: Math.ceil(count / membersPerLinkMax) }, () => scene.connect());
  for (let i = 0; i < count; i++) {
    const client = clients[Math.floor(i / membersPerLinkMax)];
    client?.send(joining(room, i));
    if (client !== undefined) client.writes = [];
  }
  return clients;
}

/** Of the crowd's `i`th member, whose name is as long as a name may be. */
function joining(room: string, i: number): string {
  return `J:${room}:${room + String(i).padStart(32 - room.length, "0")}:127.0.0.1:5000::\r\n`;
}

describe("rooms", () => {
  test("as many as are configured, and one more only in place of an empty one", () => {
    const scene = new ServerScene({ roomsMax: 3 });
    const [first, second, third, fourth] = [1, 2, 3, 4].map(() => scene.connect());
    first?.join("one", "alice");
    second?.join("two", "bob");
    third?.join("three", "carol");
    expect(fourth?.join("four", "dave")).toEqual([wrongJoin]);
    expect(scene.counters.get("refused.join.rooms-limit")).toBe(1);
    second?.close();
    expect(fourth?.join("four", "dave")).toEqual([expect.stringMatching(/^M:/)]);
    expect(first?.say("L::\r\n")).toEqual(["G:four:three:one::\r\n"]);
  });

  test("who makes them by the thousands keeps one, and keeps nobody from making theirs", () => {
    const scene = new ServerScene({ roomsMax: 50 });
    const mallory = scene.connect();
    const count = 20_000;
    for (let i = 0; i < count; i++) {
      mallory.say(`J:r${String(i)}:m:127.0.0.1:1::\r\nD:r${String(i)}:m:127.0.0.1:1::\r\n`);
      scene.pass(1_000 / (requestRate.perSecond / 2));
    }
    expect(scene.machine.facts().rooms).toBeLessThanOrEqual(50);
    expect(scene.counters.get("joined")).toBe(count);
    expect(scene.connect().join("den", "alice")).toEqual([expect.stringMatching(/^M:\d+:alice/)]);
  });

  test("a room holds so many members and no more", () => {
    const scene = new ServerScene();
    crowd(scene, "den", roomMembersMax);
    expect(scene.machine.facts().members).toBe(roomMembersMax);
    const late = scene.connect();
    expect(late.join("den", "late")).toEqual([wrongJoin]);
    expect(scene.counters.get("refused.join.room-full")).toBe(1);
    expect(late.join("attic", "late")).toEqual([expect.stringMatching(/^M:/)]);
  });

  test("a connection holds so many members and no more", () => {
    const scene = new ServerScene();
    const [client] = crowd(scene, "den", membersPerLinkMax);
    expect(client?.join("den", "another")).toEqual([wrongJoin]);
    expect(scene.counters.get("refused.join.link-full")).toBe(1);
  });
});

describe("requests that stay incomplete", () => {
  test("after 10 s the connection is broken off, however it is drawn out", () => {
    const scene = new ServerScene();
    const [half, slow, quiet] = [scene.connect(), scene.connect(), scene.connect()];
    half.say("J:den:al");
    for (let i = 0; i < 9; i++) {
      slow.say("L");
      scene.pass(1_000);
    }
    scene.pass(999);
    expect([half.state, slow.state, quiet.state]).toEqual(["open", "open", "open"]);
    scene.pass(251);
    expect([half.state, slow.state, quiet.state]).toEqual(["dropped", "dropped", "open"]);
    expect(scene.counters.get("dropped.incomplete")).toBe(2);
  });

  test("each whole request begins the time anew", () => {
    const scene = new ServerScene();
    const alice = scene.connect();
    for (let i = 0; i < 10; i++) {
      alice.say("L:");
      scene.pass(9_000);
      expect(alice.say(":\r\n")).toEqual(["G::\r\n"]);
    }
    expect(alice.state).toBe("open");
  });

  test("one of more than 8 KiB ends the connection", () => {
    const scene = new ServerScene();
    const mallory = scene.connect();
    expect(mallory.say("L".repeat(8 * 1_024 - 2) + "\r\n")).toHaveLength(1);
    mallory.say("L".repeat(8 * 1_024));
    expect(mallory.state).toBe("dropped");
    expect(scene.machine.facts().connections).toBe(0);
  });
});

describe("too many requests", () => {
  test("beyond the burst they wait their turn and are not read, nobody else waits", () => {
    const scene = new ServerScene();
    const [mallory, alice] = [scene.connect(), scene.connect()];
    const flood = "L::\r\n".repeat(requestRate.burst + 10);
    expect(mallory.say(flood)).toHaveLength(requestRate.burst);
    expect(mallory.reading).toBe(false);
    expect(alice.say("L::\r\n")).toEqual(["G::\r\n"]);
    scene.pass(250);
    expect(mallory.heard()).toHaveLength(requestRate.perSecond / 4);
    scene.pass(250);
    expect(mallory.heard()).toHaveLength(requestRate.perSecond / 4);
    expect(mallory.reading).toBe(false);
    scene.pass(250);
    expect(mallory.reading).toBe(true);
  });

  test("a request that is half read when its turn is over has its 10 s from then on", () => {
    const scene = new ServerScene();
    const mallory = scene.connect();
    mallory.say("L::\r\n".repeat(requestRate.burst + 220) + "L:");
    scene.pass(12_000);
    expect(mallory.heard()).toHaveLength(220);
    expect(mallory.say(":\r\n")).toEqual(["G::\r\n"]);
    scene.pass(20_000);
    expect(mallory.state).toBe("open");
  });

  test("of many incidents some are told, all are counted, and it is said how many were not", () => {
    const scene = new ServerScene();
    const count = incidentRate.burst + 100;
    for (let i = 0; i < count; i++) scene.connect().say("X\r\n");
    expect(scene.reports).toHaveLength(incidentRate.burst);
    expect(scene.counters.get("refused.unknown.unknown-type")).toBe(count);
    scene.pass(20_000);
    expect(scene.reports.at(-1)).toEqual({ kind: "untold", count: 100 });
  });
});

describe("clients that do not read", () => {
  /** A room whose list takes some 50 bytes for each member. */
  function fullRoom(count: number): { readonly scene: ServerScene; readonly mallory: Client } {
    const scene = new ServerScene();
    crowd(scene, "den", count);
    const mallory = scene.connect();
    mallory.reads = false;
    return { scene, mallory };
  }

  test("lists of a big room do not pile up: one beyond the mark, then no request is taken", () => {
    const { scene, mallory } = fullRoom(500);
    mallory.join("den", "mallory");
    expect(mallory.reading).toBe(false);
    for (let i = 0; i < 20; i++) mallory.join("den", "mallory");
    expect(mallory.heard()).toHaveLength(0);
    expect(mallory.written).toBeLessThan(roomServerLimits.unsentMark + 30_000);
    mallory.reads = true;
    scene.drain(mallory);
    expect(mallory.heard()).toHaveLength(20);
    expect(mallory.reading).toBe(true);
  });

  test("below the mark small replies may wait, at the mark no more are made", () => {
    const scene = new ServerScene();
    const mallory = scene.connect();
    mallory.reads = false;
    while (mallory.reading) {
      mallory.say("L::\r\n");
      scene.pass(100);
    }
    expect(mallory.written).toBeGreaterThanOrEqual(roomServerLimits.unsentMark);
    expect(mallory.written).toBeLessThan(roomServerLimits.unsentMark + 10);
  });

  test("who takes nothing for 20 s is broken off, and its members are gone", () => {
    const { scene, mallory } = fullRoom(500);
    mallory.join("den", "mallory");
    scene.pass(unreadMsMax - 1);
    expect(mallory.state).toBe("open");
    scene.pass(251);
    expect(mallory.state).toBe("dropped");
    expect(scene.machine.facts().members).toBe(500);
  });

  test("a request that came in part before the pause has its 10 s after it", () => {
    const { scene, mallory } = fullRoom(500);
    mallory.send("J:den:mallory:127.0.0.1:5000::\r\nL:");
    expect(mallory.heard()).toHaveLength(1);
    scene.pass(12_000);
    scene.drain(mallory);
    scene.pass(9_000);
    expect(mallory.say(":\r\n")).toEqual(["G:den::\r\n"]);
  });

  test("when all of it together is too much, those who have waited longest go first, and nobody who has just asked", () => {
    const scene = new ServerScene();
    const deaf = crowd(scene, "den", roomMembersMax - 1);
    deaf.forEach((client, i) => {
      client.reads = false;
      client.send(joining("den", i * membersPerLinkMax));
    });
    const dropped = (): number => deaf.filter(({ state }) => state === "dropped").length;
    expect(dropped()).toBe(0);
    scene.pass(unreadMsLeast);
    const alice = scene.connect();
    alice.join("den", "alice");
    expect(alice.state).toBe("open");
    expect(dropped()).toBeGreaterThan(0);
    expect([deaf[0]?.state, deaf.at(-1)?.state]).toEqual(["dropped", "open"]);
  });
});
