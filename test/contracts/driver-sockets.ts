/** The part of the driver contract about listeners, datagrams and interfaces. */
import { expect, test } from "vitest";
import { fromUtf8Leniently, toUtf8 } from "../../src/base/bytes.ts";
import type { Address } from "../../src/protocols/machine.ts";
import { type MakeDriverWorld, type Stage, stageFor } from "./driver-stage.ts";
import type { Probe, ProbeEffect } from "./driver-probe.ts";

/** Of a network that is for examples only: no host has it. */
const foreign = "198.51.100.7";

export function socketContract(make: MakeDriverWorld): void {
  listening(make);
  datagrams(make);
  looking(make);
}

function listening(make: MakeDriverWorld): void {
  const stage = stageFor(make);

  test("a port that is taken is in use", async () => {
    const [alice, bob] = [stage.probe(), stage.probe()];
    const at = await stage.listen(bob);
    alice.do({ kind: "listen", name: "door", at });
    await stage.settle(() => alice.told.length > 0);
    expect(alice.told).toEqual([{ kind: "listenFailed", name: "door", why: "in-use" }]);
    expect(alice.inspect().sockets).toEqual([
      { name: "door", kind: "listener", at, state: "failed", why: "in-use" },
    ]);
  });

  test.each([foreign, "example.org", ""])("one cannot listen at %j", async (host) => {
    const bob = stage.probe();
    bob.do({ kind: "listen", name: "door", at: { host, port: 0 } });
    await stage.settle(() => bob.told.length > 0);
    expect(bob.told).toEqual([{ kind: "listenFailed", name: "door", why: "not-here" }]);
  });

  test("a name is free again after a failure and after unlisten", async () => {
    const bob = stage.probe();
    bob.do({ kind: "listen", name: "door", at: { host: foreign, port: 0 } });
    await stage.settle(() => bob.all("listenFailed").length > 0);
    const at = await stage.listen(bob);
    bob.do({ kind: "unlisten", name: "door" }, { kind: "listen", name: "door", at });
    await stage.settle(() => bob.all("listening").length === 2);
    expect(bob.all("listening")[1]).toEqual({ kind: "listening", name: "door", at });
  });

  test("a listener that is closed before it was open never listens", async () => {
    const [alice, bob] = [stage.probe(), stage.probe()];
    const at = await stage.listen(bob);
    bob.do({ kind: "unlisten", name: "door" });
    bob.do({ kind: "listen", name: "gate", at }, { kind: "unlisten", name: "gate" });
    await stage.pass(20);
    const link = stage.dial(alice, at);
    await stage.settle(() => alice.told.length > 0);
    expect(alice.told).toEqual([{ kind: "linkDown", link, why: "refused" }]);
  });

  test("links that were accepted outlive their listener", async () => {
    const { alice, bob, toBob, toAlice, at } = await stage.pair();
    bob.do({ kind: "unlisten", name: "door" });
    await stage.pass(20);
    alice.write(toBob, "still there?");
    await stage.settle(() => bob.textOf(toAlice) === "still there?");
    const late = stage.dial(alice, at);
    await stage.settle(() => alice.all("linkDown").length > 0);
    expect(alice.all("linkDown")).toEqual([{ kind: "linkDown", link: late, why: "refused" }]);
  });
}

function datagrams(make: MakeDriverWorld): void {
  const stage = stageFor(make);

  test("a datagram arrives with the address it came from, at another socket and at its own", async () => {
    const [alice, bob] = [stage.probe(), stage.probe()];
    const [atAlice, atBob] = [await bind(stage, alice), await bind(stage, bob)];
    alice.do(saying("hello bob", atBob), saying("hello me", atAlice));
    await stage.settle(() => alice.all("datagram").length > 0 && bob.all("datagram").length > 0);
    expect(heard(bob)).toEqual([{ from: atAlice, text: "hello bob" }]);
    expect(heard(alice)).toEqual([{ from: atAlice, text: "hello me" }]);
    expect(alice.inspect().datagrams).toEqual({ received: 1, sent: 2 });
  });

  test("several sockets share a port", async () => {
    const [alice, bob] = [stage.probe(), stage.probe()];
    const at = await bind(stage, alice);
    expect(await bind(stage, bob, at)).toEqual(at);
  });

  test("one cannot bind an address of another host", async () => {
    const alice = stage.probe();
    alice.do({ kind: "bind", socket: "air", at: { host: foreign, port: 0 }, broadcast: true });
    await stage.settle(() => alice.told.length > 0);
    expect(alice.told).toEqual([{ kind: "listenFailed", name: "air", why: "not-here" }]);
  });

  test("a datagram that cannot be sent is lost without a word", async () => {
    const [alice, bob] = [stage.probe(), stage.probe()];
    const [, atBob] = [await bind(stage, alice), await bind(stage, bob)];
    alice.do(
      saying("to a name", { host: "example.org", port: 5_000 }),
      saying("to no port", { ...atBob, port: 0 }),
      saying("x".repeat(70_000), atBob),
      { kind: "datagram", socket: "nowhere", to: atBob, bytes: toUtf8("from no socket") },
      saying("to bob", atBob),
    );
    await stage.settle(() => bob.all("datagram").length > 0);
    expect(heard(bob).map(({ text }) => text)).toEqual(["to bob"]);
    expect(alice.all("listenFailed")).toEqual([]);
  });

  test("an unbound socket hears nothing more, and its name is free", async () => {
    const [alice, bob] = [stage.probe(), stage.probe()];
    await bind(stage, alice);
    const atBob = await bind(stage, bob);
    bob.do({ kind: "unbind", socket: "air" });
    await stage.pass(10);
    alice.do(saying("anybody?", atBob));
    await stage.pass(20);
    expect(bob.all("datagram")).toEqual([]);
    bob.do({ kind: "bind", socket: "air", at: atBob, broadcast: false });
    await stage.settle(() => bob.all("listening").length === 2);
  });
}

function looking(make: MakeDriverWorld): void {
  const stage = stageFor(make);

  test("who watches the interfaces is told the addresses at once, and once while they stay the same", async () => {
    const alice = stage.probe();
    alice.do({ kind: "watchInterfaces" }, { kind: "watchInterfaces" });
    await stage.settle(() => alice.told.length > 0);
    await stage.pass(20);
    expect(alice.told).toHaveLength(1);
    const loopback = alice.all("interfaces")[0]?.addresses.find(({ address }) => address === "127.0.0.1");
    expect(loopback).toMatchObject({ address: "127.0.0.1", loopback: true });
    expect(loopback).not.toHaveProperty("broadcast");
  });

  test("inspect shows what is open and what was carried", async () => {
    const { alice, bob, toBob, toAlice, at } = await stage.pair();
    alice.do(
      { kind: "count", what: "test" },
      { kind: "count", what: "test" },
      { kind: "write", to: toBob, bytes: toUtf8("12345") },
    );
    await stage.settle(() => bob.textOf(toAlice) === "12345");
    expect(alice.inspect()).toMatchObject({
      sockets: [],
      links: { dialled: 1, accepted: 0 },
      bytes: { received: 0, sent: 5 },
      counters: { test: 2 },
    });
    expect(bob.inspect()).toMatchObject({
      sockets: [{ name: "door", kind: "listener", at, state: "open" }],
      links: { dialled: 0, accepted: 1 },
      bytes: { received: 5, sent: 0 },
    });
  });
}

async function bind(stage: Stage, probe: Probe, at?: Address): Promise<Address> {
  const asked = at ?? { host: stage.world.host, port: 0 };
  probe.do({ kind: "bind", socket: "air", at: asked, broadcast: false });
  await stage.settle(() => probe.all("listening").length > 0);
  return probe.all("listening")[0]?.at ?? asked;
}

function saying(text: string, to: Address): ProbeEffect {
  return { kind: "datagram", socket: "air", to, bytes: toUtf8(text) };
}

function heard(probe: Probe): readonly { readonly from: Address; readonly text: string }[] {
  return probe.all("datagram").map(({ from, bytes }) => ({ from, text: fromUtf8Leniently(bytes) }));
}
