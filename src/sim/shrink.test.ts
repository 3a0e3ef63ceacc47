/** What shrinking takes away from a failing world, and what it leaves. */
import { expect, test } from "vitest";
import { drawOptions, type Options } from "./options.ts";
import { lanPlug } from "./lan/plug.ts";
import { shrink } from "./shrink.ts";

const options: Options = {
  ...drawOptions(1, lanPlug, { hours: 1, realCrypto: false }),
  people: 8,
  faults: { loss: 0.5, crashes: 0.2, partitions: 0.9, "full-disks": 0.3 },
  strangers: ["parrot", "classic"],
};

test("what a failure does not need is taken away", async () => {
  const needs = (smaller: Options): Promise<boolean> =>
    Promise.resolve(smaller.faults.crashes !== undefined && smaller.people >= 3 && smaller.hours >= 0.2);
  const { faults, strangers, people, hours } = await shrink(options, needs);
  expect({ faults, strangers, people, hours }).toEqual({
    faults: { crashes: 0.2 },
    strangers: [],
    people: 3,
    hours: 0.25,
  });
});

test("what fails whatever is taken away ends as the smallest world there is", async () => {
  const smallest = await shrink(options, () => Promise.resolve(true));
  expect(smallest).toMatchObject({ faults: {}, strangers: [], people: 2 });
});
