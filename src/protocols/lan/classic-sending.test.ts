/** What we say to classic programs, and how the variant of 2025 is spoken. */
import * as fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { LanLab } from "../../../test/lan/lab.ts";
import { aliceAndEceOn, ClassicProgram, Member } from "../../../test/lan/members.ts";
import { toUtf8 } from "../../base/bytes.ts";

let lab: LanLab;
let alice: Member;
let ece: ClassicProgram;
beforeEach(() => {
  lab = new LanLab();
  ({ alice, ece } = aliceAndEceOn(lab));
});

describe("texts of ours", () => {
  it("are sent when the connection closed cleanly, and never called delivered", () => {
    const id = alice.say("name:Ece", "merhaba");
    lab.run(50);
    expect(ece.read).toEqual(["merhaba"]);
    expect(alice.outcomeOf(id)).toEqual({ state: "sent" });
  });

  it("long ones go out in pieces, a connection each, in order, and the next text after them", () => {
    alice.say("name:Ece", `${"a".repeat(1_000)}${"b".repeat(1_000)}c`);
    alice.say("name:Ece", "next");
    lab.run(100);
    expect(ece.read).toEqual(["a".repeat(1_000), "b".repeat(1_000), "c", "next"]);
  });

  it("actions are put into words", () => {
    alice.say("name:Ece", "", { body: { kind: "action", text: "waves" } });
    lab.run(50);
    expect(ece.read).toEqual(["* alice waves"]);
  });

  it("one that was written and then broken off is never sent again by itself", () => {
    lab.listeners.clear();
    const rude = new ClassicProgram(lab, "10.0.0.9", undefined, false);
    const id = alice.say("name:Ece", "merhaba");
    lab.run(4);
    rude.lines[0]?.do((side) => side.drop());
    lab.run(50);
    expect(alice.outcomeOf(id)).toMatchObject({
      state: "failed",
      why: { code: "outcome-unknown", details: { problem: "reset" } },
      again: "never",
    });
    const silent = alice.say("name:Ece", "hello?");
    lab.run(10_000);
    expect(alice.outcomeOf(silent)).toMatchObject({ why: { code: "outcome-unknown" }, again: "never" });
  });

  it("one of which nothing was written may be tried again; of which a piece was, not", () => {
    lab.listeners.clear();
    const id = alice.say("name:Ece", "merhaba");
    lab.run(50);
    expect(alice.outcomeOf(id)).toEqual({ state: "failed", why: { code: "refused" }, again: "later" });
    const once = new ClassicProgram(lab, "10.0.0.9");
    const long = alice.say("name:Ece", "x".repeat(1_500));
    lab.run(2);
    lab.listeners.clear();
    lab.run(50);
    expect(once.read).toEqual(["x".repeat(1_000)]);
    expect(alice.outcomeOf(long)).toMatchObject({
      why: { code: "outcome-unknown", details: { problem: "refused", piece: 2, of: 2 } },
      again: "never",
    });
  });

  it("to somebody who was never heard wait until they are", () => {
    const id = alice.say("name:Ada", "hello");
    expect(alice.outcomeOf(id)).toEqual({ state: "failed", why: { code: "offline" }, again: "when-seen" });
  });

  it("a program that talks back is heard out and means nothing", () => {
    const id = alice.say("name:Ece", "merhaba");
    lab.run(2);
    ece.lines[0]?.write("x".repeat(100_000));
    lab.run(50);
    expect(alice.outcomeOf(id)).toEqual({ state: "sent" });
  });
});

describe("the variant of 2025", () => {
  const ports = { udp: 6_000, tcp: 6_001 };
  let bob: Member;
  let can: ClassicProgram;
  beforeEach(() => {
    lab = new LanLab();
    bob = new Member(lab, "bob", "10.0.0.1", { variant: "2025" });
    can = new ClassicProgram(lab, "10.0.0.9", ports);
    lab.run(100);
    can.announce('{"username": "Can"}');
    lab.run(3_000);
  });

  it("announces the name alone every eight seconds", () => {
    lab.run(20_000);
    const own = lab.datagrams.filter(({ from }) => from.host === "10.0.0.1");
    expect(
      own.map(({ bytes }) => new TextDecoder().decode(bytes)).every((text) => text === '{"username":"bob"}'),
    ).toBe(true);
    expect(own.length).toBeGreaterThanOrEqual(3);
    expect(bob.people).toEqual(["name:Can"]);
  });

  it("sends and reads plain messages", () => {
    const id = bob.say("name:Can", 'say "hi"');
    lab.run(50);
    expect(can.read).toEqual(['{"unencrypted_message":"say \\"hi\\""}']);
    expect(bob.outcomeOf(id)).toEqual({ state: "sent" });
    can.dial("10.0.0.1").write('{"unencrypted_message": "hi"}\n').end();
    lab.run(50);
    expect(bob.heard).toEqual(["nameCan: hi"]);
    expect(bob.counters).toEqual({});
  });

  it("nothing that must be sealed goes out", () => {
    const id = bob.say("name:Can", "the secret", { sealedOnly: true });
    lab.run(50);
    expect(can.lines).toEqual([]);
    expect(bob.outcomeOf(id)).toMatchObject({ why: { code: "no-consent" } });
  });

  it("several objects in one chunk, one object in many, and rubbish between", () => {
    can.dial("10.0.0.1").write('{"unencrypted_message":"a}"} {"unencrypted_message":"b"}').end();
    lab.run(50);
    lab.cut = (bytes) => Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
    can.dial("10.0.0.1").write('{"unencrypted_message":"\\"c{"}');
    lab.run(50);
    expect(bob.heard).toEqual(["nameCan: a}", "nameCan: b", 'nameCan: "c{']);
    for (const text of [
      "hello",
      "[1]",
      '{"x":1}',
      '{"unencrypted_message":7}',
      '{"key":"19"}',
      '{"key":"0"}',
      '{"key":"-1"}',
    ]) {
      const line = can.dial("10.0.0.1").write(text);
      lab.run(50);
      expect(line.gone).toBe("reset");
    }
    expect(bob.heard).toHaveLength(3);
  });

  it("any bytes leave it alive", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.json(), (bytes, json) => {
        can.dial("10.0.0.1").write(bytes).end();
        can
          .dial("10.0.0.1")
          .write(toUtf8(`{"key":${json}}`))
          .end();
        can
          .dial("10.0.0.1")
          .write(toUtf8(`{"encrypted_message":${json}}`))
          .end();
        lab.run(50);
      }),
      { numRuns: 50 },
    );
  });
});
