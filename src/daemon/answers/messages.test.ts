/** What a program may rely on that reads messages by their numbers, or asks for more than is quickly found. */
import { expect, test } from "vitest";
import { keyed, Scene } from "../../../test/scenes/chat-scene.ts";
import type { LongQueries } from "../../core/ports/store.ts";
import { Loop } from "../loop.ts";
import { Records } from "../records.ts";
import { messageAnswers } from "./messages.ts";

const stays = new AbortController().signal;

test("messages.since goes on from the newest number, and one beyond it is refused", async () => {
  const { answers, newest } = world();
  expect(await answers["messages.since"]({ after: 0 }, stays)).toMatchObject({
    messages: [{ body: { text: "hello" } }],
  });
  expect(await answers["messages.since"]({ after: newest }, stays)).toEqual({ messages: [], next: newest });
  expect(() => answers["messages.since"]({ after: newest + 1 }, stays)).toThrow(
    `after is beyond the newest number, ${newest}`,
  );
});

test.each(["contains", "ranked"] as const)("a search %s is told when nobody waits for it", async (how) => {
  const given: AbortSignal[] = [];
  const found = (_: unknown, signal: AbortSignal) => {
    given.push(signal);
    return Promise.resolve([]);
  };
  const { answers } = world({ contains: found, ranked: found, close: () => Promise.resolve() });
  const left = new AbortController();
  await answers["messages.search"]({ text: "hello", how }, left.signal);
  expect(given).toEqual([left.signal]);
});

/** A chat in which carol has said hello. */
function world(long?: LongQueries) {
  const scene = new Scene();
  scene.arrived(keyed("carol"), "hello");
  const { chat } = scene;
  const { queries } = chat;
  const clock = { now: () => scene.now };
  const answers = messageAnswers({
    ...{ queries, records: new Records(queries), cursor: () => "r.0" },
    loop: new Loop({ chat, clock, done: () => undefined, broken: () => undefined }),
    longQueries: () => (long === undefined ? Promise.reject(new Error("not asked")) : Promise.resolve(long)),
  });
  return { answers, newest: queries.lastNumber() };
}
