/** Secured links: TLS 1.3 or none, and the machine is shown who is at the other end. */
import { X509Certificate } from "node:crypto";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, test, vi } from "vitest";
import { aliceIdentity, bobIdentity } from "../../test/contracts/driver-identities.ts";
import { loopbackWorld } from "../../test/contracts/driver-loopback.ts";
import { type Probe, writing } from "../../test/contracts/driver-probe.ts";
import { stageFor } from "../../test/contracts/driver-stage.ts";
import { fromHex } from "../base/bytes.ts";
import type { Address, LinkId, TlsListen } from "../protocols/machine.ts";
import { handshakeMsMax } from "./links.ts";

const stage = stageFor(() => Promise.resolve(loopbackWorld({ host: "127.0.0.1", port: 9 })));

afterEach(() => vi.useRealTimers());

function fingerprintOf({ certificatePem }: TlsListen): Uint8Array | undefined {
  return fromHex(new X509Certificate(certificatePem).fingerprint256.replaceAll(":", ""));
}

async function securedPair(): Promise<{
  alice: Probe;
  bob: Probe;
  toBob: LinkId;
  toAlice: LinkId;
  at: Address;
}> {
  const [alice, bob] = [stage.probe(), stage.probe()];
  const at = await stage.listen(bob, { tls: bobIdentity });
  const toBob = stage.dial(alice, at, { tls: {} });
  await stage.settle(() => alice.all("linkUp").length > 0 && bob.all("linkUp").length > 0);
  return { alice, bob, toBob, toAlice: 1, at };
}

describe("a secured link", () => {
  test("shows the dialling side whose certificate it is", async () => {
    const { alice, bob } = await securedPair();
    expect(alice.all("linkUp")[0]?.secured).toEqual({
      version: "TLSv1.3",
      fingerprint: fingerprintOf(bobIdentity),
      name: "bob",
    });
    expect(bob.all("linkUp")[0]?.secured).toEqual({ version: "TLSv1.3" });
  });

  test("shows the listening side who dialled, where that shows itself", async () => {
    const [alice, bob] = [stage.probe(), stage.probe()];
    const at = await stage.listen(bob, { tls: bobIdentity });
    stage.dial(alice, at, { tls: { identity: aliceIdentity, serverName: "bob" } });
    await stage.settle(() => bob.all("linkUp").length > 0);
    expect(bob.all("linkUp")[0]).toMatchObject({
      via: "door",
      local: at,
      secured: { fingerprint: fingerprintOf(aliceIdentity), name: "alice" },
    });
  });

  test("carries bytes both ways, ends one side at a time, and is down once both have ended", async () => {
    const { alice, bob, toBob, toAlice } = await securedPair();
    alice.do(writing(toBob, new Uint8Array(300_000)), { kind: "end", link: toBob });
    await stage.settle(() => bob.all("linkEnd").length > 0);
    expect(bob.bytesOf(toAlice)).toHaveLength(300_000);
    bob.do(writing(toAlice, "thank you"), { kind: "end", link: toAlice });
    await stage.settle(() => alice.all("linkDown").length > 0 && bob.all("linkDown").length > 0);
    expect(alice.textOf(toBob)).toBe("thank you");
    expect([...alice.all("linkDown"), ...bob.all("linkDown")].map(({ why }) => why)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test("drains and overflows as any other", async () => {
    const limits = { unsentMark: 1_000, unsentMax: 100_000 };
    const [alice, bob] = [stage.probe(limits), stage.probe()];
    const link = stage.dial(alice, await stage.listen(bob, { tls: bobIdentity }), { tls: {} });
    await stage.settle(() => alice.all("linkUp").length > 0);
    alice.write(link, new Uint8Array(1_000));
    await stage.settle(() => alice.all("drained").length > 0);
    bob.do({ kind: "reading", link: 1, on: false });
    for (let i = 0; i < 40; i++) alice.write(link, new Uint8Array(1024 * 1024));
    await stage.settle(() => alice.all("linkDown").length > 0);
    expect(alice.all("linkDown")[0]?.why).toBe("overflow");
  });

  test("that is dropped says nothing to its own side", async () => {
    const { alice, bob, toBob } = await securedPair();
    alice.do({ kind: "drop", link: toBob, why: "test" });
    await stage.settle(() => bob.all("linkEnd").length + bob.all("linkDown").length > 0);
    expect(alice.all("linkDown")).toEqual([]);
  });
});

describe("no secured link", () => {
  test("comes about with a listener that speaks plainly", async () => {
    const [alice, bob] = [stage.probe(), stage.probe()];
    bob.react = (input) => (input.kind === "bytes" ? [writing(input.link, "what?\r\n")] : []);
    const link = stage.dial(alice, await stage.listen(bob), { tls: {} });
    await stage.settle(() => alice.told.length > 0);
    expect(alice.told).toEqual([{ kind: "linkDown", link, why: "tls" }]);
  });

  test("comes about with one that says nothing: its time runs out", async () => {
    const [alice, bob] = [stage.probe(), stage.probe()];
    const link = stage.dial(alice, await stage.listen(bob), { tls: {}, timeoutMs: 50 });
    await stage.settle(() => alice.told.length > 0);
    expect(alice.told).toEqual([{ kind: "linkDown", link, why: "timed-out" }]);
  });

  test("comes about for one that speaks plainly, and the machine is told nothing of it", async () => {
    const [alice, bob] = [stage.probe(), stage.probe()];
    const link = stage.dial(alice, await stage.listen(bob, { tls: bobIdentity }));
    await stage.settle(() => alice.all("linkUp").length > 0);
    alice.write(link, "hello? hello? hello?\r\n");
    await stage.settle(() => bob.inspect().counters["accept.handshake-failed"] === 1);
    await stage.settle(() => alice.fateOf(link).length > 1);
    expect(bob.told).toHaveLength(1);
  });

  test("comes about under TLS 1.2", async () => {
    const bob = stage.probe();
    const { port } = await stage.listen(bob, { tls: bobIdentity });
    const old = connectTls({ port, host: "127.0.0.1", maxVersion: "TLSv1.2", rejectUnauthorized: false });
    old.on("error", () => undefined);
    await stage.settle(() => bob.inspect().counters["accept.handshake-failed"] === 1);
    expect(bob.all("linkUp")).toEqual([]);
  });

  test("comes about with a certificate that is none", async () => {
    const [alice, bob] = [stage.probe(), stage.probe()];
    const nonsense = { certificatePem: "nonsense", privateKeyPem: "nonsense" };
    bob.do({ kind: "listen", name: "door", at: { host: "127.0.0.1", port: 0 }, tls: nonsense });
    expect(bob.told).toEqual([{ kind: "listenFailed", name: "door", why: "tls" }]);
    const link = stage.dial(alice, { host: "127.0.0.1", port: 9 }, { tls: { identity: nonsense } });
    await stage.settle(() => alice.told.length > 0);
    expect(alice.told).toEqual([{ kind: "linkDown", link, why: "tls" }]);
  });
});

describe("a handshake that does not go on", () => {
  test("holds a place, until its time is over", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const [alice, bob] = [stage.probe(), stage.probe({ acceptedMax: 1 })];
    const at = await stage.listen(bob, { tls: bobIdentity });
    const idle = connect(at.port, at.host).on("error", () => undefined);
    const idleClosed = new Promise((resolve) => idle.once("close", resolve).resume());
    await stage.settle(() => idle.readyState === "open");
    stage.dial(alice, at, { tls: {}, timeoutMs: 60_000 });
    await stage.settle(() => bob.inspect().counters["accept.limit"] === 1);
    vi.advanceTimersByTime(handshakeMsMax);
    await idleClosed;
    expect(bob.inspect().counters["accept.handshake-timed-out"]).toBe(1);
    stage.dial(alice, at, { tls: {}, timeoutMs: 60_000 });
    await stage.settle(() => bob.all("linkUp").length === 1);
    vi.advanceTimersByTime(handshakeMsMax);
    vi.useRealTimers();
    await stage.pass(20);
    expect(bob.all("linkDown")).toEqual([]);
  });

  test("does not hold up stop", async () => {
    const bob = stage.probe();
    const at = await stage.listen(bob, { tls: bobIdentity });
    const idle = connect(at.port, at.host).on("error", () => undefined);
    const idleClosed = new Promise((resolve) => idle.once("close", resolve).resume());
    await stage.settle(() => idle.readyState === "open");
    await bob.stop();
    await idleClosed;
  });
});
