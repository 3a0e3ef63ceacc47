/** A room server's replies are written byte for byte, and read whatever their length and chunks. */
import { describe, expect, test } from "vitest";
import { concatBytes, toUtf8 } from "../../base/bytes.ts";
import { encodeDeparted, encodeMembers, encodeRefused, encodeRooms } from "./encode.ts";
import { listBytesMax, messageBytesMax } from "./limits.ts";
import type { Reading, ServerReply } from "./messages.ts";
import { replyStream } from "./reply-stream.ts";
import { feed, feedAnyhow } from "./testing/streams.ts";

const alice = { user: "alice", ip: "127.0.0.1", port: 5001 };
const bob = { user: "bob", ip: "localhost", port: 5002 };

function read(text: string): readonly Reading<ServerReply>[] {
  return feedAnyhow(replyStream, toUtf8(text));
}

test("replies are written as the document says", () => {
  const written = [
    encodeRooms([]),
    encodeRooms(["den", "attic"]),
    encodeMembers([{ ...bob, ip: "127.0.0.1" }, alice]),
    encodeDeparted(),
    encodeRefused("JOIN message - Wrong format!!"),
  ];
  expect(written.map((bytes) => new TextDecoder().decode(bytes))).toEqual([
    "G::\r\n",
    "G:den:attic::\r\n",
    "M:5486359548435979020:bob:127.0.0.1:5002:alice:127.0.0.1:5001::\r\n",
    "S::\r\n",
    "F:JOIN message - Wrong format!!::\r\n",
  ]);
});

test("replies are read back in any chunks, one after the other", () => {
  const members = "M:4184148821156573415:alice:127.0.0.1:5001:bob:localhost:5002::\r\n";
  expect(read(`G::\r\nG:den:attic::\r\n${members}S::\r\nF:no: not you::\r\n`)).toEqual(
    [
      { kind: "rooms", rooms: [], skipped: 0 },
      { kind: "rooms", rooms: ["den", "attic"], skipped: 0 },
      { kind: "members", msid: 4184148821156573415n, members: [alice, bob], skipped: 0 },
      { kind: "departed" },
      { kind: "refused", reason: "no: not you" },
    ].map((message) => ({ kind: "message", message })),
  );
});

describe("what other servers let in", () => {
  test("rooms and members that cannot be used are left out and counted", () => {
    expect(
      read("G:den:a room:attic::\r\nM:1:x y:127.0.0.1:1:alice:127.0.0.1:5001:bob:nowhere:1::\r\n"),
    ).toEqual([
      { kind: "message", message: { kind: "rooms", rooms: ["den", "attic"], skipped: 1 } },
      { kind: "message", message: { kind: "members", msid: 1n, members: [alice], skipped: 2 } },
    ]);
  });

  test.each([
    ["M::\r\n", "id"],
    ["M:x:alice:127.0.0.1:5001::\r\n", "id"],
    ["M:1:alice:127.0.0.1::\r\n", "fields"],
    ["M:1:thirty-two-bytes-long-name-of-bob127.0.0.1:5001::\r\n", "fields"],
    ["S:1::\r\n", "fields"],
    ["hello::\r\n", "unknown-type"],
  ])("%j is passed over", (wire, why) => {
    expect(read(`${wire}S::\r\n`)).toEqual([
      { kind: "reject", why },
      { kind: "message", message: { kind: "departed" } },
    ]);
  });
});

describe("limits", () => {
  /** A list of exactly `length` bytes. */
  function listOf(length: number): Uint8Array {
    const end = toUtf8("::\r\n");
    const head = toUtf8("G");
    return concatBytes(head, toUtf8(":den".repeat((length - 5) / 4)), end);
  }

  test("a list may have 4 MiB, in small chunks too, and not one byte more", () => {
    const longest = concatBytes(toUtf8("G:den:cav"), listOf(listBytesMax).subarray(10));
    expect(longest.length).toBe(listBytesMax - 1 - ((listBytesMax - 5) % 4));
    const fitting = concatBytes(
      longest.subarray(0, -4),
      toUtf8("x".repeat(listBytesMax - longest.length)),
      longest.subarray(-4),
    );
    expect(fitting.length).toBe(listBytesMax);
    expect(feed(replyStream(), fitting, 1_000)).toMatchObject([
      { kind: "message", message: { kind: "rooms" } },
    ]);
    const longer = concatBytes(fitting.subarray(0, -4), toUtf8("x"), fitting.subarray(-4));
    expect(feed(replyStream(), longer)).toEqual([{ kind: "violation", why: "oversize" }]);
    expect(feed(replyStream(), longer, 65_536)).toEqual([{ kind: "violation", why: "oversize" }]);
  });

  test("anything else may have 8 KiB", () => {
    const longest = `F:${"x".repeat(messageBytesMax - 6)}::\r\n`;
    expect(feed(replyStream(), toUtf8(longest))).toMatchObject([{ kind: "message" }]);
    expect(feed(replyStream(), toUtf8(`F${longest}`))).toEqual([{ kind: "violation", why: "oversize" }]);
  });
});
