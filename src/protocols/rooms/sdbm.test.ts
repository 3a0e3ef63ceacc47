/** The hashes are those of the wire's document. */
import { expect, test } from "vitest";
import { hashOf, hidOf, msidOf } from "./sdbm.ts";

const alice = { user: "alice", ip: "127.0.0.1", port: 5001 };
const bob = { user: "bob", ip: "127.0.0.1", port: 5002 };
const carol = { user: "carol", ip: "127.0.0.1", port: 5003 };

test.each([
  [alice, 3382070009828795609n],
  [bob, 17852666819177020069n],
  [carol, 726345991525808074n],
])("the HID of $user is the document's", (member, hid) => {
  expect(hidOf(member)).toBe(hid);
});

test("the MSID of a list depends on its order, and ends with a colon", () => {
  expect(msidOf([alice])).toBe(4184148821156573415n);
  expect(msidOf([bob, alice])).toBe(5486359548435979020n);
  expect(msidOf([alice, bob])).not.toBe(msidOf([bob, alice]));
  expect(msidOf([])).toBe(0n);
});

test("a hash is what 64-bit arithmetic makes of the bytes, one by one", () => {
  for (const text of ["", "a", "\u00ff", "ä€😀", "~".repeat(1_000)]) {
    let slowly = 0n;
    for (const byte of new TextEncoder().encode(text)) {
      slowly = BigInt.asUintN(64, BigInt(byte) + (slowly << 6n) + (slowly << 16n) - slowly);
    }
    expect(hashOf(text)).toBe(slowly);
  }
});
