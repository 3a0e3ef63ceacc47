/** The listeners and datagram sockets of a machine by name, and the state that each is in. */
import { assert } from "../base/assert.ts";
import type { Address, LinkTrouble, SocketName, SocketReport } from "../protocols/machine.ts";
import type { Happening } from "./link.ts";

/** A machine has a few for each interface; more is a leak. */
export const socketsMax = 256;

/** What a socket in the table can be asked, whatever its kind. */
export interface Closable {
  /** Calls back once it is released. */
  close(released: () => void): void;
}

export class SocketTable {
  readonly #tell: (happening: Happening) => void;
  readonly #entries = new Map<SocketName, SocketEntry>();
  readonly #closing = new Set<Promise<void>>();

  constructor(tell: (happening: Happening) => void) {
    this.#tell = tell;
  }

  /** Gives the name to a socket that is being opened. A name is free again after a failure. */
  add(kind: SocketReport["kind"], name: SocketName, at: Address): SocketEntry {
    const before = this.#entries.get(name);
    assert(before === undefined || before.failed, `the name ${name} is given to one socket at a time`);
    assert(this.#entries.size < socketsMax || before !== undefined, "too many sockets");
    const entry = new SocketEntry({ name, kind, at, state: "opening" }, this.#tell);
    this.#entries.set(name, entry);
    return entry;
  }

  close(name: SocketName): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.delete(name);
    const closed = entry.close();
    this.#closing.add(closed);
    void closed.then(() => this.#closing.delete(closed));
  }

  report(): readonly SocketReport[] {
    return [...this.#entries.values()].map((entry) => entry.report);
  }

  /** Resolves once all that was ever opened is released. */
  async stop(): Promise<void> {
    for (const name of [...this.#entries.keys()]) this.close(name);
    await Promise.all(this.#closing);
  }
}

/** A socket from its opening to its end; after `close` it tells nothing. */
export class SocketEntry {
  readonly #tell: (happening: Happening) => void;
  #report: SocketReport;
  #socket: Closable | undefined;
  /** Set by `close` while the socket is still being opened: the system cannot be interrupted in that. */
  #whenOpened: (() => void) | undefined;

  constructor(report: SocketReport, tell: (happening: Happening) => void) {
    this.#report = report;
    this.#tell = tell;
  }

  get report(): SocketReport {
    return this.#report;
  }

  get failed(): boolean {
    return this.#report.state === "failed";
  }

  opened(socket: Closable, at: Address): void {
    this.#socket = socket;
    if (this.#whenOpened !== undefined) {
      this.#whenOpened();
      return;
    }
    this.#report = { ...this.#report, state: "open", at };
    this.#tell({ kind: "listening", name: this.#report.name, at });
  }

  fail(why: LinkTrouble): void {
    this.#socket = undefined;
    this.#report = { ...this.#report, state: "failed", why };
    if (this.#whenOpened === undefined) this.#tell({ kind: "listenFailed", name: this.#report.name, why });
    else this.#whenOpened();
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      const release = (): void => {
        if (this.#socket === undefined) resolve();
        else this.#socket.close(resolve);
      };
      if (this.#report.state === "opening") this.#whenOpened = release;
      else release();
    });
  }
}
