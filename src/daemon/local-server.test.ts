/** The local socket as programs of this machine meet it: who does not read, who talks nonsense, who hangs up. */
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Client, News } from "../api/client.ts";
import { methods } from "../api/methods.ts";
import { connectLocally } from "../api/node/local-socket.ts";
import type { Event } from "../api/records.ts";
import { ApiServer } from "../api/server.ts";
import type { Answers } from "../api/server.ts";
import { connectionsMax, serveLocally } from "./local-server.ts";
import type { LocalServer } from "./local-server.ts";

let folder: string;
let path: string;
let api: ApiServer;
let server: LocalServer;
let whenAsked: () => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-local-"));
  path = join(folder, "a.sock");
  whenAsked = () => undefined;
  const stopped = (): { readonly done: true } => {
    whenAsked();
    return { done: true };
  };
  const answers = Object.fromEntries(
    Object.keys(methods).map((name) => [name, stopped]),
  ) as unknown as Answers;
  api = new ApiServer({ answers, run: "run", changed: () => 0, failed: () => undefined });
  await writeFile(path, ""); // left behind by a daemon that crashed
  server = await serveLocally(path, api);
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

test("what a crash left behind is replaced, and the socket is for its owner alone", async () => {
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await (await client()).call("system.stop", {})).toEqual({ done: true });
});

test("nobody listens there after the close, and whoever was connected is told", async () => {
  const connected = await client();
  await server.close();
  await connected.closed;
  expect(await connectLocally(path)).toBeUndefined();
});

test("an answer leaves before the connection is closed", async () => {
  const connected = await client();
  whenAsked = () => void server.close();
  expect(await connected.call("system.stop", {})).toEqual({ done: true });
  await connected.closed;
});

test("who does not read is told so when it does, and nobody else notices", async () => {
  const [slow, quick] = [rawClient(), await client()];
  slow.socket.write('{"jsonrpc":"2.0","id":1,"method":"events.follow","params":{}}\n');
  expect(await slow.next()).toMatchObject({ id: 1 });
  slow.socket.pause();
  let heard = Promise.withResolvers<News>();
  await quick.follow(undefined, (news) => heard.resolve(news));
  const portion = Array.from({ length: 1_000 }, (_, i) => happening(i));
  for (let round = 1; round <= 60; round++) {
    api.publish(portion);
    expect(await heard.promise).toMatchObject({ cursor: `run.${round}000`, resync: false });
    heard = Promise.withResolvers();
  }
  slow.socket.resume();
  for (;;) {
    const told = await slow.next();
    if (JSON.stringify(told).includes('"resync":true')) {
      expect(told).toMatchObject({
        method: "event",
        params: { cursor: "run.60000", events: [], resync: true },
      });
      break;
    }
  }
  slow.socket.destroy();
});

test("so many connections are open at one time, one more is closed at once, and room is made by one that leaves", async () => {
  const open: Client[] = [];
  for (let i = 0; i < connectionsMax; i++) open.push(await client());
  expect(await open.at(-1)?.call("system.stop", {})).toEqual({ done: true });
  await (
    await client()
  ).closed;
  expect(await open[0]?.call("system.stop", {})).toEqual({ done: true });
  open[0]?.close();
  await open[0]?.closed;
  expect(await (await client()).call("system.stop", {})).toEqual({ done: true });
});

test("bytes that are no text are answered, and the connection goes on", async () => {
  const raw = rawClient();
  raw.socket.write(Buffer.from([0xff, 0x0a]));
  expect(await raw.next()).toMatchObject({ error: { data: { code: "not-a-request" } } });
  raw.socket.write('{"jsonrpc":"2.0","id":2,"method":"system.stop"}\n');
  expect(await raw.next()).toMatchObject({ id: 2, result: { done: true } });
  raw.socket.destroy();
});

async function client(): Promise<Client> {
  const connected = await connectLocally(path);
  if (connected === undefined) throw new Error("nobody listens");
  return connected;
}

function rawClient(): { readonly socket: Socket; readonly next: () => Promise<unknown> } {
  const socket = connect(path);
  const lines = (async function* () {
    let text = "";
    for await (const part of socket) {
      const whole = (text + String(part)).split("\n");
      text = whole.pop() ?? "";
      yield* whole;
    }
  })();
  return { socket, next: async () => JSON.parse((await lines.next()).value ?? "null") as unknown };
}

function happening(person: number): Event {
  return { kind: "person-changed", person: person as Extract<Event, { kind: "person-changed" }>["person"] };
}
