/** The room server, byte for byte and second for second. */
import { describe, expect, test } from "vitest";
import { ServerScene } from "../testing/room-server.ts";

const aliceJoins = "J:den:alice:127.0.0.1:5001::\r\n";
const bobJoins = "J:den:bob:127.0.0.1:5002::\r\n";
const aliceAlone = "M:4184148821156573415:alice:127.0.0.1:5001::\r\n";
const bobAndAlice = "M:5486359548435979020:bob:127.0.0.1:5002:alice:127.0.0.1:5001::\r\n";
const wrongJoin = "F:JOIN message - Wrong format!!::\r\n";
const conflict = "F:JOIN message - Conflict HashID!!::\r\n";
const alreadyJoined = "F:JOIN message - Already joined another chatroom!!::\r\n";

describe("transcripts", () => {
  test("L: no rooms, then the newest first", () => {
    const scene = new ServerScene();
    const alice = scene.connect();
    expect(alice.say("L::\r\n")).toEqual(["G::\r\n"]);
    alice.join("den", "alice");
    expect(alice.say("L::\r\n")).toEqual(["G:den::\r\n"]);
    scene.connect().join("attic", "bob");
    expect(alice.say("L::\r\n")).toEqual(["G:attic:den::\r\n"]);
  });

  test("J: the caller included, the newest member first", () => {
    const scene = new ServerScene();
    expect(scene.connect().say(aliceJoins)).toEqual([aliceAlone]);
    expect(scene.connect().say(bobJoins)).toEqual([bobAndAlice]);
  });

  test("J again: the place in the list stays", () => {
    const scene = new ServerScene();
    const [alice, bob] = [scene.connect(), scene.connect()];
    alice.say(aliceJoins);
    bob.say(bobJoins);
    expect(alice.say(aliceJoins)).toEqual([bobAndAlice]);
    expect(bob.say(bobJoins)).toEqual([bobAndAlice]);
  });

  test("D: away at once, and free for another room", () => {
    const scene = new ServerScene();
    const [alice, bob] = [scene.connect(), scene.connect()];
    alice.say(aliceJoins);
    bob.say(bobJoins);
    expect(bob.say("D:den:bob:127.0.0.1:5002::\r\n")).toEqual(["S::\r\n"]);
    expect(alice.say(aliceJoins)).toEqual([aliceAlone]);
    expect(bob.join("attic", "bob")).toEqual([expect.stringMatching(/^M:\d+:bob:127.0.0.1:5000::\r\n$/)]);
  });

  test.each([
    ["L:den::\r\n", "F:LIST message - Wrong format!!::\r\n"],
    ["L\r\n", "F:LIST message - Wrong format!!::\r\n"],
    ["J:den::\r\n", wrongJoin],
    ["J:den:a b:127.0.0.1:5001::\r\n", wrongJoin],
    ["J:den:alice:127.0.0.1:70000::\r\n", wrongJoin],
    ["J:den:alice:here:5001::\r\n", wrongJoin],
    [`J:${"x".repeat(33)}:alice:127.0.0.1:5001::\r\n`, wrongJoin],
    ["D:den::\r\n", "F:DEPART message - Wrong format!!::\r\n"],
    ["D:den:alice:127.0.0.1:5001::\r\n", "F:DEPART message - User not in Chatroom!!::\r\n"],
    ["X::\r\n", "F:Unknown message - Unknown request!!::\r\n"],
    ["GET / HTTP/1.1\r\n", "F:Unknown message - Unknown request!!::\r\n"],
  ])("F: %j is refused, and the connection stays open", (request, refusal) => {
    const scene = new ServerScene();
    const alice = scene.connect();
    expect(alice.say(request)).toEqual([refusal]);
    expect(alice.say("L::\r\n")).toEqual(["G::\r\n"]);
  });

  test("F: a second room, and a departure from a wrong one", () => {
    const scene = new ServerScene();
    const alice = scene.connect();
    alice.say(aliceJoins);
    expect(alice.say("J:attic:alice:127.0.0.1:5001::\r\n")).toEqual([alreadyJoined]);
    expect(alice.say("J:attic:bob:127.0.0.1:5002::\r\n")).toEqual([alreadyJoined]);
    expect(alice.say("D:attic:alice:127.0.0.1:5001::\r\n")).toEqual([
      "F:DEPART message - Wrong chatroom!!::\r\n",
    ]);
    expect(alice.say("L::\r\n")).toEqual(["G:den::\r\n"]);
  });
});

describe("a stream has no segments", () => {
  test("two requests in one chunk get two replies, in order, each in a write of its own", () => {
    expect(new ServerScene().connect().say(`${aliceJoins}L::\r\nX\r\n`)).toEqual([
      aliceAlone,
      "G:den::\r\n",
      "F:Unknown message - Unknown request!!::\r\n",
    ]);
  });

  test("one request in two chunks, or in single bytes, gets one", () => {
    const alice = new ServerScene().connect();
    for (const byte of aliceJoins.slice(0, -1)) expect(alice.say(byte)).toEqual([]);
    expect(alice.say("\n")).toEqual([aliceAlone]);
  });
});

describe("who is gone", () => {
  test("a connection that closes takes its members along at once, the room stays for a while", () => {
    const scene = new ServerScene();
    const [alice, bob] = [scene.connect(), scene.connect()];
    alice.say(aliceJoins);
    bob.say(bobJoins);
    bob.close();
    expect(alice.say(aliceJoins)).toEqual([aliceAlone]);
    alice.close();
    expect(scene.machine.facts()).toEqual({ rooms: 1, members: 0, connections: 0 });
  });

  test("one that has finished writing is answered and closed", () => {
    const scene = new ServerScene();
    const alice = scene.connect();
    expect(alice.say(aliceJoins)).toEqual([aliceAlone]);
    alice.finish();
    expect(alice.state).toBe("ended");
    expect(scene.machine.facts().members).toBe(0);
    scene.pass(20_000);
    expect(alice.state).toBe("dropped");
  });

  test("a member that was silent for more than 60 s is removed by the next tick, and its connection closed", () => {
    const scene = new ServerScene();
    const [alice, bob] = [scene.connect(), scene.connect()];
    scene.pass(19_999);
    bob.say(bobJoins);
    scene.pass(1);
    alice.say(aliceJoins); // at the first tick: at the fourth it has been silent for 60 s, and not more
    scene.pass(60_000);
    expect([alice.state, bob.state]).toEqual(["open", "ended"]);
    expect(scene.machine.facts().members).toBe(1);
    scene.pass(20_000);
    expect(alice.state).toBe("ended");
  });

  test("what it says after that is not heard", () => {
    const scene = new ServerScene();
    const alice = scene.connect();
    alice.say(aliceJoins);
    scene.pass(80_000);
    expect(alice.state).toBe("ended");
    alice.send(`${aliceJoins}J:den:al`);
    scene.pass(19_999);
    expect([alice.state, alice.heard().length]).toEqual(["ended", 0]);
    scene.pass(251);
    expect(scene.counters.get("dropped.not-reading")).toBe(1);
  });

  test("who renews every 20 s stays for hours", () => {
    const scene = new ServerScene();
    const alice = scene.connect();
    for (let i = 0; i < 500; i++) {
      expect(alice.say(aliceJoins)).toEqual([aliceAlone]);
      scene.pass(20_000);
    }
  });

  test("who only asks for lists is silent, for the room does not hear it", () => {
    const scene = new ServerScene();
    const alice = scene.connect();
    alice.say(aliceJoins);
    for (let i = 0; i < 5; i++) {
      scene.pass(16_000);
      alice.say("L::\r\n");
    }
    expect(alice.state).toBe("ended");
  });

  test("a connection without a member may be silent for ever", () => {
    const scene = new ServerScene();
    const alice = scene.connect();
    scene.pass(86_400_000);
    expect(alice.say("L::\r\n")).toEqual(["G::\r\n"]);
  });

  test("rooms are listed until the tick after the last member has left", () => {
    const scene = new ServerScene();
    const alice = scene.connect();
    alice.say(aliceJoins);
    alice.say("D:den:alice:127.0.0.1:5001::\r\n");
    scene.pass(19_999);
    expect(alice.say("L::\r\n")).toEqual(["G:den::\r\n"]);
    scene.pass(1);
    expect(alice.say("L::\r\n")).toEqual(["G::\r\n"]);
  });

  test("two users of one connection are taken; one that falls silent does not cost the other", () => {
    const scene = new ServerScene();
    const both = scene.connect();
    both.say(aliceJoins);
    expect(both.say(bobJoins)).toEqual([bobAndAlice]);
    for (let i = 0; i < 4; i++) {
      scene.pass(20_000);
      both.say(bobJoins);
    }
    expect(both.say(bobJoins)).toEqual([expect.stringMatching(/^M:\d+:bob:127.0.0.1:5002::\r\n$/)]);
    expect(both.state).toBe("open");
  });
});

describe("one identity, two connections", () => {
  test("who was heard within 30 s lives: the second one is refused, in whichever room", () => {
    const scene = new ServerScene();
    scene.connect().say(aliceJoins);
    scene.pass(30_000);
    const second = scene.connect();
    expect(second.say(aliceJoins)).toEqual([conflict]);
    expect(second.say("J:attic:alice:127.0.0.1:5001::\r\n")).toEqual([conflict]);
  });

  test("an older one is taken over, and its close removes nothing", () => {
    const scene = new ServerScene();
    const [old, bob] = [scene.connect(), scene.connect()];
    old.say(aliceJoins);
    scene.pass(30_001);
    bob.say(bobJoins);
    const young = scene.connect();
    const both = young.say(aliceJoins);
    expect(both).toEqual([expect.stringMatching(/^M:\d+:alice:127.0.0.1:5001:bob:127.0.0.1:5002::\r\n$/)]);
    old.close();
    expect(young.say(aliceJoins)).toEqual(both);
    expect(scene.reports).toContainEqual(expect.objectContaining({ kind: "left", why: "taken-over" }));
  });

  test("the old connection cannot take it back while the young one lives, nor send it away", () => {
    const scene = new ServerScene();
    const [old, young] = [scene.connect(), scene.connect()];
    old.say(aliceJoins);
    scene.pass(30_001);
    young.say(aliceJoins);
    expect(old.say(aliceJoins)).toEqual([conflict]);
    expect(old.say("D:den:alice:127.0.0.1:5001::\r\n")).toEqual([
      "F:DEPART message - User not in Chatroom!!::\r\n",
    ]);
    expect(young.say(aliceJoins)).toEqual([aliceAlone]);
  });

  test("names that hash alike are one identity", () => {
    const scene = new ServerScene({ trustAddresses: true });
    scene.connect().say("J:den:alice:127.0.0.1:5001::\r\n");
    expect(scene.connect().say("J:den:alice1:27.0.0.1:5001::\r\n")).toEqual([conflict]);
  });

  test("even over one connection they are two, one of whom is refused", () => {
    const scene = new ServerScene({ trustAddresses: true });
    const mallory = scene.connect();
    mallory.say("J:den:alice:127.0.0.1:5001::\r\n");
    expect(mallory.say("J:den:alice1:27.0.0.1:5001::\r\n")).toEqual([conflict]);
  });
});

describe("addresses", () => {
  test("nobody enrols an address that is not the one they come from", () => {
    const scene = new ServerScene();
    const mallory = scene.connect("10.0.0.66");
    expect(mallory.join("den", "alice", "10.0.0.1")).toEqual([wrongJoin]);
    expect(mallory.join("den", "alice", "localhost")).toEqual([wrongJoin]);
    expect(scene.counters.get("refused.join.not-the-source")).toBe(2);
    expect(mallory.join("den", "mallory", "10.0.0.66")).toEqual([expect.stringContaining("mallory")]);
  });

  test("localhost is taken from the loopback, as the text that it is", () => {
    const scene = new ServerScene();
    expect(scene.connect("127.0.0.9").join("den", "alice", "localhost")).toEqual([
      expect.stringMatching(/^M:\d+:alice:localhost:5000::\r\n$/),
    ]);
  });

  test("where it is asked to, it trusts what is claimed", () => {
    const scene = new ServerScene({ trustAddresses: true });
    expect(scene.connect("10.0.0.66").join("den", "alice", "10.0.0.1")).toEqual([
      expect.stringContaining("alice:10.0.0.1:5000"),
    ]);
  });
});

test("what happens is reported", () => {
  const scene = new ServerScene();
  const alice = scene.connect();
  alice.say(aliceJoins);
  alice.say("X\r\n");
  alice.close();
  const member = { user: "alice", ip: "127.0.0.1", port: 5001 };
  expect(scene.reports).toEqual([
    { kind: "joined", room: "den", member, from: "127.0.0.1" },
    { kind: "refused", from: "127.0.0.1", of: "unknown", why: "unknown-type" },
    { kind: "left", room: "den", member, why: "closed" },
  ]);
});

test("the listener is asked for where it is configured, and what becomes of it is reported", () => {
  const scene = new ServerScene();
  const at = { host: "127.0.0.1", port: 32_340 };
  const effects = scene.machine.handle({ kind: "intent", intent: { kind: "start" } }, { mono: 0, wall: 0 });
  expect(effects).toEqual([{ kind: "listen", name: "rooms", at }]);
  scene.take({ kind: "listening", name: "rooms", at });
  scene.take({ kind: "listenFailed", name: "rooms", why: "in-use" });
  expect(scene.reports).toEqual([
    { kind: "listening", at },
    { kind: "failed", why: "in-use" },
  ]);
});
