/** Pokes arrive at whom they are for, are answered to members alone, and never loudly. */
import { beforeEach, expect, it } from "vitest";
import { alice, bob, carol, Stage } from "../../../../test/rooms/stage.ts";
import { openMax } from "./pokes.ts";

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
  stage.joined([carol, bob, alice]);
  stage.list = [carol, bob, alice];
});

const from = (port: number, host = "127.0.0.1"): { host: string; port: number } => ({ host, port });

function poke(to?: string): number {
  return stage.ask({ kind: "poke", ...(to !== undefined && { to }) });
}

it("who is not in a room pokes nobody, and is not poked", () => {
  stage = new Stage();
  stage.started();
  expect(stage.answerTo(poke("bob"))).toEqual({ code: "not-joined" });
  stage.datagram(from(5_002), "K:den:bob::\r\n");
  expect([stage.datagrams.length, stage.told("poked").length]).toEqual([0, 0]);
});

it("without a name it is asked to whom; my own and unknown names are refused", () => {
  expect(stage.answerTo(poke())).toEqual({ code: "poke-whom", members: ["carol", "bob"] });
  expect(stage.answerTo(poke("alice"))).toEqual({ code: "poke-self" });
  expect(stage.answerTo(poke("dave"))).toEqual({ code: "no-such-member", name: "dave" });
  expect(stage.datagrams).toEqual([]);
});

it("a name that two have is nobody's; each is poked by identity", () => {
  stage.list = [{ ...bob, port: 5_009 }, carol, bob, alice];
  stage.run(20_000);
  expect(stage.answerTo(poke("bob"))).toEqual({
    code: "poke-whom",
    members: ["bob@127.0.0.1:5009", "bob@127.0.0.1:5002"],
  });
  poke("name:bob");
  poke("name:bob@127.0.0.1:5009");
  expect(stage.datagrams.map(({ to }) => to.port)).toEqual([5_002, 5_009]);
});

it("no answer within 2 s is told", () => {
  const poking = poke("bob");
  stage.run(1_999);
  expect(stage.answerTo(poking)).toBeUndefined();
  stage.run(1);
  expect(stage.answerTo(poking)).toEqual({ code: "poke-unanswered", name: "bob" });
  stage.datagram(from(5_002), "A::\r\n");
  expect(stage.counters.get("poke-answer-unasked")).toBe(1);
});

it("an answer is for whoever has exactly that ip and port, else for the oldest poke to that ip", () => {
  const [toBob, toCarol] = [poke("bob"), poke("carol")];
  stage.datagram(from(5_003), "A::\r\n");
  expect([stage.answerTo(toBob), stage.answerTo(toCarol)]).toEqual([undefined, "done"]);
  const again = poke("carol");
  stage.datagram(from(60_000), "A::\r\n");
  expect([stage.answerTo(toBob), stage.answerTo(again)]).toEqual(["done", undefined]);
  stage.datagram(from(5_003, "127.0.0.9"), "A::\r\n");
  expect(stage.answerTo(again)).toBeUndefined();
});

it("only a member whose address it comes from is answered, in fewer bytes than it has sent", () => {
  stage.datagram(from(9, "10.0.0.66"), "K:den:bob::\r\n");
  stage.datagram(from(9), "K:den:mallory::\r\n");
  stage.datagram(from(9), "K:den:alice::\r\n");
  stage.datagram(from(9), "K:attic:bob::\r\n");
  for (const noise of [
    "",
    "K",
    "K:den:bob",
    "K:den:bob:more::\r\n",
    "K:den:bob::\r\nK:den:bob::\r\n",
    "X::\r\n",
  ])
    stage.datagram(from(9), noise);
  expect([stage.datagrams.length, stage.told("poked").length]).toEqual([0, 0]);
  stage.datagram(from(9), "K:den:bob::\r\n");
  expect(stage.datagrams).toEqual([{ to: from(9), text: "A::\r\n" }]);
});

it("a member is answered and shown once in 2 s, the others meanwhile too", () => {
  for (let i = 0; i < 20; i++) stage.datagram(from(9), "K:den:bob::\r\n");
  stage.datagram(from(9), "K:den:carol::\r\n");
  expect([stage.datagrams.length, stage.told("poked").length]).toEqual([2, 2]);
  expect(stage.counters.get("poke-too-many")).toBe(19);
  stage.run(2_000);
  stage.datagram(from(9), "K:den:bob::\r\n");
  expect(stage.told("poked").length).toBe(3);
});

it("who announces localhost is poked and heard on this computer", () => {
  const dave = { user: "dave", ip: "localhost", port: 5_004 };
  stage.list = [dave, alice];
  stage.run(20_000);
  poke("dave");
  expect(stage.datagrams.at(-1)?.to).toEqual(from(5_004));
  stage.datagram(from(5_004), "K:den:dave::\r\n");
  expect(stage.told("poked").at(-1)?.from.address).toBe("localhost:5004");
});

it(`${openMax} pokes await their answer, one more is refused`, () => {
  const tickets = Array.from({ length: openMax + 1 }, () => poke("bob"));
  expect(tickets.map((ticket) => stage.answerTo(ticket))).toEqual(
    tickets.map((_, i) => (i < openMax ? undefined : { code: "busy" })),
  );
});

it("leaving ends what awaits an answer", () => {
  const poking = poke("bob");
  stage.ask({ kind: "leave" });
  expect(stage.answerTo(poking)).toEqual({ code: "cancelled" });
});
