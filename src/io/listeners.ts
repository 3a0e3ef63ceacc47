/** Opens the TCP and TLS listeners of a machine and hands on what connects to them. */
import { createServer, isIP, type Server } from "node:net";
import type { Server as TlsServer } from "node:tls";
import { assert } from "../base/assert.ts";
import type { Address, Effect, TlsListen } from "../protocols/machine.ts";
import { plainHost } from "./address.ts";
import type { Links } from "./links.ts";
import type { SocketTable } from "./socket-table.ts";
import { createTlsServer } from "./tls.ts";
import { troubleOf } from "./trouble.ts";

/** Connections that the system keeps until the loop takes them: a burst from a whole network's people. */
const backlog = 511;

type Listen = Extract<Effect<never>, { readonly kind: "listen" }>;

export class Listeners {
  readonly #table: SocketTable;
  readonly #links: Links;
  readonly #count: (what: string) => void;

  constructor(table: SocketTable, links: Links, count: (what: string) => void) {
    this.#table = table;
    this.#links = links;
    this.#count = count;
  }

  listen({ name, at, tls }: Listen): void {
    const entry = this.#table.add("listener", name, at);
    if (isIP(at.host) === 0) {
      entry.fail("not-here");
      return;
    }
    const secure = tls === undefined ? undefined : this.#secureServer(name, tls);
    if (secure === "bad certificate") {
      entry.fail("tls");
      return;
    }
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.on("connection", (socket) => this.#links.accept(socket, name, secure));
    server.on("listening", () => entry.opened(server, addressOf(server)));
    server.on("error", (error) => {
      if (server.listening) this.#count("accept.failed");
      else entry.fail(troubleOf(error));
    });
    server.listen({ host: at.host, port: at.port, backlog, exclusive: true });
  }

  /** Never listens itself: it leads the handshakes of connections that were admitted. */
  #secureServer(name: string, tls: TlsListen): TlsServer | "bad certificate" {
    let server: TlsServer;
    try {
      server = createTlsServer(tls);
    } catch {
      return "bad certificate"; // translated: certificate and key come from the profile, they may be anything
    }
    server.on("secureConnection", (socket) => this.#links.secured(socket, name));
    server.on("tlsClientError", (_, socket) => {
      this.#count("accept.handshake-failed");
      socket.destroy();
    });
    return server;
  }
}

function addressOf(server: Server): Address {
  const at = server.address();
  assert(typeof at === "object" && at !== null, "a server that listens on TCP has an address");
  return { host: plainHost(at.address), port: at.port };
}
