/** Where each setting comes from, and what is refused. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfigFile } from "./config-file.ts";
import { programKeys } from "./config-keys.ts";
import { Config, variableOf } from "./config.ts";
import type { Sources } from "./config.ts";
import { networkKeys } from "./network-kinds.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-config-"));
});

afterEach(() => rm(folder, { recursive: true }));

test("flags go before environment, before what was changed, before the file, before what is usual", () => {
  const all: Partial<Sources> = {
    flags: { "lan.address": "127.0.0.1" },
    environment: { KITH_LAN_ADDRESS: "127.0.0.2" },
    file: { "lan.address": "127.0.0.4" },
  };
  const setting = (without: Partial<Sources>, changed?: string): unknown =>
    config({ ...all, ...without }).setting("lan.address", changed);
  expect(setting({}, "127.0.0.3")).toEqual({ value: "127.0.0.1", from: "flag" });
  expect(setting({ flags: {} }, "127.0.0.3")).toEqual({ value: "127.0.0.2", from: "environment" });
  expect(setting({ flags: {}, environment: {} }, "127.0.0.3")).toEqual({
    value: "127.0.0.3",
    from: "changed",
  });
  expect(setting({ flags: {}, environment: {} })).toEqual({ value: "127.0.0.4", from: "file" });
  expect(setting({ flags: {}, environment: {}, file: {} })).toEqual({ value: undefined, from: "default" });
});

test("every key has a usual value that its own schema takes, and words for the reference", () => {
  const empty = config({});
  for (const key of empty.keys()) expect(() => empty.setting(key)).not.toThrow();
  expect(empty.get("networks.autoconnect")).toEqual(["lan"]);
  for (const schema of Object.values(programKeys)) expect(schema.description).toBeTruthy();
});

test("every key has a variable of its own", () => {
  const keys = config({}).keys();
  expect(new Set(keys.map(variableOf)).size).toBe(keys.length);
  expect(variableOf("lan.udpPort")).toBe("KITH_LAN_UDP_PORT");
});

test.each([
  ["api.http", "on", true],
  ["api.http", "false", false],
  ["api.port", "8080", 8_080],
  ["lan.targets", "127.0.0.1, 127.0.0.2", ["127.0.0.1", "127.0.0.2"]],
  ["lan.targets", "", []],
  ["lan.log", "no", false],
  ["lan.log", "talk.txt", "talk.txt"],
  ["profile.name", "42", "42"],
])("the words of %s=%s are %j", (key, words, value) => {
  expect(config({ flags: { [key]: words } }).setting(key).value).toEqual(value);
  expect(config({ environment: { [variableOf(key)]: words } }).setting(key).value).toEqual(value);
});

test.each([
  [{ flags: { "lan.adress": "x" } }, "lan.adress", "lan.address"],
  [{ environment: { KITH_LAN_ADRESS: "x" } }, "KITH_LAN_ADRESS", "KITH_LAN_ADDRESS"],
  [{ file: { "log.levle": "info" } }, "log.levle", "log.level"],
])("a key that does not exist is refused with what was meant: %j", (sources, key, meant) => {
  expect(() => config(sources)).toThrow(
    expect.objectContaining({
      code: "config-unknown-key",
      details: expect.objectContaining({ key }) as unknown,
      mend: expect.stringContaining(`Did you mean ${meant}?`) as unknown,
    }),
  );
});

test.each(["constructor", "__proto__", "toString"])("%s is no key", (key) => {
  const file: unknown = JSON.parse(`{"${key}": 1}`);
  expect(() => config({ file: file as Sources["file"] })).toThrow(
    expect.objectContaining({ code: "config-unknown-key" }),
  );
});

test("a value that cannot be is refused with its key and where it stands", () => {
  expect(() => config({ file: { "api.port": 70_000 }, fileName: "/x/config.toml" })).toThrow(
    expect.objectContaining({
      code: "config-bad-value",
      message: expect.stringContaining("api.port (/x/config.toml)") as unknown,
    }),
  );
});

test("variables of others, and those that name the profile, are no settings", () => {
  expect(() =>
    config({ environment: { PATH: "/bin", KITH_HOME: "/x", KITH_PROFILE: "work" } }),
  ).not.toThrow();
});

test("tables of the file become dotted keys; without a file there are none", async () => {
  const file = join(folder, "config.toml");
  expect(await readConfigFile(file)).toEqual({});
  await writeFile(file, 'log.level = "debug" # loud\n[lan]\ntargets = ["127.0.0.1"]\n');
  expect(await readConfigFile(file)).toEqual({ "log.level": "debug", "lan.targets": ["127.0.0.1"] });
});

test("a file that is no TOML is refused with its line", async () => {
  const file = join(folder, "config.toml");
  await writeFile(file, "[lan]\n\ntargets = oops\n");
  await expect(readConfigFile(file)).rejects.toMatchObject({
    code: "config-unreadable",
    details: { problem: expect.stringContaining("line 3") as unknown },
  });
});

test("a file that is too long for one that was written by hand is not even read", async () => {
  const file = join(folder, "config.toml");
  await writeFile(file, " ".repeat(1024 * 1024 + 1));
  await expect(readConfigFile(file)).rejects.toMatchObject({ code: "config-unreadable" });
  await writeFile(file, " ".repeat(1024 * 1024));
  expect(await readConfigFile(file)).toEqual({});
});

function config(sources: Partial<Sources>): Config {
  return new Config(
    { flags: {}, environment: {}, file: {}, fileName: "config.toml", ...sources },
    networkKeys,
  );
}
