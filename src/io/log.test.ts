/** The log has every event in a line, no secret, no control character, and an end to its size. */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createLog, type Log, logFileBytesMax, type LogLevel } from "./log.ts";

let folder: string;
let file: string;
const clock = { now: () => ({ wall: Date.UTC(2026, 0, 2, 3, 4, 5), mono: 0 }) };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-log-"));
  file = join(folder, "state", "kith.log");
});

afterEach(() => rm(folder, { recursive: true }));

function logFrom(level: LogLevel): Log {
  return createLog({ file, level, clock });
}

async function lines(path = file): Promise<readonly unknown[]> {
  const text = await readFile(path, "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));
}

test("an event is a line with its level, time and details, in the order in which they happened", async () => {
  const log = logFrom("info");
  log.write("info", "network-up", { network: "lan", port: 5000 });
  log.write("error", "store-failed", { error: Object.assign(new Error("no space"), { code: "ENOSPC" }) });
  await log.close();
  expect(await lines()).toMatchObject([
    { level: "info", time: "2026-01-02T03:04:05.000Z", event: "network-up", network: "lan", port: 5000 },
    { level: "error", event: "store-failed", error: { message: "no space", code: "ENOSPC" } },
  ]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("what is less than the level is left out", async () => {
  const log = logFrom("warn");
  for (const level of ["debug", "info", "warn", "error"] as const) log.write(level, level);
  await log.close();
  expect(await lines()).toMatchObject([{ event: "warn" }, { event: "error" }]);
});

test("a log that nothing is written to makes no file", async () => {
  const log = logFrom("info");
  log.write("debug", "nothing");
  await log.close();
  await expect(stat(file)).rejects.toMatchObject({ code: "ENOENT" });
});

test("secrets and message texts are kept out", async () => {
  const log = logFrom("info");
  log.write("info", "oops", { password: "hunter2", text: "meet me at noon", token: "abc", name: "bob" });
  await log.close();
  const text = await readFile(file, "utf8");
  for (const secret of ["hunter2", "noon", "abc"]) expect(text).not.toContain(secret);
  expect(text).toContain("bob");
});

test("a stranger's text steers no terminal, makes no line of its own, and does not go on for ever", async () => {
  const log = logFrom("info");
  const text = "mallory\n{}\u001b]0;x\u0007\u009b2J\u202e";
  log.write("info", "seen", { name: text, long: "x".repeat(10_000), error: new Error(text) });
  await log.close();
  const written = await readFile(file, "utf8");
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(written.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/u);
  expect(written.length).toBeLessThan(5_000);
});

test("a file that would grow too long is put aside, and the one put aside before is gone", async () => {
  await mkdir(join(folder, "state"));
  await writeFile(`${file}.1`, "oldest\n");
  await writeFile(file, `${"x".repeat(logFileBytesMax - 1)}\n`);
  const log = logFrom("info");
  log.write("info", "first of the new file");
  log.write("info", "second");
  await log.close();
  expect(await lines()).toMatchObject([{ event: "first of the new file" }, { event: "second" }]);
  expect((await stat(`${file}.1`)).size).toBe(logFileBytesMax);
});

test("a file that is just long enough is not put aside", async () => {
  await mkdir(join(folder, "state"));
  await writeFile(file, `${"x".repeat(logFileBytesMax - 1_000)}\n`);
  const log = logFrom("info");
  log.write("info", "still here");
  await log.close();
  await expect(stat(`${file}.1`)).rejects.toMatchObject({ code: "ENOENT" });
});

test("a log that cannot be written ends nothing", async () => {
  await mkdir(file, { recursive: true });
  const log = logFrom("info");
  log.write("info", "nobody will know");
  await log.close();
});

test("a line after the end is not taken", async () => {
  const log = logFrom("info");
  log.write("info", "last");
  const closing = log.close();
  log.write("info", "too late");
  await closing;
  log.write("info", "far too late");
  expect(await lines()).toMatchObject([{ event: "last" }]);
});

test("lines before the library is there are kept, up to a number, and the rest counted", async () => {
  const log = logFrom("info");
  for (let i = 0; i < 1_003; i++) log.write("info", "early", { i });
  await log.close();
  const written = await lines();
  expect(written).toHaveLength(1_001);
  expect(written.slice(-2)).toMatchObject([{ i: 999 }, { event: "log-lines-lost", count: 3 }]);
});
