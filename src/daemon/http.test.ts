/** What a page of another origin, a neighbour on this machine and a careless client can do to the WebSocket: nothing. */
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { methods } from "../api/methods.ts";
import { ApiServer } from "../api/server.ts";
import type { Answers } from "../api/server.ts";
import { requestBytesMax } from "../api/wire.ts";
import { KithError } from "../base/errors.ts";
import { serveHttp } from "./http.ts";
import type { HttpServer } from "./http.ts";

let folder: string;
let tokenFile: string;
let server: HttpServer;
let port: number;
let mono = 0;
let calls = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-http-"));
  tokenFile = join(folder, "api-token");
  calls = 0;
  const refuse = (): never => {
    calls++;
    throw new KithError("no-such-network", { network: "x" });
  };
  const answers = Object.fromEntries(
    Object.keys(methods).map((name) => [name, refuse]),
  ) as unknown as Answers;
  const api = new ApiServer({ answers, run: "run", changed: () => 0, failed: () => undefined });
  server = await serveHttp({ port: 0, tokenFile, api, mono: () => mono });
  port = Number(new URL(server.url).port);
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

test("the token is 256 bits in a file for this user alone, gone with the server", async () => {
  expect(Buffer.from(await token(), "base64url")).toHaveLength(32);
  expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);
  await server.close();
  await expect(stat(tokenFile)).rejects.toThrow("ENOENT");
});

test("who gives the token first is answered", async () => {
  const socket = open();
  await opened(socket);
  socket.send(await token());
  socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "system.stop" }));
  expect(await answerOf(socket)).toMatchObject({ id: 1, error: { data: { code: "no-such-network" } } });
  socket.close();
});

test.each([
  ["no token but a request", JSON.stringify({ jsonrpc: "2.0", id: 1, method: "system.stop" })],
  ["a wrong token", "x".repeat(43)],
  ["an empty one", ""],
])("%s in the first frame ends the connection, and nothing is done", async (_, frame) => {
  const socket = open();
  await opened(socket);
  socket.send(frame);
  expect(await closeCode(socket)).toBe(1008);
  expect(calls).toBe(0);
});

test("the token in a binary frame is none", async () => {
  const socket = open();
  await opened(socket);
  socket.send(Buffer.from(await token()), { binary: true });
  expect(await closeCode(socket)).toBe(1008);
});

test.each([
  ["a page of another origin", { origin: "https://mallory.example" }, 403],
  ["a page on another port here", { origin: "http://127.0.0.1:1" }, 403],
  ["a sandboxed page", { origin: "null" }, 403],
  ["no page at all", {}, 403],
  ["a name that was rebound to us", { host: "mallory.example", origin: "http://mallory.example" }, 421],
  ["our address without the port", { host: "127.0.0.1" }, 421],
  ["another spelling of our address", { host: "0x7f.1:80" }, 421],
  ["a page of another site", { origin: "ours", "sec-fetch-site": "cross-site" }, 403],
])("a WebSocket from %s is refused", async (_, headers, status) => {
  const isOurs = "origin" in headers && headers.origin === "ours";
  const all = { ...headers, ...(isOurs && { origin: server.url }) };
  expect(await refusalOf(new WebSocket(`ws://127.0.0.1:${port}/api`, { headers: all }))).toBe(status);
});

test("a WebSocket is at one path only", async () => {
  expect(await refusalOf(new WebSocket(`ws://127.0.0.1:${port}/`, { origin: server.url }))).toBe(404);
});

test.each(["GET", "POST", "OPTIONS", "DELETE"])("%s does nothing and shows nothing", async (method) => {
  const { status, headers } = await ask({
    method,
    path: "/api",
    headers: { "content-type": "application/json" },
  });
  expect(status).toBe(404);
  expect(headers).not.toHaveProperty("access-control-allow-origin");
  expect(headers).not.toHaveProperty("access-control-allow-private-network");
  expect(headers).not.toHaveProperty("set-cookie");
  expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "cache-control": "no-store" });
  expect(calls).toBe(0);
});

test("a request under a rebound name or from another origin is refused", async () => {
  expect(await ask({ headers: { host: "mallory.example" } })).toMatchObject({ status: 421 });
  expect(await ask({ headers: { origin: "https://mallory.example" } })).toMatchObject({ status: 403 });
});

test("a flood of wrong tokens shuts the door, which opens again", async () => {
  for (let guess = 0; guess < 5; guess++) {
    const socket = open();
    await opened(socket);
    socket.send(`guess ${guess}`);
    await closeCode(socket);
  }
  expect(await refusalOf(open())).toBe(429);
  mono += 1_000;
  await opened(open());
});

test("a frame may be as long as a request, and no longer", async () => {
  const socket = open();
  await opened(socket);
  socket.send(await token());
  socket.send(" ".repeat(requestBytesMax));
  expect(await answerOf(socket)).toMatchObject({ error: { data: { code: "not-a-request" } } });
  socket.send(" ".repeat(requestBytesMax + 1));
  expect(await closeCode(socket)).toBe(1009);
});

test("headers without end are cut off", async () => {
  const socket = connect(port, "127.0.0.1");
  const answer = new Promise<string>((resolve) => socket.once("data", (bytes) => resolve(bytes.toString())));
  socket.on("error", () => undefined);
  socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX: ${"x".repeat(9 * 1024)}\r\n`);
  expect(await answer).toContain("431");
  socket.destroy();
});

function open(): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${port}/api`, { origin: server.url });
}

async function token(): Promise<string> {
  return (await readFile(tokenFile, "utf8")).trim();
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
}

function answerOf(socket: WebSocket): Promise<unknown> {
  return new Promise((resolve) => {
    socket.once("message", (frame: Buffer) => resolve(JSON.parse(frame.toString())));
  });
}

function closeCode(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.once("close", resolve));
}

/** The status with which an upgrade was refused. */
function refusalOf(socket: WebSocket): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    socket.once("unexpected-response", (_, response) => {
      resolve(response.statusCode);
      socket.terminate();
    });
    socket.once("open", () => reject(new Error("it was let in")));
    socket.on("error", () => undefined);
  });
}

function ask(options: {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}): Promise<{ readonly status: number | undefined; readonly headers: object }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, ...options }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, headers: response.headers });
    });
    asked.once("error", reject);
    asked.end();
  });
}
