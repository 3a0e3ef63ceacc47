/** The part of the driver contract about what is left after `stop`: nothing. */
import { expect, test } from "vitest";
import { type MakeDriverWorld, stageFor } from "./driver-stage.ts";
import { writing } from "./driver-probe.ts";

export function stopContract(make: MakeDriverWorld): void {
  const stage = stageFor(make);

  test("a stopped machine is told nothing, asks nothing, reports nothing", async () => {
    const { alice, bob, toBob, toAlice, at } = await stage.pair();
    bob.react = () => [{ kind: "report", report: "still alive" }];
    let resolve: (answer: string) => void = () => undefined;
    const later = new Promise<string>((done) => (resolve = done));
    bob.answer = () => later;
    bob.do(
      { kind: "ask", ticket: 1, question: "slow" },
      { kind: "bind", socket: "air", at: { host: stage.world.host, port: 0 }, broadcast: false },
      { kind: "watchInterfaces" },
    );
    await stage.settle(() => bob.all("listening").length === 2);
    bob.wakeAt(stage.world.now().mono + 30);
    const [told, reports] = [bob.told.length, bob.reports.length];
    const stopped = bob.stop();
    bob.do({ kind: "report", report: "told" });
    resolve("too late");
    alice.write(toBob, "anybody?");
    stage.dial(alice, at);
    await stopped;
    await stage.pass(60);
    expect(bob.told).toHaveLength(told);
    expect(bob.reports).toHaveLength(reports);
    expect(bob.textOf(toAlice)).toBe("");
  });

  test("what was open is free once stop has come back, and stop may be called again", async () => {
    const { alice, bob, at } = await stage.pair();
    await Promise.all([bob.stop(), bob.stop()]);
    await bob.stop();
    expect(bob.inspect()).toMatchObject({ sockets: [], links: { dialled: 0, accepted: 0 } });
    const carol = stage.probe();
    carol.do({ kind: "listen", name: "door", at });
    await stage.settle(() => carol.told.length > 0);
    expect(carol.all("listening")).toHaveLength(1);
    await stage.settle(() => alice.all("linkEnd").length + alice.all("linkDown").length > 0);
  });

  test("a link that was ended still sends what was written", async () => {
    const { alice, bob, toBob, toAlice } = await stage.pair({ unsentMax: 100 * 1024 * 1024 });
    const farewell = new Uint8Array(16 * 1024 * 1024).fill(7); // more than the system takes at once
    alice.do(writing(toBob, farewell), { kind: "end", link: toBob });
    await alice.stop();
    await stage.settle(() => bob.all("linkEnd").length > 0);
    expect(bob.bytesOf(toAlice)).toHaveLength(farewell.length);
  });

  test("a link that was ended and does not drain holds stop up only for a moment", async () => {
    const { alice, bob, toBob, toAlice } = await stage.pair({ unsentMax: 100 * 1024 * 1024 });
    bob.do({ kind: "reading", link: toAlice, on: false });
    await stage.pass(10);
    const start = stage.world.now().mono;
    alice.do(writing(toBob, new Uint8Array(50 * 1024 * 1024)), { kind: "end", link: toBob });
    const stopping = { done: false };
    void alice.stop().then(() => (stopping.done = true));
    await stage.settle(() => stopping.done);
    expect(stage.world.now().mono - start).toBeLessThan(3_000);
  });

  test("stop in the midst of effects leaves the rest of them undone", async () => {
    const alice = stage.probe();
    alice.onReport = () => void alice.stop();
    alice.do({ kind: "report", report: "one" }, { kind: "report", report: "two" });
    await alice.stop();
    expect(alice.reports).toEqual(["one"]);
  });
}
