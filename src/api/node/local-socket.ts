/** A client's wire over the daemon's local socket: one JSON text a line. */
import { connect } from "node:net";
import type { Socket } from "node:net";
import { Client } from "../client.ts";
import type { Wire, WireListener } from "../channel.ts";
import { Lines } from "../lines.ts";

/** The daemon is our own program, but not even that may fill our memory without end. */
const answerBytesMax = 256 * 1024 * 1024;

/** Undefined when nobody listens there. Rejects when the system refuses for another reason. */
export async function connectLocally(path: string): Promise<Client | undefined> {
  const socket = await opened(path);
  return socket === undefined ? undefined : new Client((listener) => wireOver(socket, listener));
}

function opened(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.off("error", failed);
      resolve(socket);
    });
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code === "ENOENT" || error.code === "ECONNREFUSED") resolve(undefined);
      else reject(error);
    };
    socket.once("error", failed);
  });
}

function wireOver(socket: Socket, listener: WireListener): Wire {
  const lines = new Lines(answerBytesMax);
  socket.on("data", (bytes) => {
    for (const line of lines.take(bytes)) {
      if (line.kind === "line") listener.received(line.text);
      else socket.destroy();
    }
  });
  socket.on("error", () => undefined); // "close" follows and is told
  socket.on("close", () => listener.ended());
  return {
    send: (text) => void socket.write(`${text}\n`),
    close: () => void socket.end(),
  };
}
