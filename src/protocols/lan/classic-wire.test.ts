/** Talking with classic programs, and what those may do to us who mean no good. */
import * as fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { LanLab } from "../../../test/lan/lab.ts";
import { aliceAndEceOn, ClassicProgram, Member, type Line } from "../../../test/lan/members.ts";
import { minuteMs } from "../../base/time.ts";
import { messageBytesMax } from "./classic-dialect.ts";
import { idleMs, linksMax, messageWithinMs, pendingMax, silenceMs } from "./inbound.ts";
import { strangerRate } from "./rates.ts";

let lab: LanLab;
let alice: Member;
let ece: ClassicProgram;
beforeEach(() => {
  lab = new LanLab();
  ({ alice, ece } = aliceAndEceOn(lab));
});

describe("texts of others", () => {
  it("are complete when the other side finishes, and are answered by nothing but FIN", () => {
    const line = ece.dial("10.0.0.1").write("merhaba").end();
    lab.run(10);
    expect(alice.heard).toEqual(["nameEce: merhaba"]);
    expect(alice.arrivals[0]).toMatchObject({
      secrecy: "none",
      from: { identity: "name:Ece", keyed: false },
    });
    expect(alice.arrivals[0]?.sealed).toBeUndefined();
    expect([line.text, line.gone]).toEqual(["", "clean"]);
  });

  it("or after 200 ms of silence, several over one connection", () => {
    const line = ece.dial("10.0.0.1").write("one");
    lab.run(silenceMs - 1);
    expect(alice.heard).toEqual([]);
    lab.run(10);
    expect(alice.heard).toEqual(["nameEce: one"]);
    line.write("tw").write("o");
    lab.run(silenceMs + 10);
    line.write("three").end();
    lab.run(10);
    expect(alice.heard).toEqual(["nameEce: one", "nameEce: two", "nameEce: three"]);
  });

  it("an acknowledgement that means nothing leaves a connection alone", () => {
    const line = ece.dial("10.0.0.1").write("one");
    lab.run(300);
    for (let token = 0; token < 5; token++) alice.tell({ kind: "acknowledge", token });
    line.write("two").end();
    lab.run(10);
    expect(alice.heard).toEqual(["nameEce: one", "nameEce: two"]);
    expect(line.text).toBe("");
  });

  it("goodbye closes the connection and is not shown", () => {
    const line = ece.dial("10.0.0.1").write("one");
    lab.run(300);
    line.write("exit");
    lab.run(300);
    expect(alice.heard).toEqual(["nameEce: one"]);
    expect(line.gone).toBeDefined();
  });

  it("of an unknown address come from that address, and can be answered", () => {
    const stranger = new ClassicProgram(lab, "10.0.0.77");
    stranger.dial("10.0.0.1").write("who am I").end();
    lab.run(10);
    expect(alice.arrivals[0]?.from).toMatchObject({ identity: "address:10.0.0.77", name: "10.0.0.77" });
    const id = alice.say("address:10.0.0.77", "I wonder", { sealedOnly: false });
    lab.run(50);
    expect(stranger.read).toEqual(["I wonder"]);
    expect(alice.outcomeOf(id)).toEqual({ state: "sent" });
  });

  it("from the address of somebody with a key are not that key's", () => {
    const bob = new Member(lab, "bob", "10.0.0.2");
    lab.run(3_000);
    new ClassicProgram(lab, "10.0.0.2").dial("10.0.0.1").write("send me money").end();
    lab.run(10);
    const { from } = alice.arrivals[0] ?? {};
    expect(from).toMatchObject({ identity: "name:bob", name: "bob", keyed: false, secrecy: "none" });
    expect(from?.identity).not.toBe(bob.identity);
  });

  it("whatever they are and however they are cut: bytes that end in FIN arrive as one text, once", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }),
        fc.nat({ max: 20 }),
        (said, size) => {
          const text = `: ${said}.`;
          lab = new LanLab();
          lab.cut = (bytes) =>
            Array.from({ length: Math.ceil(bytes.length / (size + 1)) }, (_, i) =>
              bytes.slice(i * (size + 1), (i + 1) * (size + 1)),
            );
          alice = new Member(lab, "alice", "10.0.0.1", { acknowledges: false });
          lab.run(100);
          new ClassicProgram(lab, "10.0.0.9").dial("10.0.0.1").write(text).end();
          lab.run(10);
          expect(alice.arrivals.map(({ body }) => ("text" in body ? body.text : ""))).toEqual([
            text.toWellFormed(),
          ]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("that begin like a sealed message are not shown in part when the network hesitates", () => {
    const line = ece.dial("10.0.0.1").write('{"kit');
    lab.run(1_000);
    expect(alice.heard).toEqual([]);
    line.write('h":1}').end();
    lab.run(10);
    expect(alice.heard).toEqual([]);
    ece.dial("10.0.0.1").write("{").end();
    lab.run(10);
    expect(alice.heard).toEqual(["nameEce: {"]);
    ece.dial("10.0.0.1").write('{"kith"');
    lab.run(messageWithinMs + 10);
    expect(alice.heard).toEqual(["nameEce: {", 'nameEce: {"kith"']);
  });

  it("any bytes leave us alive, listening, and with nothing open in the end", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 4 }),
        fc.boolean(),
        (chunks, ends) => {
          const line = ece.dial("10.0.0.1");
          for (const chunk of chunks) line.write(chunk);
          if (ends) line.end();
          lab.run(2 * minuteMs);
          expect(line.gone).toBeDefined();
        },
      ),
      { numRuns: 100 },
    );
    ece.announce('{"username": "Ece"}');
    const before = alice.heard.length;
    ece.dial("10.0.0.1").write("still there?").end();
    lab.run(100);
    expect(alice.heard.length).toBe(before + 1);
  });
});

describe("limits", () => {
  it("64 KiB are a text, one byte more is none", () => {
    ece.dial("10.0.0.1").write("x".repeat(messageBytesMax)).end();
    lab.run(10);
    expect(alice.heard).toHaveLength(1);
    const line = ece
      .dial("10.0.0.1")
      .write("x".repeat(messageBytesMax + 1))
      .end();
    lab.run(10);
    expect(alice.heard).toHaveLength(1);
    expect(line.gone).toBe("reset");
    expect(alice.counters["message-too-long"]).toBe(1);
  });

  it("a message that trickles is cut off 10 s after its first byte", () => {
    const line = ece.dial("10.0.0.1");
    for (let i = 0; i <= 100; i++) {
      line.write("x");
      lab.run(100);
    }
    expect(line.gone).toBe("reset");
    expect(alice.heard).toEqual([]);
    expect(alice.counters["message-too-slow"]).toBe(1);
  });

  it("a connection that says nothing lives 90 s", () => {
    const line = ece.dial("10.0.0.1");
    lab.run(idleMs);
    expect(line.gone).toBeUndefined();
    lab.run(10);
    expect(line.gone).toBe("reset");
  });

  it("an address that holds many connections gives up its oldest, others keep theirs", () => {
    const honest = ece.dial("10.0.0.1").write("slow but honest");
    lab.run(10);
    const lines = Array.from({ length: pendingMax }, () =>
      new ClassicProgram(lab, "10.0.0.66").dial("10.0.0.1"),
    );
    lab.run(10);
    expect(lines.filter(({ gone }) => gone !== undefined)).toHaveLength(1);
    expect(lines[0]?.gone).toBe("reset");
    honest.end();
    lab.run(10);
    expect(alice.heard).toEqual(["nameEce: slow but honest"]);
  });

  it("many addresses that hold one mute connection each leave room for those who speak", () => {
    const dial = (i: number): Line => new ClassicProgram(lab, `10.0.1.${i}`).dial("10.0.0.1");
    const spoken = dial(0).write("slow but honest");
    lab.run(10);
    const mute = Array.from({ length: pendingMax - 1 }, (_, i) => dial(i + 1));
    lab.run(10);
    expect(mute.filter(({ gone }) => gone !== undefined)).toEqual([]);
    const honest = ece.dial("10.0.0.1");
    lab.run(10);
    expect(mute.map(({ gone }) => gone)).toEqual(["reset", ...mute.slice(1).map(() => undefined)]);
    spoken.end();
    honest.write("hello").end();
    lab.run(10);
    expect(alice.heard).toEqual(["addr10.0.1.0: slow but honest", "nameEce: hello"]);
  });

  it("where everybody is in the midst of a message, nobody is cut off for a newcomer, nor the newcomer", () => {
    const lines = Array.from({ length: pendingMax + 1 }, (_, i) => {
      const line = new ClassicProgram(lab, `10.0.1.${i}`).dial("10.0.0.1").write(`from ${i}`);
      lab.run(3);
      return line;
    });
    expect(alice.heard).toEqual([]);
    lab.run(silenceMs + 10);
    expect(lines.filter(({ gone }) => gone !== undefined)).toEqual([]);
    expect(alice.heard).toHaveLength(pendingMax + 1);
  });

  it("messages that are held back are at most 256, and the flooder's own newest give way to others", () => {
    const mallory = new ClassicProgram(lab, "10.0.0.66");
    const flood = (count: number): void => {
      for (let i = 0; i < count; i++) {
        mallory.dial("10.0.0.1").write("spam").end();
        lab.run(2);
      }
    };
    flood(strangerRate.burst + linksMax);
    expect(alice.counters["links-full"]).toBeUndefined();
    flood(50);
    const refused = alice.counters["links-full"] ?? 0;
    expect(refused).toBeGreaterThan(0);
    ece.dial("10.0.0.1").write("hello").end();
    lab.run(10);
    expect(alice.heard).toContain("nameEce: hello");
    expect(alice.counters["links-full"]).toBe(refused + 1);
    lab.run(minuteMs);
    expect(alice.heard).toHaveLength(strangerRate.burst + linksMax + 50 - refused);
  });

  it("a flooder is slowed down to the rate, loses nothing, and makes nobody else late", () => {
    const mallory = new ClassicProgram(lab, "10.0.0.66");
    const count = strangerRate.burst + 40;
    for (let i = 0; i < count; i++) {
      mallory.dial("10.0.0.1").write(`m${i}`).end();
      lab.run(2);
    }
    const early = alice.heard.length;
    expect(early).toBeLessThanOrEqual(strangerRate.burst + 5);
    ece.dial("10.0.0.1").write("hello").end();
    lab.run(10);
    expect(alice.heard).toContain("nameEce: hello");
    lab.run(3_000);
    const fromMallory = alice.heard.filter((line) => line !== "nameEce: hello");
    expect(fromMallory).toEqual(Array.from({ length: count }, (_, i) => `addr10.0.0.66: m${i}`));
    expect(alice.counters["paused"]).toBeGreaterThan(0);
  });

  it("a connection over its rate is read no further until its time comes", () => {
    const mallory = new ClassicProgram(lab, "10.0.0.66");
    for (let i = 0; i < strangerRate.burst; i++) {
      mallory.dial("10.0.0.1").write(`m${i}`).end();
      lab.run(2);
    }
    const line = mallory.dial("10.0.0.1").write("one");
    lab.run(silenceMs - 20);
    for (let i = 0; i < 10; i++) mallory.dial("10.0.0.1").write(`n${i}`).end();
    lab.run(30);
    line.write("two").end();
    expect(alice.heard).not.toContain("addr10.0.0.66: one");
    lab.run(5_000);
    const last = ["one", "two"].map((text) => alice.heard.indexOf(`addr10.0.0.66: ${text}`));
    expect(last).toEqual([...last].sort((a, b) => a - b));
    expect(last[0]).toBeGreaterThan(strangerRate.burst);
  });

  it("somebody with whom there is a conversation may send a thousand a second", () => {
    const bob = new Member(lab, "bob", "10.0.0.2", { acknowledges: false });
    lab.run(3_000);
    alice.say(bob.identity, "go on");
    lab.run(20);
    for (let i = 0; i < 500; i++) bob.say(alice.identity, `m${i}`);
    lab.run(2_000);
    expect(alice.heard).toHaveLength(500);
    expect(alice.counters["paused"]).toBeUndefined();
  });
});
