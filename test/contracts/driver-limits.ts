/** The part of the driver contract about who may connect, and how many. */
import { expect, test } from "vitest";
import { type MakeDriverWorld, stageFor } from "./driver-stage.ts";

export function limitContract(make: MakeDriverWorld): void {
  const stage = stageFor(make);

  test("one address gets as many links as the limit says, and another when one has gone", async () => {
    const [alice, bob] = [stage.probe(), stage.probe({ acceptedPerAddressMax: 3 })];
    const at = await stage.listen(bob);
    const links = [1, 2, 3].map(() => stage.dial(alice, at));
    await stage.settle(() => bob.all("linkUp").length === 3);
    stage.dial(alice, at);
    await stage.settle(() => bob.inspect().counters["accept.address-limit"] === 1);
    stage.dial(alice, at, { from: stage.world.otherHost });
    await stage.settle(() => bob.all("linkUp").length === 4);
    alice.do({ kind: "drop", link: links[0] ?? 0, why: "make room" });
    await stage.settle(() => bob.all("linkDown").length === 1);
    await stage.pass(10);
    stage.dial(alice, at);
    await stage.settle(() => bob.all("linkUp").length === 5);
    expect(bob.inspect().links.accepted).toBe(4);
  });

  test("all addresses together get as many links as the limit says", async () => {
    const [alice, bob] = [stage.probe(), stage.probe({ acceptedMax: 2 })];
    const at = await stage.listen(bob);
    stage.dial(alice, at);
    stage.dial(alice, at, { from: stage.world.otherHost });
    await stage.settle(() => bob.all("linkUp").length === 2);
    const refused = stage.dial(alice, at);
    await stage.settle(() => bob.inspect().counters["accept.limit"] === 1);
    await stage.settle(() => alice.fateOf(refused).some(({ kind }) => kind === "linkDown"));
    expect(bob.all("linkUp")).toHaveLength(2);
    expect(bob.inspect().links).toEqual({ dialled: 0, accepted: 2 });
  });

  test("a link that bob himself drops makes room as well", async () => {
    const [alice, bob] = [stage.probe(), stage.probe({ acceptedMax: 1 })];
    const at = await stage.listen(bob);
    for (let i = 1; i <= 5; i++) {
      stage.dial(alice, at);
      await stage.settle(() => bob.all("linkUp").length === i);
      bob.do({ kind: "drop", link: i, why: "next please" });
      await stage.settle(() => alice.all("linkDown").length === i);
    }
    expect(bob.inspect().counters).toEqual({});
  });
}
