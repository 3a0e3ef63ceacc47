/** A room server as others wrote it: what one read gives is one request, and anything else is in the wrong format. */
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { bytesRead } from "./node-ground.ts";

interface Member {
  readonly room: string;
  /** `user:ip:port`, as it was announced. */
  readonly words: string;
}

const mask = (1n << 64n) - 1n;

export class OriginalRoomServer {
  readonly #server: Server;
  readonly #members = new Map<Socket, Member>();
  /** Every request as one read gave it. */
  readonly requests: string[] = [];
  readonly refusals: string[] = [];
  readonly #changed: () => void;

  private constructor(changed: () => void) {
    this.#changed = changed;
    this.#server = createServer((socket) => {
      socket.on("error", () => undefined); // acted on by `close`, which follows
      socket.on("close", () => {
        this.#members.delete(socket);
        this.#changed();
      });
      socket.on("data", (bytes) => {
        for (let at = 0; at < bytes.length; at += bytesRead)
          this.#answer(socket, bytes.subarray(at, at + bytesRead).toString());
      });
    });
  }

  static async start(address: string, changed: () => void): Promise<OriginalRoomServer> {
    const server = new OriginalRoomServer(changed);
    server.#server.listen(0, address);
    await once(server.#server, "listening");
    return server;
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("it listens to no port");
    return address.port;
  }

  /** Newest first. */
  membersOf(room: string): readonly string[] {
    return [...this.#members.values()]
      .filter((one) => one.room === room)
      .map(({ words }) => words)
      .reverse();
  }

  stop(): void {
    for (const socket of this.#members.keys()) socket.destroy();
    this.#server.close();
  }

  #answer(socket: Socket, request: string): void {
    this.requests.push(request);
    const reply = this.#replyTo(socket, request);
    if (reply.startsWith("F:")) this.refusals.push(reply);
    socket.write(`${reply}::\r\n`);
    this.#changed();
  }

  #replyTo(socket: Socket, request: string): string {
    const fields = request.endsWith("::\r\n") ? request.slice(0, -4).split(":") : [];
    const [type, room = "", ...words] = fields;
    if (type === "L") return fields.length === 1 ? `G${this.#rooms()}` : "F:LIST message - Wrong format!!";
    if (type === "J") {
      if (fields.length !== 5) return "F:JOIN message - Wrong format!!";
      const before = this.#members.get(socket);
      if (before !== undefined && before.room !== room)
        return "F:JOIN message - Already joined another chatroom!!";
      this.#members.set(socket, { room, words: words.join(":") });
      return this.#listOf(room);
    }
    if (type === "D") {
      if (fields.length !== 5) return "F:DEPART message - Wrong format!!";
      return this.#members.delete(socket) ? "S" : "F:DEPART message - User not in Chatroom!!";
    }
    return "F:Unknown message - Unknown request!!";
  }

  #rooms(): string {
    const rooms = new Set([...this.#members.values()].map(({ room }) => room));
    return [...rooms]
      .reverse()
      .map((room) => `:${room}`)
      .join("");
  }

  #listOf(room: string): string {
    const members = this.membersOf(room);
    return `M:${hashOf(members.map((words) => `${words}:`).join(""))}:${members.join(":")}`;
  }
}

function hashOf(text: string): bigint {
  let hash = 0n;
  for (const byte of Buffer.from(text)) hash = (BigInt(byte) + (hash << 6n) + (hash << 16n) - hash) & mask;
  return hash;
}
