/** Tests of what goes wrong around the database: killed processes, full disks, read-only folders, damaged files. */
import { execFile, spawn, spawnSync } from "node:child_process";
import { chmodSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { seededRandom, wholeBetween } from "../../../src/base/random.ts";
import type { Random } from "../../../src/base/random.ts";
import { salvageStore } from "../../../src/store/sqlite/salvage.ts";
import { openSqliteStore } from "../../../src/store/sqlite/sqlite-store.ts";
import { codeOf, fill, testFolder, testMessageId } from "../../../src/store/sqlite/testing.ts";

const writer = join(import.meta.dirname, "writer-process.ts");
const root = process.getuid?.() === 0;
const run = promisify(execFile);

test.each([3, 17, 40])(
  "a writer killed after %i commits has lost none of them, and no half one is there",
  async (n) => {
    const file = join(testFolder(), "history.db");
    const child = spawn(process.execPath, [writer, "for-ever", file], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout });
    let said = 0;
    lines.on("line", (line) => {
      said = Number(line);
      if (said >= 5 * n) child.kill("SIGKILL");
    });
    await once(child, "close");
    const store = openSqliteStore({ file });
    const found = store.messages.lastNumber();
    expect(found).toBeGreaterThanOrEqual(said);
    expect(found % 5).toBe(0);
    expect(store.messages.since(0, 10_000)).toHaveLength(found);
    expect(store.search.find({ text: "killed", limit: 10_000 })).toHaveLength(found);
    store.close();
  },
);

describe("a disk that takes no more", () => {
  const checkReport = (stdout: string, code: string): void => {
    const report = JSON.parse(stdout) as { codes: string[]; kept: number; last: number };
    expect(report.codes).toEqual([code, code]);
    expect(report.kept % 5).toBe(0);
    expect(report.last).toBe(report.kept + 5);
  };

  test("in a failed write: what was committed stays, and the store goes on when it can", async () => {
    const file = join(testFolder(), "history.db");
    const { stdout } = await run(process.execPath, [writer, "until-file-full", file]);
    checkReport(stdout, "store-failed");
    const store = openSqliteStore({ file });
    expect(store.search.find({ text: "after", limit: 9 })).toHaveLength(5);
    store.close();
  });

  const mounts = root && spawnSync("unshare", ["-m", "true"]).status === 0;
  test.skipIf(!mounts)("full: the same, and it says so", async () => {
    const folder = testFolder();
    const script = `mount -t tmpfs -o size=40m none "$1" && exec "$2" "$3" until-disk-full "$1/history.db"`;
    const args = ["-m", "sh", "-c", script, "sh", folder, process.execPath, writer];
    const { stdout } = await run("unshare", args);
    checkReport(stdout, "disk-full");
  });
});

test("a folder or file that may not be written is named as that", async () => {
  const folder = testFolder();
  const file = join(folder, "history.db");
  const inside = join(folder, "profile", "history.db");
  openSqliteStore({ file }).close();
  for (const path of [folder, file]) chmodSync(path, path === folder ? 0o555 : 0o444);
  const user = root ? ["65534"] : [];
  for (const path of [file, inside]) {
    const { stdout } = await run(process.execPath, [writer, "open", path, ...user]);
    expect(stdout.trim()).toBe("store-read-only");
  }
  chmodSync(folder, 0o755);
});

describe("a damaged file", () => {
  const rows = 2_000;
  const original = (): string => {
    const file = join(testFolder(), "history.db");
    const store = openSqliteStore({ file });
    fill(store, rows, "some words to fill pages with");
    while (store.search.index(500).left > 0);
    store.close();
    return file;
  };

  /** Everything that a chat reads, and a write. */
  const use = (file: string): string =>
    codeOf(() => {
      const store = openSqliteStore({ file });
      try {
        store.messages.since(0, 10 * rows);
        store.search.find({ text: "words", limit: rows });
        store.transaction(() => store.settings.put("k", "v"));
      } finally {
        store.close();
      }
    });

  test(
    "opens or is refused as damaged, and can be salvaged, whatever the damage",
    { timeout: 60_000 },
    () => {
      const file = original();
      const sound = readFileSync(file);
      const random = seededRandom(7);
      const codes = new Set<string>();
      for (let round = 0; round < 50; round++) {
        const copy = join(testFolder(), "history.db");
        writeFileSync(copy, damagedCopy(sound, random, round));
        const code = use(copy);
        codes.add(code);
        expect(["none", "store-damaged", "passphrase-needed"]).toContain(code);
        if (code !== "store-damaged" || round % 3 !== 0) continue;
        const report = salvageStore({ file: copy, stamp: "today" });
        expect(readFileSync(report.aside).length).toBeGreaterThan(0);
        expect(use(copy)).toBe("none");
      }
      expect(codes).toContain("store-damaged");
    },
  );

  test("gives all rows outside of the damaged page", () => {
    const file = original();
    const pages = statSync(file).size / 4_096;
    const bytes = readFileSync(file);
    const page = Array.from({ length: pages }, (_, n) => n).find((n) =>
      isLeafOf(bytes, n, "pages with 1000"),
    );
    bytes.fill(0xff, (page ?? 0) * 4_096, ((page ?? 0) + 1) * 4_096);
    writeFileSync(file, bytes);
    expect(use(file)).toBe("store-damaged");
    const before = readFileSync(file);
    const report = salvageStore({ file, stamp: "today" });
    expect(readFileSync(report.aside).equals(before)).toBe(true);
    expect(report.incomplete).toEqual(["messages"]);
    const saved = report.saved["messages"] ?? 0;
    expect(saved).toBeGreaterThan(rows - 60);
    expect(saved).toBeLessThan(rows);
    const store = openSqliteStore({ file });
    expect(store.messages.lastNumber()).toBe(rows);
    expect(store.messages.get(testMessageId(1_000))).toBeUndefined();
    expect(store.search.find({ text: "words", limit: rows })).toHaveLength(saved);
    store.close();
    expect(() => salvageStore({ file, stamp: "today" })).toThrow("EEXIST");
  });

  test("that is encrypted is noticed too, and salvaged with the passphrase only", () => {
    const file = join(testFolder(), "history.db");
    const store = openSqliteStore({ file, passphrase: "secret" });
    fill(store, rows, "some words to fill pages with");
    while (store.search.index(500).left > 0);
    store.close();
    const bytes = readFileSync(file);
    // Some pages one behind the other where the messages stand: they were written before their indexes.
    const quarter = 4_096 * Math.floor(bytes.length / 4_096 / 4);
    for (let page = 0; page < 5; page++) bytes.fill(0, quarter + 4_096 * page, quarter + 4_096 * page + 100);
    writeFileSync(file, bytes);
    const opened = openSqliteStore({ file, passphrase: "secret" });
    expect(codeOf(() => opened.messages.since(0, rows))).toBe("store-damaged");
    opened.close();
    expect(codeOf(() => salvageStore({ file, passphrase: "wrong", stamp: "today" }))).toBe(
      "passphrase-wrong",
    );
    const report = salvageStore({ file, passphrase: "secret", stamp: "today" });
    expect(report.saved["messages"]).toBeGreaterThan(rows / 2);
    expect(readFileSync(file).includes(Buffer.from("words"))).toBe(false);
  });

  test("is not salvaged without its passphrase, and stays as it is", () => {
    const file = join(testFolder(), "history.db");
    openSqliteStore({ file, passphrase: "secret" }).close();
    const before = readFileSync(file);
    expect(codeOf(() => salvageStore({ file, stamp: "today" }))).toBe("passphrase-needed");
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("cut in half gives what is left, cut to nothing it is an empty profile", () => {
    const file = original();
    truncateSync(file, statSync(file).size >> 1);
    expect(use(file)).toBe("store-damaged");
    const saved = salvageStore({ file, stamp: "half" }).saved["messages"] ?? 0;
    expect(saved).toBeGreaterThan(rows / 4);
    expect(use(file)).toBe("none");
    truncateSync(file, 0);
    expect(use(file)).toBe("none");
  });
});

function damagedCopy(sound: Buffer, random: Random, round: number): Buffer {
  const bytes = Buffer.from(sound);
  const at = wholeBetween(random, 0, bytes.length - 1);
  if (round % 5 === 0) return bytes.subarray(0, at + 1);
  if (round % 5 === 1) bytes.fill(random.bytes(64), at, at + 4_096);
  else if (round % 5 === 2) bytes.fill(0, at & ~4_095, (at & ~4_095) + 4_096);
  else
    for (let n = 0; n < 200; n++)
      bytes[wholeBetween(random, 0, bytes.length - 1)] = wholeBetween(random, 0, 255);
  return bytes;
}

/** A leaf of a table (13) that has the text in it, and not of the full text, whose pages have other texts. */
function isLeafOf(bytes: Buffer, page: number, text: string): boolean {
  const content = bytes.subarray(page * 4_096, (page + 1) * 4_096);
  return content[0] === 13 && content.includes(Buffer.from(text));
}
