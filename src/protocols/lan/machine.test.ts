/** People on one network find each other, whatever mallory announces, as soon as the sockets are there. */
import { beforeEach, describe, expect, it } from "vitest";
import { LanLab, usualInterface } from "../../../test/lan/lab.ts";
import { announcementsOf, ClassicProgram, Member, pairOn, parsed } from "../../../test/lan/members.ts";
import { fromUtf8Leniently } from "../../base/bytes.ts";
import { cheapCrypto } from "../../sim/cheap-crypto.ts";
import { minuteMs } from "../../base/time.ts";
import type { InterfaceAddress } from "../machine.ts";
import { announceGapMs } from "./announcer.ts";
import type { LanEffect } from "./contract.ts";
import { newcomerRate } from "./rates.ts";

let lab: LanLab;
beforeEach(() => {
  lab = new LanLab();
});

describe("finding each other", () => {
  it("two people see each other within seconds, once, by their keys", () => {
    const { alice, bob } = pairOn(lab);
    expect(alice.people).toEqual(["key:bob"]);
    expect(bob.people).toEqual(["key:alice"]);
    expect(alice.reports.filter(({ kind }) => kind === "seen")).toHaveLength(1);
    expect(alice.reports[0]).toEqual({ kind: "health", health: { state: "starting" } });
    expect(alice.reports).toContainEqual({ kind: "health", health: { state: "up" } });
  });

  it.each([50, 120])("%i people who start at once see everybody within three seconds", (count) => {
    const crypto = cheapCrypto();
    const people = Array.from({ length: count }, (_, i) => {
      const address = `10.0.0.${i}`;
      return new Member(lab, `p${i}`, address, { crypto });
    });
    lab.run(3_000);
    for (const person of people) expect(person.people.length).toBe(count - 1);
  });

  it("a newcomer sees a crowd within three seconds and a little", () => {
    const crypto = cheapCrypto();
    const crowd = Array.from({ length: 120 }, (_, i) => `10.0.0.${i + 1}`);
    for (const address of crowd) new Member(lab, `p${address}`, address, { crypto });
    lab.run(30_000);
    const alice = new Member(lab, "alice", "10.0.0.200", { crypto });
    lab.run(3_100);
    expect(alice.people.length).toBe(crowd.length);
  });

  it("announcements go to .255 of each interface and to its own broadcast address, with the address that they leave from", () => {
    const interfaces = [
      { interface: "eth0", address: "10.0.5.7", broadcast: "10.0.255.255", loopback: false },
      { interface: "eth1", address: "192.168.1.9", broadcast: "192.168.1.255", loopback: false },
      { interface: "tun0", address: "10.8.0.2", loopback: false },
      { interface: "lo", address: "127.0.0.1", loopback: true },
      { interface: "eth0", address: "fe80::1", loopback: false },
    ];
    new Member(lab, "alice", "10.0.5.7", { interfaces, config: { targets: ["192.168.7.7"] } });
    lab.run(100);
    const sent = lab.datagrams.map(({ to, bytes }) => [
      to.host,
      to.port,
      parsed(fromUtf8Leniently(bytes)).ip_address,
    ]);
    expect(sent).toEqual([
      ["10.0.5.255", 5_000, "10.0.5.7"],
      ["10.0.255.255", 5_000, "10.0.5.7"],
      ["192.168.1.255", 5_000, "192.168.1.9"],
      ["192.168.7.7", 5_000, "192.168.1.9"],
    ]);
  });

  it("with an address of its own it speaks from there, and hears broadcasts by a second socket", () => {
    const alice = new Member(lab, "alice", "10.0.0.1", { config: { address: "10.0.0.1" } });
    lab.run(100);
    expect([...lab.bound].map(({ at }) => at.host).sort()).toEqual(["10.0.0.1", "10.0.0.255"]);
    const ece = new ClassicProgram(lab, "10.0.0.9");
    ece.announce('{"username": "Ece", "ip_address": "10.0.0.255"}');
    lab.run(100);
    expect(alice.people).toEqual(["name:Ece"]);
  });

  it("with an address of its own it announces on that interface alone", () => {
    const interfaces = [usualInterface("10.0.0.1"), { ...usualInterface("192.168.1.9"), interface: "eth1" }];
    new Member(lab, "alice", "10.0.0.1", { interfaces, config: { address: "10.0.0.1" } });
    lab.run(100);
    expect(lab.datagrams.map(({ to }) => to.host)).toEqual(["10.0.0.255"]);
  });

  it("on loopback addresses the targets take the place of broadcasts", () => {
    const config = (own: string): object => ({
      config: { address: own, targets: ["127.0.0.2", "127.0.0.3"] },
    });
    const alice = new Member(lab, "alice", "127.0.0.2", config("127.0.0.2"));
    const bob = new Member(lab, "bob", "127.0.0.3", config("127.0.0.3"));
    lab.run(3_000);
    expect(alice.people).toEqual(["key:bob"]);
    const id = bob.say(alice.identity, "hi");
    lab.run(100);
    expect(bob.outcomeOf(id)).toEqual({ state: "delivered" });
    expect(lab.datagrams.every(({ to }) => to.host === "127.0.0.2" || to.host === "127.0.0.3")).toBe(true);
  });

  it("a change of name or status is announced at once, at least two seconds after the last", () => {
    const { alice, bob } = pairOn(lab);
    lab.run(10_000);
    alice.tell({ kind: "present", me: { name: "alice", availability: "busy" } });
    lab.run(10);
    expect(bob.reports.at(-1)).toMatchObject({ kind: "seen", person: { availability: "busy" } });
    alice.tell({ kind: "present", me: { name: "Alice", availability: "busy" } });
    lab.run(1_900);
    expect(bob.people).toEqual(["key:alice"]);
    lab.run(110);
    expect(bob.people).toEqual(["key:Alice"]);
    const sent = announcementsOf(lab, "10.0.0.1").length;
    alice.tell({ kind: "present", me: { name: "Alice", availability: "busy" } });
    lab.run(10_000);
    expect(announcementsOf(lab, "10.0.0.1").length).toBe(sent);
  });

  it("an address that comes or goes is announced at once, two seconds after the last; what is as before is not", () => {
    const alice = new Member(lab, "alice", "10.0.0.1");
    lab.run(10_000);
    const effects = (addresses: readonly InterfaceAddress[]): readonly string[] =>
      alice.machine
        .handle({ kind: "interfaces", addresses }, lab.now)
        .flatMap((effect) => (effect.kind === "datagram" ? [effect.to.host] : []));
    const both = [usualInterface("10.0.0.1"), { ...usualInterface("192.168.1.9"), interface: "eth1" }];
    expect(effects([usualInterface("10.0.0.1")])).toEqual([]);
    expect(effects(both)).toEqual(["10.0.0.255", "192.168.1.255"]);
    expect(effects([usualInterface("192.168.1.9")])).toEqual([]);
    expect(alice.machine.wakeAt()).toBe(lab.now.mono + announceGapMs);
  });

  it("who falls silent is gone after 150 seconds", () => {
    const { alice, bob } = pairOn(lab);
    lab.run(5 * minuteMs);
    expect(alice.people).toEqual(["key:bob"]);
    bob.stop();
    lab.run(150_000);
    expect(alice.people).toEqual([]);
    expect(alice.reports.at(-1)).toMatchObject({ kind: "gone", identity: bob.identity });
  });

  it("no datagram goes back to where one came from", () => {
    new Member(lab, "alice", "10.0.0.1");
    lab.run(5_000);
    for (let i = 0; i < 50; i++) {
      new ClassicProgram(lab, `10.0.0.${100 + i}`).announce(`{"username": "p${i}"}`);
      lab.run(500);
    }
    expect(
      lab.datagrams
        .filter(({ from }) => from.host === "10.0.0.1")
        .every(({ to }) => to.host === "10.0.0.255"),
    ).toBe(true);
  });

  it("hostile announcements are counted and dropped, and nobody dies of them", () => {
    const alice = new Member(lab, "alice", "10.0.0.1");
    lab.run(3_000);
    const texts = [
      "",
      "x",
      "[]",
      '{"username":7}',
      "{".repeat(1_000),
      `{"username":"${"x".repeat(1_500)}"}`,
      '{"username":"Ece","kith":{}}',
    ];
    for (const [i, text] of texts.entries()) new ClassicProgram(lab, `10.0.0.${50 + i}`).announce(text);
    lab.run(100);
    expect(alice.people).toEqual([]);
    expect(alice.counters).toMatchObject({
      "announcement-not-json": 2,
      "announcement-not-object": 1,
      "announcement-no-name": 1,
      "announcement-too-deep": 1,
      "announcement-too-long": 1,
      "card-malformed": 1,
    });
  });

  it("a flood of announcements from one address is cut down to its rate", () => {
    const alice = new Member(lab, "alice", "10.0.0.1");
    lab.run(3_000);
    const mallory = new ClassicProgram(lab, "10.0.0.66");
    for (let i = 0; i < 1_000; i++) mallory.announce(`{"username": "m${i}"}`);
    new ClassicProgram(lab, "10.0.0.9").announce('{"username": "Ece"}');
    lab.run(100);
    expect(alice.counters["announcement-too-many"]).toBe(960);
    expect(alice.people).toContain("name:Ece");
  });

  it("a flood of newcomers from everywhere is cut down to one rate, and who was over it is heard the next time", () => {
    const alice = new Member(lab, "alice", "10.0.0.1");
    lab.run(3_000);
    const { burst } = newcomerRate;
    const newcomers = Array.from({ length: burst + 1 }, (_, i) => {
      return new ClassicProgram(lab, `10.1.${i >> 8}.${i & 255}`);
    });
    newcomers.forEach((one, i) => one.announce(`{"username": "p${i}"}`));
    lab.run(1);
    expect(alice.counters["newcomer-too-many"]).toBe(1);
    expect(alice.people).not.toContain(`name:p${burst}`);
    newcomers[burst - 1]?.announce(`{"username": "p${burst - 1}"}`);
    lab.run(20);
    newcomers[burst]?.announce(`{"username": "p${burst}"}`);
    lab.run(1);
    expect(alice.counters["newcomer-too-many"]).toBe(1);
    expect(alice.people).toContain(`name:p${burst}`);
  });

  it("a card under another name, and one of our own, make nobody appear", () => {
    const { alice, bob } = pairOn(lab);
    const [announcement] = announcementsOf(lab, "10.0.0.2");
    const card = parsed(announcement ?? "").kith;
    const mallory = new ClassicProgram(lab, "10.0.0.66");
    mallory.announce(JSON.stringify({ username: "Bob", kith: card }));
    mallory.announce(JSON.stringify({ username: "bob", kith: { ...card, status: "away" } }));
    const [own] = announcementsOf(lab, "10.0.0.1");
    mallory.announce(own ?? "");
    lab.run(100);
    expect(alice.people).toEqual(["key:bob"]);
    expect(alice.counters).toMatchObject({
      "card-of-another-name": 1,
      "card-signature": 1,
      "card-of-ours": 1,
    });
    expect(alice.machine.facts().online).toBe(1);
    expect(bob.people).toEqual(["key:alice"]);
  });

  it("a card of a later version makes its owner somebody without a card", () => {
    const alice = new Member(lab, "alice", "10.0.0.1");
    lab.run(3_000);
    new ClassicProgram(lab, "10.0.0.9").announce(
      '{"username": "Ece", "kith": {"v": 2, "post-quantum": true}}',
    );
    lab.run(100);
    expect(alice.people).toEqual(["name:Ece"]);
  });
});

describe("sockets", () => {
  it("the one for broadcasts follows the broadcast address of the network that our address is in", () => {
    const alice = new Member(lab, "alice", "10.0.0.1", { config: { address: "10.0.0.1" } });
    lab.run(100);
    const effects = (addresses: readonly InterfaceAddress[]): readonly LanEffect[] =>
      alice.machine.handle({ kind: "interfaces", addresses }, lab.now);
    const wider = { ...usualInterface("10.0.0.1"), broadcast: "10.0.255.255" };
    const at = { host: "10.0.255.255", port: 5_000 };
    expect(effects([wider])).toEqual([
      { kind: "unbind", socket: "broadcasts" },
      { kind: "bind", socket: "broadcasts", at, broadcast: true },
      { kind: "report", report: { kind: "health", health: { state: "starting" } } },
    ]);
    expect(effects([wider])).toEqual([]);
    expect(effects([])).toContainEqual({ kind: "unbind", socket: "broadcasts" });
  });

  it("a taken port degrades the network and is tried again until it is free", () => {
    let taken = true;
    const refuse = (name: string): "in-use" | undefined =>
      taken && name === "messages" ? "in-use" : undefined;
    const alice = new Member(lab, "alice", "10.0.0.1", { refuse });
    const bob = new Member(lab, "bob", "10.0.0.2");
    lab.run(20_000);
    const degraded = alice.reports.find(
      (report) => report.kind === "health" && report.health.state === "degraded",
    );
    expect(degraded).toMatchObject({
      health: { why: { code: "port-in-use", details: { what: "TCP", port: 5_001 } } },
    });
    expect(bob.people).toEqual(["key:alice"]);
    const told = alice.reports.filter(({ kind }) => kind === "health").length;
    lab.run(200_000);
    expect(alice.reports.filter(({ kind }) => kind === "health").length).toBe(told);
    taken = false;
    lab.run(70_000);
    expect(alice.reports.findLast(({ kind }) => kind === "health")).toEqual({
      kind: "health",
      health: { state: "up" },
    });
  });

  it("both sockets lost are down; no interface at all is down too, with another reason", () => {
    const alice = new Member(lab, "alice", "10.0.0.1", { refuse: () => "forbidden" });
    lab.run(100);
    expect(alice.reports.at(-1)).toMatchObject({ health: { state: "down", why: { code: "forbidden" } } });
    const bob = new Member(lab, "bob", "127.0.0.1", { interfaces: [usualInterface("127.0.0.1")] });
    lab.run(100);
    expect(bob.reports.at(-1)).toEqual({
      kind: "health",
      health: { state: "down", why: { code: "no-network" } },
    });
  });
});
