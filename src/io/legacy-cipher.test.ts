/** The old cipher opens what the programs that speak it send. */
import { expect, test } from "vitest";
import { present } from "../base/assert.ts";
import { fromBase64, fromUtf8, toUtf8 } from "../base/bytes.ts";
import { createTripleDes } from "./legacy-cipher.ts";

const { openTripleDes } = createTripleDes();
const keyOf = (shared: string): Uint8Array => toUtf8(shared.padEnd(24));
const sealed = (text: string): Uint8Array => present(fromBase64(text), "base64");

test.each([
  ["7", "pGlENGnS5T4="],
  ["11", "oF+3D2qkZhM="],
  ["1", "njpiC7+5W64="],
  ["18", "7B1OTCzyO/w="],
])("under the shared number %s, %s is hello", (shared, text) => {
  expect(fromUtf8(openTripleDes(keyOf(shared), sealed(text)) ?? toUtf8("nothing"))).toBe("hello");
});

test.each(["", "AAAA", "pGlENGnS5T4=AA==".slice(0, 12).replace("p", "q")])("%j does not open", (text) => {
  expect(openTripleDes(keyOf("7"), fromBase64(text) ?? toUtf8("x"))).toBeUndefined();
});
