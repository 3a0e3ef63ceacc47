/** A profile between two daemons, and one in which something is wrong: salvaged, encrypted, mended, never lost. */
import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Client } from "../../src/api/client.ts";
import { KithError } from "../../src/base/errors.ts";
import { seededRandom } from "../../src/base/random.ts";
import { newMessageId } from "../../src/base/ids.ts";
import type { Salvaged } from "../../src/daemon/salvage.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { DaemonWorld, delivered, kill, online, stop, textsWith, until } from "./daemon-world.ts";
import type { Peer, Running } from "./daemon-world.ts";

const program = fileURLToPath(new URL("../../src/bin/kith.ts", import.meta.url));
const canary = "the canary sings at the harbour";

let world: DaemonWorld;

beforeEach(async () => {
  world = await DaemonWorld.make();
});

afterEach(() => world.end());

test("a damaged history is salvaged, the damaged file kept, and the daemon goes on with what was saved", async () => {
  const alice = world.peer("alice");
  const { daemon, client } = await world.start(alice);
  const said = 3_000;
  await importMessages(client, said);
  await stop(daemon);
  const { database } = daemon.folders;
  const bytes = await readFile(database);
  bytes.fill(0x58, Math.floor(bytes.length * 0.3), Math.floor(bytes.length * 0.4));
  await writeFile(database, bytes);

  await expect(kith(alice, "salvage")).rejects.toMatchObject({ code: 2 });
  const report = JSON.parse(await kith(alice, "salvage", "--yes", "--json")) as Salvaged;
  expect(report).toMatchObject({ file: database, saved: { people: 1, conversations: 1 } });
  expect(report.incomplete).toContain("messages");
  expect(report.saved["messages"]).toBeGreaterThan(said / 2);
  expect(report.saved["messages"]).toBeLessThan(said);
  expect(await readFile(report.aside)).toEqual(bytes);

  const again = await world.start(alice);
  const found = await again.client.call("messages.search", { text: "number", limit: 500 });
  expect(found.messages).toHaveLength(500);
  await expect(kith(alice, "salvage", "--yes")).rejects.toMatchObject({
    stderr: expect.stringContaining("in use by process") as string,
  });
});

test("a profile that is not there is neither salvaged nor made", async () => {
  const nobody = world.peer("nobody");
  for (const words of [
    ["salvage", "--yes"],
    ["passphrase", "--remove"],
  ]) {
    await expect(kith(nobody, ...words)).rejects.toMatchObject({
      stderr: expect.stringContaining("There is no history") as string,
    });
  }
  await expect(readdir(nobody.home)).rejects.toThrow("ENOENT");
});

test("after a passphrase is set no file has the messages, and after it is removed they are there again", async () => {
  const { alice, running } = await aliceWhoSaid(canary);
  await expect(kith(alice, "passphrase", "--remove")).rejects.toMatchObject({
    stderr: expect.stringContaining("in use by process") as string,
  });
  await stop(running.daemon);
  expect(await filesWith(alice, canary)).toEqual(expect.arrayContaining(["chat-log.txt", "kith.db"]));

  const [first, second] = [join(world.folder, "first"), join(world.folder, "second")];
  await writeFile(first, "correct horse\n");
  await writeFile(second, "battery staple\n");
  const set = await kith(alice, "passphrase", "--new-passphrase-file", first, "--json");
  expect(JSON.parse(set)).toMatchObject({
    encrypted: true,
    deleted: [],
    left: [join(alice.home, "chat-log.txt")],
  });
  expect(await filesWith(alice, canary)).toEqual(["chat-log.txt"]);

  const change = ["passphrase", "--new-passphrase-file", second, "--delete-chat-log"];
  await expect(kith(alice, ...change)).rejects.toMatchObject({
    stderr: expect.stringContaining("no passphrase was given") as string,
  });
  await expect(kith(alice, ...change, "--passphrase-file", second)).rejects.toMatchObject({
    stderr: expect.stringContaining("does not open the profile") as string,
  });
  await kith(alice, ...change, "--passphrase-file", first);
  expect(await filesWith(alice, canary)).toEqual([]);
  await expect(world.start(alice, { passphrase: "correct horse" })).rejects.toMatchObject({
    code: "passphrase-wrong",
  });
  const sealed = await world.start(alice, { passphrase: "battery staple" });
  expect(await textsWith(sealed.client, "bob")).toEqual([canary]);
  await stop(sealed.daemon);

  await kith(alice, "passphrase", "--remove", "--passphrase-file", second);
  expect(await filesWith(alice, canary)).toEqual(["kith.db"]);
  const plain = await world.start(alice);
  expect(await plain.client.call("system.status", {})).toMatchObject({ profile: { encrypted: false } });
});

test("networks that cannot be built are shown with the reason and mended; the daemon lives on", async () => {
  const alice = world.peer("alice");
  const { daemon } = await world.start(alice);
  await stop(daemon);
  const store = openSqliteStore({ file: daemon.folders.database });
  const broken = { kind: "lan", connected: true, settings: { tcpPort: "no port", colour: "red" } };
  store.transaction(() => {
    store.settings.put("keep.lan.keys", "bm8ga2V5cw==");
    store.settings.put("network.lab", JSON.stringify(broken));
    store.settings.put("network.moon", JSON.stringify({ ...broken, kind: "moon" }));
  });
  store.close();

  const { client } = await world.start(alice);
  const shown = async () => (await client.call("networks.list", {})).networks;
  const all = await until(client, async () => {
    const networks = await shown();
    return networks.length === 3 ? networks : undefined;
  });
  for (const network of all) expect(network).toMatchObject({ health: "down", why: { code: "not-built" } });
  const { checks } = await client.call("system.doctor", {});
  expect(checks.find(({ code }) => code === "network.lan")).toMatchObject({
    state: "bad",
    says: expect.stringContaining("keys of network lan cannot be read") as string,
    mend: new KithError("keys-unreadable", { network: "lan" }).mend,
  });
  await client.call("networks.disconnect", { name: "lan", forget: true });
  expect(
    await client.call("networks.connect", { kind: "lan", settings: { address: alice.address } }),
  ).toMatchObject({
    health: expect.not.stringContaining("down") as string,
    fingerprint: expect.any(String) as string,
  });

  await client.call("networks.disconnect", { name: "moon" });
  await client.call("networks.disconnect", { name: "lan" });
  const wrong = client.call("networks.configure", { name: "lab", settings: { tcpPort: 0 } });
  await expect(wrong).rejects.toMatchObject({ code: "config-unknown-key" });
  const settings = { tcpPort: 5_101, udpPort: 5_100, address: alice.address, colour: null };
  await client.call("networks.configure", { name: "lab", settings });
  await until(client, async () => {
    const [lab] = await shown();
    return lab?.health === "up" || lab?.health === "degraded" ? true : undefined;
  });
  expect(await shown()).toHaveLength(1);
});

test("an import that a crash cut short never comes into the chat log", async () => {
  const alice = world.peer("alice");
  const { pid, client } = await world.spawn(alice);
  await importMessages(client, 300);
  kill(pid);
  await client.closed;
  const again = await world.start(alice);
  await stop(again.daemon);
  expect(await filesWith(alice, "number 7")).not.toContain("chat-log.txt");
});

/** What the command line prints. Rejects with its exit code and what it says about a failure. */
async function kith({ home }: Peer, ...words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...words, "--home", home]);
  return stdout;
}

/** Of the profile's files, those in which the text stands readable. */
async function filesWith({ home }: Peer, text: string): Promise<readonly string[]> {
  const names = await readdir(home);
  const contents = await Promise.all(names.map((name) => readFile(join(home, name), "latin1")));
  return names.filter((_, at) => contents[at]?.includes(text));
}

async function aliceWhoSaid(text: string): Promise<{ readonly alice: Peer; readonly running: Running }> {
  const alice = world.peer("alice");
  const running = await world.start(alice);
  await world.start(world.peer("bob"));
  await online(running.client, "bob");
  await delivered(running.client, await running.client.call("messages.send", { to: { who: "bob" }, text }));
  return { alice, running };
}

async function importMessages(client: Client, count: number): Promise<void> {
  const random = seededRandom(7);
  const bob = { identity: "name:bob", keyed: false, name: "bob", secrecy: "none" };
  const lines = Array.from({ length: count }, (_, number) => ({
    network: "lan",
    conversation: { kind: "direct", with: bob },
    author: bob,
    message: {
      ...{ id: newMessageId(random), mine: false, sentAt: number, arrivedAt: number },
      ...{ secrecy: "none", deleted: false },
      body: { kind: "text", text: `number ${number} of many, ${"so that it takes some room ".repeat(5)}` },
    },
  }));
  const file = join(world.folder, "history.jsonl");
  const texts = [{ kith: "history", version: 1 }, ...lines].map((line) => JSON.stringify(line));
  await writeFile(file, texts.join("\n"));
  expect(await client.call("history.import", { file })).toMatchObject({ added: count });
}
