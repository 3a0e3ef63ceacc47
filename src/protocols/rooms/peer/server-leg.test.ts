/** The connection to the server: one request at a time, patient with its loss, told both times. */
import { beforeEach, expect, it } from "vitest";
import { alice, bob, Stage } from "../../../../test/rooms/stage.ts";
import { membersText } from "../../../../test/rooms/server.ts";
import { good } from "../../../base/result.ts";
import type { LinkId } from "../../machine.ts";
import { requestsMax } from "./server-leg.ts";

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});

const join = "J:den:alice:127.0.0.1:5001::\r\n";

function health(): unknown {
  return stage.told("health").at(-1)?.health;
}

/** The next attempt at the server, and how long (ms) it took until then. */
function nextDial(): { readonly link: LinkId; readonly ms: number } {
  const [dials, before] = [stage.dials.length, stage.mono];
  while (stage.dials.length === dials && stage.mono - before < 60_000) stage.run(10);
  return { link: stage.dialled.link, ms: stage.mono - before };
}

it("each request is a write of its own and waits for the reply before it", () => {
  const leg = stage.joined([alice]);
  stage.ask({ kind: "list" });
  stage.ask({ kind: "list" });
  expect(stage.textsTo(leg)).toEqual([join, "L::\r\n"]);
  stage.says(leg, "G::\r\n");
  expect(stage.textsTo(leg)).toEqual([join, "L::\r\n", "L::\r\n"]);
});

it("replies are taken in any pieces, and each belongs to its request", () => {
  const leg = stage.joined([alice]);
  const [first, second] = [stage.ask({ kind: "list" }), stage.ask({ kind: "list" })];
  for (const byte of "G:den::\r\n") stage.says(leg, byte);
  stage.says(leg, "G:attic:den::\r\n");
  expect([stage.answerTo(first), stage.answerTo(second)]).toEqual([["den"], ["attic", "den"]]);
});

it("a list that is refused is told in the server's words", () => {
  const leg = stage.joined([alice]);
  const listing = stage.ask({ kind: "list" });
  stage.says(leg, "F:LIST message - Wrong format!!::\r\n");
  expect(stage.answerTo(listing)).toMatchObject({
    code: "server-refused",
    reason: "LIST message - Wrong format!!",
  });
});

it("a server that cannot be reached is told, and tried after 1 s, doubling up to 30 s", () => {
  stage.tell({ kind: "start" });
  stage.down(stage.dialled.link, "refused");
  expect(health()).toMatchObject({
    state: "degraded",
    why: { code: "server-lost", details: { server: "127.0.0.1:32340", why: "refused" } },
  });
  for (const most of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    const { link, ms } = nextDial();
    expect(ms).toBeLessThanOrEqual(most);
    expect(ms).toBeGreaterThanOrEqual(0.75 * most);
    stage.down(link, "timed-out");
  }
  stage.up(nextDial().link);
  stage.says(stage.dialled.link, "G::\r\n");
  expect(health()).toEqual({ state: "up" });
  stage.ask({ kind: "list" });
  stage.down(stage.dialled.link, "refused");
  expect(nextDial().ms).toBeLessThanOrEqual(1_000);
});

it("somebody who asks does not wait for the pause", () => {
  stage.tell({ kind: "start" });
  stage.down(stage.dialled.link, "refused");
  const listing = stage.ask({ kind: "list" });
  expect(stage.dials.length).toBe(2);
  stage.down(stage.dialled.link, "timed-out");
  expect(stage.answerTo(listing)).toEqual({
    code: "server-unreachable",
    server: "127.0.0.1:32340",
    why: "timed-out",
  });
});

it("a server that hangs up on a request is told as that", () => {
  stage.started();
  const joining = stage.ask({ kind: "join", room: "den", persistent: false });
  const { link } = stage.dialled;
  stage.up(link);
  stage.down(link);
  expect(stage.answerTo(joining)).toEqual({ code: "server-closed", server: "127.0.0.1:32340" });
});

it("a server that has finished its side is one that hangs up", () => {
  const leg = stage.joined([alice]);
  stage.end(leg);
  expect(stage.has("drop", leg)).toBe(true);
  expect(health()).toMatchObject({ state: "degraded", why: { code: "server-lost" } });
});

it("a reply that has not come whole within 10 s is none", () => {
  const leg = stage.joined([alice]);
  const listing = stage.ask({ kind: "list" });
  stage.run(9_000);
  stage.says(leg, "G:den");
  stage.run(999);
  expect(stage.answerTo(listing)).toBeUndefined();
  stage.run(1);
  expect(stage.answerTo(listing)).toMatchObject({ code: "server-unreachable", why: "timed-out" });
  expect(stage.has("drop", leg)).toBe(true);
});

it("what is no reply ends the connection, what nobody asked for does not", () => {
  const leg = stage.joined([alice]);
  stage.says(leg, "G:unasked::\r\n");
  expect(stage.counters.get("server-unasked")).toBe(1);
  stage.says(leg, "hello::\r\n");
  expect(stage.has("drop", leg)).toBe(true);
  expect(stage.counters.get("server-unknown-type")).toBe(1);
});

it("a list as answer to a question for rooms is a refusal, and rooms as answer to a join are no list", () => {
  const leg = stage.joined([alice]);
  const listing = stage.ask({ kind: "list" });
  stage.says(leg, membersText([bob, alice]));
  expect(stage.answerTo(listing)).toMatchObject({ code: "server-refused" });
  stage.run(20_000);
  stage.says(leg, "G:den::\r\n");
  expect(stage.machine.standing().joined?.members.map(({ name }) => name)).toEqual(["alice"]);
});

it("when the server is back, the same join is sent at once; the room stayed all the time", () => {
  const leg = stage.joined([bob, alice]);
  stage.down(leg, "reset");
  expect(stage.machine.standing().joined?.room).toBe("den");
  const { link } = nextDial();
  stage.up(link);
  expect(stage.textsTo(link)).toEqual([join]);
  stage.says(link, membersText([alice]));
  expect(health()).toMatchObject({ state: "up" });
  expect(stage.told("left")).toEqual([]);
  expect(stage.told("done").length).toBe(2);
});

it("a server that refuses us when it is back is asked again, and its words are told", () => {
  const leg = stage.joined([alice]);
  stage.down(leg, "reset");
  const { link } = nextDial();
  stage.up(link);
  stage.says(link, "F:JOIN message - Conflict HashID!!::\r\n");
  expect(health()).toEqual({
    state: "degraded",
    why: {
      code: "refused",
      details: { server: "127.0.0.1:32340", reason: "JOIN message - Conflict HashID!!" },
    },
  });
  stage.run(20_000);
  expect(stage.textsTo(link)).toEqual([join, join]);
  stage.says(link, membersText([alice]));
  expect(health()).toEqual({ state: "up" });
});

it("a room that was joined before is entered when the server is there, however long that takes", () => {
  stage.tell({ kind: "start" });
  stage.ask({ kind: "user", user: "alice" });
  const joining = stage.ask({ kind: "join", room: "den", persistent: true });
  for (let i = 0; i < 5; i++) {
    stage.down(stage.dialled.link, "refused");
    nextDial();
  }
  expect(stage.answerTo(joining)).toBeUndefined();
  const { link } = stage.dialled;
  stage.up(link);
  stage.says(link, "F:JOIN message - Conflict HashID!!::\r\n");
  stage.run(20_000);
  stage.says(link, membersText([alice]));
  expect(stage.answerTo(joining)).toBe("done");
});

it("leaving does not wait for a server that does not answer", () => {
  const leg = stage.joined([alice]);
  const leaving = stage.ask({ kind: "leave" });
  expect(stage.answerTo(leaving)).toBe("done");
  stage.run(2_000);
  expect(stage.has("drop", leg)).toBe(true);
  expect(health()).toEqual({ state: "up" });
});

it("who leaves and enters another room does so over a new connection, as servers want it", () => {
  const leg = stage.joined([alice]);
  stage.ask({ kind: "leave" });
  const joining = stage.ask({ kind: "join", room: "attic", persistent: false });
  stage.says(leg, "S::\r\n");
  expect(stage.has("end", leg)).toBe(true);
  const { link } = stage.dialled;
  expect(link).not.toBe(leg);
  stage.up(link);
  expect(stage.textsTo(link)).toEqual(["J:attic:alice:127.0.0.1:5001::\r\n"]);
  stage.says(link, membersText([alice]));
  expect(stage.answerTo(joining)).toBe("done");
  stage.run(20_000);
  expect(stage.textsTo(leg).filter((text) => text === join).length).toBe(1);
});

it(`${requestsMax} requests wait for their turn, one more is refused`, () => {
  const leg = stage.joined([alice]);
  const tickets = Array.from({ length: requestsMax + 2 }, () => stage.ask({ kind: "list" }));
  expect(stage.answerTo(tickets.at(-1) ?? 0)).toEqual({ code: "busy" });
  for (let i = 0; i < requestsMax + 1; i++) stage.says(leg, "G::\r\n");
  expect(tickets.slice(0, -1).map((ticket) => stage.answerTo(ticket))).toEqual(
    tickets.slice(0, -1).map(() => []),
  );
});

it("a server's name is asked for with every attempt", () => {
  stage = new Stage({ config: { server: { host: "rooms.example", port: 9 } }, asksAloud: true });
  stage.tell({ kind: "start" });
  expect(stage.dials).toEqual([]);
  const asked = (): number => {
    const resolving = stage.questions.filter(({ question }) => question.kind === "resolve");
    return resolving.at(-1)?.ticket ?? 0;
  };
  const first = asked();
  stage.take({ kind: "answer", ticket: first, answer: { ok: false, problem: "unknown" } });
  expect(health()).toMatchObject({ why: { details: { server: "rooms.example:9", why: "name not found" } } });
  stage.run(1_000);
  expect(asked()).not.toBe(first);
  stage.take({ kind: "answer", ticket: first, answer: good({ kind: "resolved", address: "10.9.9.9" }) });
  expect(stage.dials).toEqual([]);
  stage.take({ kind: "answer", ticket: asked(), answer: good({ kind: "resolved", address: "10.0.0.7" }) });
  expect(stage.dialled.to).toEqual({ host: "10.0.0.7", port: 9 });
});

it("a resolver that never answers, or answers with something else than an address, is a failure", () => {
  stage = new Stage({ config: { server: { host: "rooms.example", port: 9 } }, asksAloud: true });
  stage.tell({ kind: "start" });
  stage.run(10_000);
  expect(health()).toMatchObject({ why: { code: "server-lost", details: { why: "timed-out" } } });
  stage.run(1_000);
  const ticket = stage.questions.at(-1)?.ticket ?? 0;
  stage.take({ kind: "answer", ticket, answer: good({ kind: "resolved", address: "::1" }) });
  expect(stage.dials).toEqual([]);
});

it("an own address is what is spoken from and announced", () => {
  stage = new Stage({ config: { address: "127.0.0.7" } });
  stage.tell({ kind: "start" });
  expect(stage.dialled).toMatchObject({ from: "127.0.0.7" });
  stage.ask({ kind: "user", user: "alice" });
  stage.ask({ kind: "join", room: "den", persistent: false });
  stage.up(stage.dialled.link, "127.0.0.7");
  expect(stage.textsTo(stage.dialled.link)).toEqual(["J:den:alice:127.0.0.7:5001::\r\n"]);
});

it("when this host's address changes we are a new entry, and the old links go", () => {
  const { link: toBob, server: leg } = stage.linkedWith(bob);
  stage.down(leg, "no-route");
  const { link } = nextDial();
  stage.up(link, "10.0.0.9");
  expect(stage.textsTo(link)).toEqual(["J:den:alice:10.0.0.9:5001::\r\n"]);
  expect(stage.has("end", toBob)).toBe(true);
  expect(stage.machine.standing()).toMatchObject({ state: "joined" });
  // Nobody has gone only because we have moved.
  const told = stage.told("roster").map(({ members, connected }) => [members.length, connected]);
  expect(told.slice(-2)).toEqual([
    [1, true],
    [1, false],
  ]);
});
