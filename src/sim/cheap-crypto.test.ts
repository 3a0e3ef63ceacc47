/** That the stand-in for cryptography forges nothing within the world. */
import { describe, expect, test } from "vitest";
import { toUtf8 } from "../base/bytes.ts";
import { seededRandom } from "../base/random.ts";
import { cheapCrypto } from "./cheap-crypto.ts";

const random = seededRandom(1);
const nothing = new Uint8Array(0);

describe("the stand-in for cryptography", () => {
  test("a signature verifies under its own key and message alone", () => {
    const crypto = cheapCrypto();
    const [alice, mallory] = [random.bytes(32), random.bytes(32)];
    const signature = crypto.sign(alice, toUtf8("hello"));
    const publicKey = crypto.signingPublicKey(alice);
    expect(signature).toHaveLength(64);
    expect(crypto.verify(publicKey, toUtf8("hello"), signature)).toBe(true);
    expect(crypto.verify(publicKey, toUtf8("hallo"), signature)).toBe(false);
    expect(crypto.verify(crypto.signingPublicKey(mallory), toUtf8("hello"), signature)).toBe(false);
    expect(crypto.verify(publicKey, toUtf8("hello"), crypto.sign(mallory, toUtf8("hello")))).toBe(false);
  });

  test("two agree on a secret that a third does not get", () => {
    const crypto = cheapCrypto();
    const [alice, bob, mallory] = [random.bytes(32), random.bytes(32), random.bytes(32)];
    const [toAlice, toBob] = [crypto.agreementPublicKey(alice), crypto.agreementPublicKey(bob)];
    expect(crypto.agree(alice, toBob)).toEqual(crypto.agree(bob, toAlice));
    expect(crypto.agree(mallory, toBob)).not.toEqual(crypto.agree(alice, toBob));
  });

  test("what was sealed opens, unless a bit of anything differs", () => {
    const crypto = cheapCrypto();
    const [key, nonce, text] = [random.bytes(32), random.bytes(12), toUtf8("a text of some length")];
    const sealed = crypto.seal(key, nonce, nothing, text);
    expect(crypto.open(key, nonce, nothing, sealed)).toEqual(text);
    for (let i = 0; i < sealed.length; i++) {
      const changed = sealed.slice();
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(crypto.open(key, nonce, nothing, changed)).toBeUndefined();
    }
    expect(crypto.open(random.bytes(32), nonce, nothing, sealed)).toBeUndefined();
    expect(crypto.open(key, nonce, toUtf8("else"), sealed)).toBeUndefined();
  });
});
