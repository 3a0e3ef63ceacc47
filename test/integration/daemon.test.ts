/** Whole daemons on loopback addresses: two people talk, and whatever happens to a daemon leaves its profile whole. */
import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { connectLocally } from "../../src/api/node/local-socket.ts";
import { DaemonWorld, delivered, kill, online, stop, textsWith, until } from "./daemon-world.ts";
import type { Peer } from "./daemon-world.ts";

let world: DaemonWorld;

beforeEach(async () => {
  world = await DaemonWorld.make();
});

afterEach(() => world.end());

const isRoot = process.getuid?.() === 0;

test("two people find each other, talk sealed, and each message is held by both", async () => {
  const [alice, bob] = await twoPeople();
  await online(alice.client, "bob");
  const sent = await alice.client.call("messages.send", { to: { who: "bob" }, text: "hello" });
  expect(sent.secrecy).toBe("end-to-end");
  await delivered(alice.client, sent);
  expect(await textsWith(bob.client, "alice")).toEqual(["hello"]);
});

test("history, search and who is who are there after a restart", async () => {
  const people = peers();
  const [alice, bob] = await twoPeople(people);
  await online(alice.client, "bob");
  await delivered(
    alice.client,
    await alice.client.call("messages.send", { to: { who: "bob" }, text: "see the harbour" }),
  );
  await stop(bob.daemon);
  const again = await world.start(people.bob);
  expect(await textsWith(again.client, "alice")).toEqual(["see the harbour"]);
  const { messages } = await again.client.call("messages.search", { text: "harb" });
  expect(messages.map(({ authorLabel }) => authorLabel)).toEqual(["alice"]);
  for (const how of ["contains", "ranked"] as const) {
    const found = await again.client.call("messages.search", { text: "harbour", how });
    expect(found.messages).toHaveLength(1);
  }
  const { people: known } = await again.client.call("people.find", { who: "alice" });
  expect(known).toMatchObject([
    { trust: "pinned", contacts: [{ fingerprint: await ownPrint(alice.client) }] },
  ]);
});

test("what was acknowledged survives kill -9, and is delivered once when the other is there", async () => {
  const { alice, bob } = peers();
  const first = await world.spawn(alice);
  const before = await world.start(bob);
  await online(first.client, "bob");
  await delivered(
    first.client,
    await first.client.call("messages.send", { to: { who: "bob" }, text: "one" }),
  );
  await stop(before.daemon);
  const texts = ["two", "three", "four"];
  for (const text of texts) await first.client.call("messages.send", { to: { who: "bob" }, text });
  kill(first.pid);
  await first.client.closed;
  const second = await world.spawn(alice);
  expect(await textsWith(second.client, "bob")).toEqual(["one", ...texts]);
  const after = await world.start(bob);
  await until(after.client, async () =>
    (await textsWith(after.client, "alice")).length >= 4 ? true : undefined,
  );
  expect((await textsWith(after.client, "alice")).toSorted()).toEqual(["one", ...texts].toSorted());
  expect((await logLines(alice)).map(([, , , text]) => text)).toEqual(["one", ...texts]);
});

test("a daemon ends within two seconds, and its socket with it", async () => {
  const { alice } = peers();
  const { daemon, client } = await world.start(alice);
  const begun = performance.now();
  expect(await client.call("system.stop", {})).toEqual({ done: true });
  await Promise.all([client.closed, daemon.ended]);
  expect(performance.now() - begun).toBeLessThan(2_000);
  expect(await connectLocally(daemon.folders.socket)).toBeUndefined();
});

test("after a mistake of ours the daemon ends and says so, and its profile is whole", async () => {
  const { alice } = peers();
  const { daemon, client } = await world.start(alice);
  await client.call("profile.set", { name: "Alice" });
  daemon.broken(new TypeError("a mistake"));
  await expect(daemon.ended).rejects.toMatchObject({ code: "internal" });
  expect(await readFile(daemon.folders.logFile, "utf8")).toContain("a mistake");
  const again = await world.start(alice, { flags: { "profile.name": "" } });
  expect(await again.client.call("system.status", {})).toMatchObject({ profile: { home: alice.home } });
});

test("the WebSocket is open where it is wanted, with the token in its file, and gone with the daemon", async () => {
  const { alice, bob } = peers();
  const { daemon, client } = await world.start(alice, { flags: { "api.http": "on" } });
  const { api } = await client.call("system.status", {});
  const port = new URL(api.http ?? "").port;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api`, { origin: api.http });
  await once(socket, "open");
  socket.send((await readFile(daemon.folders.tokenFile, "utf8")).trim());
  socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "people.list" }));
  const [answer] = (await once(socket, "message")) as [Buffer];
  expect(JSON.parse(answer.toString())).toMatchObject({ id: 1, result: { people: [] } });
  const taken = { flags: { "api.http": "on", "api.port": port } };
  await expect(world.start(bob, taken)).rejects.toMatchObject({ code: "api-port-unusable" });
  await stop(daemon);
  await expect(stat(daemon.folders.tokenFile)).rejects.toThrow("ENOENT");
});

test("the socket is for its owner alone", async () => {
  const { daemon } = await world.start(world.peer("alice"));
  const { socket, runtime, home } = daemon.folders;
  expect((await stat(socket)).mode & 0o777).toBe(0o600);
  for (const folder of [runtime, home]) expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test("a second daemon on a profile is refused, and the first does not notice", async () => {
  const { alice } = peers();
  const { client } = await world.start(alice);
  await expect(world.start(alice)).rejects.toMatchObject({
    code: "profile-in-use",
    details: { pid: String(process.pid) },
  });
  expect(await client.call("people.list", {})).toMatchObject({ people: [] });
});

test("commands that start the daemon at the same time get the same one", async () => {
  const { alice } = peers();
  const both = await Promise.all([world.spawn(alice), world.spawn(alice)]);
  expect(both[0].pid).toBe(both[1].pid);
});

test("a cursor of the run before means reading again", async () => {
  const { alice } = peers();
  const first = await world.start(alice);
  const { cursor } = await first.client.call("people.list", {});
  await stop(first.daemon);
  const second = await world.start(alice);
  expect(await second.client.follow(cursor, () => undefined)).toMatchObject({ resync: true });
});

test("a port that is taken is the network's trouble, and doctor says whose it is", async () => {
  const { alice, bob } = peers();
  await world.start(alice);
  const { client } = await world.start({ ...bob, address: alice.address });
  const health = await until(client, async () => {
    const { networks } = await client.call("networks.list", {});
    const [lan] = networks;
    return lan !== undefined && lan.health !== "starting" ? lan.health : undefined;
  });
  expect(health).not.toBe("up");
  const { checks } = await client.call("system.doctor", {});
  expect(checks.find(({ code }) => code.startsWith("socket.lan") && code.endsWith("messages"))).toMatchObject(
    {
      state: "bad",
      says: expect.stringContaining(`(process ${process.pid}) uses the port`) as string,
    },
  );
});

test("what was connected, set and disconnected while running holds after a restart", async () => {
  const { alice } = peers();
  const first = await world.start(alice);
  const lab = { address: alice.targets[0] ?? "", udpPort: 5_100, tcpPort: 5_101 };
  await first.client.call("networks.connect", { kind: "lan", name: "lab", settings: lab });
  await first.client.call("networks.configure", { name: "lab", settings: { tcpPort: 5_102 } });
  await first.client.call("networks.disconnect", { name: "lan" });
  await first.client.call("profile.set", { availability: "busy" });
  await stop(first.daemon);
  const { client } = await world.start(alice);
  const { networks } = await client.call("networks.list", {});
  expect(networks).toMatchObject([{ name: "lab", settings: { ...lab, tcpPort: 5_102 } }]);
  expect(await client.call("system.status", {})).toMatchObject({ profile: { availability: "busy" } });
});

test.each([
  ["a kind that does not exist", { kind: "lna" }, "no-such-kind"],
  ["a name that is taken", { kind: "lan" }, "network-exists"],
  [
    "a setting that does not exist",
    { kind: "lan", name: "lab", settings: { adress: "127.0.0.1" } },
    "config-unknown-key",
  ],
  ["a setting that cannot be", { kind: "lan", name: "lab", settings: { tcpPort: 0 } }, "config-bad-value"],
])("connecting with %s is refused with its code", async (_, params, code) => {
  const { client } = await world.start(world.peer("alice"));
  await expect(client.call("networks.connect", params)).rejects.toMatchObject({ code });
});

test("an exported history comes back into another profile, once", async () => {
  const [alice] = await twoPeople();
  await online(alice.client, "bob");
  const text = "<b>&\"'\n\u001b[2J";
  await delivered(alice.client, await alice.client.call("messages.send", { to: { who: "bob" }, text }));
  const file = (name: string): string => join(world.folder, name);
  for (const format of ["jsonl", "text", "html"] as const) {
    expect(await alice.client.call("history.export", { file: file(format), format })).toMatchObject({
      messages: 1,
    });
    expect(await readFile(file(format), "utf8")).not.toContain("\u001b");
  }
  expect(await readFile(file("html"), "utf8")).not.toContain("<b>&");
  await expect(
    alice.client.call("history.export", { file: file("text"), format: "text" }),
  ).rejects.toMatchObject({ code: "file-exists" });
  await writeFile(file("jsonl"), "not a message\n{}\n", { flag: "a" });
  const { client } = await world.start(world.peer("carol"));
  expect(await client.call("history.import", { file: file("jsonl") })).toEqual({
    added: 1,
    known: 0,
    skipped: 2,
  });
  expect(await client.call("history.import", { file: file("jsonl") })).toEqual({
    added: 0,
    known: 1,
    skipped: 2,
  });
  expect(await textsWith(client, "bob")).toEqual([text]);
  await expect(client.call("history.import", { file: file("html") })).rejects.toMatchObject({
    code: "not-an-export",
  });
});

test("a request longer than the limit is refused and its connection ended; another goes on", async () => {
  const { daemon, client } = await world.start(world.peer("alice"));
  const socket = connect(daemon.folders.socket);
  const answer = new Promise<string>((resolve) => socket.once("data", (bytes) => resolve(bytes.toString())));
  const ended = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => undefined);
  socket.write("x".repeat(300_000));
  expect(await answer).toContain("request-too-long");
  await ended;
  expect(await client.call("people.list", {})).toMatchObject({ people: [] });
});

test("config.toml that cannot be understood is named with its line, and with what was meant", async () => {
  const peer = world.peer("alice");
  await mkdir(peer.home);
  const config = join(peer.home, "config.toml");
  await writeFile(config, "[lan]\ntargets = [\n");
  await expect(world.start(peer)).rejects.toMatchObject({
    code: "config-unreadable",
    message: expect.stringMatching(/config\.toml.*line \d/) as string,
  });
  await writeFile(config, '[lan]\ntarget = ["127.0.0.1"]\n');
  await expect(world.start(peer)).rejects.toMatchObject({
    code: "config-unknown-key",
    mend: expect.stringContaining("Did you mean lan.targets?") as string,
  });
});

test("a profile with a passphrase opens with it alone", async () => {
  const { alice } = peers();
  const passphrase = "correct horse";
  const first = await world.spawn(alice, { passphrase });
  expect(await first.client.call("system.status", {})).toMatchObject({ profile: { encrypted: true } });
  await first.client.call("system.stop", {});
  await first.client.closed;
  await expect(world.spawn(alice)).rejects.toMatchObject({ code: "passphrase-needed" });
  await expect(world.spawn(alice, { passphrase: "wrong" })).rejects.toMatchObject({
    code: "passphrase-wrong",
  });
  await world.spawn(alice, { passphrase });
  await expect(stat(join(alice.home, "chat-log.txt"))).rejects.toThrow("ENOENT");
});

test("a damaged history is not touched, and the way out is said", async () => {
  const { alice } = peers();
  const { daemon } = await world.start(alice);
  await stop(daemon);
  const bytes = await readFile(daemon.folders.database);
  bytes.fill(0x58, 0, 200);
  await writeFile(daemon.folders.database, bytes);
  await expect(world.start(alice)).rejects.toMatchObject({
    code: "store-damaged",
    mend: expect.stringContaining("salvage") as string,
  });
  expect(await readFile(daemon.folders.database)).toEqual(bytes);
});

test("a home that is no folder is named", async () => {
  const peer = world.peer("alice");
  await writeFile(peer.home, "");
  await expect(world.start({ ...peer, home: join(peer.home, "deeper") })).rejects.toMatchObject({
    code: "folder-unusable",
  });
});

test.skipIf(!isRoot)("a home on a disk that cannot be written is named", async () => {
  const home = await mounted("readonly", "ro,size=1m");
  await expect(world.start(world.peer("alice", home))).rejects.toMatchObject({ code: "store-read-only" });
});

test.skipIf(!isRoot)(
  "a full disk refuses what it cannot hold, says so, and all is well when there is room again",
  async () => {
    const [alice] = await twoPeople();
    const home = await mounted("full", "size=4m");
    const carol = await world.start(world.peer("carol", home));
    await online(carol.client, "alice");
    const say = (text: string): Promise<unknown> =>
      carol.client.call("messages.send", { to: { who: "alice" }, text });
    await say("before");
    const ballast = join(home, "ballast");
    await writeFile(ballast, Buffer.alloc(4 * 1024 * 1024)).catch(() => undefined);
    const long = "x".repeat(30_000);
    const refused = await firstFailure(() => say(long));
    expect(refused).toMatchObject({ code: "disk-full" });
    await rm(ballast);
    await say("after");
    await until(alice.client, async () =>
      (await textsWith(alice.client, "full")).includes("after") ? true : undefined,
    );
  },
);

interface Two {
  readonly alice: Peer;
  readonly bob: Peer;
}

function peers(): Two {
  return { alice: world.peer("alice"), bob: world.peer("bob") };
}

async function twoPeople({ alice, bob }: Two = peers()) {
  return [await world.start(alice), await world.start(bob)] as const;
}

async function ownPrint(client: Parameters<typeof textsWith>[0]): Promise<string | undefined> {
  const { networks } = await client.call("networks.list", {});
  return networks[0]?.fingerprint;
}

async function logLines({ home }: Peer): Promise<readonly (readonly string[])[]> {
  const text = await readFile(join(home, "chat-log.txt"), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
}

/** A small disk of its own. */
async function mounted(name: string, options: string): Promise<string> {
  const folder = join(world.folder, name);
  await mkdir(folder);
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
  world.atEnd(() => execFileSync("umount", ["-l", folder]));
  return folder;
}

/** Room may be left in what the disk gave before. */
async function firstFailure(work: () => Promise<unknown>): Promise<unknown> {
  for (let times = 0; times < 200; times++) {
    try {
      await work();
    } catch (error) {
      return error;
    }
  }
  return undefined;
}
