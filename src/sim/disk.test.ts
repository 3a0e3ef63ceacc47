/** What is on a simulated disk after it was full, torn off in a commit, or restarted. */
import { expect, test } from "vitest";
import type { Store } from "../core/ports/store.ts";
import { Disk, keepOn } from "./disk.ts";

function put(store: Store, value: string): void {
  store.transaction(() => {
    store.settings.put("name", value);
  });
}

test("what was committed is there after a restart, what was not is not", () => {
  const disk = new Disk({});
  const store = disk.open();
  put(store, "alice");
  disk.tearAtCommit();
  expect(() => {
    put(store, "bob");
  }).toThrow(/could be stored/);
  expect(disk.open().settings.get("name")).toBe("alice");
});

test("a full disk takes nothing, and takes it again when there is room", () => {
  const disk = new Disk({});
  const store = disk.open();
  disk.full = true;
  expect(() => {
    put(store, "alice");
  }).toThrow(/could be stored/);
  disk.full = false;
  put(store, "bob");
  expect(disk.content?.settings.get("name")).toBe("bob");
});

test("what a network remembers is on the same disk, under its own name", () => {
  const disk = new Disk({});
  const keep = keepOn(disk.open(), "lan");
  keep.write("keys", Uint8Array.of(1, 2, 3));
  const again = disk.open();
  expect(keepOn(again, "lan").read("keys")).toEqual(Uint8Array.of(1, 2, 3));
  expect(keepOn(again, "lab").read("keys")).toBeUndefined();
  keepOn(again, "lan").remove("keys");
  expect(keepOn(again, "lan").read("keys")).toBeUndefined();
});
