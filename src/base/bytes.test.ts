/** Written forms of bytes: what is written is read back, and nothing else is read. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  concatBytes,
  equalBytes,
  fromBase64,
  fromBase64Url,
  fromHex,
  fromUtf8,
  fromUtf8Leniently,
  toBase64,
  toBase64Url,
  toHex,
  toUtf8,
  uint32Bytes,
  uint64Bytes,
  utf8Length,
} from "./bytes.ts";

const bytes = fc.uint8Array({ maxLength: 100 });

describe("written forms", () => {
  it("base64 agrees with Node's and is read back", () => {
    fc.assert(
      fc.property(bytes, (sample) => {
        expect(toBase64(sample)).toBe(Buffer.from(sample).toString("base64"));
        expect(toBase64Url(sample)).toBe(Buffer.from(sample).toString("base64url"));
        expect(fromBase64(toBase64(sample))).toEqual(sample);
        expect(fromBase64Url(toBase64Url(sample))).toEqual(sample);
        expect(fromHex(toHex(sample))).toEqual(sample);
      }),
    );
  });

  it.each(["A", "AA", "AA=", "AAA", "AB==", "AAB=", "A===", "====", "AA==\n", "AA-_", "Aé==", "AAAAA==="])(
    "base64 of another form is refused: %j",
    (text) => {
      expect(fromBase64(text)).toBeUndefined();
    },
  );

  it.each(["A", "AB", "AAB", "AA==", "AA+/", "AA A"])("base64url of another form is refused: %j", (text) => {
    expect(fromBase64Url(text)).toBeUndefined();
  });

  it("every text that is read is the one way to write its bytes", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const read = fromBase64(text);
        if (read !== undefined) expect(toBase64(read)).toBe(text);
      }),
    );
  });

  it.each(["0", "0g", "zz", " 00"])("hex of another form is refused: %j", (text) => {
    expect(fromHex(text)).toBeUndefined();
  });

  it("numbers are written big end first", () => {
    expect(toHex(uint32Bytes(0x01020304))).toBe("01020304");
    expect(toHex(uint64Bytes(Number.MAX_SAFE_INTEGER))).toBe("001fffffffffffff");
  });
});

describe("UTF-8", () => {
  it("the length is that of the encoded text, lone surrogates included", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 50 }), (text) => {
        expect(utf8Length(text)).toBe(toUtf8(text).length);
      }),
    );
    expect(utf8Length("a\ud800b")).toBe(toUtf8("a\ud800b").length);
  });

  it("what is no text is undefined, or replaced where the caller prefers that", () => {
    const broken = Uint8Array.of(0x61, 0xff, 0x62);
    expect(fromUtf8(broken)).toBeUndefined();
    expect(fromUtf8Leniently(broken)).toBe("a\ufffdb");
    expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe("\ufeffa");
  });
});

describe("comparison", () => {
  it("bytes are equal when all of them are", () => {
    expect(equalBytes(Uint8Array.of(1, 2), concatBytes(Uint8Array.of(1), Uint8Array.of(2)))).toBe(true);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false);
  });
});
