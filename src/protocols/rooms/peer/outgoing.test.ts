/** Our own texts: whole or in pieces, on every link, and told how they ended. */
import * as fc from "fast-check";
import { beforeEach, expect, it } from "vitest";
import { aliceHid, bob, carol, Stage } from "../../../../test/rooms/stage.ts";
import { utf8Length } from "../../../base/bytes.ts";
import { newMessageId, type MessageId } from "../../../base/ids.ts";
import { seededRandom } from "../../../base/random.ts";
import { good } from "../../../base/result.ts";
import type { LinkId } from "../../machine.ts";
import { sentContentBytesMax } from "../limits.ts";
import type { RoomsOutcome } from "./contract.ts";
import { textBytesMax, waitingMax } from "./outgoing.ts";
import { queueMax } from "./pace.ts";

const dice = seededRandom(1);
let stage: Stage;
let toBob: LinkId;
beforeEach(() => {
  stage = new Stage();
  ({ link: toBob } = stage.linkedWith(bob));
});

function say(text: string, room = "den"): MessageId {
  const message = newMessageId(dice);
  stage.tell({ kind: "send", message, room, text });
  return message;
}

function outcomes(id: MessageId): readonly RoomsOutcome[] {
  return stage.told("outcome").flatMap(({ message, outcome }) => (message === id ? [outcome] : []));
}

/** The contents of the texts on a link, in order. */
function contentsTo(link: LinkId): readonly string[] {
  return stage.textsTo(link).flatMap((text) => {
    const [, content] = /^T:den:\d+:alice:\d+:\d+:(.*)::\r\n$/s.exec(text) ?? [];
    return content === undefined ? [] : [content];
  });
}

it("a text is sent once it was written on every link", () => {
  const first = say("one");
  expect(outcomes(first)).toEqual([{ state: "sent" }]);
  const second = say("two");
  expect(outcomes(second)).toEqual([]);
  stage.run(20);
  expect(outcomes(second)).toEqual([{ state: "sent" }]);
});

it("a long text is cut between characters, and its pieces follow each other with a gap", () => {
  const text = "grüße 👨‍👩‍👧‍👦 ".repeat(100);
  const id = say(text);
  stage.run(1_000);
  const contents = contentsTo(toBob);
  expect(contents.join("")).toBe(text);
  expect(contents.every((content) => utf8Length(content) <= sentContentBytesMax)).toBe(true);
  expect(outcomes(id)).toEqual([{ state: "sent" }]);
  const times = stage.writes.filter(({ text: one }) => one.startsWith("T:")).map(({ at }) => at);
  for (const [i, at] of times.slice(1).entries()) expect(at - (times[i] ?? 0)).toBeGreaterThanOrEqual(20);
});

it("any text arrives as the pieces of itself, with ids that grow by one", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 1_500 }), (text) => {
      if (utf8Length(text) > textBytesMax) return;
      const before = contentsTo(toBob).length;
      say(text);
      stage.run(2_000);
      expect(contentsTo(toBob).slice(before).join("")).toBe(text);
    }),
    { numRuns: 50 },
  );
  const ids = stage.textsTo(toBob).flatMap((text) => /^T:den:\d+:alice:(\d+):/.exec(text)?.[1] ?? []);
  expect(ids).toEqual(ids.map((_, i) => String(i + 1)));
});

it(`${textBytesMax} bytes are sent, one more is refused for good`, () => {
  const most = say("x".repeat(textBytesMax));
  stage.run(1_000);
  expect(outcomes(most)).toEqual([{ state: "sent" }]);
  const why = { code: "too-long", details: { size: textBytesMax + 1, limit: textBytesMax } };
  expect(outcomes(say("x".repeat(textBytesMax + 1)))).toEqual([{ state: "failed", why, again: "never" }]);
});

it("without a link, or in another room, a text waits for a later try", () => {
  expect(outcomes(say("hi", "attic"))).toEqual([
    { state: "failed", why: { code: "not-joined" }, again: "later" },
  ]);
  stage.down(toBob, "reset");
  expect(outcomes(say("hi"))).toEqual([{ state: "failed", why: { code: "no-link" }, again: "later" }]);
});

it("what nobody was given may be sent again; what somebody was given a part of may not", () => {
  say("first");
  const [waiting, cut] = [say("second"), say("x".repeat(1_200))];
  stage.run(20);
  stage.run(20);
  stage.down(toBob, "reset");
  expect(outcomes(waiting)).toEqual([{ state: "sent" }]);
  expect(outcomes(cut)).toEqual([
    { state: "failed", why: { code: "outcome-unknown", details: { piece: 1, of: 3 } }, again: "never" },
  ]);
});

it("what waits when the room is left is told so, once", () => {
  say("first");
  const waiting = say("second");
  stage.ask({ kind: "leave" });
  expect(outcomes(waiting)).toEqual([{ state: "failed", why: { code: "no-link" }, again: "later" }]);
});

it("a text goes to every link as one write", () => {
  stage = new Stage();
  ({ link: toBob } = stage.linkedWith(bob, [carol]));
  const toCarol = stage.came();
  stage.says(toCarol, "P:den:carol:127.0.0.1:5003:0::\r\n");
  stage.run(100);
  say("hi");
  expect(stage.writes.at(-1)).toMatchObject({
    to: [toBob, toCarol],
    text: `T:den:${aliceHid}:alice:1:2:hi::\r\n`,
  });
});

it(`when ${queueMax} texts wait on a link, the next is to be sent later`, () => {
  const all = Array.from({ length: queueMax + 2 }, () => say("hi"));
  const states = all.map((id) => outcomes(id).at(-1));
  expect(states.slice(0, -1).filter((outcome) => outcome?.state === "failed")).toEqual([]);
  expect(states.at(-1)).toEqual({
    state: "failed",
    why: { code: "other", details: { problem: "busy" } },
    again: "later",
  });
});

it("no id is used before it is remembered; what waits for that is sent then", () => {
  stage = new Stage({ asksAloud: true });
  ({ link: toBob } = stage.linkedWith(bob));
  const early = Array.from({ length: waitingMax + 1 }, () => say("hi"));
  expect(contentsTo(toBob)).toEqual([]);
  expect(early.map((id) => outcomes(id).length).filter((count) => count > 0)).toEqual([1]);
  const [asked] = stage.questions;
  if (asked === undefined) throw new Error("it was asked");
  stage.take({ kind: "answer", ticket: asked.ticket, answer: good({ kind: "remembered" }) });
  expect(contentsTo(toBob)).toEqual(["hi"]);
});

it("a disk that fails does not end the talk", () => {
  stage = new Stage({ asksAloud: true });
  ({ link: toBob } = stage.linkedWith(bob));
  const [asked] = stage.questions;
  if (asked === undefined) throw new Error("it was asked");
  stage.take({ kind: "answer", ticket: asked.ticket, answer: { ok: false, problem: "disk full" } });
  say("hi");
  expect(contentsTo(toBob)).toEqual(["hi"]);
  expect(stage.counters.get("ids-not-remembered")).toBe(1);
});

it("after a restart the first id lies above all that were remembered, in the handshake too", () => {
  say("hi");
  const { remembered } = stage;
  if (remembered === undefined) throw new Error("it was remembered");
  stage = new Stage({ remembered });
  ({ link: toBob } = stage.linkedWith(bob));
  expect(stage.textsTo(toBob)[0]).toBe("S:1024::\r\n");
  say("hi");
  expect(stage.textsTo(toBob)[1]).toBe(`T:den:${aliceHid}:alice:1025:2:hi::\r\n`);
});
