/** Damaged announcements, sealed messages, bodies, receipts and records of the LAN: each is a value or a problem. */
import { describe, expect } from "vitest";
import { concatBytes, toUtf8 } from "../../src/base/bytes.ts";
import {
  announceableName,
  readAnnouncement,
  writeAnnouncement,
} from "../../src/protocols/lan/announcement.ts";
import { CardReader, isName, nameBytesMax } from "../../src/protocols/lan/card.ts";
import { Companions, companionsMax } from "../../src/protocols/lan/companions.ts";
import { readKeptKeys, writeKeptKeys } from "../../src/protocols/lan/own-keys.ts";
import {
  bodyBytesMax,
  isReceipt,
  openMessage,
  readEnvelope,
  writeBody,
  type OpeningKeys,
} from "../../src/protocols/lan/sealed.ts";
import * as corpus from "./corpus.ts";
import { fuzzBytes, fuzzText } from "./fuzz.ts";
import { plainAnnouncement } from "./plain-readers.ts";

const day = corpus.aliceKeys.days[0];
const aliceOpens: OpeningKeys = {
  sign: corpus.aliceCard.sign,
  signText: corpus.aliceCard.signText,
  days: [{ privateKey: day.privateKey, publicKey: corpus.aliceCard.key }],
};

describe("announcements", () => {
  fuzzBytes("an announcement is a name and perhaps a card, or a problem", corpus.announcements, (bytes) => {
    const read = readAnnouncement(bytes);
    const plainly = plainAnnouncement(bytes);
    expect(read.ok ? read.value : undefined).toEqual(plainly);
    if (!read.ok) return read.problem;
    const again = readAnnouncement(
      writeAnnouncement(read.value.name.slice(0, 16).toWellFormed(), "10.0.0.1", corpus.bobCard.json),
    );
    if (!again.ok) throw new Error(`what we write is not read: ${again.problem}`);
    return typeof read.value.card;
  });

  const cards = new CardReader(corpus.crypto);
  const wholeCards = corpus.announcements.map((bytes) => bytes);
  fuzzBytes(
    "a card is taken as its owner signed it, or not at all",
    [corpus.announcements[0], ...wholeCards],
    (bytes) => {
      const announced = readAnnouncement(bytes);
      if (!announced.ok) return announced.problem;
      const card = cards.read(announced.value.card);
      if (!card.ok) return card.problem;
      // Nobody has bob's seed: whatever passes for his card says what he signed.
      expect(card.value.json).toEqual(corpus.bobCard.json);
      expect(cards.known(announced.value.card)).toBe(card.value);
      return "card";
    },
  );

  fuzzText("what is left of any name can be announced", corpus.names, (text) => {
    const name = announceableName(text);
    if (name === undefined) return "nothing";
    expect(isName(name) && toUtf8(name).length <= nameBytesMax).toBe(true);
    expect(announceableName(name)).toBe(name);
    const read = readAnnouncement(writeAnnouncement(name, "255.255.255.255", corpus.bobCard.json));
    expect(read.ok && read.value.name).toBe(name);
    return name === text ? "whole" : "less";
  });
});

describe("sealed messages", () => {
  const cards = new CardReader(corpus.crypto);
  fuzzBytes("an envelope opens to what was sealed, or not at all", [corpus.sealed.bytes], (bytes) => {
    const envelope = readEnvelope(bytes);
    if (envelope === undefined) return "no envelope";
    const opened = openMessage(corpus.crypto, aliceOpens, envelope, cards);
    if (!opened.ok) return opened.problem;
    expect(opened.value.from.json).toEqual(corpus.bobCard.json);
    expect(opened.value.body).toMatchObject({ kind: "text", text: "hello *alice*" });
    return "opened";
  });

  fuzzBytes("a body that was sealed rightly may hold anything", corpus.bodies, (bytes) => {
    const padded = concatBytes(bytes, new Uint8Array(16).fill(0x20)).subarray(0, bodyBytesMax);
    const envelope = readEnvelope(corpus.sealedBody(padded).bytes);
    if (envelope === undefined) throw new Error("what was sealed is no envelope");
    const opened = openMessage(corpus.crypto, aliceOpens, envelope, cards);
    if (!opened.ok) return opened.problem;
    const { body } = opened.value;
    if (body.kind === "unknown") return "unknown";
    expect(body.text.isWellFormed()).toBe(true);
    const written = writeBody(body);
    if (written.length > bodyBytesMax) return "longer when written by us";
    const again = readEnvelope(corpus.sealedBody(written).bytes);
    const reopened = again && openMessage(corpus.crypto, aliceOpens, again, cards);
    expect(JSON.stringify(reopened?.ok && reopened.value.body)).toBe(JSON.stringify(body));
    return body.kind;
  });

  fuzzBytes("only the receipt is the receipt", [corpus.receipt], (bytes) => {
    const isIt = isReceipt(corpus.crypto, corpus.sealed.context, corpus.messageId, bytes);
    expect(isIt).toBe(Buffer.from(bytes).equals(corpus.receipt));
    return String(isIt);
  });
});

describe("records that come back from a disk", () => {
  fuzzBytes("keys are read as they are written, or refused", corpus.keptRecords, (bytes) => {
    const keys = readKeptKeys(bytes);
    if (!keys.ok) return keys.problem;
    // A moment that no clock has had cannot be written again to the last millisecond.
    if (keys.value.days.every(({ madeAt }) => Number.isSafeInteger(madeAt)))
      expect(writeKeptKeys(keys.value)).toEqual(bytes);
    return `${keys.value.days.length} days`;
  });

  fuzzBytes("companions that cannot be read are none", [corpus.keptRecords[1]], (bytes) => {
    const companions = new Companions(bytes);
    expect(companions.has("somebody new")).toBe(false);
    const record: unknown = JSON.parse(Buffer.from(companions.add("somebody new", 0) ?? "").toString());
    if (!Array.isArray(record)) throw new Error("the record is no list");
    expect(record.length).toBeLessThanOrEqual(companionsMax);
    return String(record.length);
  });
});
