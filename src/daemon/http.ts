/** The API by WebSocket on loopback addresses, for a browser on this machine: behind the gate and a token. */
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { RawData, WebSocket } from "ws";
import type { Channel } from "../api/channel.ts";
import type { ApiServer } from "../api/server.ts";
import { requestBytesMax } from "../api/wire.ts";
import { assert } from "../base/assert.ts";
import { TokenBucket } from "../base/token-bucket.ts";
import { writeAtomically } from "../io/files.ts";
import { apiPath, isToken, refuseRequest, refuseUpgrade } from "./http-gate.ts";
import type { Refusal } from "./http-gate.ts";

/** A browser with a few tabs; everything is on this machine, so nothing is slow for a good reason. */
const limits = {
  connections: 64,
  headersMs: 5_000,
  requestMs: 15_000,
  headerBytes: 8 * 1024,
  tokenMs: 5_000,
};
/** Guesses at the token before the door is shut for a while. 256 bits are not guessed; a flood costs our time. */
const wrongTokensPerSecond = 5;
/** RFC 6455: the policy was violated. */
const closedForPolicy = 1008;

export interface HttpOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly tokenFile: string;
  readonly api: ApiServer;
  /** Milliseconds that never go back. */
  readonly mono: () => number;
}

export interface HttpServer {
  /** `http://127.0.0.1:…`, without the token. */
  readonly url: string;
  close(): Promise<void>;
}

/** Rejects when the port is taken. */
export async function serveHttp(options: HttpOptions): Promise<HttpServer> {
  const token = randomBytes(32).toString("base64url");
  const door = new Door(token, options);
  const first = await listening(door, "127.0.0.1", options.port);
  const port = portOf(first);
  door.port = port;
  // Where the machine has no IPv6, or the port is taken there, the other address does.
  const second = await listening(door, "::1", port).catch(() => undefined);
  await writeAtomically(options.tokenFile, `${token}\n`);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      await rm(options.tokenFile, { force: true });
      door.close();
      await Promise.all([first, ...(second === undefined ? [] : [second])].map(closed));
    },
  };
}

class Door {
  readonly #token: string;
  readonly #options: HttpOptions;
  readonly #guesses: TokenBucket;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: requestBytesMax,
  });
  /** Known once we listen. */
  port = 0;

  constructor(token: string, options: HttpOptions) {
    this.#token = token;
    this.#options = options;
    this.#guesses = new TokenBucket(wrongTokensPerSecond, wrongTokensPerSecond, options.mono());
  }

  /** There are no pages: what passes the gate is told so. */
  request(request: IncomingMessage): Refusal {
    return (
      refuseRequest(request.headers, this.port) ?? {
        status: 404,
        says: `There is no page here. Faces and scripts connect by WebSocket at ${apiPath}.`,
      }
    );
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const refusal = refuseUpgrade(request.headers, this.port, request.url) ?? this.#tooManyGuesses();
    if (refusal !== undefined) {
      socket.end(responseText(refusal), () => socket.destroy());
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#greet(opened));
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  #tooManyGuesses(): Refusal | undefined {
    const mono = this.#options.mono();
    return this.#guesses.readyAt(mono) <= mono ? undefined : { status: 429, says: "Too many wrong tokens." };
  }

  /** The first frame is the token, or the connection ends. */
  #greet(socket: WebSocket): void {
    const late = setTimeout(() => socket.close(closedForPolicy, "no token"), limits.tokenMs);
    socket.on("error", () => undefined); // "close" follows
    socket.once("close", () => clearTimeout(late));
    socket.once("message", (frame, isBinary) => {
      clearTimeout(late);
      if (!isBinary && isToken(textOf(frame), this.#token)) this.#attach(socket);
      else {
        this.#guesses.take(this.#options.mono());
        socket.close(closedForPolicy, "wrong token");
      }
    });
  }

  #attach(socket: WebSocket): void {
    const session = this.#options.api.attach(channelOver(socket, () => session.drained()));
    socket.on("message", (frame, isBinary) => session.received(isBinary ? "" : textOf(frame)));
    socket.on("close", () => session.ended());
  }
}

function channelOver(socket: WebSocket, drained: () => void): Channel {
  return {
    send: (text) =>
      socket.send(text, () => {
        if (socket.bufferedAmount === 0) drained();
      }),
    get unsent() {
      return socket.bufferedAmount;
    },
    reading(on) {
      if (on && socket.isPaused) socket.resume();
      if (!on && !socket.isPaused) socket.pause();
    },
    close: () => socket.close(),
  };
}

function listening(door: Door, host: string, port: number): Promise<Server> {
  const server = createServer(
    { headersTimeout: limits.headersMs, requestTimeout: limits.requestMs, maxHeaderSize: limits.headerBytes },
    (request, response) => {
      const { status, says } = door.request(request);
      response.writeHead(status, responseHeaders).end(`${says}\n`);
    },
  );
  server.maxConnections = limits.connections;
  server.on("upgrade", (request, socket, head) => door.upgrade(request, socket, head));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, ipv6Only: host === "::1" }, () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  assert(typeof address === "object" && address !== null, "a listening server has an address and a port");
  return address.port;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

const responseHeaders = {
  "Content-Type": "text/plain; charset=utf-8",
  "Content-Security-Policy":
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
  Connection: "close",
};

function responseText({ status, says }: Refusal): string {
  const headers = Object.entries(responseHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Refused\r\n${headers.join("")}\r\n${says}\n`;
}

function textOf(frame: RawData): string {
  if (Array.isArray(frame)) return Buffer.concat(frame).toString();
  return (frame instanceof ArrayBuffer ? Buffer.from(frame) : frame).toString();
}
