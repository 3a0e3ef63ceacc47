/** Nothing is made before it is needed, and nothing twice. */
import { expect, it } from "vitest";
import { once } from "./once.ts";

it("is made by the first who needs it, and once, whatever it is", () => {
  let made = 0;
  const get = once((): number | undefined => {
    made++;
    return undefined;
  });
  expect(made).toBe(0);
  expect([get(), get(), made]).toEqual([undefined, undefined, 1]);
});
