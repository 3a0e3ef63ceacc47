/** Talking in secret: sealed messages from machine to machine, what becomes of them, and the keys behind them. */
import { beforeEach, describe, expect, it } from "vitest";
import { LanLab } from "../../../test/lan/lab.ts";
import { announcementsOf, ClassicProgram, Member, pairOn, parsed } from "../../../test/lan/members.ts";
import { nodeCrypto } from "../../../test/lan/node-crypto.ts";
import { concatBytes, toBase64 } from "../../base/bytes.ts";
import { dayMs, hourMs, minuteMs } from "../../base/time.ts";
import { jobsMax } from "./outbound.ts";
import { strangerRate } from "./rates.ts";

let lab: LanLab;
beforeEach(() => {
  lab = new LanLab();
});

describe("who quotes a friend's card", () => {
  /** What looks like a sealed message of bob's, and does not open. */
  function falseClaim(alice: Member): string {
    const from = parsed(announcementsOf(lab, "10.0.0.2").at(-1) ?? "").kith;
    const enc = toBase64(nodeCrypto.agreementPublicKey(new Uint8Array(32).fill(7)));
    const ct = toBase64(new Uint8Array(208));
    return JSON.stringify({ kith: 1, from, to: alice.identity.slice("key:".length), enc, ct });
  }

  it("is a stranger, at a stranger's rate: nothing of the kind has opened from that address", () => {
    const { alice, bob } = pairOn(lab);
    alice.say(bob.identity, "hi");
    bob.say(alice.identity, "hi");
    lab.run(100);
    const claim = falseClaim(alice);
    const mallory = new ClassicProgram(lab, "10.0.0.66");
    for (let i = 0; i < 200; i++) {
      mallory.dial("10.0.0.1").write(claim).end();
      lab.run(1);
    }
    const opened = alice.counters["sealed-does-not-open"] ?? 0;
    expect(opened).toBeLessThanOrEqual(strangerRate.burst + 5);
    bob.say(alice.identity, "still quick");
    lab.run(10);
    expect(alice.heard).toContain("key:bob: still quick");
  });

  it("from the friend's own address spoils the friend's rate for itself, until the friend's next message opens", () => {
    const { alice, bob } = pairOn(lab);
    alice.say(bob.identity, "hi");
    bob.say(alice.identity, "hi");
    lab.run(100);
    const claim = falseClaim(alice);
    const beside = new ClassicProgram(lab, "10.0.0.2");
    for (let i = 0; i < 200; i++) {
      beside.dial("10.0.0.1").write(claim).end();
      lab.run(1);
    }
    expect(alice.counters["sealed-does-not-open"]).toBeLessThanOrEqual(strangerRate.burst + 5);
  });
});

describe("sealed messages", () => {
  it("are delivered once they are committed, and readable by nobody on the way", () => {
    const { alice, bob } = pairOn(lab);
    const id = alice.say(bob.identity, "the secret");
    lab.run(50);
    expect(bob.heard).toEqual(["key:alice: the secret"]);
    expect(bob.arrivals[0]).toMatchObject({ secrecy: "end-to-end", sealed: { id, at: 1_000 } });
    expect(alice.outcomeOf(id)).toEqual({ state: "delivered" });
  });

  it("whatever the chunking", () => {
    lab.cut = (bytes) => Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
    const { alice, bob } = pairOn(lab);
    const id = alice.say(bob.identity, "hello");
    lab.run(100);
    expect(bob.heard).toEqual(["key:alice: hello"]);
    expect(alice.outcomeOf(id)).toEqual({ state: "delivered" });
  });

  it("are never called delivered before the receiver has acknowledged, nor when it does so too late", () => {
    const alice = new Member(lab, "alice", "10.0.0.1");
    const bob = new Member(lab, "bob", "10.0.0.2", { acknowledges: false });
    lab.run(3_000);
    const id = alice.say(bob.identity, "hello");
    lab.run(4_900);
    expect(bob.heard).toEqual(["key:alice: hello"]);
    expect(alice.outcomeOf(id)).toBeUndefined();
    lab.run(200);
    expect(alice.outcomeOf(id)).toEqual({ state: "failed", why: { code: "no-receipt" }, again: "later" });
    bob.tell({ kind: "acknowledge", token: bob.arrivals[0]?.sealed?.token ?? 0 });
    bob.tell({ kind: "acknowledge", token: 4_711 });
    lab.run(1_000);
    expect(alice.reports.filter(({ kind }) => kind === "outcome")).toHaveLength(1);
  });

  it("a repeat is offered again, and receipted again", () => {
    const { alice, bob } = pairOn(lab);
    const id = alice.say(bob.identity, "hello");
    lab.run(50);
    alice.say(bob.identity, "hello", { id });
    lab.run(50);
    expect(bob.arrivals.map(({ sealed }) => sealed?.id)).toEqual([id, id]);
    expect(alice.reports.filter(({ kind }) => kind === "outcome")).toHaveLength(2);
  });

  it("a receipt made by somebody else, a cut one and none are none", () => {
    for (const answer of ["", "delivered", "x".repeat(79), "x".repeat(5_000)]) {
      lab = new LanLab();
      const { alice, bob } = pairOn(lab);
      bob.stop();
      const impostor = new ClassicProgram(lab, "10.0.0.2");
      const id = alice.say(bob.identity, "hello");
      lab.run(20);
      impostor.lines[0]?.write(answer);
      lab.run(11_000);
      expect(alice.outcomeOf(id)).toMatchObject({ state: "failed", why: { code: "no-receipt" } });
    }
  });

  it("go out in the order in which they were said, a few at a time", () => {
    const { alice, bob } = pairOn(lab);
    bob.say(alice.identity, "now we are friends");
    lab.run(50);
    const texts = Array.from({ length: 200 }, (_, i) => `m${i}`);
    for (const text of texts) alice.say(bob.identity, text);
    lab.run(2_000);
    expect(bob.arrivals.map(({ body }) => ("text" in body ? body.text : ""))).toEqual(texts);
  });

  it("actions arrive as actions", () => {
    const { alice, bob } = pairOn(lab);
    alice.say(bob.identity, "", { body: { kind: "action", text: "waves" } });
    lab.run(50);
    expect(bob.arrivals[0]?.body).toEqual({ kind: "action", text: "waves" });
  });

  it("a text that is too long is refused before it is sent, with its size and the limit", () => {
    const { alice, bob } = pairOn(lab);
    const id = alice.say(bob.identity, "\u0001".repeat(10_000));
    expect(alice.outcomeOf(id)).toMatchObject({
      state: "failed",
      why: { code: "too-long", details: { limit: 32_768 } },
      again: "never",
    });
  });

  it("say why they failed: nobody listens, nobody answers, nobody by that key", () => {
    const { alice, bob } = pairOn(lab);
    bob.stop();
    lab.run(10);
    const refused = alice.say(bob.identity, "hello");
    lab.run(100);
    expect(alice.outcomeOf(refused)).toEqual({ state: "failed", why: { code: "refused" }, again: "later" });
    lab.silent.add("10.0.0.2");
    const silent = alice.say(bob.identity, "hello");
    lab.run(5_100);
    expect(alice.outcomeOf(silent)).toEqual({ state: "failed", why: { code: "timed-out" }, again: "later" });
    const unknown = alice.say("key:AAAA", "hello");
    expect(alice.outcomeOf(unknown)).toEqual({
      state: "failed",
      why: { code: "offline" },
      again: "when-seen",
    });
  });

  it("wait for the next announcement when the card was heard more than 36 hours ago", () => {
    const { alice, bob } = pairOn(lab);
    bob.stop();
    lab.run(36 * hourMs);
    const stale = alice.say(bob.identity, "hello");
    expect(alice.outcomeOf(stale)).toEqual({
      state: "failed",
      why: { code: "stale-key" },
      again: "when-seen",
    });
    new Member(lab, "bob", "10.0.0.2", { kept: bob.kept });
    lab.run(3_000);
    const fresh = alice.say(bob.identity, "hello");
    lab.run(50);
    expect(alice.outcomeOf(fresh)).toEqual({ state: "delivered" });
  });

  it("nothing that was meant for a key goes out in plain, whoever takes its name and address", () => {
    const { alice, bob } = pairOn(lab);
    bob.stop();
    const mallory = new ClassicProgram(lab, "10.0.0.2");
    for (let i = 0; i < 37; i++) {
      mallory.announce('{"username": "bob"}');
      lab.run(hourMs);
    }
    mallory.announce('{"username": "bob"}');
    lab.run(100);
    const id = alice.say(bob.identity, "the secret");
    lab.run(20_000);
    expect(alice.outcomeOf(id)).toEqual({
      state: "failed",
      why: { code: "key-changed" },
      again: "when-seen",
    });
    const plain = alice.say("name:bob", "the secret", { sealedOnly: true });
    expect(alice.outcomeOf(plain)).toEqual({
      state: "failed",
      why: { code: "no-consent" },
      again: "when-seen",
    });
    expect(mallory.lines).toEqual([]);
  });

  it("a recorded message opens for nobody else, and not at all once its key is erased", () => {
    const { alice, bob } = pairOn(lab);
    const carol = new Member(lab, "carol", "10.0.0.3");
    lab.run(3_000);
    bob.stop();
    const tap = new ClassicProgram(lab, "10.0.0.2");
    alice.say(bob.identity, "hello");
    lab.run(20);
    const recorded = concatBytes(...(tap.lines[0]?.received ?? []));
    lab.listeners.clear();
    const later = new Member(lab, "bob", "10.0.0.2", { kept: bob.kept });
    const second = new Member(lab, "carol", "10.0.0.4");
    lab.run(3_000);
    const mallory = new ClassicProgram(lab, "10.0.0.66");
    const replay = (to: string): void => void mallory.dial(to).write(recorded).end();
    replay("10.0.0.2");
    replay("10.0.0.4");
    lab.run(100);
    expect(later.heard).toEqual(["key:alice: hello"]);
    expect(second.heard).toEqual([]);
    expect(carol.heard).toEqual([]);
    lab.run(3 * dayMs + hourMs);
    replay("10.0.0.2");
    lab.run(100);
    expect(later.heard).toHaveLength(1);
    expect(later.counters["sealed-does-not-open"]).toBe(1);
    expect(second.counters["sealed-not-for-us"]).toBe(1);
  });

  it("what looks sealed and does not open is never shown, whatever is in it", () => {
    const { bob } = pairOn(lab);
    const mallory = new ClassicProgram(lab, "10.0.0.66");
    for (const text of [
      '{"kith":1}',
      '{"kith":',
      '{"kith":1,"from":{}',
      `{"kith":${"[".repeat(60_000)}`,
      '{"kith":"hi"} hello',
    ])
      mallory.dial("10.0.0.2").write(text).end();
    lab.run(300);
    expect(bob.heard).toEqual([]);
    expect(bob.counters["message-malformed"]).toBe(5);
  });

  it("somebody whose announcements do not reach us can be answered all the same", () => {
    const alice = new Member(lab, "alice", "10.0.0.1", { config: { targets: ["10.0.0.2"] } });
    lab.run(100);
    const bob = new Member(lab, "bob", "10.0.0.2", { interfaces: [], config: { address: "10.0.0.2" } });
    lab.run(61_000);
    expect([alice.people, bob.people]).toEqual([[], ["key:alice"]]);
    bob.say(alice.identity, "hello");
    lab.run(50);
    const id = alice.say(bob.identity, "hi");
    lab.run(50);
    expect(alice.outcomeOf(id)).toEqual({ state: "delivered" });
  });

  it("one person who answers nothing delays nobody else", () => {
    const { alice, bob } = pairOn(lab);
    const carol = new Member(lab, "carol", "10.0.0.3");
    lab.run(3_000);
    lab.silent.add("10.0.0.3");
    for (let i = 0; i < 100; i++) alice.say(carol.identity, "hello?");
    const id = alice.say(bob.identity, "hello");
    lab.run(20);
    expect(alice.outcomeOf(id)).toEqual({ state: "delivered" });
  });

  it("more messages than a network holds are given back", () => {
    const { alice, bob } = pairOn(lab);
    lab.silent.add("10.0.0.2");
    for (let i = 0; i < jobsMax; i++) alice.say(bob.identity, "x");
    expect(alice.reports.some(({ kind }) => kind === "outcome")).toBe(false);
    const id = alice.say(bob.identity, "x");
    expect(alice.outcomeOf(id)).toMatchObject({ state: "failed", again: "later" });
  });
});

describe("keys", () => {
  it("the identity survives a restart, and messages sealed to yesterday's key still open", () => {
    const { alice, bob } = pairOn(lab);
    const identity = alice.identity;
    alice.stop();
    const again = new Member(lab, "alice", "10.0.0.1", { kept: alice.kept });
    lab.run(dayMs + hourMs);
    expect(again.identity).toBe(identity);
    expect(bob.people).toEqual(["key:alice"]);
    const id = bob.say(identity, "hello");
    lab.run(50);
    expect(bob.outcomeOf(id)).toEqual({ state: "delivered" });
  });

  it("the agreement key is new every day, announced at once", () => {
    const { alice } = pairOn(lab);
    lab.run(dayMs + minuteMs);
    const keys = announcementsOf(lab, "10.0.0.1").map((text) => parsed(text).kith.key);
    expect(new Set(keys).size).toBe(2);
    expect(new Set(announcementsOf(lab, "10.0.0.1").map((text) => parsed(text).kith.sign)).size).toBe(1);
    expect(alice.counters["not-remembered-keys"]).toBeUndefined();
  });

  it("no key is used that could not be remembered: nothing is announced until it is", () => {
    const disk = { full: true };
    const alice = new Member(lab, "alice", "10.0.0.1", { disk });
    lab.run(30_000);
    expect(announcementsOf(lab, "10.0.0.1")).toEqual([]);
    expect(alice.machine.facts().ownKey).toBeUndefined();
    const id = alice.say("name:Ece", "hello");
    expect(alice.outcomeOf(id)).toMatchObject({ state: "failed" });
    disk.full = false;
    lab.run(minuteMs);
    expect(announcementsOf(lab, "10.0.0.1").length).toBeGreaterThan(0);
    expect(alice.counters["not-remembered-keys"]).toBeGreaterThan(0);
  });
});
