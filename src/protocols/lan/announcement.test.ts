/** Announcements: ours are short and readable by every program, those of others are judged, never trusted. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { nodeCrypto as crypto } from "../../../test/lan/node-crypto.ts";
import { present } from "../../base/assert.ts";
import { toUtf8 } from "../../base/bytes.ts";
import {
  announceableName,
  announcementBytesMax,
  ownAnnouncementBytesMax,
  readAnnouncement,
  writeAnnouncement,
} from "./announcement.ts";
import { CardReader, checkedMax, signCard, type Card } from "./card.ts";
import { jsonDepthMax, scanObject } from "./json.ts";

const seed = crypto.sha256(toUtf8("alice sign"));
const key = crypto.agreementPublicKey(crypto.sha256(toUtf8("alice key")));

function cardOf(name: string, at = 1): Card {
  return signCard(crypto, seed, { name, status: "away", key, at });
}

function read(text: string): unknown {
  const announcement = readAnnouncement(toUtf8(text));
  return announcement.ok ? announcement.value.name : announcement.problem;
}

it("what we announce is what others read, and fits 1,024 bytes whatever the name", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
      const name = announceableName(text);
      if (name === undefined) return;
      const bytes = writeAnnouncement(name, "192.168.100.100", cardOf(name).json);
      expect(bytes.length).toBeLessThanOrEqual(ownAnnouncementBytesMax);
      const heard = readAnnouncement(bytes);
      if (!heard.ok) throw new Error(heard.problem);
      expect(heard.value.name).toBe(name);
      expect(new CardReader(crypto).read(heard.value.card).ok).toBe(true);
    }),
    { numRuns: 50 },
  );
});

it("the classic form is read; anything of another form is refused with a reason", () => {
  expect(read('{"username": "Ece", "ip_address": "192.168.1.15"}')).toBe("Ece");
  expect(read('{"username": "\\u00c7a\\u011fr\\u0131"}')).toBe("Çağrı");
  expect(read("hello")).toBe("not-json");
  expect(read("[]")).toBe("not-object");
  expect(read('"Ece"')).toBe("not-object");
  expect(read("null")).toBe("not-object");
  expect(read('{"ip_address": "192.168.1.15"}')).toBe("no-name");
  for (const name of ['""', "7", "null", '["Ece"]', '"\\ud800"'])
    expect(read(`{"username": ${name}}`)).toBe("no-name");
  const notText = readAnnouncement(Uint8Array.of(0x7b, 0xff, 0x7d));
  expect(notText).toMatchObject({ ok: false, problem: "not-utf8" });
});

it("a name has 1 to 64 bytes, an announcement at most 1,400", () => {
  expect(read(`{"username": "${"x".repeat(64)}"}`)).toBe("x".repeat(64));
  expect(read(`{"username": "${"x".repeat(65)}"}`)).toBe("no-name");
  expect(read(`{"username": "${"ç".repeat(33)}"}`)).toBe("no-name");
  const frame = '{"username":"Ece","x":""}';
  const padded = (length: number): string => frame.replace('""', `"${"y".repeat(length - frame.length)}"`);
  expect(read(padded(announcementBytesMax))).toBe("Ece");
  expect(read(padded(announcementBytesMax + 1))).toBe("too-long");
});

it("nesting is followed to 32 and no deeper", () => {
  const nested = (depth: number): string =>
    `{"username":"Ece","x":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
  expect(read(nested(jsonDepthMax))).toBe("Ece");
  expect(read(nested(jsonDepthMax + 1))).toBe("too-deep");
  for (const depth of [10_000, 1_000_000])
    expect(scanObject(toUtf8(`{"x":${"[".repeat(depth)}`))).toBe("too-deep");
});

it("a key that objects inherit is not read as theirs, and nothing reaches the prototype", () => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  expect(read('{"__proto__": {"username": "Mallory"}}')).toBe("no-name");
  expect(read('{"username": "Ece", "__proto__": {"x": 1}, "constructor": {"prototype": {"x": 1}}}')).toBe(
    "Ece",
  );
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
});

it("no bytes make the readers throw", () => {
  const cards = new CardReader(crypto);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 1_500 }), (bytes) => void readAnnouncement(bytes)));
  fc.assert(fc.property(fc.jsonValue(), (value) => void cards.read(value)));
});

it("our own name loses control characters and what is over 64 bytes, between characters", () => {
  expect(announceableName(" E\u0007ce\n")).toBe("Ece");
  expect(announceableName("ç".repeat(40))).toBe("ç".repeat(32));
  expect(announceableName("x" + "👍".repeat(20))).toBe("x" + "👍".repeat(15));
  expect(announceableName(`${"x".repeat(63)} y`)).toBe("x".repeat(63));
  expect(announceableName("\n\t ")).toBeUndefined();
});

it("a card holds only as it was signed", () => {
  const reader = new CardReader(crypto);
  const { json } = cardOf("Ece");
  expect(reader.read(json).ok).toBe(true);
  const changes = [{ name: "Ada" }, { status: "busy" }, { at: 2 }, { key: json.sign }, { sign: json.key }];
  for (const change of changes) expect(reader.read({ ...json, ...change }).ok).toBe(false);
  expect(reader.read({ ...json, color: "red" }).ok).toBe(true);
  expect(reader.read({ ...json, v: 2 })).toEqual({ ok: false, problem: "card-version" });
  for (const change of [
    { v: "1" },
    { at: -1 },
    { at: 1.5 },
    { at: 2 ** 53 },
    { status: "gone" },
    { sig: json.sig.slice(4) },
  ])
    expect(reader.read({ ...json, ...change })).toEqual({ ok: false, problem: "card-malformed" });
  for (const value of [undefined, null, 1, "card", [], {}]) expect(reader.read(value).ok).toBe(false);
});

it("a card is judged by its values, however its JSON was written", () => {
  const { json } = cardOf("Ece");
  const turned = JSON.stringify(Object.fromEntries(Object.entries(json).reverse()), undefined, 2).replace(
    "Ece",
    "\\u0045ce",
  );
  expect(new CardReader(crypto).read(JSON.parse(turned)).ok).toBe(true);
});

it("keys of small order sign no card", () => {
  const { json } = cardOf("Ece");
  const encodings = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  ];
  const anySignature = Buffer.concat([Buffer.from(present(encodings[0], "one"), "hex"), Buffer.alloc(32)]);
  for (const encoding of encodings) {
    const sign = Buffer.from(encoding, "hex").toString("base64");
    const forged = { ...json, sign, sig: anySignature.toString("base64") };
    expect(new CardReader(crypto).read(forged)).toEqual({ ok: false, problem: "card-signature" });
  }
});

it("a card is checked once, and the memory of checked ones is bounded", () => {
  let checks = 0;
  const counting = {
    ...crypto,
    verify: (): boolean => {
      checks += 1;
      return true;
    },
  };
  const reader = new CardReader(counting);
  const { json } = cardOf("Ece");
  for (let at = 0; at < checkedMax; at++) reader.read({ ...json, at });
  reader.read({ ...json, at: 0 });
  expect(checks).toBe(checkedMax);
  reader.read({ ...json, at: checkedMax });
  reader.read({ ...json, at: 0 });
  expect(checks).toBe(checkedMax + 2);
  expect(reader.known({ ...json, at: checkedMax })).toBeDefined();
  expect(reader.known({ ...json, at: 1 })).toBeUndefined();
});
