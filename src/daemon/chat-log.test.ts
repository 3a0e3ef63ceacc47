/** What chat-log.txt promises: every message once, in order, whatever happened to the program or the disk. */
import { appendFile, mkdtemp, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { MessageId } from "../base/ids.ts";
import type { Message } from "../core/model.ts";
import { ChatLog, freshMax, missing } from "./chat-log.ts";

let folder: string;
let file: string;
let rows: Message[];
let mark: number | undefined;
let failures: unknown[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-log-"));
  file = join(folder, "chat-log.txt");
  rows = [];
  mark = 0;
  failures = [];
});

afterEach(() => rm(folder, { recursive: true }));

test("what is committed is appended, for this user alone", async () => {
  const log = chatLog();
  say(log, "one", "two");
  await log.stop();
  expect(await readFile(file, "utf8")).toBe("one\ntwo\n");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(mark).toBe(2);
});

test("a log that begins now holds nothing of before", async () => {
  rows.push(message("before"));
  mark = undefined;
  const log = chatLog();
  expect(mark).toBe(1); // remembered at once: a crash may come before anything is written
  say(log, "after");
  await log.stop();
  expect(await readFile(file, "utf8")).toBe("after\n");
});

test("wherever a crash cut the file short, the next start leaves every message there once", async () => {
  const texts = ["one", "two", "two", "drei größer", "four"];
  const whole = Buffer.from(texts.map((text) => `${text}\n`).join(""));
  texts.forEach((text) => rows.push(message(text)));
  for (let length = 0; length <= whole.length; length++) {
    mark = 0;
    await writeFile(file, whole);
    await truncate(file, length);
    await chatLog().stop();
    expect((await readFile(file)).toString(), `cut at ${length}`).toBe(whole.toString());
  }
});

test("what somebody else wrote behind it stays, and the next message begins a line", async () => {
  await writeFile(file, "a note of mine");
  const log = chatLog();
  say(log, "one");
  await log.stop();
  expect(await readFile(file, "utf8")).toBe("a note of mine\none\n");
});

test("what a disk refused is told once and written when the disk is well again", async () => {
  await symlink("/nowhere", file); // a link is never followed, so the file cannot be opened
  const log = chatLog();
  say(log, "one");
  await log.stop();
  expect(failures).toHaveLength(1);
  expect(mark).toBe(0);
  await rm(file);
  await chatLog().stop();
  expect(await readFile(file, "utf8")).toBe("one\n");
});

test("messages that wait beyond the limit are found again by their numbers", async () => {
  const log = chatLog();
  say(log, "first");
  await vi.waitFor(async () => expect(await readFile(file, "utf8")).toBe("first\n"));
  say(log, ...Array.from({ length: freshMax + 1 }, (_, i) => `${i}`));
  await log.stop();
  expect((await readFile(file, "utf8")).split("\n")).toHaveLength(freshMax + 3);
});

test("the rest is what is not there yet, for every way of cutting", () => {
  const line = fc.constantFrom("a\n", "b\n", "aa\n", "ab\n");
  fc.assert(
    fc.property(fc.array(line), fc.array(line, { minLength: 1 }), fc.nat(), (before, lines, seed) => {
      const text = lines.join("");
      const cut = seed % (text.length + 1);
      const tail = before.join("") + text.slice(0, cut);
      const result = tail + missing(tail, lines);
      // Where the old lines end like the new ones begin, a repeat cannot be told from what was written: it is not doubled.
      expect(result.endsWith(text)).toBe(true);
      expect(result.length).toBeLessThanOrEqual(before.join("").length + text.length);
    }),
  );
});

test("appending by others between two starts loses nothing", async () => {
  const log = chatLog();
  say(log, "one");
  await log.stop();
  await appendFile(file, "note\n");
  const again = chatLog();
  say(again, "two");
  await again.stop();
  expect(await readFile(file, "utf8")).toBe("one\nnote\ntwo\n");
});

function chatLog(): ChatLog {
  return new ChatLog({
    file,
    mark,
    messages: {
      get: (id) => rows.find((row) => row.id === id),
      since: (after, limit) => rows.filter((row) => row.changed > after).slice(0, limit),
      lastNumber: () => rows.length,
    },
    line: ({ body }) => ("text" in body ? `${body.text}\n` : undefined),
    saveMark: (number) => {
      mark = number;
      return Promise.resolve();
    },
    failed: (error) => failures.push(error),
  });
}

function say(log: ChatLog, ...texts: readonly string[]): void {
  const added = texts.map((text) => {
    const row = message(text);
    rows.push(row);
    return row;
  });
  log.added(added.map(({ id }) => id));
}

function message(text: string): Message {
  const number = rows.length + 1;
  return {
    id: `${number}` as MessageId,
    conversation: 1 as Message["conversation"],
    mine: true,
    sentAt: 0,
    arrivedAt: 0,
    arrived: number,
    changed: number,
    body: { kind: "text", text },
    secrecy: "none",
    reactions: [],
    deleted: false,
  };
}
