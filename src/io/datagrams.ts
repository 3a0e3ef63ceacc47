/** The UDP sockets of a machine. */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { type AddressInfo, isIP } from "node:net";
import type { Address, Effect, SocketName } from "../protocols/machine.ts";
import { isReachable, plainHost } from "./address.ts";
import { plainView } from "./plain-view.ts";
import type { Happening } from "./link.ts";
import type { SocketTable } from "./socket-table.ts";
import { troubleOf } from "./trouble.ts";

/** What may wait in one socket for the system to take it; what comes on top is lost, as datagrams may be. */
const queuedBytesMax = 1024 * 1024;

type Bind = Extract<Effect<never>, { readonly kind: "bind" }>;

export class DatagramSockets {
  readonly #table: SocketTable;
  readonly #tell: (happening: Happening) => void;
  readonly #count: (what: string) => void;
  readonly #open = new Map<SocketName, Socket>();
  readonly #traffic = { received: 0, sent: 0 };

  constructor(table: SocketTable, tell: (happening: Happening) => void, count: (what: string) => void) {
    this.#table = table;
    this.#tell = tell;
    this.#count = count;
  }

  get traffic(): { readonly received: number; readonly sent: number } {
    return { ...this.#traffic };
  }

  bind({ socket: name, at, broadcast }: Bind): void {
    const entry = this.#table.add("datagram", name, at);
    if (isIP(at.host) === 0) {
      entry.fail("not-here");
      return;
    }
    const socket = createSocket({ type: isIP(at.host) === 4 ? "udp4" : "udp6", reuseAddr: true, lookup });
    let open = false;
    socket.on("message", (bytes, from) => this.#take(name, addressOf(from), bytes));
    socket.on("error", (error) => {
      if (open) {
        this.#count("datagram.failed");
        return;
      }
      socket.close();
      entry.fail(troubleOf(error));
    });
    socket.on("listening", () => {
      open = true;
      if (broadcast) socket.setBroadcast(true);
      this.#open.set(name, socket);
      entry.opened({ close: (released) => this.#close(name, socket, released) }, addressOf(socket.address()));
    });
    socket.bind({ address: at.host, port: at.port, exclusive: true });
  }

  send(name: SocketName, to: Address, bytes: Uint8Array): void {
    const socket = this.#open.get(name);
    if (socket === undefined || !isReachable(to) || socket.getSendQueueSize() > queuedBytesMax) {
      this.#count("datagram.failed");
      return;
    }
    socket.send(bytes, to.port, to.host, this.#whenSent);
  }

  readonly #whenSent = (error: Error | null): void => {
    if (error === null) this.#traffic.sent++;
    else this.#count("datagram.failed");
  };

  #take(socket: SocketName, from: Address, bytes: Buffer): void {
    this.#traffic.received++;
    this.#tell({ kind: "datagram", socket, from, bytes: plainView(bytes) });
  }

  #close(name: SocketName, socket: Socket, released: () => void): void {
    this.#open.delete(name);
    socket.close(released);
  }
}

function addressOf(info: AddressInfo | RemoteInfo): Address {
  return { host: plainHost(info.address), port: info.port };
}

type Found = (error: null, address: string, family: number) => void;

/** Addresses only: without this, each datagram would pass through the system's resolver. */
function lookup(host: string, _options: unknown, found: Found): void {
  found(null, host, isIP(host));
}
