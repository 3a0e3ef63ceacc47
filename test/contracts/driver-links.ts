/** The part of the driver contract about how links come, live and end. */
import { expect, test } from "vitest";
import { concatBytes } from "../../src/base/bytes.ts";
import { seededRandom, wholeBetween } from "../../src/base/random.ts";
import { type MakeDriverWorld, stageFor } from "./driver-stage.ts";
import { writing } from "./driver-probe.ts";

export function linkContract(make: MakeDriverWorld): void {
  dialling(make);
  carrying(make);
  ending(make);
}

function dialling(make: MakeDriverWorld): void {
  const stage = stageFor(make);

  test("a dial brings a link up on both sides, each knowing the other's address", async () => {
    const { alice, bob, toBob, toAlice, at } = await stage.pair();
    const [dialled] = alice.all("linkUp");
    const [accepted] = bob.all("linkUp");
    expect(dialled).toMatchObject({ link: toBob, via: "dial", remote: at, local: accepted?.remote });
    expect(accepted).toMatchObject({ link: 1, via: "door", local: at });
    expect(toAlice).toBe(1);
    expect(dialled).not.toHaveProperty("secured");
  });

  test("a link speaks from the address it was told to speak from", async () => {
    const [alice, bob] = [stage.probe(), stage.probe()];
    stage.dial(alice, await stage.listen(bob), { from: stage.world.otherHost });
    await stage.settle(() => bob.all("linkUp").length > 0);
    expect(bob.all("linkUp")[0]?.remote.host).toBe(stage.world.otherHost);
  });

  test("a dial to where nobody listens is refused", async () => {
    const [alice, bob] = [stage.probe(), stage.probe()];
    const at = await stage.listen(bob);
    bob.do({ kind: "unlisten", name: "door" });
    await stage.pass(20);
    const link = stage.dial(alice, at);
    await stage.settle(() => alice.told.length > 0);
    expect(alice.told).toEqual([{ kind: "linkDown", link, why: "refused" }]);
  });

  test("a dial that nobody answers fails when its time is over, not before", async () => {
    const alice = stage.probe();
    const dialledAt = stage.world.now().mono;
    const link = stage.dial(alice, stage.world.silent, { timeoutMs: 150 });
    await stage.settle(() => alice.told.length > 0);
    expect(alice.told).toEqual([{ kind: "linkDown", link, why: "timed-out" }]);
    expect(stage.world.now().mono - dialledAt).toBeGreaterThanOrEqual(140);
  });

  test.each(["", "example.org", "127.1", "0x7f000001", "127.0.0.1 "])("%j is not dialled", async (host) => {
    const alice = stage.probe();
    const link = stage.dial(alice, { host, port: 5_000 });
    await stage.settle(() => alice.told.length > 0);
    expect(alice.told).toEqual([{ kind: "linkDown", link, why: "no-route" }]);
  });

  test.each([0, -1, 65_536, 1.5, Number.NaN])("port %d is not dialled", async (port) => {
    const alice = stage.probe();
    const link = stage.dial(alice, { host: stage.world.host, port });
    await stage.settle(() => alice.told.length > 0);
    expect(alice.told).toEqual([{ kind: "linkDown", link, why: "no-route" }]);
  });

  test("a dial that was dropped tells nothing", async () => {
    const alice = stage.probe();
    const link = stage.dial(alice, stage.world.silent, { timeoutMs: 50 });
    alice.do({ kind: "drop", link, why: "changed my mind" });
    await stage.pass(100);
    expect(alice.told).toEqual([]);
    expect(alice.inspect().links).toEqual({ dialled: 0, accepted: 0 });
  });
}

function carrying(make: MakeDriverWorld): void {
  const stage = stageFor(make);

  test("what is written arrives whole and in order, however it is cut", async () => {
    const { alice, bob, toBob, toAlice } = await stage.pair();
    const random = seededRandom(7);
    const pieces = Array.from({ length: 300 }, () => random.bytes(wholeBetween(random, 1, 3_000)));
    pieces.slice(0, 100).forEach((piece) => alice.write(toBob, piece));
    alice.do(...pieces.slice(100, 200).map((piece) => writing(toBob, piece)));
    await stage.settle(() => bob.bytesOf(toAlice).length > 0);
    alice.do(...pieces.slice(200).map((piece) => writing(toBob, piece)));
    const whole = concatBytes(...pieces);
    await stage.settle(() => bob.bytesOf(toAlice).length >= whole.length);
    expect(Buffer.from(bob.bytesOf(toAlice)).equals(whole)).toBe(true);
  });

  test("both sides speak at once", async () => {
    const { alice, bob, toBob, toAlice } = await stage.pair();
    bob.react = (input) => (input.kind === "bytes" ? [{ ...writing(input.link, input.bytes) }] : []);
    for (let i = 0; i < 20; i++) {
      alice.write(toBob, `${i};`);
      await stage.settle(() => alice.textOf(toBob).endsWith(`${i};`));
    }
    expect(alice.textOf(toBob)).toBe(bob.textOf(toAlice));
  });

  test("one write reaches many links, and passes over those that are gone", async () => {
    const [alice, bob] = [stage.probe(), stage.probe()];
    const at = await stage.listen(bob);
    const links = Array.from({ length: 60 }, () => stage.dial(alice, at));
    await stage.settle(() => bob.all("linkUp").length === links.length);
    const accepted = bob.all("linkUp").map(({ link }) => link);
    const [gone, ...living] = accepted;
    bob.do({ kind: "drop", link: gone ?? 0, why: "test" });
    bob.write([...accepted, 999], "hello all");
    await stage.settle(() => links.filter((link) => alice.textOf(link) === "hello all").length === 59);
    expect(living).toHaveLength(59);
  });
}

function ending(make: MakeDriverWorld): void {
  const stage = stageFor(make);

  test("after one side has ended the other goes on, and the link is down once both have", async () => {
    const { alice, bob, toBob, toAlice } = await stage.pair();
    alice.do(writing(toBob, "that is all"), { kind: "end", link: toBob });
    await stage.settle(() => bob.all("linkEnd").length > 0);
    expect(bob.textOf(toAlice)).toBe("that is all");
    bob.write(toAlice, "thank you");
    await stage.settle(() => alice.textOf(toBob) === "thank you");
    expect([...alice.all("linkDown"), ...bob.all("linkDown")]).toEqual([]);
    bob.do({ kind: "end", link: toAlice });
    await stage.settle(() => alice.all("linkDown").length > 0 && bob.all("linkDown").length > 0);
    expect(alice.fateOf(toBob).slice(1)).toEqual([
      { kind: "linkEnd", link: toBob },
      { kind: "linkDown", link: toBob },
    ]);
    expect(bob.fateOf(toAlice).slice(1)).toEqual([
      { kind: "linkEnd", link: toAlice },
      { kind: "linkDown", link: toAlice },
    ]);
  });

  test("the side that dialled goes on as well after the other has ended", async () => {
    const { alice, bob, toBob, toAlice } = await stage.pair();
    bob.do(writing(toAlice, "welcome"), { kind: "end", link: toAlice });
    await stage.settle(() => alice.all("linkEnd").length > 0);
    await stage.pass(20);
    alice.do(writing(toBob, "I have more"), { kind: "end", link: toBob });
    await stage.settle(() => bob.all("linkDown").length > 0);
    expect(bob.textOf(toAlice)).toBe("I have more");
    expect(bob.all("linkDown")).toEqual([{ kind: "linkDown", link: toAlice }]);
  });

  test("what is written after the end goes nowhere", async () => {
    const { alice, bob, toBob, toAlice } = await stage.pair();
    alice.do(writing(toBob, "last"), { kind: "end", link: toBob }, writing(toBob, " words"));
    await stage.settle(() => bob.all("linkEnd").length > 0);
    expect(bob.textOf(toAlice)).toBe("last");
  });

  test("whoever drops a link is told nothing more of it, the other side that it was reset", async () => {
    const { alice, bob, toBob, toAlice } = await stage.pair();
    alice.do({ kind: "drop", link: toBob, why: "test" });
    await stage.settle(() => bob.all("linkDown").length > 0);
    expect(bob.all("linkDown")).toEqual([{ kind: "linkDown", link: toAlice, why: "reset" }]);
    await stage.pass(20);
    expect(alice.fateOf(toBob)).toHaveLength(1);
  });

  test("a link that is down is dead: nothing done to it has an effect", async () => {
    const { alice, bob, toBob, toAlice } = await stage.pair();
    alice.do({ kind: "drop", link: toBob, why: "test" });
    await stage.settle(() => bob.all("linkDown").length > 0);
    const told = bob.told.length;
    bob.do(
      writing(toAlice, "anybody?"),
      { kind: "reading", link: toAlice, on: false },
      { kind: "reading", link: toAlice, on: true },
      { kind: "end", link: toAlice },
      { kind: "drop", link: toAlice, why: "again" },
    );
    await stage.pass(20);
    expect(bob.told).toHaveLength(told);
    expect(bob.inspect().links).toEqual({ dialled: 0, accepted: 0 });
  });

  test("each link has a number of its own", async () => {
    const { alice, bob, at } = await stage.pair();
    alice.do({ kind: "drop", link: -1, why: "test" });
    await stage.settle(() => bob.all("linkDown").length > 0);
    stage.dial(alice, at);
    await stage.settle(() => bob.all("linkUp").length > 1);
    expect(bob.all("linkUp").map(({ link }) => link)).toEqual([1, 2]);
  });
}
