/** Damaged messages of the rooms wire, in any chunks: each is a message, a reject or the end of its stream. */
import { describe, expect } from "vitest";
import { unreachable } from "../../src/base/assert.ts";
import { fromUtf8Leniently, toUtf8 } from "../../src/base/bytes.ts";
import { seededRandom, wholeBetween } from "../../src/base/random.ts";
import * as encode from "../../src/protocols/rooms/encode.ts";
import type { PeerMessage, Reading, ServerReply, ServerRequest } from "../../src/protocols/rooms/messages.ts";
import { isMemberAddress, isName } from "../../src/protocols/rooms/names.ts";
import { peerStream } from "../../src/protocols/rooms/peer-stream.ts";
import { readPoke } from "../../src/protocols/rooms/poke-datagrams.ts";
import { replyStream } from "../../src/protocols/rooms/reply-stream.ts";
import { requestStream } from "../../src/protocols/rooms/request-stream.ts";
import { hidOf, msidOf } from "../../src/protocols/rooms/sdbm.ts";
import type { MessageStream } from "../../src/protocols/rooms/stream.ts";
import { chunks } from "./chunks.ts";
import { firstSeed, fuzzBytes, latin1, specimen } from "./fuzz.ts";
import { plainPeer, plainRequests } from "./plain-rooms.ts";

const alice = { user: "alice", ip: "127.0.0.1", port: 5_001 };
const bob = { user: "bob", ip: "localhost", port: 65_535 };
const hid = hidOf(alice);
const random = seededRandom(firstSeed);

function textOf(content: string): Uint8Array {
  return encode.encodeText({
    room: "den",
    originHid: hid,
    originUser: "alice",
    id: 7n,
    content: toUtf8(content),
  });
}

const peerSpecimens = [
  textOf("hello"),
  textOf("::\r\nT:den:1:bob:1:2:hi::\r\n"),
  textOf(""),
  textOf("x".repeat(499)),
  specimen("T:den:Alice the Great:alice:1:5:žluť::\r\n"),
  encode.encodeHandshake("den", alice, 0n),
  encode.encodeAccept(2n ** 64n - 1n),
  Buffer.concat([
    encode.encodeHandshake("den", bob, 3n),
    textOf("a:b:"),
    textOf("::"),
    encode.encodeAccept(3n),
  ]),
] as const;

const replySpecimens = [
  encode.encodeMembers([alice, bob]),
  encode.encodeRooms(["den", "attic"]),
  encode.encodeRooms([]),
  encode.encodeDeparted(),
  encode.encodeRefused("JOIN message - Conflict HashID!!"),
  Buffer.concat([encode.encodeRooms(["den"]), encode.encodeMembers([alice])]),
] as const;

const requestSpecimens = [
  encode.encodeJoin("den", alice),
  encode.encodeList(),
  encode.encodeDepart("den", bob),
  specimen("GET / HTTP/1.1\r\nHost: den\r\n\r\n"),
  Buffer.concat([encode.encodeList(), encode.encodeJoin("den", alice), encode.encodeDepart("den", alice)]),
] as const;

/** What a stream yields of the bytes at once; throws where it yields something else in chunks. */
function readAnyhow<Message>(
  open: () => MessageStream<Message>,
  bytes: Uint8Array,
): readonly Reading<Message>[] {
  const whole = readIn(open(), [bytes.slice()]);
  const lengths = [() => 1, () => wholeBetween(random, 1, 7), () => wholeBetween(random, 1, 500)];
  for (const length of lengths) expect(readIn(open(), chunks(bytes, length))).toEqual(whole);
  const last = whole.findIndex(({ kind }) => kind === "violation");
  expect(last === -1 || last === whole.length - 1).toBe(true);
  return whole;
}

function readIn<Message>(
  stream: MessageStream<Message>,
  pieces: readonly Uint8Array[],
): readonly Reading<Message>[] {
  const readings: Reading<Message>[] = [];
  for (const piece of pieces) {
    stream.push(piece, 0);
    for (let next = stream.next(0); next !== undefined; next = stream.next(0)) readings.push(next);
  }
  return readings;
}

/** In few words, how it was taken. */
function wayOf(readings: readonly Reading<{ readonly kind: string }>[]): string {
  return readings
    .slice(0, 6)
    .map((reading) => (reading.kind === "message" ? reading.message.kind : reading.why))
    .join(" ");
}

describe("on a link between peers", () => {
  fuzzBytes(
    "what is read is what a plain reader reads, and is written as it came",
    [...peerSpecimens],
    (bytes) => {
      const readings = readAnyhow(peerStream, bytes);
      expect(readings.map(toldOf)).toEqual(plainPeer(latin1(bytes)));
      for (const reading of readings) if (reading.kind === "message") rewritten(reading.message);
      return wayOf(readings);
    },
  );
});

function toldOf(reading: Reading<PeerMessage>): string {
  if (reading.kind !== "message") return reading.kind;
  const { message } = reading;
  switch (message.kind) {
    case "handshake": {
      const { user, ip, port } = message.member;
      return `handshake ${message.room} ${user} ${ip} ${port} ${message.lastId}`;
    }
    case "accept":
      return `accept ${message.lastId}`;
    case "text": {
      const { room, originHid = "?", originUser, id, content } = message;
      return `text ${room} ${originHid} ${originUser} ${id} ${latin1(content)}`;
    }
    default:
      return unreachable(message);
  }
}

/** What we write of it is read as the same again, and a text is passed on as it came. */
function rewritten(message: PeerMessage): void {
  const [again] = readIn(peerStream(), [written(message)]);
  if (again?.kind !== "message") throw new Error("what we write is not read");
  if (message.kind !== "text") expect(again.message).toEqual(message);
  else {
    const { wire, originHid = 0n, ...meaning } = message;
    expect(again.message).toMatchObject({ ...meaning, originHid });
    expect(readIn(peerStream(), [wire.slice()])).toEqual([{ kind: "message", message }]);
  }
}

function written(message: PeerMessage): Uint8Array {
  switch (message.kind) {
    case "handshake":
      return encode.encodeHandshake(message.room, message.member, message.lastId);
    case "accept":
      return encode.encodeAccept(message.lastId);
    case "text":
      return encode.encodeText(message);
    default:
      return unreachable(message);
  }
}

describe("from a room server", () => {
  fuzzBytes("a list holds what can be used, and says how much it left out", [...replySpecimens], (bytes) => {
    const readings = readAnyhow(replyStream, bytes);
    for (const reading of readings) if (reading.kind === "message") judgeReply(reading.message);
    return wayOf(readings);
  });
});

function judgeReply(reply: ServerReply): void {
  switch (reply.kind) {
    case "rooms":
      expect(reply.rooms.every(isName)).toBe(true);
      expect(readIn(replyStream(), [encode.encodeRooms(reply.rooms)])).toMatchObject([
        { message: { rooms: reply.rooms, skipped: 0 } },
      ]);
      return;
    case "members": {
      expect(reply.members.every(({ user, ip }) => isName(user) && isMemberAddress(ip))).toBe(true);
      const again = { kind: "members", msid: msidOf(reply.members), members: reply.members, skipped: 0 };
      expect(readIn(replyStream(), [encode.encodeMembers(reply.members)])).toMatchObject([
        { message: again },
      ]);
      return;
    }
    case "departed":
    case "refused":
      return;
    default:
      unreachable(reply);
  }
}

describe("to a room server", () => {
  fuzzBytes(
    "each line is a request or is refused, as a plain reader says",
    [...requestSpecimens],
    (bytes) => {
      const readings = readAnyhow(requestStream, bytes);
      expect(readings.map(askedOf)).toEqual(plainRequests(latin1(bytes)));
      return wayOf(readings);
    },
  );
});

function askedOf(reading: Reading<ServerRequest>): string {
  if (reading.kind !== "message") return reading.kind;
  const { message } = reading;
  switch (message.kind) {
    case "list":
      return "list";
    case "join":
    case "depart": {
      const { user, ip, port } = message.member;
      return `${message.kind} ${message.room} ${user} ${ip} ${port}`;
    }
    case "malformed":
      return `malformed ${message.of}`;
    default:
      return unreachable(message);
  }
}

describe("datagrams", () => {
  fuzzBytes(
    "a poke is what we would write, byte for byte, or nothing",
    [encode.encodePoke("den", "alice"), encode.encodePokeAnswer()],
    (bytes) => {
      const read = readPoke(bytes);
      if (!read.ok) return read.problem;
      const { value } = read;
      const again =
        value.kind === "poke" ? encode.encodePoke(value.room, value.user) : encode.encodePokeAnswer();
      expect(fromUtf8Leniently(again)).toBe(fromUtf8Leniently(bytes));
      return value.kind;
    },
  );
});
