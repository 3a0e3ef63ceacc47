/** Real specimens of all that strangers send: what programs of the network write, texts as people type them, files as we write them. */
import { present } from "../../src/base/assert.ts";
import { concatBytes, toBase64 } from "../../src/base/bytes.ts";
import { newMessageId } from "../../src/base/ids.ts";
import { seededRandom } from "../../src/base/random.ts";
import { writeAnnouncement } from "../../src/protocols/lan/announcement.ts";
import { signCard, type Card } from "../../src/protocols/lan/card.ts";
import type { HpkeContext } from "../../src/protocols/lan/hpke.ts";
import { jsonDepthMax } from "../../src/protocols/lan/json.ts";
import { OwnKeys, readKeptKeys, type KeptKeys } from "../../src/protocols/lan/own-keys.ts";
import { sealMessage, writeBody, writeReceipt } from "../../src/protocols/lan/sealed.ts";
import { cheapCrypto } from "../../src/sim/cheap-crypto.ts";
import { specimen } from "./fuzz.ts";

/** As quick as a checksum: the parsers around it are what is tested here. */
export const crypto = cheapCrypto();

const random = seededRandom(7);
const start = { wall: 1_800_000_000_000, mono: 0 };

/** Keys that were in use before, as a machine starts with them. */
function keysOf(): KeptKeys {
  let record: Uint8Array | undefined;
  const keys = new OwnKeys(crypto, random, undefined, (bytes) => (record = bytes));
  keys.start(start);
  const read = readKeptKeys(present(record, "the record of new keys"));
  if (!read.ok) throw new Error(read.problem);
  return read.value;
}

function cardOf(name: string, keys: KeptKeys): Card {
  const key = crypto.agreementPublicKey(keys.days[0].privateKey);
  return signCard(crypto, keys.seed, { name, status: "available", key, at: start.wall });
}

/** Of its own for each machine: it overwrites what has had its time. */
export function keptKeys(): KeptKeys {
  return structuredClone(aliceKeys);
}

export const aliceKeys = keysOf();
export const aliceCard = cardOf("alice", aliceKeys);
const bobKeys = keysOf();
export const bobCard = cardOf("bob", bobKeys);

export const messageId = newMessageId(random);

/** What bob seals to alice. */
export function sealedBody(body: Uint8Array): { readonly bytes: Uint8Array; readonly context: HpkeContext } {
  const ephemeral = seededRandom(8).bytes(32);
  const sealed = sealMessage(crypto, { seed: bobKeys.seed, card: bobCard, ephemeral }, aliceCard, body);
  return present(sealed, "a message to a usable key");
}

export const body = writeBody({ kind: "text", id: messageId, at: start.wall, text: "hello *alice*" });
export const sealed = sealedBody(body);
export const receipt = writeReceipt(crypto, sealed.context, messageId);

export const announcements = [
  writeAnnouncement("bob", "10.0.0.2", bobCard.json),
  specimen('{"username": "Ece", "ip_address": "192.168.1.15"}'),
  specimen('{"username":"Zo\u00eb \ud83d\udc1d"}'),
  specimen('{"ip_address":7,"username":"Ece","kith":{"v":2,"name":"Ece"},"extra":[{"a":[1,null,true]}]}'),
  specimen(JSON.stringify({ username: "bob", kith: { ...bobCard.json, status: "busy" } })),
  nested(jsonDepthMax),
  nested(jsonDepthMax + 1),
] as const;

/** As deep as may be, and one deeper. */
function nested(depth: number): Uint8Array {
  return specimen(`{"username":"Ece","more":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`);
}

export const bodies = [
  body,
  writeBody({ kind: "action", id: messageId, at: 0, text: "waves\n\u202e" }),
  specimen(`{"kind":"poll","id":"${messageId}","at":1,"question":"?"}`),
] as const;

export const classicStreams = [
  specimen("merhaba"),
  specimen("Ece >> merhaba\n"),
  specimen("exit"),
  specimen("çok\r\nsatırlı\r\n"),
  specimen('{"kith": a brace that a person typed'),
  sealed.bytes,
] as const;

export const streams2025 = [
  specimen(JSON.stringify({ unencrypted_message: "a burst ".repeat(800) }).repeat(3)),
  specimen('{"unencrypted_message": "hello"}'),
  specimen('{"key": "7"}{"encrypted_message": "q83vEjRWeJA="}'),
  specimen(' {"key": 18} \n{"unencrypted_message":"one"}{"unencrypted_message":"t\\u0077o \\ud83d"}  '),
  specimen(`{"key":"2"}{"encrypted_message":"${toBase64(new Uint8Array(16).fill(9))}"}`),
] as const;

export const texts = [
  "hello",
  "a *bold*, _italic_ and ~struck~ word, `code` and https://example.org/a_(b)?c=d*e.",
  "> she wrote\n>> before\n> that\nand I answered",
  "```ts\nconst a = `b`;\n```\nafter ```\nnothing",
  "snake_case and 2*3*4 and *un _finished* business_",
  "mailto:alice@example.org kith:alice http:// (https://example.org).",
  "çok güzel, ΣΊΣΥΦΟΣ, İstanbul, Straße, ﬁ",
  "漢字かな交じり文。กำลังทดสอบ 한국어 ລາວ",
  "👩‍👩‍👧 🇩🇪🇹🇷 1️⃣ ☺︎ क्‍ष می‌خواهم",
  "Z\u0335\u0321a\u0306\u0310\u030dlgo \u202eevil\u202c \u001b]0;owned\u0007 \u009b31m \u007f\r\n\tend",
] as const;

export const requests = [
  '{"jsonrpc":"2.0","method":"messages.send","params":{"to":"bob","text":"hi"},"id":1}',
  '{"jsonrpc":"2.0","method":"events.follow","params":{"since":"ab.12"},"id":"x"}',
  '[{"jsonrpc":"2.0","method":"people.list","id":2},{"jsonrpc":"2.0","method":"system.status","params":{},"id":null}]',
  '{"jsonrpc":"2.0","method":"messages.page","params":{"conversation":1,"limit":500},"id":-1.5}',
  '{"jsonrpc":"2.0","method":"networks.configure","params":{"name":"lan","settings":{"targets":["10.0.0.1"]}},"id":3}',
] as const;

export const configs = [
  '[profile]\nname = "alice"\navailability = "busy"\n\n[networks]\nautoconnect = ["lan"]\n',
  'api.http = true\napi.port = 8_080\n[log]\nlevel = "warn" # loud\n',
  '[lan]\ntargets = ["10.0.0.1", "10.0.0.2"]\nudpPort = 0x1388\nvariant = "2025"\nlog = """\nmany\nlines"""\n',
  "a = { b = [ { c = 1979-05-27T07:32:00Z } ] }\nx = inf\ny = -0.0e0\n[[t]]\nz = '''\n'''\n",
] as const;

export const configWords = [
  "on",
  "5000",
  "10.0.0.1, 10.0.0.2",
  "busy",
  "",
  "classic",
  "0x10",
  "alice",
] as const;

const contact = { identity: "key:abc", keyed: true, name: "bob", secrecy: "end-to-end" };
const message = {
  id: messageId,
  mine: false,
  sentAt: 1,
  arrivedAt: 2,
  body: { kind: "text", text: "hello" },
  secrecy: "end-to-end",
  deleted: false,
};

export const importLines = [
  '{"kith":"history","version":1}',
  JSON.stringify({
    network: "lan",
    conversation: { kind: "direct", with: contact },
    author: contact,
    message,
  }),
  JSON.stringify({ network: "lan", conversation: { kind: "everyone" }, message: { ...message, mine: true } }),
  JSON.stringify({
    network: "lan",
    conversation: { kind: "room", room: "tea" },
    message: { ...message, replyTo: messageId, editedAt: 3, body: { kind: "action", text: "waves" } },
  }),
] as const;

export const names = [
  "alice",
  "Ece",
  "Zoë",
  "a b",
  " x ",
  "lan",
  "lab-2",
  messageId,
  "İrem",
  "漢字",
  "name:x@10.0.0.1",
] as const;

/** Records that a machine remembered, and gets back from a disk that may have rotted. */
export const keptRecords = [
  concatBytes(Uint8Array.of(1), aliceKeys.seed, new Uint8Array(40).fill(3)),
  specimen('["key:abc","name:Ece"]'),
] as const;
