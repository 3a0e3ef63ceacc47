/** Proves that the way to open kith is told so that it can be pasted into a shell. */
import { expect, it } from "vitest";
import { checkoutAt } from "./checkout.mjs";
import { howToOpen } from "./hint.mjs";

it("a plain path is shown as it is", () => {
  expect(howToOpen(checkoutAt("/opt/kith"))).toContain(" /opt/kith/kith\n");
});

it("a path with spaces and quotes is quoted", () => {
  expect(howToOpen(checkoutAt("/opt/Bob's kith"))).toContain(`ln -s '/opt/Bob'\\''s kith/kith' `);
});
