/** The stream behind all readers: nothing is looked through twice, whatever the chunks. */
import { expect, test } from "vitest";
import { toUtf8 } from "../../base/bytes.ts";
import { MessageStream, type Cut } from "./stream.ts";

/** Messages of ten bytes, and how much was there and searched at each look. */
function tens(): { readonly stream: MessageStream<number>; readonly looks: (readonly [number, number])[] } {
  const looks: (readonly [number, number])[] = [];
  const cut = (unread: Uint8Array, searched: number): Cut<number> => {
    looks.push([unread.length, searched]);
    return unread.length < 10
      ? { kind: "partial" }
      : { kind: "message", message: unread[0] ?? 0, length: 10 };
  };
  return { stream: new MessageStream(cut), looks };
}

test("what was searched in vain is not searched again, until a message is cut off", () => {
  const { stream, looks } = tens();
  for (const chunk of ["abc", "defg", "h", "ij0123"]) {
    stream.push(toUtf8(chunk), 0);
    while (stream.next(0) !== undefined);
  }
  expect(looks).toEqual([
    [3, 0],
    [7, 3],
    [8, 7],
    [14, 8],
    [4, 0],
  ]);
});

test("the bytes that were pushed stay as they were", () => {
  const { stream } = tens();
  const first = toUtf8("abc");
  stream.push(first, 0);
  stream.next(0);
  stream.push(toUtf8("d".repeat(1_000)), 0);
  for (let i = 0; i < 100; i++) stream.next(0);
  expect(first).toEqual(toUtf8("abc"));
  expect(stream.unread).toBe(3);
});
