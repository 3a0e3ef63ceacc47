/** What is written is whole and private, and what others laid in the way is refused. */
import { mkdirSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fromUtf8, toUtf8 } from "../base/bytes.ts";
import { AppendFile, freeBytes, makePrivateFolder, writeAtomically } from "./files.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-files-"));
});

afterEach(() => rm(folder, { recursive: true }));

describe("a file that is written at once", () => {
  test("has its content, is private, and leaves nothing beside it", async () => {
    const file = join(folder, "token");
    await writeAtomically(file, "first");
    await writeAtomically(file, toUtf8("second"));
    expect(await readFile(file, "utf8")).toBe("second");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["token"]);
  });

  test("is what it was when it cannot be written", async () => {
    const file = join(folder, "token");
    mkdirSync(file);
    await expect(writeAtomically(file, "x")).rejects.toMatchObject({ code: "file-unusable" });
    expect(await readdir(folder)).toEqual(["token"]);
  });

  test("takes the place of a symbolic link, and leaves alone what that points to", async () => {
    const victim = join(folder, "victim");
    await writeFile(victim, "untouched");
    await symlink(victim, join(folder, "token"));
    await writeAtomically(join(folder, "token"), "secret");
    expect(await readFile(victim, "utf8")).toBe("untouched");
  });

  test("in a folder that is not there is refused with the file's name", async () => {
    const file = join(folder, "nowhere", "token");
    await expect(writeAtomically(file, "x")).rejects.toMatchObject({ details: { file } });
  });
});

describe("a private folder", () => {
  test("is made for its user alone, and accepted when it is there", async () => {
    const own = join(folder, "a", "b");
    makePrivateFolder(own);
    makePrivateFolder(own);
    expect((await stat(own)).mode & 0o777).toBe(0o700);
  });

  test("that others may look into is refused", async () => {
    const open = join(folder, "open");
    mkdirSync(open);
    await chmod(open, 0o750);
    expect(() => makePrivateFolder(open)).toThrow(expect.objectContaining({ code: "folder-not-private" }));
  });

  test("that is a symbolic link is refused", async () => {
    const real = join(folder, "real");
    mkdirSync(real, { mode: 0o700 });
    await symlink(real, join(folder, "link"));
    expect(() => makePrivateFolder(join(folder, "link"))).toThrow(
      expect.objectContaining({ code: "folder-not-private" }),
    );
  });

  test("in whose place a file is cannot be made", async () => {
    await writeFile(join(folder, "file"), "");
    expect(() => makePrivateFolder(join(folder, "file"))).toThrow(
      expect.objectContaining({ code: "folder-unusable" }),
    );
  });
});

describe("a file that grows", () => {
  test("knows its end, also when it is opened again", async () => {
    const path = join(folder, "log.txt");
    const file = await AppendFile.open(path);
    expect(await file.tail(10)).toEqual(new Uint8Array());
    await file.append(toUtf8("one\n"));
    await file.append(toUtf8("two\n"));
    await file.close();
    const again = await AppendFile.open(path);
    await again.append(toUtf8("three\n"));
    expect(fromUtf8(await again.tail(8))).toBe("o\nthree\n");
    expect(fromUtf8(await again.tail(100))).toBe("one\ntwo\nthree\n");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await again.close();
  });

  test("is not one that a symbolic link points to", async () => {
    await writeFile(join(folder, "victim"), "");
    await symlink(join(folder, "victim"), join(folder, "log.txt"));
    await expect(AppendFile.open(join(folder, "log.txt"))).rejects.toMatchObject({ code: "file-unusable" });
  });

  test("that somebody has cut short knows its end after the next line", async () => {
    const path = join(folder, "log.txt");
    const file = await AppendFile.open(path);
    await file.append(toUtf8("12345678\n"));
    await truncate(path, 3);
    await file.append(toUtf8("next\n"));
    expect(fromUtf8(await file.tail(100))).toBe("123next\n");
    await file.close();
  });
});

test("the free space of a folder is a number of bytes", async () => {
  expect(await freeBytes(folder)).toBeGreaterThan(0);
});
