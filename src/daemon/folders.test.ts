/** Where a profile lives, and that nobody else can put anything there. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { foldersOf, makeFolders } from "./folders.ts";

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "kith-folders-")));
});

afterEach(() => rmSync(folder, { recursive: true }));

test("a home holds everything, and the flag goes before the environment", () => {
  const { home, configFile, logFile, database } = foldersOf({ home: folder }, { KITH_HOME: "/elsewhere" });
  for (const path of [configFile, logFile, database]) expect(path.startsWith(`${home}/`)).toBe(true);
  expect(foldersOf({}, { KITH_HOME: folder }).home).toBe(folder);
});

test("profiles have folders and sockets of their own", () => {
  const [work, play] = ["work", "play"].map((profile) => foldersOf({ home: folder, profile }, {}));
  expect(work?.home).toBe(join(folder, "work"));
  expect(work?.socket).not.toBe(play?.socket);
  expect(foldersOf({ profile: "work" }, {}).home).not.toBe(foldersOf({}, {}).home);
});

test("a profile has one socket, whichever way its folder is named, before it exists and after", () => {
  const link = join(folder, "link");
  mkdirSync(join(folder, "real"));
  symlinkSync(join(folder, "real"), link);
  const before = foldersOf({ home: join(link, "profile") }, {}).socket;
  mkdirSync(join(folder, "real", "profile"));
  expect(foldersOf({ home: join(link, "profile") }, {}).socket).toBe(before);
  expect(foldersOf({ home: `${folder}/real/../real/profile/` }, {}).socket).toBe(before);
});

test.each(["", "..", "a/b", "A", "-x", "x".repeat(33)])("%j is no name of a profile", (profile) => {
  expect(() => foldersOf({ home: folder, profile }, {})).toThrow(
    expect.objectContaining({ code: "bad-profile-name" }),
  );
});

test("a socket's path is never longer than the system takes", () => {
  const long = join(folder, "x".repeat(120));
  for (const runtime of [folder, long]) {
    const { socket } = foldersOf({ home: long }, { XDG_RUNTIME_DIR: runtime });
    expect(Buffer.byteLength(socket)).toBeLessThanOrEqual(107);
  }
  expect(foldersOf({ home: long }, { XDG_RUNTIME_DIR: folder }).runtime).toBe(join(folder, "kith"));
});

test("new folders are for this user alone", () => {
  const folders = foldersOf({ home: join(folder, "home") }, { XDG_RUNTIME_DIR: folder });
  makeFolders(folders);
  for (const made of [folders.home, folders.runtime]) expect(statSync(made).mode & 0o777).toBe(0o700);
});

test("a folder for sockets that others can write to is refused", () => {
  const folders = foldersOf({ home: join(folder, "home") }, { XDG_RUNTIME_DIR: folder });
  mkdirSync(folders.runtime);
  chmodSync(folders.runtime, 0o755);
  expect(() => makeFolders(folders)).toThrow(expect.objectContaining({ code: "folder-not-private" }));
  rmSync(folders.runtime, { recursive: true });
  mkdirSync(join(folder, "others"), { mode: 0o700 });
  symlinkSync(join(folder, "others"), folders.runtime);
  expect(() => makeFolders(folders)).toThrow(expect.objectContaining({ code: "folder-not-private" }));
});

test("a home that is no folder is refused with the reason", () => {
  writeFileSync(join(folder, "file"), "");
  const folders = foldersOf({ home: join(folder, "file", "deeper") }, { XDG_RUNTIME_DIR: folder });
  expect(() => makeFolders(folders)).toThrow(expect.objectContaining({ code: "folder-unusable" }));
});
