/** What is said between peers is read by its length, in any chunks, or not at all. */
import { describe, expect, test } from "vitest";
import { concatBytes, toUtf8 } from "../../base/bytes.ts";
import { encodeAccept, encodeHandshake, encodeText } from "./encode.ts";
import { messageBytesMax, takenContentBytesMax, textHeaderBytesMax } from "./limits.ts";
import type { PeerMessage, Reading } from "./messages.ts";
import { peerStream } from "./peer-stream.ts";
import { feed, feedAnyhow } from "./testing/streams.ts";

const alice = { user: "alice", ip: "127.0.0.1", port: 5001 };
const hid = 3382070009828795609n;

function read(text: string): readonly Reading<PeerMessage>[] {
  return feedAnyhow(peerStream, toUtf8(text));
}

function textOf(content: Uint8Array): Uint8Array {
  return encodeText({ room: "den", originHid: hid, originUser: "alice", id: 7n, content });
}

describe("byte for byte", () => {
  test("a handshake, its answer and a text are written as the document says", () => {
    const text = textOf(toUtf8("hi: all"));
    expect([encodeHandshake("den", alice, 0n), encodeAccept(12n), text].map(latin1)).toEqual([
      "P:den:alice:127.0.0.1:5001:0::\r\n",
      "S:12::\r\n",
      "T:den:3382070009828795609:alice:7:7:hi: all::\r\n",
    ]);
  });

  test("they are read back, mixed and in any chunks", () => {
    const wire = textOf(toUtf8("hello"));
    const all = concatBytes(wire, encodeHandshake("den", alice, 2n ** 64n - 1n), encodeAccept(0n), wire);
    const text = { kind: "text", room: "den", originHid: hid, originUser: "alice", id: 7n, wire } as const;
    const said = { kind: "message", message: { ...text, content: toUtf8("hello") } } as const;
    expect(feedAnyhow(peerStream, all)).toEqual([
      said,
      { kind: "message", message: { kind: "handshake", room: "den", member: alice, lastId: 2n ** 64n - 1n } },
      { kind: "message", message: { kind: "accept", lastId: 0n } },
      said,
    ]);
  });
});

describe("a text is read by its length", () => {
  const contents: Readonly<Record<string, Uint8Array>> = {
    nothing: new Uint8Array(0),
    "one colon": toUtf8(":"),
    "two colons": toUtf8("::"),
    "the end of a message": toUtf8("::\r\n"),
    "a whole other message": toUtf8("no::\r\nT:den:1:bob:1:2:hi::\r\n"),
    "colons around": toUtf8(":::x:::"),
    "two line ends": toUtf8("\r\n\r\n"),
    "other scripts": toUtf8("žluť 漢字 👩‍👩‍👧"),
    "broken UTF-8": Uint8Array.of(0xc0, 0xaf, 0xff, 0x00),
    "499 bytes": new Uint8Array(499).fill(0x61),
    "500 bytes": new Uint8Array(500).fill(0x3a),
    "1,024 bytes": new Uint8Array(takenContentBytesMax).fill(0x0a),
  };

  test.each(Object.entries(contents))("%s", (_, content) => {
    const wire = textOf(content);
    const readings = feedAnyhow(peerStream, concatBytes(wire, encodeAccept(3n)));
    expect(readings).toEqual([
      {
        kind: "message",
        message: { kind: "text", room: "den", originHid: hid, originUser: "alice", id: 7n, content, wire },
      },
      { kind: "message", message: { kind: "accept", lastId: 3n } },
    ]);
  });

  test("what was read stays as it is when more arrives", () => {
    const stream = peerStream();
    const chunk = concatBytes(textOf(toUtf8("one")), textOf(toUtf8("two")));
    stream.push(chunk.slice(0, 60), 0);
    const first = stream.next(0);
    stream.push(chunk.slice(60), 0);
    stream.next(0);
    expect(first?.kind === "message" && first.message.kind === "text" && latin1(first.message.content)).toBe(
      "one",
    );
  });

  test.each([
    ["too short", "T:den:1:alice:1:4:hello::\r\n", "terminator"],
    ["too long", "T:den:1:alice:1:6:hello::\r\nS:1::\r\n", "terminator"],
    ["one more than we take", "T:den:1:alice:1:1025:hello::\r\n", "length"],
    ["longer than any number", `T:den:1:alice:1:${"9".repeat(20)}:x::\r\n`, "length"],
    ["negative", "T:den:1:alice:1:-1:x::\r\n", "header"],
    ["none", "T:den:1:alice:1::x::\r\n", "header"],
    ["in letters", "T:den:1:alice:1:five:hello::\r\n", "header"],
    ["missing with other fields", "T:den:hello::\r\nS:1::\r\n", "header"],
  ])("a length that is %s ends the stream", (_, wire, why) => {
    expect(read(wire + "S:5::\r\n")).toEqual([{ kind: "violation", why }]);
  });

  test("an endless header ends the stream", () => {
    const stream = peerStream();
    expect(feed(stream, toUtf8("T:" + "x".repeat(textHeaderBytesMax - 3)))).toEqual([]);
    expect(feed(stream, toUtf8("x"))).toEqual([{ kind: "violation", why: "header" }]);
  });

  test("a nickname in place of the hash costs nothing but the hash", () => {
    const wire = "T:den:Alice the Great:alice:1:2:hi::\r\n";
    expect(read(wire)).toEqual([
      {
        kind: "message",
        message: {
          kind: "text",
          room: "den",
          originHid: undefined,
          originUser: "alice",
          id: 1n,
          content: toUtf8("hi"),
          wire: toUtf8(wire),
        },
      },
    ]);
  });
});

describe("what cannot be used is passed over", () => {
  const after = { kind: "message", message: { kind: "accept", lastId: 1n } };

  test.each([
    ["T:a den:1:alice:1:2:hi::\r\n", "name"],
    ["T:den:1:älice:1:2:hi::\r\n", "name"],
    ["T:den:1:alice:one:2:hi::\r\n", "id"],
    ["T:den:1\r:alice:1:2:hi::\r\n", "id"],
    ["P:den:alice:127.0.0.1:5001::\r\n", "fields"],
    ["P:den:alice:127.0.0.1:5001:0:0::\r\n", "fields"],
    ["P:den:al ice:127.0.0.1:5001:0::\r\n", "name"],
    ["P::alice:127.0.0.1:5001:0::\r\n", "name"],
    ["P:den:alice:127.0.0.999:5001:0::\r\n", "address"],
    ["P:den:alice:127.0.0.1:0:0::\r\n", "port"],
    ["P:den:alice:127.0.0.1:5001:-1::\r\n", "id"],
    ["S::\r\n", "fields"],
    ["S:1:2::\r\n", "fields"],
    ["S:18446744073709551616::\r\n", "id"],
    ["::\r\n", "unknown-type"],
    ["TEXT:x::\r\n", "unknown-type"],
    ["HELLO::\r\n", "unknown-type"],
  ])("%j", (wire, why) => {
    expect(read(wire + "S:1::\r\n")).toEqual([{ kind: "reject", why }, after]);
  });
});

describe("limits", () => {
  const end = toUtf8("::\r\n");

  test("a message of the greatest length passes, one byte more does not", () => {
    const longest = concatBytes(toUtf8("X".repeat(messageBytesMax - end.length)), end);
    expect(feed(peerStream(), longest)).toEqual([{ kind: "reject", why: "unknown-type" }]);
    const longer = concatBytes(toUtf8("X"), longest);
    expect(feed(peerStream(), longer)).toEqual([{ kind: "violation", why: "oversize" }]);
    expect(feed(peerStream(), longer, 1)).toEqual([{ kind: "violation", why: "oversize" }]);
  });

  test("after a violation nothing is read or held", () => {
    const stream = peerStream();
    feed(stream, new Uint8Array(messageBytesMax));
    expect(feed(stream, encodeAccept(1n))).toEqual([]);
    expect(stream.unread).toBe(0);
    expect(stream.partialSince).toBeUndefined();
  });
});

test("a message stands incomplete since its first byte, or since the one before it was read", () => {
  const stream = peerStream();
  expect(stream.partialSince).toBeUndefined();
  stream.push(toUtf8("S:"), 100);
  stream.push(toUtf8("1:"), 200);
  expect(stream.next(200)).toBeUndefined();
  expect(stream.partialSince).toBe(100);
  stream.push(toUtf8(":\r\nS:2::\r\nS:"), 300);
  stream.next(400);
  stream.next(500);
  expect(stream.next(600)).toBeUndefined();
  expect(stream.partialSince).toBe(500);
  stream.push(toUtf8("3::\r\n"), 700);
  stream.next(700);
  expect(stream.partialSince).toBeUndefined();
});

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
