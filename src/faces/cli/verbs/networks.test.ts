/** Networks at the command line: what has no effect is said, and keys are deleted only by somebody's will. */
import { expect, test } from "vitest";
import { FakeDaemon } from "../testing/daemon.ts";
import { run } from "../testing/surroundings.ts";

test("a setting that a flag or the environment overrides is said to have no effect", async () => {
  const daemon = new FakeDaemon();
  const overridden = [
    { key: "lan.address", from: "flag" as const },
    { key: "lan.log", from: "environment" as const },
  ];
  daemon.answers["networks.configure"] = () => ({ ...daemon.network, overridden });
  const { code, out } = await run(daemon.parts(), ["network", "configure", "lan", "address=127.0.0.9"]);
  expect(code).toBe(0);
  expect(out).toContain("lan.address is kept, but has no effect");
  expect(out).toContain("--set lan.address");
  expect(out).toMatch(/lan\.log is kept.*by the environment/);
});

test("a network that could not be built is not said to be unencrypted", async () => {
  const daemon = new FakeDaemon();
  const traits = { ...daemon.network.traits, secrecy: "none" as const };
  const details = { problem: "the keys are cut short", error: "keys-unreadable", mend: "restore them" };
  const why = { code: "not-built", details };
  const network = { ...daemon.network, traits, health: "down" as const, why };
  daemon.answers["networks.list"] = () => ({ networks: [network], kinds: [] });
  const { out } = await run(daemon.parts(), ["network", "list"]);
  expect(out).toContain("the keys are cut short");
  expect(out).not.toMatch(/not encrypted|keys-unreadable|restore/);
});

const server = "server=192.0.2.1";

test.each([
  { by: "verb", argv: ["network", "connect", "rooms", "--as", "uni", server], typed: "" },
  { by: "chat", argv: [], typed: `/connect rooms as uni ${server}\n` },
])("a network is connected under the name it is to have, by the $by", async ({ argv, typed }) => {
  const daemon = new FakeDaemon();
  daemon.answers["networks.connect"] = () => ({ ...daemon.network, overridden: [] });
  await run(daemon.parts(), argv, typed);
  const params = { kind: "rooms", name: "uni", settings: { server: "192.0.2.1" } };
  expect(daemon.calls).toContainEqual({ method: "networks.connect", params });
});

test.each([
  { by: "verb", argv: ["network", "connect", "rooms", "--as", "Uni Room", server], typed: "" },
  { by: "chat", argv: [], typed: `/connect rooms as Uni ${server}\n` },
])("a name that no network can have is refused as such, by the $by", async ({ argv, typed }) => {
  const { code, err } = await run(new FakeDaemon().parts(), argv, typed);
  expect(code).toBe(1);
  expect(err).toContain("This name cannot be used: a network's name is");
});

test("the keys of a network are deleted only with --yes where nobody can be asked", async () => {
  const daemon = new FakeDaemon();
  daemon.answers["networks.disconnect"] = () => ({ done: true });
  expect(await run(daemon.parts(), ["network", "disconnect", "lan", "--forget"])).toMatchObject({ code: 2 });
  expect(daemon.calls).toEqual([]);
  const { code, out } = await run(daemon.parts(), ["network", "disconnect", "lan", "--forget", "--yes"]);
  expect([code, out]).toEqual([0, expect.stringContaining("its keys and settings are deleted")]);
  expect(daemon.calls).toContainEqual({
    method: "networks.disconnect",
    params: { name: "lan", forget: true },
  });
});
