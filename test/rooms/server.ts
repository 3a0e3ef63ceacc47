/** A room server for the labs, as simple as the course's own: one read is one request. It does as it is told, also wrongly. */
import { fromUtf8Leniently, toUtf8 } from "../../src/base/bytes.ts";
import type { Member } from "../../src/protocols/rooms/messages.ts";
import { msidOf } from "../../src/protocols/rooms/sdbm.ts";
import type { Connection } from "../../src/sim/connection.ts";
import type { Host, Listener } from "../../src/sim/host.ts";
import type { Scheduler } from "../../src/sim/scheduler.ts";

const port = 32_340;
const tickMs = 20_000;
const silentMsMax = 60_000;

interface Entry {
  readonly member: Member;
  readonly by: Connection;
  heardAt: number;
}

export class LabServer {
  readonly host: Host;
  readonly #scheduler: Scheduler;
  /** Of each room; the newest entry first. */
  readonly rooms = new Map<string, Entry[]>();
  /** Every read, as it came. */
  readonly requests: string[] = [];
  /** What it answers instead, where that is something; an empty text is no answer. */
  answer: (request: string) => string | undefined = () => undefined;
  readonly #open = new Set<Connection>();
  #listener: Listener | undefined;

  constructor(host: Host, scheduler: Scheduler) {
    this.host = host;
    this.#scheduler = scheduler;
    this.start();
    this.#tick();
  }

  start(): void {
    const accept = (by: Connection): boolean => {
      this.#open.add(by);
      by.hooks = {
        up: () => undefined,
        bytes: (bytes) => this.#read(by, fromUtf8Leniently(bytes)),
        end: () => by.end(),
        down: () => this.#closed(by),
        drained: () => undefined,
      };
      return true;
    };
    this.#listener = { at: { host: "0.0.0.0", port }, accept };
    this.host.listen(this.#listener);
  }

  /** Gone, with everything that it knew. */
  stop(): void {
    if (this.#listener !== undefined) this.host.unlisten(this.#listener);
    this.rooms.clear();
    for (const by of this.#open) by.abort("end");
    this.#open.clear();
  }

  names(room = "den"): readonly string[] {
    return (this.rooms.get(room) ?? []).map(({ member }) => member.user);
  }

  get connections(): number {
    return this.#open.size;
  }

  /** Enters somebody who is not there. */
  enrol(room: string, member: Member, by: Connection): void {
    const entries = this.rooms.get(room) ?? [];
    this.rooms.set(room, entries);
    const known = entries.find((entry) => isSame(entry.member, member));
    if (known === undefined) entries.unshift({ member, by, heardAt: this.#scheduler.time });
    else known.heardAt = this.#scheduler.time;
  }

  membersText(room: string): string {
    const members = (this.rooms.get(room) ?? []).map(({ member }) => member);
    return membersText(members);
  }

  #read(by: Connection, request: string): void {
    this.requests.push(request);
    const answer = this.answer(request) ?? this.#usual(by, request);
    if (answer !== "") by.write(toUtf8(answer));
  }

  #usual(by: Connection, request: string): string {
    const [type, room = "", user = "", ip = "", portText = "", ...more] = request
      .replace(/::\r\n$/, "")
      .split(":");
    if (type === "L") return ["G", ...[...this.rooms.keys()].reverse()].join(":") + "::\r\n";
    const member = { user, ip, port: Number(portText) };
    if (type === "J" && more.length === 0) {
      this.enrol(room, member, by);
      return this.membersText(room);
    }
    if (type === "D" && more.length === 0) {
      this.#remove((entry) => isSame(entry.member, member));
      return "S::\r\n";
    }
    return "F:JOIN message - Wrong format!!::\r\n";
  }

  #closed(by: Connection): void {
    this.#open.delete(by);
    this.#remove((entry) => entry.by === by);
  }

  #tick(): void {
    this.#scheduler.after(tickMs, () => {
      const now = this.#scheduler.time;
      this.#remove(({ heardAt }) => now - heardAt > silentMsMax);
      this.#tick();
    });
  }

  #remove(isOut: (entry: Entry) => boolean): void {
    for (const [room, entries] of this.rooms)
      this.rooms.set(
        room,
        entries.filter((entry) => !isOut(entry)),
      );
  }
}

export function membersText(members: readonly Member[]): string {
  const fields = members.flatMap(({ user, ip, port: at }) => [user, ip, String(at)]);
  return `M:${["", ...fields].length > 1 ? [msidOf(members), ...fields].join(":") : msidOf(members)}::\r\n`;
}

function isSame(a: Member, b: Member): boolean {
  return a.user === b.user && a.ip === b.ip && a.port === b.port;
}
