/** What the real driver does beyond the contract of all drivers: our mistakes, limits, IPv6, few segments. */
import { Socket } from "node:net";
import { describe, expect, test, vi } from "vitest";
import { loopbackWorld } from "../../test/contracts/driver-loopback.ts";
import { type Probe, type ProbeEffect, writing } from "../../test/contracts/driver-probe.ts";
import { stageFor } from "../../test/contracts/driver-stage.ts";
import { counterNamesMax } from "../protocols/machine.ts";
import { socketsMax } from "./socket-table.ts";

const nowhere = { host: "127.0.0.1", port: 9 };
const broken: unknown[] = [];
const stage = stageFor(() => {
  broken.length = 0;
  return Promise.resolve(loopbackWorld(nowhere, (error) => broken.push(error)));
});

describe("our own mistakes", () => {
  function expectBroken(probe: Probe, what: string): void {
    expect(broken).toEqual([expect.objectContaining({ message: expect.stringContaining(what) as string })]);
    probe.do({ kind: "report", report: "still alive" });
    expect(probe.reports).toEqual([]);
  }

  test("a machine that throws stops its drive, and nobody else's", async () => {
    const { alice, bob, toBob } = await stage.pair();
    bob.react = (input) => {
      if (input.kind === "bytes") throw new Error("what was that?");
      return [];
    };
    alice.write(toBob, "surprise");
    await stage.settle(() => broken.length > 0 && alice.all("linkEnd").length > 0);
    expectBroken(bob, "what was that?");
    alice.do({ kind: "report", report: "still here" });
    expect(alice.reports).toEqual(["still here"]);
  });

  test("without anybody who takes it, the error comes out where the machine was told", async () => {
    const { driver } = loopbackWorld(nowhere);
    const drive = driver.run(
      {
        handle: () => {
          throw new Error("lost my mind");
        },
        wakeAt: () => undefined,
      },
      { unsentMark: 1, unsentMax: 1, acceptedMax: 1, acceptedPerAddressMax: 1 },
      { report: () => undefined, answer: () => undefined },
    );
    expect(() => drive.tell("go")).toThrow("lost my mind");
    drive.tell("again");
    await drive.stop();
  });

  test("a hook that throws is one too", () => {
    const alice = stage.probe();
    alice.onReport = () => {
      alice.reports.length = 0;
      throw new Error("no idea what to do");
    };
    alice.do({ kind: "report", report: "hello" });
    expectBroken(alice, "no idea what to do");
  });

  test.each<[string, ProbeEffect]>([
    ["a write to", writing(-1, "hello?")],
    ["an end of", { kind: "end", link: -1 }],
    ["reading from", { kind: "reading", link: -1, on: false }],
    ["another dial of", { kind: "dial", link: -1, to: nowhere, timeoutMs: 1_000 }],
  ])("%s a link that is not up yet", (_, effect) => {
    const alice = stage.probe();
    stage.dial(alice, { host: "127.0.0.1", port: 9 });
    alice.do(effect);
    expectBroken(alice, "");
  });

  test("a dial by a number that is the driver's", () => {
    const alice = stage.probe();
    alice.do({ kind: "dial", link: 1, to: nowhere, timeoutMs: 1_000 });
    expectBroken(alice, "negative number");
  });

  test("a name for two sockets", () => {
    const alice = stage.probe();
    const at = { host: "127.0.0.1", port: 0 };
    alice.do({ kind: "listen", name: "door", at }, { kind: "bind", socket: "door", at, broadcast: false });
    expectBroken(alice, "one socket at a time");
  });
});

describe("silence on a link", () => {
  test.each<[string, { readonly keepAliveMs?: number }, unknown[]]>([
    ["is borne as it is where nothing is asked for", {}, []],
    [
      "is asked about on both sides where that is asked for",
      { keepAliveMs: 15_000 },
      [true, 15_000, 5_000, 3],
    ],
  ])("%s", async (_, limits, asked) => {
    const keepAlive = vi.spyOn(Socket.prototype, "setKeepAlive");
    try {
      await stage.pair(limits);
      expect(keepAlive.mock.calls).toEqual(asked.length === 0 ? [] : [asked, asked]);
    } finally {
      keepAlive.mockRestore();
    }
  });
});

describe("limits", () => {
  test("so many names are counted, and one more is a mistake", () => {
    const alice = stage.probe();
    const counts = Array.from(
      { length: counterNamesMax },
      (_, i) => ({ kind: "count", what: `${i}` }) as const,
    );
    alice.do(...counts, ...counts);
    expect(broken).toEqual([]);
    alice.do({ kind: "count", what: "one more" });
    expect(broken).toHaveLength(1);
  });

  test("so many sockets are open, and one more is a mistake", async () => {
    const alice = stage.probe();
    const at = { host: "127.0.0.1", port: 0 };
    const binds = Array.from({ length: socketsMax }, (_, i) => {
      return { kind: "bind", socket: `${i}`, at, broadcast: false } as const;
    });
    alice.do(...binds);
    await stage.settle(() => alice.all("listening").length === socketsMax);
    alice.do({ kind: "unbind", socket: "0" }, { kind: "bind", socket: "new", at, broadcast: false });
    expect(broken).toEqual([]);
    alice.do({ kind: "bind", socket: "one more", at, broadcast: false });
    expect(broken).toHaveLength(1);
  });
});

describe("IPv6", () => {
  test("a link over IPv6", async () => {
    const [alice, bob] = [stage.probe(), stage.probe()];
    const { port } = await stage.listen(bob, { at: { host: "::1", port: 0 } });
    const link = stage.dial(alice, { host: "::1", port });
    await stage.settle(() => bob.all("linkUp").length > 0);
    expect(bob.all("linkUp")[0]).toMatchObject({ remote: { host: "::1" }, local: { host: "::1", port } });
    alice.write(link, "hello");
    await stage.settle(() => bob.textOf(1) === "hello");
  });

  test("who comes by IPv4 to a listener of both has an IPv4 address, and the limit of that", async () => {
    const [alice, bob] = [stage.probe(), stage.probe({ acceptedPerAddressMax: 1 })];
    const { port } = await stage.listen(bob, { at: { host: "::", port: 0 } });
    stage.dial(alice, { host: "127.0.0.1", port });
    stage.dial(alice, { host: "127.0.0.1", port }, { from: "127.0.0.2" });
    await stage.settle(() => bob.all("linkUp").length === 2);
    expect(bob.all("linkUp").map(({ local }) => local)).toEqual([
      { host: "127.0.0.1", port },
      { host: "127.0.0.1", port },
    ]);
    expect(bob.all("linkUp").map(({ remote }) => remote.host)).toEqual(["127.0.0.1", "127.0.0.2"]);
  });

  test("datagrams over IPv6", async () => {
    const [alice, bob] = [stage.probe(), stage.probe()];
    for (const probe of [alice, bob]) {
      probe.do({ kind: "bind", socket: "air", at: { host: "::1", port: 0 }, broadcast: false });
    }
    const to = bob.all("listening")[0]?.at ?? nowhere;
    alice.do({ kind: "datagram", socket: "air", to, bytes: new Uint8Array([1, 2, 3]) });
    await stage.settle(() => bob.all("datagram").length > 0);
    expect(bob.all("datagram")[0]).toMatchObject({ from: alice.all("listening")[0]?.at });
  });
});

describe("few segments", () => {
  test("what is written to a link in one turn of the loop arrives in one piece", async () => {
    const { alice, bob, toBob, toAlice } = await stage.pair();
    for (let i = 0; i < 100; i++) alice.write(toBob, `message ${i};`);
    await stage.settle(() => bob.textOf(toAlice).endsWith("99;"));
    expect(bob.all("bytes")).toHaveLength(1);
  });

  test("what arrives is no Buffer, whose slices are not copies", async () => {
    const { alice, bob, toBob } = await stage.pair();
    alice.write(toBob, "hello");
    await stage.settle(() => bob.all("bytes").length > 0);
    expect(bob.all("bytes")[0]?.bytes.constructor).toBe(Uint8Array);
  });
});
