/** What networks keep to while they are connected, set anew and disconnected, and while the daemon ends. */
import { afterEach, expect, test } from "vitest";
import * as z from "zod";
import { KithError } from "../base/errors.ts";
import type { NetworkName } from "../base/ids.ts";
import { good } from "../base/result.ts";
import type { Network, NetworkEvent } from "../core/ports/network.ts";
import type { Item, Turn } from "../core/turn.ts";
import { createClock } from "../io/clock.ts";
import { Config } from "./config.ts";
import { FailedNetwork } from "./failed-network.ts";
import { Loop } from "./loop.ts";
import { Networks, networksMax } from "./networks.ts";

const lan = "lan" as NetworkName;
const loops: Loop[] = [];

afterEach(() => {
  for (const loop of loops.splice(0)) loop.stop();
});

test("so many networks are connected, and one more is refused", async () => {
  const { networks } = world();
  for (let i = 0; i < networksMax; i++) await networks.connect("lan", `lab-${i}` as NetworkName);
  await expect(networks.connect("lan", lan)).rejects.toMatchObject({ code: "networks-full" });
  await networks.disconnect("lab-0" as NetworkName);
  expect(await networks.connect("lan", lan)).toBe(lan);
});

test("a network that is being connected when the end begins is not started any more", async () => {
  const { networks, said } = world();
  const connected = networks.connect("lan", lan);
  await Promise.resolve(); // it has begun, and waits for what is remembered
  await networks.stop();
  await connected;
  expect(said).toEqual(["put network.lan"]);
  expect(networks.all()).toEqual([]);
  await expect(networks.connect("lan", lan)).rejects.toMatchObject({ code: "daemon-stopping" });
});

test("a network that is being set anew when the end begins is stopped once, and not started again", async () => {
  const { networks, said } = world();
  await networks.connect("lan", lan);
  said.length = 0;
  const configured = networks.configure(lan, { address: "127.0.0.9" });
  await Promise.resolve();
  await networks.stop();
  await configured;
  expect(said.toSorted()).toEqual(["put network.lan", "stop lan"]);
});

test("the core knows that a network is gone before it is stopped, and hears nothing of it afterwards", async () => {
  const { networks, said, report } = world();
  await networks.connect("lan", lan);
  said.length = 0;
  await networks.disconnect(lan);
  report({ kind: "health", state: "up" });
  networks.carryOut({ kind: "present", network: lan, me: { name: "alice", availability: "available" } });
  await new Promise((resolve) => setImmediate(resolve));
  expect(said).toEqual(["put network.lan", "network-removed", "stop lan"]);
});

test("what a flag or the environment overrides is told, what only the file says is not", async () => {
  const { networks } = world({
    flags: { "lan.address": "127.0.0.2" },
    environment: { KITH_LAN_VARIANT: "2025" },
    file: { "lan.log": "on" },
  });
  await networks.connect("lan", lan);
  const changes = { address: "127.0.0.9", variant: "classic", log: "off" };
  await networks.configure(lan, changes);
  expect(networks.overridden(lan, changes)).toEqual([
    { key: "lan.address", from: "flag" },
    { key: "lan.variant", from: "environment" },
  ]);
  const lab = await networks.connect("lan", "lab" as NetworkName);
  expect(networks.overridden(lab, changes)).toEqual([]); // of another name: neither speaks of it
});

test("what a network cannot do without is asked for, whether or not it bears the name of its kind", async () => {
  const { networks } = world();
  const problem = { code: "config-bad-value", details: { key: "server", problem: "must be a server" } };
  await expect(networks.connect("rooms", undefined)).rejects.toMatchObject(problem);
  await expect(networks.connect("rooms", "class" as NetworkName)).rejects.toMatchObject(problem);
  await networks.connect("rooms", undefined, { server: "one" });
  await networks.connect("rooms", "class" as NetworkName, { server: "other" });
  expect(networks.all().map(({ settings }) => settings)).toEqual([{ server: "one" }, { server: "other" }]);
});

test("who asks for a kind that does not exist is told which do", async () => {
  const { networks } = world();
  const told = { code: "no-such-kind", details: { kind: "Pigeon Post", kinds: "lan, rooms" } };
  await expect(networks.connect("Pigeon Post", undefined)).rejects.toMatchObject(told);
  await expect(networks.connect("Pigeon Post", lan)).rejects.toMatchObject(told);
});

test("what is forgotten has lost its keys and its settings, whether or not it was connected", async () => {
  const { networks, settings } = world();
  await networks.connect("lan", lan, { address: "127.0.0.9" });
  settings.set("keep.lan.keys", "AAAA").set("keep.lab.keys", "BBBB");
  await networks.disconnect(lan);
  expect(settings.get("keep.lan.keys")).toBe("AAAA");
  await networks.forget(lan);
  expect([...settings]).toEqual([
    ["network.lan", '{"kind":"lan","connected":false,"settings":{}}'],
    ["keep.lab.keys", "BBBB"],
  ]);
  await expect(networks.forget("moon" as NetworkName)).rejects.toMatchObject({ code: "no-such-network" });
});

test("what stands for a network that cannot be built says why, and what to do", () => {
  const error = new KithError("keys-unreadable", { network: lan, problem: "too short" });
  expect(new FailedNetwork(lan, "lan", error).inspect().why).toEqual({
    code: "not-built",
    details: { problem: error.message, error: "keys-unreadable", mend: error.mend },
  });
  expect(error.mend).toContain("`kith network disconnect lan --forget`");
});

interface Sources {
  readonly flags?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly file?: Readonly<Record<string, string>>;
}

/** Networks that do nothing, on a loop whose core keeps settings and nothing else; `said` is what happened. */
function world({ flags = {}, environment = {}, file = {} }: Sources = {}) {
  const said: string[] = [];
  const settings = new Map<string, string>();
  const keys = { address: z.string().optional(), variant: z.string().optional(), log: z.string().optional() };
  const needed = { server: z.string({ error: "must be a server" }) };
  const config = new Config(
    { flags, environment, file, fileName: "config.toml" },
    {
      ...Object.fromEntries(Object.entries(keys).map(([key, schema]) => [`lan.${key}`, schema])),
      "rooms.server": needed.server,
    },
  );
  const turn = (batch: readonly Item[]): Turn => ({
    ...{ events: [], effects: [], wakeAt: undefined, troubles: [] },
    replies: batch.flatMap((item) => {
      if (item.kind === "network-removed" || item.kind === "network") said.push(item.kind);
      if (item.kind !== "command" || item.command.kind !== "put-setting") return [];
      const { key, value } = item.command;
      if (value === undefined) settings.delete(key);
      else settings.set(key, value);
      said.push(`put ${key}`);
      return [{ number: item.number, result: good(undefined) }];
    }),
  });
  const start = () => turn([]);
  const loop = new Loop({
    ...{ chat: { start, turn }, clock: createClock() },
    ...{ done: () => undefined, broken: () => undefined },
  });
  loops.push(loop);
  let report: (event: NetworkEvent) => void = () => undefined;
  const create = (name: NetworkName): Network => {
    const silent = new FailedNetwork(name, "lan", "unused");
    return Object.assign(silent, {
      start(told: typeof report) {
        report = told;
        said.push(`start ${name}`);
        return Promise.resolve();
      },
      stop() {
        said.push(`stop ${name}`);
        return Promise.resolve();
      },
      present: () => said.push(`present ${name}`),
    });
  };
  const networks = new Networks({
    kinds: {
      lan: { what: "a network that does nothing", settings: z.object(keys), create },
      rooms: { what: "another one, which needs a server", settings: z.object(needed), create },
    },
    ...{ create: (_kind, name) => create(name), config, loop },
    queries: { settings: (prefix) => [...settings].filter(([key]) => key.startsWith(prefix)) },
    failed: () => undefined,
  });
  return { networks, said, settings, report: (event: NetworkEvent) => report(event) };
}
