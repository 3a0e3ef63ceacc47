/** What was here is known, what is new is not taken for it. */
import { expect, it } from "vitest";
import { toUtf8 } from "../../../base/bytes.ts";
import { cheapCrypto } from "../../../sim/cheap-crypto.ts";
import type { TextMessage } from "../messages.ts";
import { echoMs, originsMax, Seen, seenMax } from "./seen.ts";

const bob = 7n;

function at(mono: number): { readonly mono: number; readonly wall: number } {
  return { mono, wall: mono };
}

function text(id: number | bigint, content = "hi"): TextMessage {
  const bytes = toUtf8(content);
  return {
    kind: "text",
    room: "den",
    originHid: bob,
    originUser: "bob",
    id: BigInt(id),
    content: bytes,
    wire: bytes,
  };
}

function seen(): Seen {
  return new Seen("join", cheapCrypto());
}

it("the same id with the same content is a repeat, anything else is not", () => {
  const set = seen();
  expect(set.take(bob, text(1), at(0))).toBeDefined();
  expect(set.take(bob, text(1), at(0))).toBeUndefined();
  expect(set.take(bob, text(2), at(0))).toBeDefined();
  expect(set.take(bob, text(1, "ho"), at(0))).toBeDefined();
  expect(set.take(8n, text(1), at(0))).toBeDefined();
});

it("one forged id, however great, silences nobody", () => {
  const set = seen();
  set.take(bob, text(2n ** 64n - 1n, "forged"), at(0));
  for (let id = 1; id < 50; id++) expect(set.take(bob, text(id), at(id))).toBeDefined();
});

it(`the last ${seenMax} are remembered, the one before them is not`, () => {
  const set = seen();
  for (let id = 0; id < seenMax; id++) set.take(bob, text(id), at(0));
  expect(set.take(bob, text(0), at(0))).toBeUndefined();
  set.take(bob, text(seenMax), at(0));
  expect(set.take(bob, text(1), at(0))).toBeUndefined();
  expect(set.take(bob, text(0), at(0))).toBeDefined();
});

it("who begins anew may say again what was said before, but not what may still be under way", () => {
  const set = seen();
  const first = set.take(bob, text(1), at(0));
  set.take(bob, text(2), at(1));
  set.beginAnew(bob, at(echoMs));
  expect(set.take(bob, text(2), at(echoMs))).toBeUndefined();
  const again = set.take(bob, text(1), at(echoMs));
  expect(again).toBeDefined();
  expect(again).not.toBe(first);
});

it("a handshake with a lower id than was heard is a new beginning, one with a higher is none", () => {
  const set = seen();
  set.take(bob, text(5), at(0));
  set.met(bob, 5n, at(echoMs));
  expect(set.take(bob, text(5), at(echoMs))).toBeUndefined();
  set.met(bob, 0n, at(echoMs));
  expect(set.take(bob, text(5), at(echoMs))).toBeDefined();
});

it("what a text is known by means nothing beyond the join, the origin's beginning and the content", () => {
  const names = [seen(), new Seen("other", cheapCrypto())].map((set) => set.take(bob, text(1), at(0)));
  expect(new Set(names).size).toBe(2);
});

it(`${originsMax} origins are remembered, of one more the one silent longest is not`, () => {
  const set = seen();
  for (let hid = 1; hid <= originsMax; hid++) set.take(BigInt(hid), text(1), at(hid));
  set.take(1n, text(2), at(0));
  set.take(BigInt(originsMax + 1), text(1), at(0));
  expect(set.take(1n, text(1), at(0))).toBeUndefined();
  const before = set.take(2n, text(1), at(0));
  expect(before).toBeDefined();
});

it("an origin that was forgotten is not known by what it was known by before", () => {
  const set = seen();
  const before = set.take(bob, text(1), at(0));
  for (let hid = 100; hid < 100 + originsMax; hid++) set.take(BigInt(hid), text(1), at(0));
  expect(set.take(bob, text(1), at(0))).not.toBe(before);
});
