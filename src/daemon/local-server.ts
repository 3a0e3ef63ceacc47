/** The local socket: one JSON text a line, for programs of the same user on the same machine. */
import { chmod, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import type { Channel } from "../api/channel.ts";
import { Lines } from "../api/lines.ts";
import { tooLong } from "../api/request.ts";
import { refusal } from "../api/server.ts";
import type { ApiServer } from "../api/server.ts";
import type { Session } from "../api/session.ts";
import { requestBytesMax } from "../api/wire.ts";

/** Faces and scripts of one user; each costs a file descriptor that networks need too. */
export const connectionsMax = 256;

export interface LocalServer {
  /** Resolves when every connection is closed and the socket's file is gone. */
  close(): Promise<void>;
}

/**
 * `path` is in a folder that is the user's alone. The file of a daemon that crashed is replaced: the profile's lock,
 * which the caller holds, says that no daemon uses it.
 */
export async function serveLocally(path: string, api: ApiServer): Promise<LocalServer> {
  await rm(path, { force: true });
  const sessions = new Map<Socket, Session>();
  const server = createServer((socket) => {
    sessions.set(socket, attach(socket, api));
    socket.on("close", () => sessions.delete(socket));
  });
  server.maxConnections = connectionsMax;
  await listening(server, path);
  await chmod(path, 0o600);
  return { close: () => closed(server, sessions) };
}

function attach(socket: Socket, api: ApiServer): Session {
  const session = api.attach(channelOver(socket, () => session.drained()));
  const lines = new Lines(requestBytesMax);
  socket.on("data", (bytes) => {
    for (const line of lines.take(bytes)) {
      if (line.kind === "too-long") {
        refuse(socket, line.size);
        return;
      }
      // What is not UTF-8 is no request either, and is answered like an empty one.
      session.received(line.kind === "line" ? line.text : "");
    }
  });
  socket.on("error", () => undefined); // "close" follows and is told
  socket.on("close", () => session.ended());
  return session;
}

/** Where the next request begins cannot be known any more. */
function refuse(socket: Socket, size: number): void {
  socket.removeAllListeners("data");
  socket.end(`${refusal(tooLong(size))}\n`, () => socket.destroy());
}

function channelOver(socket: Socket, drained: () => void): Channel {
  return {
    // Not by "drain": that comes only after a write that went above the socket's own mark.
    send(text) {
      socket.write(`${text}\n`, () => {
        if (socket.writableLength === 0) drained();
      });
    },
    get unsent() {
      return socket.writableLength;
    },
    reading(on) {
      if (on && socket.isPaused()) socket.resume();
      if (!on && !socket.isPaused()) socket.pause();
    },
    close: () => void socket.end(),
  };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Requests under way get a moment to be answered. */
const lingerMs = 200;

async function closed(server: Server, sessions: ReadonlyMap<Socket, Session>): Promise<void> {
  const gone = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const session of sessions.values()) session.close();
  const late = setTimeout(() => sessions.forEach((_, socket) => socket.destroy()), lingerMs);
  await gone;
  clearTimeout(late);
}
