/** The list of conversations is whole and in order, and thousands of them hold nobody up. */
import { expect, test } from "vitest";
import { keyed, Scene } from "../../../test/scenes/chat-scene.ts";
import { Loop } from "../loop.ts";
import { Records } from "../records.ts";
import { conversationAnswers, portionRows } from "./conversations.ts";

test.each([portionRows, portionRows + 1])("of %i conversations the newest is first", async (count) => {
  const scene = new Scene();
  for (let i = 1; i <= count; i++) scene.arrived(keyed(`person ${i}`), `${i}`);
  const { chat } = scene;
  const { queries } = chat;
  const clock = { now: () => scene.now };
  const loop = new Loop({ chat, clock, done: () => undefined, broken: () => undefined });
  let cursor = "r.0";
  const answers = conversationAnswers({
    ...{ queries, loop, records: new Records(queries) },
    cursor: () => cursor,
  });
  let turns = 0;
  const between = setImmediate(() => {
    turns++;
    cursor = "r.1"; // something happens between two portions, and will be told behind the answer
  });
  const list = await answers["conversations.list"]({}, new AbortController().signal);
  clearImmediate(between);
  expect(list.conversations.map(({ title }) => title)).toEqual(
    Array.from({ length: count }, (_, at) => `person ${count - at}`),
  );
  expect(list.conversations[0]).toMatchObject({ last: { body: { text: `${count}` } }, unread: 1 });
  expect([list.cursor, turns]).toEqual(["r.0", count > portionRows ? 1 : 0]);
});
