/** That what a network keeps stands under its own name. */
import { expect, test } from "vitest";
import { present } from "../base/assert.ts";
import { toNetworkName } from "../base/ids.ts";
import { MemoryStore } from "../store/memory/memory-store.ts";
import { keepFor } from "./keep.ts";

const lan = present(toNetworkName("lan"), "a name");
const lab = present(toNetworkName("lab"), "another name");

test("what one network keeps is there again, and is not another's", () => {
  const store = new MemoryStore();
  keepFor(lan, store).write("keys", Uint8Array.of(1, 2, 3));
  const again = new MemoryStore({ from: store.durable() });
  expect(keepFor(lan, again).read("keys")).toEqual(Uint8Array.of(1, 2, 3));
  expect(keepFor(lab, again).read("keys")).toBeUndefined();
});

test("what is replaced is the new value, and what is removed is gone", () => {
  const keep = keepFor(lan, new MemoryStore());
  keep.write("keys", Uint8Array.of(1));
  keep.replace("keys", Uint8Array.of(2));
  expect(keep.read("keys")).toEqual(Uint8Array.of(2));
  keep.remove("keys");
  expect(keep.read("keys")).toBeUndefined();
});
