/** Real sockets for a rooms program of others: it reads as most of them do, so many bytes at a time and one message a read. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import type { Ground, GroundHooks, GroundLink } from "../../src/sim/rooms/original.ts";

/** `recv(1024)`. */
export const bytesRead = 1_024;

export class NodeGround implements Ground {
  readonly #address: string;
  readonly #endings: (() => unknown)[] = [];
  readonly #opening: Promise<unknown>[] = [];
  readonly #changed: () => void;

  /** `changed`: something has arrived. */
  constructor(address: string, changed: () => void) {
    this.#address = address;
    this.#changed = changed;
  }

  /** When all that listens does so. */
  async ready(): Promise<void> {
    await Promise.all(this.#opening);
  }

  dial(to: { readonly host: string; readonly port: number }, hooks: GroundHooks): GroundLink {
    const socket = connect({ ...to, localAddress: this.#address });
    socket.on("connect", () => hooks.up?.());
    return this.#link(socket, () => hooks);
  }

  listen(port: number, accept: (link: GroundLink) => GroundHooks): void {
    const server = createServer((socket) => this.#link(socket, accept));
    server.listen(port, this.#address);
    this.#opening.push(once(server, "listening"));
    this.#endings.push(() => server.close());
  }

  bind(port: number, heard: Parameters<Ground["bind"]>[1]): ReturnType<Ground["bind"]> {
    const socket = createSocket("udp4");
    socket.on("message", (bytes, { address: host, port: from }) => {
      heard({ host, port: from }, bytes);
      this.#changed();
    });
    socket.bind(port, this.#address);
    this.#opening.push(once(socket, "listening"));
    this.#endings.push(() => socket.close());
    return (to, bytes) => socket.send(bytes, to.port, to.host);
  }

  after(ms: number, work: () => void): void {
    const timer = setTimeout(work, ms);
    this.#endings.push(() => clearTimeout(timer));
  }

  end(): void {
    for (const ending of this.#endings.splice(0)) ending();
  }

  #link(socket: Socket, accept: (link: GroundLink) => GroundHooks): GroundLink {
    const link: GroundLink = {
      write: (bytes) => void socket.write(bytes),
      close: () => void socket.destroy(),
    };
    const hooks = accept(link);
    socket.on("data", (bytes) => {
      for (let at = 0; at < bytes.length; at += bytesRead) hooks.chunk(bytes.subarray(at, at + bytesRead));
      this.#changed();
    });
    socket.on("error", () => undefined); // acted on by `close`, which follows
    socket.on("close", () => {
      hooks.closed();
      this.#changed();
    });
    this.#endings.push(() => socket.destroy());
    return link;
  }
}
