/**
 * A classic program of the LAN wire, as its writers wrote it: it announces with two keys, reads 1,024 bytes once for
 * each message, and prints them. What differs between those programs is a habit.
 */
import { createSocket } from "node:dgram";
import type { Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";

const udpPort = 5000;
const tcpPort = 5001;
const bytesRead = 1_024;

export class ClassicProgram {
  readonly address: string;
  readonly #name: string;
  readonly #udp: UdpSocket;
  readonly #server: Server;
  /** Announcements as they came, with the address they came from. */
  readonly heard: { readonly from: string; readonly text: string }[] = [];
  /** What one `recv` gave, for each connection that was accepted. */
  readonly printed: string[] = [];
  #changed = Promise.withResolvers<undefined>();
  #kept: Socket | undefined;

  private constructor(name: string, address: string) {
    this.#name = name;
    this.address = address;
    this.#udp = createSocket({ type: "udp4", reuseAddr: true });
    this.#udp.on("message", (bytes, { address: from }) => {
      this.heard.push({ from, text: bytes.toString() });
      this.#tell();
    });
    this.#server = createServer((socket) => {
      socket.on("error", () => undefined); // acts by going on: the other side may break off
      socket.once("data", (bytes) => {
        this.printed.push(bytes.subarray(0, bytesRead).toString());
        socket.end();
        this.#tell();
      });
    });
  }

  static async start(name: string, address: string): Promise<ClassicProgram> {
    const program = new ClassicProgram(name, address);
    program.#udp.bind(udpPort, address);
    program.#server.listen(tcpPort, address);
    await Promise.all([once(program.#udp, "listening"), once(program.#server, "listening")]);
    return program;
  }

  announce(to: string): void {
    const announcement = JSON.stringify({ username: this.#name, ip_address: this.address });
    this.#udp.send(announcement, udpPort, to);
  }

  /** Connect, write, close: a connection for each message. */
  async say(to: string, text: string): Promise<void> {
    const socket = await this.#dial(to);
    socket.end(text);
    await once(socket, "close");
  }

  /** Writes on a connection that is kept open for further messages. */
  async sayOnKeptConnection(to: string, text: string): Promise<void> {
    this.#kept ??= await this.#dial(to);
    this.#kept.write(text);
  }

  async #dial(to: string): Promise<Socket> {
    const socket = connect({ host: to, port: tcpPort, localAddress: this.address });
    socket.on("error", () => undefined); // acts by going on: told by what does not arrive
    await once(socket, "connect");
    socket.resume();
    return socket;
  }

  /** Waits until `found` gives something, looking again whenever anything was heard or printed. */
  async until<Value>(found: () => Value | undefined): Promise<Value> {
    for (;;) {
      const value = found();
      if (value !== undefined) return value;
      await this.#changed.promise;
    }
  }

  #tell(): void {
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers();
  }

  async stop(): Promise<void> {
    this.#kept?.destroy();
    this.#udp.close();
    this.#server.close();
    await once(this.#server, "close");
  }
}
