/** What is on a simulated disk after it was full or failing, torn off in a commit, or restarted. */
import { expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import type { Store } from "../core/ports/store.ts";
import { Disk } from "./disk.ts";

function put(store: Store, value: string): void {
  store.transaction(() => {
    store.settings.put("name", value);
  });
}

test("what was committed is there after a restart, what was not is not", () => {
  const disk = new Disk({}, seededRandom(1));
  const store = disk.open();
  put(store, "alice");
  disk.tearAtCommit();
  expect(() => {
    put(store, "bob");
  }).toThrow(/could be stored/);
  expect(disk.open().settings.get("name")).toBe("alice");
});

test("a full disk takes nothing, and takes it again when there is room", () => {
  const disk = new Disk({}, seededRandom(1));
  const store = disk.open();
  disk.full = true;
  expect(() => {
    put(store, "alice");
  }).toThrow(/could be stored/);
  disk.full = false;
  put(store, "bob");
  expect(disk.content?.settings.get("name")).toBe("bob");
});

test("a disk that fails now and then leaves nothing of a transaction in which it did", () => {
  const disk = new Disk({}, seededRandom(1));
  const store = disk.open();
  disk.failing = 0.5;
  let [committed, failures] = [0, 0];
  for (let i = 0; i < 100; i++) {
    try {
      store.transaction(() => {
        for (const key of ["one", "two", "three"]) store.settings.put(key, String(i));
      });
      committed = i;
    } catch {
      failures++; // what is there afterwards is looked at below
    }
    const values = ["one", "two", "three"].map((key) => store.settings.get(key) ?? "0");
    expect(values).toEqual(values.map(() => String(committed)));
  }
  expect(committed).toBeGreaterThan(0);
  expect(failures).toBeGreaterThan(0);
  disk.recover();
  put(store, "alice");
  expect(disk.open().settings.get("name")).toBe("alice");
});
