/** Requests are written byte for byte; each line that comes is one, if only to be refused. */
import { describe, expect, test } from "vitest";
import { toUtf8 } from "../../base/bytes.ts";
import { encodeDepart, encodeJoin, encodeList } from "./encode.ts";
import { messageBytesMax } from "./limits.ts";
import type { Reading, ServerRequest } from "./messages.ts";
import { requestStream } from "./request-stream.ts";
import { feed, feedAnyhow } from "./testing/streams.ts";

const alice = { user: "alice", ip: "127.0.0.1", port: 5001 };

function read(text: string): readonly Reading<ServerRequest>[] {
  return feedAnyhow(requestStream, toUtf8(text));
}

test("requests are written as the document says", () => {
  const written = [encodeList(), encodeJoin("den", alice), encodeDepart("den", alice)];
  expect(written.map((bytes) => new TextDecoder().decode(bytes))).toEqual([
    "L::\r\n",
    "J:den:alice:127.0.0.1:5001::\r\n",
    "D:den:alice:127.0.0.1:5001::\r\n",
  ]);
});

test("requests are read back, two in one segment and one in two", () => {
  expect(read("L::\r\nJ:den:alice:127.0.0.1:5001::\r\nD:den:alice:127.0.0.1:5001::\r\nL::\r\n")).toEqual(
    [
      { kind: "list" },
      { kind: "join", room: "den", member: alice },
      { kind: "depart", room: "den", member: alice },
      { kind: "list" },
    ].map((message) => ({ kind: "message", message })),
  );
});

describe("what is no request is one to be refused", () => {
  test.each<[string, string, string]>([
    ["L\r\n", "list", "fields"],
    ["L:\r\n", "list", "fields"],
    ["L:x::\r\n", "list", "fields"],
    ["L:::\r\n", "list", "fields"],
    ["J::\r\n", "join", "fields"],
    ["J:den:alice:127.0.0.1::\r\n", "join", "fields"],
    ["J:den:alice:127.0.0.1:5001:\r\n", "join", "fields"],
    ["J:den:alice:127.0.0.1:5001\r\n", "join", "fields"],
    ["J:den:alice:127.0.0.1:5001:x::\r\n", "join", "fields"],
    ["J::alice:127.0.0.1:5001::\r\n", "join", "name"],
    ["J:den:al ice:127.0.0.1:5001::\r\n", "join", "name"],
    ["J:den:ä:127.0.0.1:5001::\r\n", "join", "name"],
    [`J:${"x".repeat(33)}:alice:127.0.0.1:5001::\r\n`, "join", "name"],
    ["J:den:alice:127.0.0.01:5001::\r\n", "join", "address"],
    ["J:den:alice:127.0.0.1:65536::\r\n", "join", "port"],
    ["D:den::\r\n", "depart", "fields"],
    ["D:den:alice:nowhere:5001::\r\n", "depart", "address"],
    ["\r\n", "unknown", "unknown-type"],
    ["::\r\n", "unknown", "unknown-type"],
    ["LIST::\r\n", "unknown", "unknown-type"],
    ["l::\r\n", "unknown", "unknown-type"],
    ["GET / HTTP/1.1\r\n", "unknown", "unknown-type"],
    ["a\nb\r\n", "unknown", "unknown-type"],
  ])("%j", (wire, of, why) => {
    expect(read(`${wire}L::\r\n`)).toEqual([
      { kind: "message", message: { kind: "malformed", of, why } },
      { kind: "message", message: { kind: "list" } },
    ]);
  });
});

test("a request of the greatest length is refused, one byte more ends the stream", () => {
  const longest = "L".repeat(messageBytesMax - 2) + "\r\n";
  expect(feed(requestStream(), toUtf8(longest))).toMatchObject([{ kind: "message" }]);
  expect(feed(requestStream(), toUtf8(`L${longest}`), 100)).toEqual([{ kind: "violation", why: "oversize" }]);
});
