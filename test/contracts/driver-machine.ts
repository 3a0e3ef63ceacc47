/** The part of the driver contract about the machine itself: its time, its questions, the order of its effects. */
import { expect, test } from "vitest";
import { type MakeDriverWorld, stageFor } from "./driver-stage.ts";

export function machineContract(make: MakeDriverWorld): void {
  waking(make);
  asking(make);
  ordering(make);
}

function waking(make: MakeDriverWorld): void {
  const stage = stageFor(make);

  test("a machine is woken once, not before its time", async () => {
    const alice = stage.probe();
    const times = [20, 21, 22, 23, 24, 25, 30, 40].map((ms) => stage.world.now().mono + ms);
    for (const [i, time] of times.entries()) {
      alice.wakeAt(time);
      await stage.settle(() => alice.wokenAt.length > i);
      expect(alice.wokenAt[i]).toBeGreaterThanOrEqual(time);
    }
    await stage.pass(20);
    expect(alice.wokenAt).toHaveLength(times.length);
  });

  test("a time that has passed wakes it soon", async () => {
    const alice = stage.probe();
    alice.wakeAt(stage.world.now().mono - 1_000);
    expect(alice.wokenAt).toEqual([]);
    await stage.settle(() => alice.wokenAt.length > 0);
  });

  test("the time can be brought forward, put off and called off", async () => {
    const [early, late, never] = [stage.probe(), stage.probe(), stage.probe()];
    const start = stage.world.now().mono;
    for (const probe of [early, late, never]) probe.wakeAt(start + 60);
    early.wakeAt(start + 20);
    late.wakeAt(start + 120);
    never.wakeAt(undefined);
    await stage.settle(() => late.wokenAt.length > 0);
    expect(early.wokenAt[0]).toBeLessThan(late.wokenAt[0] ?? 0);
    expect(late.wokenAt[0]).toBeGreaterThanOrEqual(start + 120);
    expect(never.wokenAt).toEqual([]);
  });

  test.each([2 ** 31, 2 ** 32, 1e15, Infinity])("%d ms ahead is not now", async (ms) => {
    const alice = stage.probe();
    alice.wakeAt(stage.world.now().mono + ms);
    await stage.pass(30);
    expect(alice.wokenAt).toEqual([]);
  });
}

function asking(make: MakeDriverWorld): void {
  const stage = stageFor(make);

  test("a question is answered at once or later, and its ticket says which it was", async () => {
    const alice = stage.probe();
    let resolve: (answer: string) => void = () => undefined;
    const later = new Promise<string>((done) => (resolve = done));
    alice.answer = (question) => (question === "slow" ? later : `${question}!`);
    alice.do({ kind: "ask", ticket: 1, question: "slow" }, { kind: "ask", ticket: 2, question: "quick" });
    expect(alice.told).toEqual([{ kind: "answer", ticket: 2, answer: { ok: true, value: "quick!" } }]);
    resolve("at last");
    await later;
    await stage.settle(() => alice.told.length > 1);
    expect(alice.told[1]).toEqual({ kind: "answer", ticket: 1, answer: { ok: true, value: "at last" } });
  });

  test("a question that cannot be answered is answered with the reason", async () => {
    const alice = stage.probe();
    alice.answer = (question) => {
      if (question === "now") throw new Error("disk full");
      return Promise.reject(new Error("no such account"));
    };
    alice.do({ kind: "ask", ticket: 1, question: "now" }, { kind: "ask", ticket: 2, question: "later" });
    await stage.settle(() => alice.told.length > 1);
    expect(alice.told).toEqual([
      { kind: "answer", ticket: 1, answer: { ok: false, problem: "disk full" } },
      { kind: "answer", ticket: 2, answer: { ok: false, problem: "no such account" } },
    ]);
  });
}

function ordering(make: MakeDriverWorld): void {
  const stage = stageFor(make);

  test("effects are carried out in order, and what they bring about waits for the last of them", () => {
    const alice = stage.probe();
    alice.react = (input) => (input.kind === "answer" ? [{ kind: "report", report: "answered" }] : []);
    alice.do(
      { kind: "report", report: "one" },
      { kind: "ask", ticket: 1, question: "?" },
      { kind: "report", report: "two" },
    );
    expect(alice.reports).toEqual(["one", "two", "answered"]);
  });

  test("an intention from within a hook is handled after the input at hand", () => {
    const alice = stage.probe();
    alice.onReport = (report) => {
      if (report === "one") alice.do({ kind: "report", report: "from the hook" });
    };
    alice.do({ kind: "report", report: "one" }, { kind: "report", report: "two" });
    expect(alice.reports).toEqual(["one", "two", "from the hook"]);
  });

  test("an answer that leads to another question a thousand times needs no stack", () => {
    const alice = stage.probe();
    alice.react = (input) =>
      input.kind === "answer" && input.ticket < 20_000
        ? [{ kind: "ask", ticket: input.ticket + 1, question: "next" }]
        : [];
    alice.do({ kind: "ask", ticket: 1, question: "first" });
    expect(alice.told).toHaveLength(20_000);
  });

  test("the wall clock and the monotonic clock come with each input", async () => {
    const alice = stage.probe();
    const before = stage.world.now();
    alice.wakeAt(before.mono + 5);
    await stage.settle(() => alice.wokenAt.length > 0);
    expect(alice.wokenAt[0]).toBeLessThanOrEqual(stage.world.now().mono);
  });
}
