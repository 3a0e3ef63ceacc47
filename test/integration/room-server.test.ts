/** `kith serve rooms` as a process of its own: serves, bears with what it must, and leaves nothing open. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { BareClient, Crowd } from "../rooms/crowd.ts";

const program = fileURLToPath(new URL("../../src/bin/kith.ts", import.meta.url));
const host = "127.0.0.1";

interface Line {
  readonly event: string;
  readonly [detail: string]: unknown;
}

/** A server on a free port, and the lines it tells. */
class ServerProcess {
  readonly #child: ChildProcess;
  readonly lines: Line[] = [];
  readonly #ready = Promise.withResolvers<undefined>();
  readonly closed: Promise<number | null>;
  errors = "";

  constructor(...options: readonly string[]) {
    const words = [program, "serve", "rooms", "--address", host, "--json", ...options];
    this.#child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
    this.closed = once(this.#child, "close").then(([code]: unknown[]) =>
      typeof code === "number" ? code : null,
    );
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.errors += text));
    if (this.#child.stdout === null) throw new Error("nothing can be read of it");
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      this.lines.push(JSON.parse(line) as Line);
      this.#ready.resolve(undefined);
    });
  }

  static async ready(...options: readonly string[]): Promise<ServerProcess> {
    const server = new ServerProcess("--port", "0", ...options);
    servers.push(server);
    await Promise.race([server.#ready.promise, server.closed]);
    return server;
  }

  get port(): number {
    return Number(this.lines[0]?.["port"]);
  }

  async client(from = host): Promise<BareClient> {
    const client = new BareClient(host, this.port, from);
    await client.connect();
    return client;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

const servers: ServerProcess[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.signal("SIGKILL");
    await server.closed;
  }
});

test("what is said is answered byte for byte, in whatever segments it comes", async () => {
  const server = await ServerProcess.ready();
  const [alice, bob] = [await server.client(), await server.client()];
  expect(await alice.ask("L::\r\n")).toBe("G::\r\n");
  expect(await alice.ask("J:den:alice:127.0.0.1:5001::\r\n")).toBe(
    "M:4184148821156573415:alice:127.0.0.1:5001::\r\n",
  );
  expect(await bob.ask("J:den:bob:127.0.0.1:5002::\r\nL::\r\n")).toBe(
    "M:5486359548435979020:bob:127.0.0.1:5002:alice:127.0.0.1:5001::\r\n",
  );
  expect(await bob.ask("")).toBe("G:den::\r\n");
  bob.send("D:den:bob:127.");
  await alice.ask("L::\r\n");
  expect(await bob.ask("0.0.1:5002::\r\n")).toBe("S::\r\n");
  expect(await bob.ask("hello\r\n")).toBe("F:Unknown message - Unknown request!!::\r\n");
});

test.each(["SIGINT", "SIGTERM"] as const)("%s closes every connection and frees the port", async (signal) => {
  const server = await ServerProcess.ready();
  const clients = await Promise.all(Array.from({ length: 20 }, () => server.client()));
  await Promise.all(clients.map((client, i) => client.ask(`J:den:m${i}:127.0.0.1:${5_001 + i}::\r\n`)));
  clients[0]?.send("J:den:half");
  server.signal(signal);
  expect(await server.closed).toBe(0);
  await Promise.all(clients.map(({ closed }) => closed.promise));
  expect(server.lines.at(-1)).toEqual({ event: "ended", joined: 20 });
  const again = createServer().listen(server.port, host);
  await once(again, "listening");
  again.close();
});

test("a log is kept where it is wanted", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kith-rooms-"));
  try {
    const file = join(folder, "rooms.log");
    const server = await ServerProcess.ready("--log", file);
    const alice = await server.client();
    await alice.ask("J:den:alice:127.0.0.1:5001::\r\n");
    await alice.ask("J:den:bob:127.0.0.2:5001::\r\n");
    server.signal("SIGINT");
    await server.closed;
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    const logged = lines.map((line) => JSON.parse(line) as Line);
    expect(logged.map(({ event }) => event)).toEqual(["ready", "joined", "refused", "ended"]);
    expect(logged[1]).toMatchObject({ room: "den", user: "alice", ip: "127.0.0.1", port: 5_001 });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a port that is taken is said, and it ends", async () => {
  const { port } = await ServerProcess.ready();
  const second = new ServerProcess("--port", String(port));
  expect(await second.closed).toBe(1);
  expect(JSON.parse(second.errors)).toMatchObject({ error: { code: "listen-failed", details: { port } } });
});

test("500 people in 25 rooms are served while strangers do their worst", async () => {
  const server = await ServerProcess.ready("--per-address", "40");
  const at = { host, port: server.port };
  const hostile = await Promise.all(Array.from({ length: 40 }, () => server.client("127.0.0.66")));
  const crowd = await Crowd.connect({ at, firstRoom: 0, rooms: 25, perRoom: 20 });
  hostile.forEach(worst);
  const joined = await crowd.join(20);
  const renewed = await crowd.renew(500, 2);
  expect([joined.length, renewed.length]).toEqual([500, 1_000]);
  const alice = await server.client("127.0.0.2");
  const rooms = (await alice.ask("L::\r\n")).split(":");
  expect(rooms).toEqual(expect.arrayContaining(Array.from({ length: 25 }, (_, i) => `room-${i}`)));
  expect(server.lines).toContainEqual(expect.objectContaining({ event: "refused", why: "not-the-source" }));
  crowd.close();
  server.signal("SIGINT");
  expect(await server.closed).toBe(0);
});

/** Half requests, floods that are never read, rooms without number, the names and addresses of others. */
function worst(mallory: BareClient, i: number): void {
  const name = `mallory${i}:127.0.0.66:${6_000 + i}`;
  switch (i % 5) {
    case 0:
      mallory.send(`J:room-1:half${"x".repeat(i)}`);
      return;
    case 1:
      mallory.pause();
      mallory.send(`J:room-1:${name}::\r\n`.repeat(2_000));
      return;
    case 2:
      mallory.send(
        Array.from({ length: 2_000 }, (_, n) => `J:r${i}-${n}:${name}::\r\nD:r${i}-${n}:${name}::\r\n`).join(
          "",
        ),
      );
      return;
    case 3:
      mallory.send("J:room-1:member-1:127.1.0.1:5002::\r\n");
      return;
    default:
      mallory.send("x".repeat(9_000));
  }
}
