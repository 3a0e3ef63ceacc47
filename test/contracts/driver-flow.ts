/** The part of the driver contract about more bytes than the other side takes. */
import { expect, test } from "vitest";
import { type MakeDriverWorld, type Stage, stageFor } from "./driver-stage.ts";
import { type Probe, writing } from "./driver-probe.ts";

const limits = { unsentMark: 10_000, unsentMax: 100_000 };
/** More than any system keeps for one connection. */
const flood = Array.from({ length: 40 }, () => new Uint8Array(1024 * 1024));

export function flowContract(make: MakeDriverWorld): void {
  draining(make);
  overflowing(make);
  pausing(make);
}

function draining(make: MakeDriverWorld): void {
  const stage = stageFor(make);

  test("a link that was written up to its mark says when all of it went out", async () => {
    const { alice, bob, toBob, toAlice } = await stage.pair(limits);
    alice.write(toBob, new Uint8Array(limits.unsentMark));
    await stage.settle(() => alice.all("drained").length > 0);
    expect(alice.all("drained")).toEqual([{ kind: "drained", link: toBob }]);
    await stage.settle(() => bob.bytesOf(toAlice).length === limits.unsentMark);
  });

  test("one byte less says nothing, until another byte is written", async () => {
    const { alice, bob, toBob, toAlice } = await stage.pair(limits);
    alice.write(toBob, new Uint8Array(limits.unsentMark - 1));
    await stage.settle(() => bob.bytesOf(toAlice).length === limits.unsentMark - 1);
    await stage.pass(20);
    expect(alice.all("drained")).toEqual([]);
    alice.write(toBob, new Uint8Array(1));
    await stage.settle(() => alice.all("drained").length === 1);
    alice.write(toBob, new Uint8Array(limits.unsentMark - 1));
    await stage.pass(20);
    expect(alice.all("drained")).toHaveLength(1);
  });

  test("a machine that pauses at the mark can send without end", async () => {
    const { alice, bob, toBob, toAlice } = await stage.pair(limits);
    const piece = writing(toBob, new Uint8Array(limits.unsentMark));
    let left = 50;
    alice.react = (input) => (input.kind === "drained" && left-- > 0 ? [piece] : []);
    alice.do(piece);
    await stage.settle(() => bob.bytesOf(toAlice).length === 51 * limits.unsentMark);
    expect(alice.all("linkDown")).toEqual([]);
  });
}

function overflowing(make: MakeDriverWorld): void {
  const stage = stageFor(make);

  test("a link whose other side does not read is dropped at the limit, and others are not", async () => {
    const { alice, bob, toBob, toAlice, at } = await stage.pair(limits);
    const other = stage.dial(alice, at);
    await stage.settle(() => bob.all("linkUp").length > 1);
    bob.do({ kind: "reading", link: toAlice, on: false });
    for (const piece of flood) alice.write(toBob, piece);
    await stage.settle(() => alice.all("linkDown").length > 0);
    expect(alice.all("linkDown")).toEqual([{ kind: "linkDown", link: toBob, why: "overflow" }]);
    alice.write(other, "still here");
    await stage.settle(() => bob.textOf(2) === "still here");
    bob.do({ kind: "reading", link: toAlice, on: true });
    await stage.settle(() => bob.all("linkDown").length > 0);
    expect(bob.all("linkDown")).toEqual([{ kind: "linkDown", link: toAlice, why: "reset" }]);
  });

  test("as much as the limit allows is not too much", async () => {
    const { alice, bob, toBob, toAlice } = await stage.pair(limits);
    alice.do(writing(toBob, new Uint8Array(50_000)), writing(toBob, new Uint8Array(50_000)));
    await stage.settle(() => bob.bytesOf(toAlice).length === limits.unsentMax);
    expect(alice.all("linkDown")).toEqual([]);
  });
}

function pausing(make: MakeDriverWorld): void {
  const stage = stageFor(make);

  test("a link that is not read gives no bytes, and gives them all when it is read again", async () => {
    const { alice, bob, toBob, toAlice } = await stage.pair();
    bob.do({ kind: "reading", link: toAlice, on: false });
    await fill(stage, alice, toBob);
    expect(bob.fateOf(toAlice)).toHaveLength(1);
    expect(bob.bytesOf(toAlice)).toHaveLength(0);
    bob.do({ kind: "reading", link: toAlice, on: true });
    await stage.settle(() => bob.all("linkEnd").length > 0);
    expect(bob.textOf(toAlice)).toBe("one two three ");
  });

  test("reading can be turned off before the first byte", async () => {
    const [alice, bob] = [stage.probe(), stage.probe()];
    bob.react = (input) =>
      input.kind === "linkUp" ? [{ kind: "reading", link: input.link, on: false }] : [];
    const link = stage.dial(alice, await stage.listen(bob));
    await stage.settle(() => alice.all("linkUp").length > 0);
    await fill(stage, alice, link);
    expect(bob.all("bytes")).toEqual([]);
  });

  test("reading that is turned off amid the bytes stops after the piece at hand", async () => {
    const { alice, bob, toBob, toAlice } = await stage.pair();
    bob.react = (input) => (input.kind === "bytes" ? [{ kind: "reading", link: toAlice, on: false }] : []);
    alice.do(...flood.slice(0, 1).map((piece) => writing(toBob, piece)));
    await stage.settle(() => bob.all("bytes").length > 0);
    await stage.pass(30);
    expect(bob.all("bytes")).toHaveLength(1);
  });
}

async function fill(stage: Stage, alice: Probe, link: number): Promise<void> {
  alice.write(link, "one ");
  await stage.pass(20);
  alice.do(writing(link, "two "), writing(link, "three "), { kind: "end", link });
  await stage.pass(20);
}
