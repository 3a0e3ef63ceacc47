/** HPKE does what RFC 9180 says, and what the well-known package does. */
/* eslint-disable @typescript-eslint/no-unsafe-assignment -- the package types its keys by a global of browsers */
import { CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
import { expect, it } from "vitest";
import { nodeCrypto as crypto } from "../../../test/lan/node-crypto.ts";
import { fromHex, toHex, toUtf8 } from "../../base/bytes.ts";
import { present } from "../../base/assert.ts";
import { seededRandom } from "../../base/random.ts";
import { hpkeExport, hpkeRecipient, hpkeSender } from "./hpke.ts";

/** RFC 9180, A.2.1. */
const vector = {
  info: "4f6465206f6e2061204772656369616e2055726e",
  ephemeral: "f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600",
  enc: "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
  recipient: "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
  recipientPublic: "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
  key: "ad2744de8e17f4ebba575b3f5f5a8fa1f69c2a07f6e7500bc60ca6e3e3ec1c91",
  nonce: "5c4d98150661b848853b547f",
  exporterSecret: "a3b010d4994890e2c6968a36f64470d3c824c8f5029942feb11e7a74b2921922",
  plain: "4265617574792069732074727574682c20747275746820626561757479",
  associated: "436f756e742d30",
  sealed: "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
  exported: [
    ["", "4bbd6243b8bb54cec311fac9df81841b6fd61f56538a775e7c80a9f40160606e"],
    ["00", "8c1df14732580e5501b00f82b10a1647b40713191b7c1240ac80e2b68808ba69"],
    ["54657374436f6e74657874", "5acb09211139c43b3090489a9da433e8a30ee7188ba8b0a9a1ccf0c229283e53"],
  ],
} as const;

function hex(text: string): Uint8Array {
  return present(fromHex(text), "hex");
}

it("the sender derives what RFC 9180 A.2.1 prints", () => {
  const sender = present(
    hpkeSender(crypto, hex(vector.ephemeral), hex(vector.recipientPublic), hex(vector.info)),
    "a sender",
  );
  expect(toHex(sender.enc)).toBe(vector.enc);
  const { key, nonce, exporterSecret } = sender.context;
  expect([toHex(key), toHex(nonce), toHex(exporterSecret)]).toEqual([
    vector.key,
    vector.nonce,
    vector.exporterSecret,
  ]);
  const sealed = crypto.seal(key, nonce, hex(vector.associated), hex(vector.plain));
  expect(toHex(sealed)).toBe(vector.sealed);
});

it("the recipient derives the same, and exports what RFC 9180 A.2.1 prints", () => {
  const own = { privateKey: hex(vector.recipient), publicKey: hex(vector.recipientPublic) };
  const context = present(hpkeRecipient(crypto, own, hex(vector.enc), hex(vector.info)), "a context");
  expect(toHex(context.key)).toBe(vector.key);
  for (const [exporterContext, value] of vector.exported)
    expect(toHex(hpkeExport(crypto, context, hex(exporterContext), 32))).toBe(value);
});

it("a key of low order is refused on both sides", () => {
  const own = { privateKey: hex(vector.recipient), publicKey: hex(vector.recipientPublic) };
  expect(hpkeSender(crypto, hex(vector.ephemeral), new Uint8Array(32), hex(""))).toBeUndefined();
  expect(hpkeRecipient(crypto, own, new Uint8Array(32), hex(""))).toBeUndefined();
});

it("what it seals, @hpke/core opens, and the other way round, exported secrets included", async () => {
  const suite = new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Chacha20Poly1305(),
  });
  const random = seededRandom(9180);
  const exporterContext = toUtf8("kith/lan/receipt/1");
  for (let i = 0; i < 5; i++) {
    const [own, ephemeral, info, plain] = [
      random.bytes(32),
      random.bytes(32),
      random.bytes(70),
      random.bytes(200),
    ];
    const publicKey = crypto.agreementPublicKey(own);
    const recipientKey = await suite.kem.importKey("raw", whole(own), false);
    const theirKey = await suite.kem.importKey("raw", whole(publicKey), true);

    const sender = present(hpkeSender(crypto, ephemeral, publicKey, info), "a sender");
    const sealed = crypto.seal(sender.context.key, sender.context.nonce, new Uint8Array(0), plain);
    const theirs = await suite.createRecipientContext({
      recipientKey,
      enc: whole(sender.enc),
      info: whole(info),
    });
    expect(new Uint8Array(await theirs.open(whole(sealed)))).toEqual(plain);
    const exported = new Uint8Array(await theirs.export(whole(exporterContext), 44));
    expect(exported).toEqual(hpkeExport(crypto, sender.context, exporterContext, 44));

    const theirSender = await suite.createSenderContext({ recipientPublicKey: theirKey, info: whole(info) });
    const theirSealed = new Uint8Array(await theirSender.seal(whole(plain)));
    const enc = new Uint8Array(theirSender.enc);
    const context = present(hpkeRecipient(crypto, { privateKey: own, publicKey }, enc, info), "a context");
    expect(crypto.open(context.key, context.nonce, new Uint8Array(0), theirSealed)).toEqual(plain);
  }
});

function whole(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
