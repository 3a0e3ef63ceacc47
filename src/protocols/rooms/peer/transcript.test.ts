/** The wire as it stands in the document: every message of the peer's role, byte for byte. */
import { beforeEach, expect, it } from "vitest";
import { alice, aliceHid, bob, bobHid, carol, Stage, textOf } from "../../../../test/rooms/stage.ts";
import { membersText } from "../../../../test/rooms/server.ts";
import { newMessageId } from "../../../base/ids.ts";
import { seededRandom } from "../../../base/random.ts";

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
const message = newMessageId(seededRandom(1));

it("L is asked at any time, before there is a name, and G is listed as it comes", () => {
  stage.tell({ kind: "start" });
  stage.up();
  const { link } = stage.dialled;
  expect(stage.textsTo(link)).toEqual(["L::\r\n"]);
  const listing = stage.ask({ kind: "list" });
  expect(stage.textsTo(link).length).toBe(1);
  stage.says(link, "G::\r\n");
  expect(stage.textsTo(link)).toEqual(["L::\r\n", "L::\r\n"]);
  stage.says(link, "G:den:attic::\r\n");
  expect(stage.answerTo(listing)).toEqual(["den", "attic"]);
  expect(stage.has("end", link)).toBe(true);
});

it("J, M: the list is the room; the same J again every 20 s", () => {
  const link = stage.joined([bob, alice]);
  const join = "J:den:alice:127.0.0.1:5001::\r\n";
  expect(stage.textsTo(link)).toEqual([join]);
  expect(stage.told("roster").at(-1)).toEqual({
    kind: "roster",
    room: "den",
    members: [{ identity: "name:bob", name: "bob", address: "127.0.0.1:5002" }],
    connected: false,
  });
  for (const times of [2, 3]) {
    stage.run(19_999);
    expect(stage.textsTo(link).length).toBe(times - 1);
    stage.run(1);
    expect(stage.textsTo(link).length).toBe(times);
    expect(stage.textsTo(link).at(-1)).toBe(join);
    stage.says(link, membersText([bob, alice]));
  }
  expect(stage.told("roster").length).toBe(1);
});

it("P, S: the next on the ring is called, with the id that was used last", () => {
  stage.joined([carol, bob, alice]);
  // Ascending by HID: carol, alice, bob. The next one after alice is bob.
  expect(stage.dialled).toMatchObject({ to: { host: "127.0.0.1", port: 5_002 }, timeoutMs: 1_000 });
  const { link } = stage.dialled;
  stage.up(link);
  expect(stage.textsTo(link)).toEqual(["P:den:alice:127.0.0.1:5001:0::\r\n"]);
  stage.says(link, "S:17::\r\n");
  expect(stage.machine.facts()).toMatchObject({ state: "connected", forward: "name:bob", backward: 0 });
});

it("P, S: a member's call is answered with the id that was used last", () => {
  const { link } = stage.linkedWith(bob, [carol]);
  stage.tell({ kind: "send", message, room: "den", text: "hi" });
  const other = stage.came();
  stage.says(other, "P:den:carol:127.0.0.1:5003:4::\r\n");
  expect(stage.textsTo(link)[0]).toBe("S:0::\r\n");
  expect(stage.textsTo(other)).toEqual(["S:1::\r\n"]);
});

it("T: length in bytes, content as it is, its own id", () => {
  const { link } = stage.linkedWith(bob);
  stage.tell({ kind: "send", message, room: "den", text: "a:b" });
  stage.run(20);
  stage.tell({ kind: "send", message, room: "den", text: "grüße::\r\n" });
  expect(stage.textsTo(link).slice(1)).toEqual([
    `T:den:${aliceHid}:alice:1:3:a:b::\r\n`,
    `T:den:${aliceHid}:alice:2:11:grüße::\r\n::\r\n`,
  ]);
});

it("T: what comes is shown once and passed on as it came", () => {
  const { link } = stage.linkedWith(bob, [carol]);
  const other = stage.came();
  stage.says(other, "P:den:carol:127.0.0.1:5003:0::\r\n");
  stage.run(100);
  const text = textOf(bobHid, "bob", 1, "hi::\r\n:");
  stage.says(link, text);
  stage.says(link, text);
  expect(stage.heard).toEqual(["bob: hi::\r\n:"]);
  expect(stage.textsTo(other).slice(1)).toEqual([text]);
  expect(stage.textsTo(link).length).toBe(1);
});

it("K, A: a poke goes from the port that listens, and its answer ends it", () => {
  stage.joined([bob, alice]);
  const poking = stage.ask({ kind: "poke", to: "bob" });
  expect(stage.effects.at(-1)).toMatchObject({
    kind: "datagram",
    socket: "pokes",
    to: { host: "127.0.0.1", port: 5_002 },
  });
  expect(stage.datagrams.at(-1)?.text).toBe("K:den:alice::\r\n");
  stage.datagram({ host: "127.0.0.1", port: 5_002 }, "A::\r\n");
  expect(stage.answerTo(poking)).toBe("done");
});

it("K, A: a member's poke is answered to where it came from", () => {
  stage.joined([bob, alice]);
  stage.datagram({ host: "127.0.0.1", port: 6_000 }, "K:den:bob::\r\n");
  expect(stage.datagrams).toEqual([{ to: { host: "127.0.0.1", port: 6_000 }, text: "A::\r\n" }]);
  expect(stage.told("poked")).toEqual([
    { kind: "poked", room: "den", from: { identity: "name:bob", name: "bob", address: "127.0.0.1:5002" } },
  ]);
});

it("D: leaving says so, and closes once it is answered", () => {
  const link = stage.joined([bob, alice]);
  stage.ask({ kind: "leave" });
  expect(stage.textsTo(link).at(-1)).toBe("D:den:alice:127.0.0.1:5001::\r\n");
  expect(stage.has("end", link)).toBe(false);
  stage.says(link, "S::\r\n");
  expect(stage.has("end", link)).toBe(true);
  expect(stage.told("left")).toEqual([{ kind: "left", room: "den" }]);
});

it("D: quitting waits for nothing", () => {
  const link = stage.joined([bob, alice]);
  stage.tell({ kind: "quit" });
  expect(stage.textsTo(link).at(-1)).toBe("D:den:alice:127.0.0.1:5001::\r\n");
  expect(stage.has("end", link)).toBe(true);
  const closed = stage.effects.filter(({ kind }) => kind === "unlisten" || kind === "unbind");
  expect(closed.length).toBe(2);
  expect(stage.machine.wakeAt()).toBeUndefined();
  expect(stage.machine.standing().state).toBe("terminated");
});

it("F: a refused join is told in the server's words, and the connection is not kept", () => {
  stage.started();
  const joining = stage.ask({ kind: "join", room: "den", persistent: false });
  const { link } = stage.dialled;
  stage.up(link);
  stage.says(link, "F:JOIN message - Conflict HashID!!::\r\n");
  expect(stage.answerTo(joining)).toEqual({
    code: "server-refused",
    server: "127.0.0.1:32340",
    reason: "JOIN message - Conflict HashID!!",
  });
  expect(stage.has("end", link)).toBe(true);
  expect(stage.machine.standing()).toEqual({ state: "named", user: "alice" });
});
