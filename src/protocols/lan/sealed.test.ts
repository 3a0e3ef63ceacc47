/** Sealed messages and receipts: the specification's vector, and everything that must not open. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { nodeCrypto as crypto } from "../../../test/lan/node-crypto.ts";
import { present } from "../../base/assert.ts";
import { concatBytes, fromBase64, toBase64, toHex, toUtf8 } from "../../base/bytes.ts";
import type { MessageId } from "../../base/ids.ts";
import { CardReader, signCard, type Card } from "./card.ts";
import { hpkeExport, hpkeSender } from "./hpke.ts";
import {
  bodyBytesMax,
  isReceipt,
  openMessage,
  readEnvelope,
  sealMessage,
  writeBody,
  writeReceipt,
  type Opened,
} from "./sealed.ts";

const at = 1_795_273_805_680;
const id = "AAECAwQFBgcICQoLDA0ODw" as MessageId;

function secret(what: string): Uint8Array {
  return crypto.sha256(toUtf8(what));
}

function personOf(name: string): {
  readonly seed: Uint8Array;
  readonly card: Card;
  readonly privateKey: Uint8Array;
} {
  const seed = secret(`${name} sign`);
  const privateKey = secret(`${name} key`);
  const key = crypto.agreementPublicKey(privateKey);
  return { seed, privateKey, card: signCard(crypto, seed, { name, status: "available", key, at }) };
}

const alice = personOf("alice");
const bob = personOf("bob");
const mallory = personOf("mallory");

function openingKeys(person: typeof bob): Parameters<typeof openMessage>[1] {
  const { card, privateKey } = person;
  return { sign: card.sign, signText: card.signText, days: [{ privateKey, publicKey: card.key }] };
}

function seal(text: string, from = alice, to = bob, ephemeral = secret("ephemeral")): Uint8Array {
  const body = writeBody({ kind: "text", id, at: at + 20, text });
  return present(sealMessage(crypto, { ...from, ephemeral }, to.card, body), "sealed").bytes;
}

function open(bytes: Uint8Array, by = bob): Opened | string {
  const envelope = readEnvelope(bytes);
  if (envelope === undefined) return "malformed";
  const opened = openMessage(crypto, openingKeys(by), envelope, new CardReader(crypto));
  return opened.ok ? opened.value : opened.problem;
}

it("the cards of the vector", () => {
  expect(alice.card.json).toEqual({
    v: 1,
    name: "alice",
    status: "available",
    key: "89WWusUP2pA0IPAMjuQykRSSnIRNeaWRVVup9xKGxwc=",
    sign: "SZFfqu3mQxmf5XIYeLNji3XwS8vbdcC1raiy7h7GltE=",
    at,
    sig: "29iqow2HzBJKjloFKmsmonQERYfGJSYn5VWgJoYX0+nXWs80cU+PSHjhJStvcUcMOIiyZDtOiwdbyeyyhuILBg==",
  });
  expect(bob.card.json.key).toBe("hCPvJ7PDPUXx8wNZMRL0jKsVr94qw6+dfyl7fOJfgHo=");
  expect(bob.card.json.sign).toBe("Ej6946lc34ebyioIEpBNdZLXl3T3B1kbZrXGR5yVS6A=");
});

it("the sealed message of the vector, its exported secret and its receipt", () => {
  const body = writeBody({ kind: "text", id, at: at + 20, text: "hello" });
  expect(body.length).toBe(128);
  const sealed = present(
    sealMessage(crypto, { ...alice, ephemeral: secret("ephemeral") }, bob.card, body),
    "sealed",
  );
  const envelope = present(readEnvelope(sealed.bytes), "an envelope");
  expect(toBase64(envelope.enc)).toBe("4p11IZEUmLg37WktEqgVh4mOCsP2II6sEGm8qC+2tjM=");
  expect(envelope.ct.length).toBe(208);
  expect(toHex(crypto.sha256(envelope.ct))).toBe(
    "bbd62ce10c815216069e4a030c3aaaf8dc58deac036de455f9621d48cbe69f56",
  );
  expect(toHex(hpkeExport(crypto, sealed.context, toUtf8("kith/lan/receipt/1"), 44))).toBe(
    "631fbae6de4064b926e72f2341abe138082749d3be322b64b522bcbcc1a3239f953c6f4c6639c2e5c8866f92",
  );
  const receipt =
    "qhIeMwlflkFdf102zb9qVvtvD1LmvxJCUQyKwND5DBwSPUGHovJw2vhG3QaGOATQa+oGfwwGcEfT2KyxjnS++blWuCTc/Qei8jn8ESx+blAiSKjy";
  const opened = open(sealed.bytes);
  if (typeof opened === "string") throw new Error(opened);
  expect(opened.body).toEqual({ kind: "text", id, at: at + 20, text: "hello" });
  expect(opened.from.signText).toBe(alice.card.signText);
  expect(toBase64(writeReceipt(crypto, opened.context, id))).toBe(receipt);
  expect(isReceipt(crypto, sealed.context, id, present(fromBase64(receipt), "bytes"))).toBe(true);
});

it("any text comes out as it went in, but for lone surrogates", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      const opened = open(seal(text));
      return (
        typeof opened !== "string" && opened.body.kind === "text" && opened.body.text === text.toWellFormed()
      );
    }),
    { numRuns: 50 },
  );
});

it("a change of any byte of a sealed message opens nothing, or changes nothing", () => {
  const bytes = seal("hello");
  for (let i = 0; i < bytes.length; i += 3) {
    const changed = bytes.slice();
    changed[i] = (changed[i] ?? 0) ^ 1;
    const opened = open(changed);
    if (typeof opened !== "string") expect(opened.body).toMatchObject({ text: "hello" });
  }
});

it("a message for another is not opened, and a recipient cannot pass it on as meant for somebody else", () => {
  expect(open(seal("hello"), mallory)).toBe("sealed-not-for-us");
  const stolen = openedPlain(seal("I owe you 5", alice, mallory), mallory);
  const forged = reseal(stolen, alice.card, bob);
  expect(open(forged)).toBe("sealed-signature");
});

it("a thief of the recipient's keys cannot speak to the recipient as others", () => {
  const body = writeBody({ kind: "text", id, at, text: "hello" });
  const signature = crypto.sign(bob.seed, body);
  expect(open(reseal(concatBytes(signature, body), alice.card, bob))).toBe("sealed-signature");
});

it("a signature made for one purpose fits no other", () => {
  const cardSignature = present(fromBase64(alice.card.json.sig), "a signature");
  const body = writeBody({ kind: "text", id, at, text: "hello" });
  expect(open(reseal(concatBytes(cardSignature, body), alice.card, bob))).toBe("sealed-signature");
  const message = { ...alice.card.json, sig: toBase64(openedPlain(seal("hello"), bob).subarray(0, 64)) };
  expect(new CardReader(crypto).read(message)).toEqual({ ok: false, problem: "card-signature" });
});

it("one of two keys of the last days opens it, an erased one does not", () => {
  const envelope = present(readEnvelope(seal("hello")), "an envelope");
  const keys = openingKeys(bob);
  const today = { privateKey: secret("today"), publicKey: crypto.agreementPublicKey(secret("today")) };
  const judge = (days: typeof keys.days): boolean =>
    openMessage(crypto, { ...keys, days }, envelope, new CardReader(crypto)).ok;
  expect(judge([today, ...keys.days])).toBe(true);
  expect(judge([today])).toBe(false);
});

it("only the receipt of this very message is one", () => {
  const body = writeBody({ kind: "text", id, at, text: "hello" });
  const sealed = (text: string): NonNullable<ReturnType<typeof sealMessage>> =>
    present(sealMessage(crypto, { ...alice, ephemeral: secret(text) }, bob.card, body), "sealed");
  const [one, other] = [sealed("one"), sealed("other")];
  const receipt = writeReceipt(crypto, one.context, id);
  expect(isReceipt(crypto, one.context, id, receipt)).toBe(true);
  expect(isReceipt(crypto, other.context, id, receipt)).toBe(false);
  expect(isReceipt(crypto, one.context, "BBECAwQFBgcICQoLDA0ODw" as MessageId, receipt)).toBe(false);
  for (const bytes of [
    receipt.subarray(1),
    concatBytes(receipt, receipt),
    new Uint8Array(0),
    new Uint8Array(16),
  ])
    expect(isReceipt(crypto, one.context, id, bytes)).toBe(false);
});

it("the longest body goes through, a longer one is not read", () => {
  const frame = writeBody({ kind: "text", id, at: at + 20, text: "" });
  const room = bodyBytesMax - new TextDecoder().decode(frame).trimEnd().length;
  expect(open(seal("x".repeat(room)))).toMatchObject({ body: { kind: "text" } });
  expect(writeBody({ kind: "text", id, at: at + 20, text: "x".repeat(room + 1) }).length).toBeGreaterThan(
    bodyBytesMax,
  );
  expect(open(seal("x".repeat(room + 1)))).toBe("malformed");
});

it("a kind of a later version is told as unknown; a body of the wrong form is refused", () => {
  const judge = (body: object | string): unknown => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const sealed = sealMessage(crypto, { ...alice, ephemeral: secret("e") }, bob.card, toUtf8(text));
    const opened = open(present(sealed, "sealed").bytes);
    return typeof opened === "string" ? opened : opened.body;
  };
  expect(judge({ kind: "poll", id, at, question: "?" })).toEqual({ kind: "unknown", id, at, what: "poll" });
  expect(judge({ kind: "text", id, at, text: "x", extra: [] })).toMatchObject({ text: "x" });
  for (const body of [
    "",
    "[]",
    "nonsense",
    { kind: "text", id, at },
    { kind: "text", id: "short", at, text: "" },
  ])
    expect(judge(body)).toBe("sealed-body");
  expect(judge({ kind: "text", id, at: "1", text: "x" })).toBe("sealed-body");
  expect(judge({ id, at, text: "x" })).toBe("sealed-body");
});

it("no bytes make the reader throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      readEnvelope(bytes);
      readEnvelope(concatBytes(toUtf8('{"kith":1,"from":{"sign":"x"},'), bytes));
    }),
  );
  fc.assert(
    fc.property(fc.json(), (json) => {
      readEnvelope(toUtf8(json));
      readEnvelope(toUtf8(`{"kith":1,"to":"x","from":${json},"enc":${json},"ct":${json}}`));
    }),
  );
});

/** Signature and body of a message, as its recipient has them. */
function openedPlain(bytes: Uint8Array, by: typeof bob): Uint8Array {
  const envelope = present(readEnvelope(bytes), "an envelope");
  const opened = open(bytes, by);
  if (typeof opened === "string") throw new Error(opened);
  const { key, nonce } = opened.context;
  return present(crypto.open(key, nonce, new Uint8Array(0), envelope.ct), "plain");
}

/** Somebody's plaintext sealed to another in the name of a card. */
function reseal(plain: Uint8Array, from: Card, to: typeof bob): Uint8Array {
  const info = concatBytes(toUtf8("kith/lan/seal/1\0"), from.sign, to.card.sign);
  const sender = present(hpkeSender(crypto, secret("mallory's"), to.card.key, info), "a sender");
  const ct = crypto.seal(sender.context.key, sender.context.nonce, new Uint8Array(0), plain);
  const message = {
    kith: 1,
    from: from.json,
    to: to.card.signText,
    enc: toBase64(sender.enc),
    ct: toBase64(ct),
  };
  return toUtf8(JSON.stringify(message));
}
