/** The primitives give the answers that their RFCs print, and refuse keys that sign anything or agree with everybody. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { present } from "../base/assert.ts";
import { fromHex, toHex, toUtf8 } from "../base/bytes.ts";
import { createCrypto } from "./crypto.ts";
import { isTrustworthyEd25519 } from "./ed25519-keys.ts";

const crypto = createCrypto();
const hex = (text: string): Uint8Array => present(fromHex(text), "hex");
const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

const ed25519 = [
  {
    seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    message: "",
    signature:
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  },
  {
    seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    message: "72",
    signature:
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  },
  {
    seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    message: "af82",
    signature:
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  },
];

describe("Ed25519 (RFC 8032 section 7.1)", () => {
  test.each(ed25519)("signs $message", ({ seed, publicKey, message, signature }) => {
    expect(toHex(crypto.signingPublicKey(hex(seed)))).toBe(publicKey);
    expect(toHex(crypto.sign(hex(seed), hex(message)))).toBe(signature);
    expect(crypto.verify(hex(publicKey), hex(message), hex(signature))).toBe(true);
  });

  test("a signature fits its message and key alone, and has 64 bytes", () => {
    fc.assert(
      fc.property(bytes(32), fc.uint8Array({ maxLength: 99 }), fc.nat(), (seed, message, at) => {
        const publicKey = crypto.signingPublicKey(seed);
        const signature = crypto.sign(seed, message);
        expect(crypto.verify(publicKey, message, signature)).toBe(true);
        expect(crypto.verify(publicKey, message, flipped(signature, at))).toBe(false);
        expect(crypto.verify(publicKey, Uint8Array.of(...message, 1), signature)).toBe(false);
        expect(crypto.verify(flipped(publicKey, at), message, signature)).toBe(false);
        expect(crypto.verify(publicKey, message, signature.subarray(1))).toBe(false);
        expect(crypto.verify(publicKey, message, Uint8Array.of(...signature, 0))).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  test.each([0, 1, 31, 33, 64])("a key of %d bytes fits nothing", (length) => {
    expect(crypto.verify(new Uint8Array(length), hex(""), new Uint8Array(64))).toBe(false);
  });
});

/** The eight points whose order divides eight. */
const smallOrderKeys = [
  `00${"00".repeat(31)}`,
  `00${"00".repeat(30)}80`,
  `01${"00".repeat(31)}`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
  `ec${"ff".repeat(30)}7f`,
];
/** Their other spellings, and one of a point of full order: numbers from the prime up, and zero with a sign. */
const nonCanonicalKeys = [
  `01${"00".repeat(30)}80`,
  `ec${"ff".repeat(31)}`,
  ...["ed", "ee", "f0", "ff"].flatMap((low) => [`${low}${"ff".repeat(30)}7f`, `${low}${"ff".repeat(31)}`]),
];

const neutral = `01${"00".repeat(31)}`;
/** s·B and s: under the neutral point it is a signature of every message. */
const ofEverything =
  "ef4f62f8479733ad879cfaced3c89a9c39dd4fc795ef2efa1c3eafe4d729a081" + `3930${"00".repeat(30)}`;

describe("Ed25519 keys that sign anything", () => {
  test.each([...smallOrderKeys, ...nonCanonicalKeys])("%s is refused", (key) => {
    expect(isTrustworthyEd25519(hex(key))).toBe(false); // whatever the library underneath thinks of it
    for (let i = 0; i < 16; i++) {
      const message = toUtf8(`message ${i}`);
      expect(crypto.verify(hex(key), message, hex(ofEverything))).toBe(false);
      expect(crypto.verify(hex(key), message, hex(neutral + "00".repeat(32)))).toBe(false);
    }
  });

  test("neighbours of such keys are not", () => {
    for (const key of [`eb${"ff".repeat(30)}7f`, `02${"00".repeat(31)}`, ed25519[0]?.publicKey ?? ""]) {
      expect(isTrustworthyEd25519(hex(key))).toBe(true);
    }
  });
});

describe("X25519 (RFC 7748 sections 5.2 and 6.1)", () => {
  test.each([
    {
      own: "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
      other: "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
      shared: "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
    },
    {
      own: "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
      other: "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
      shared: "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
    },
  ])("agrees on $shared", ({ own, other, shared }) => {
    expect(toHex(crypto.agree(hex(own), hex(other)) ?? hex(""))).toBe(shared);
  });

  test("alice and bob agree", () => {
    const alice = hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    const bob = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    const shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
    expect(toHex(crypto.agreementPublicKey(alice))).toBe(
      "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
    );
    expect(toHex(crypto.agree(alice, crypto.agreementPublicKey(bob)) ?? hex(""))).toBe(shared);
    expect(toHex(crypto.agree(bob, crypto.agreementPublicKey(alice)) ?? hex(""))).toBe(shared);
  });

  test.each([
    "00".repeat(32),
    `01${"00".repeat(31)}`,
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    `ec${"ff".repeat(30)}7f`,
    `ed${"ff".repeat(30)}7f`,
    `ee${"ff".repeat(30)}7f`,
    "",
    "09",
  ])("nothing is agreed with %j", (other) => {
    expect(crypto.agree(new Uint8Array(32).fill(7), hex(other))).toBeUndefined();
  });
});

describe("ChaCha20-Poly1305 (RFC 8439 section 2.8.2)", () => {
  const key = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
  const nonce = hex("070000004041424344454647");
  const associated = hex("50515253c0c1c2c3c4c5c6c7");
  const plain = toUtf8(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  );
  const sealed = hex(
    "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6" +
      "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36" +
      "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc" +
      "3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691",
  );

  test("seals and opens the printed text", () => {
    expect(toHex(crypto.seal(key, nonce, associated, plain))).toBe(toHex(sealed));
    expect(crypto.open(key, nonce, associated, sealed)).toEqual(plain);
  });

  test("what was altered, cut or belongs to other data does not open", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.uint8Array({ maxLength: 20 }),
        fc.nat(),
        (text, ad, at) => {
          const box = crypto.seal(key, nonce, ad, text);
          expect(crypto.open(key, nonce, ad, box)).toEqual(text);
          expect(crypto.open(key, nonce, ad, flipped(box, at))).toBeUndefined();
          expect(crypto.open(key, nonce, ad, box.subarray(0, at % box.length))).toBeUndefined();
          expect(crypto.open(key, nonce, Uint8Array.of(...ad, 0), box)).toBeUndefined();
        },
      ),
    );
  });
});

describe("HMAC-SHA-256 (RFC 4231) and SHA-256", () => {
  test.each([
    ["0b".repeat(20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
    [
      toHex(toUtf8("Jefe")),
      "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ],
    [
      "aa".repeat(131),
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ],
    [
      "aa".repeat(131),
      "This is a test using a larger than block-size key and a larger than block-size data. " +
        "The key needs to be hashed before being used by the HMAC algorithm.",
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ],
  ])("key %s, %j", (key, text, mac) => {
    expect(toHex(crypto.hmacSha256(hex(key), toUtf8(text)))).toBe(mac);
  });

  test.each([
    ["aa".repeat(20), "dd".repeat(50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"],
    [
      "0102030405060708090a0b0c0d0e0f10111213141516171819",
      "cd".repeat(50),
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    ],
  ])("key %s, bytes %s", (key, data, mac) => {
    expect(toHex(crypto.hmacSha256(hex(key), hex(data)))).toBe(mac);
  });

  test("the hash of abc", () => {
    expect(toHex(crypto.sha256(toUtf8("abc")))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });
});

test("no answer is a Buffer, whose slices are not copies", () => {
  const seed = new Uint8Array(32).fill(1);
  const box = crypto.seal(seed, new Uint8Array(12), new Uint8Array(), seed);
  const answers = [
    crypto.sha256(seed),
    crypto.hmacSha256(seed, seed),
    crypto.sign(seed, seed),
    crypto.signingPublicKey(seed),
    crypto.agreementPublicKey(seed),
    crypto.agree(seed, crypto.agreementPublicKey(seed)),
    box,
    crypto.open(seed, new Uint8Array(12), new Uint8Array(), box),
  ];
  expect(answers.map((answer) => answer?.constructor)).toEqual(answers.map(() => Uint8Array));
});

test("a key whose array is wiped or reused is another key", () => {
  const seed = new Uint8Array(32).fill(1);
  const before = crypto.sign(seed, toUtf8("text"));
  seed.fill(2);
  expect(crypto.sign(seed, toUtf8("text"))).not.toEqual(before);
});

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  const i = at % copy.length;
  copy[i] = (copy[i] ?? 0) ^ 1;
  return copy;
}

test("a key that was forgotten can be used again, and one that was wiped after it is another key", () => {
  const key = crypto.sha256(toUtf8("alice"));
  const before = [crypto.signingPublicKey(key), crypto.agreementPublicKey(key)];
  crypto.forget(key);
  expect([crypto.signingPublicKey(key), crypto.agreementPublicKey(key)]).toEqual(before);
  crypto.forget(key);
  key.fill(0);
  expect(crypto.agreementPublicKey(key)).not.toEqual(before[1]);
});
