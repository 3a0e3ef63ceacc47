/** The key exchange of the later variant and its cipher, as its programs speak them. */
import { expect, it } from "vitest";
import { LanLab } from "../../../test/lan/lab.ts";
import { ClassicProgram, Member } from "../../../test/lan/members.ts";
import { nodeLegacyCipher, sealTripleDes } from "../../../test/lan/node-crypto.ts";
import { present } from "../../base/assert.ts";
import { fromBase64, fromUtf8, toBase64, toUtf8 } from "../../base/bytes.ts";
import { jsonBytesMax, legacyKey, power } from "./dialect-2025.ts";

it.each([
  [7, "pGlENGnS5T4="],
  [11, "oF+3D2qkZhM="],
  [1, "njpiC7+5W64="],
  [18, "7B1OTCzyO/w="],
])("under the shared number %i hello is %s", (shared, sealed) => {
  expect(toBase64(sealTripleDes(legacyKey(shared), toUtf8("hello")))).toBe(sealed);
  const opened = nodeLegacyCipher.openTripleDes(legacyKey(shared), present(fromBase64(sealed), "bytes"));
  expect(opened && fromUtf8(opened)).toBe("hello");
});

it("powers of two modulo 19", () => {
  expect([0, 1, 4, 5, 18].map((exponent) => power(2, exponent))).toEqual([1, 2, 16, 13, 1]);
});

it("a program exchanges keys and is understood, whatever its secret", () => {
  for (let secret = 1; secret < 18; secret++) {
    const lab = new LanLab();
    const bob = new Member(lab, "bob", "10.0.0.1", { variant: "2025" });
    const can = new ClassicProgram(lab, "10.0.0.9", { udp: 6_000, tcp: 6_001 });
    lab.run(100);
    const line = can.dial("10.0.0.1").write(JSON.stringify({ key: String(power(2, secret)) }));
    lab.run(10);
    const half = Number(/"(\d+)"/.exec(line.text)?.[1]);
    const sealed = sealTripleDes(legacyKey(power(half, secret)), toUtf8("merhaba"));
    line.write(JSON.stringify({ encrypted_message: toBase64(sealed) })).end();
    lab.run(10);
    expect(bob.heard).toEqual(["addr10.0.0.9: merhaba"]);
    expect(bob.arrivals[0]?.secrecy).toBe("none");
  }
});

it("an encrypted message without a key before it, or under another one, is counted", () => {
  const lab = new LanLab();
  const bob = new Member(lab, "bob", "10.0.0.1", { variant: "2025" });
  const can = new ClassicProgram(lab, "10.0.0.9", { udp: 6_000, tcp: 6_001 });
  lab.run(100);
  can.dial("10.0.0.1").write('{"encrypted_message":"pGlENGnS5T4="}').end();
  lab.run(10);
  expect(bob.heard).toEqual([]);
  expect(bob.counters["encrypted-does-not-open"]).toBe(1);
});

it("several messages that come at once may be longer together than one may be", () => {
  const lab = new LanLab();
  const bob = new Member(lab, "bob", "10.0.0.1", { variant: "2025" });
  const can = new ClassicProgram(lab, "10.0.0.9", { udp: 6_000, tcp: 6_001 });
  lab.run(100);
  const long = "x".repeat(jsonBytesMax / 2);
  const message = JSON.stringify({ unencrypted_message: long });
  can.dial("10.0.0.1").write(`${message}\n`.repeat(5)).end();
  lab.run(10);
  expect(bob.heard).toEqual(Array.from({ length: 5 }, () => `addr10.0.0.9: ${long}`));
});

it("a message of the greatest length is taken, and one of a byte more is not, however they come", () => {
  const frame = JSON.stringify({ unencrypted_message: "" }).length;
  for (const surplus of [0, 1]) {
    const lab = new LanLab();
    const bob = new Member(lab, "bob", "10.0.0.1", { variant: "2025" });
    const can = new ClassicProgram(lab, "10.0.0.9", { udp: 6_000, tcp: 6_001 });
    lab.run(100);
    const text = "x".repeat(jsonBytesMax - frame + surplus);
    can
      .dial("10.0.0.1")
      .write(`  ${JSON.stringify({ unencrypted_message: text })}`)
      .end();
    lab.run(10);
    expect(bob.heard).toHaveLength(1 - surplus);
    expect(bob.counters["message-too-long"]).toBe(surplus === 0 ? undefined : 1);
  }
});
