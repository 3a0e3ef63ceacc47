/** People who stand in rooms and do nothing else: bare TCP clients of a room server, each room at a loopback address of its own. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

export interface Plan {
  readonly at: { readonly host: string; readonly port: number };
  /** The number of the first room, so that several crowds do not meet. */
  readonly firstRoom: number;
  readonly rooms: number;
  readonly perRoom: number;
}

const portsFrom = 5_001;
/** Connections that are opened at one time, fewer than a listener keeps waiting. */
const openedAtOnce = 100;
/** Renewals are begun in bursts of this period: timers are no finer. */
const burstMs = 5;

export class Crowd {
  readonly #members: readonly BareMember[];

  private constructor(members: readonly BareMember[]) {
    this.#members = members;
  }

  /** All are connected, none is in a room yet. */
  static async connect({ at, firstRoom, rooms, perRoom }: Plan): Promise<Crowd> {
    const members = Array.from({ length: rooms * perRoom }, (_, i) => {
      const number = firstRoom + Math.floor(i / perRoom);
      return new BareMember({ ...at, room: number, member: i % perRoom });
    });
    await inTurns(members, openedAtOnce, (member) => member.connect());
    return new Crowd(members);
  }

  get size(): number {
    return this.#members.length;
  }

  /** Milliseconds that each had to wait for its list. */
  async join(atOnce: number): Promise<readonly number[]> {
    const took: number[] = [];
    await inTurns(this.#members, atOnce, async (member) => took.push(await member.join()));
    return took;
  }

  /** All renew, one after the other at a steady pace, round and round. */
  async renew(perSecond: number, seconds: number): Promise<readonly number[]> {
    const took: number[] = [];
    const under: Promise<unknown>[] = [];
    const begin = performance.now();
    const count = perSecond * seconds;
    for (let begun = 0; begun < count;) {
      const due = Math.min(count, (perSecond * (performance.now() - begin)) / 1_000);
      for (; begun < due; begun++) {
        const member = this.#members[begun % this.size];
        if (member !== undefined) under.push(member.join().then((ms) => took.push(ms)));
      }
      await wait(burstMs);
    }
    await Promise.all(under);
    return took;
  }

  close(): void {
    for (const member of this.#members) member.close();
  }
}

/** Opens a connection and says what it is told to, nothing else. */
export class BareClient {
  readonly #at: { readonly host: string; readonly port: number; readonly localAddress: string };
  #socket: Socket | undefined;
  #unread = "";
  #answered: ((reply: string) => void) | undefined;
  readonly closed = Promise.withResolvers<undefined>();

  constructor(host: string, port: number, localAddress: string) {
    this.#at = { host, port, localAddress };
  }

  async connect(): Promise<void> {
    const socket = connect({ ...this.#at, noDelay: true });
    this.#socket = socket;
    socket.setEncoding("latin1").on("data", (text: string) => this.#hear(text));
    socket.on("error", () => undefined); // acted on by `close`, which follows
    socket.on("close", () => this.closed.resolve(undefined));
    await Promise.race([once(socket, "connect"), this.closed.promise.then(broken)]);
  }

  /** The next reply. One request at a time. */
  async ask(request: string): Promise<string> {
    const reply = new Promise<string>((resolve) => {
      this.#answered = resolve;
    });
    this.#tell();
    if (request !== "") this.send(request);
    return Promise.race([reply, this.closed.promise.then(broken)]);
  }

  send(text: string): void {
    this.#socket?.write(text);
  }

  pause(): void {
    this.#socket?.pause();
  }

  close(): void {
    this.#socket?.destroy();
  }

  #hear(text: string): void {
    this.#unread += text;
    this.#tell();
  }

  #tell(): void {
    const end = this.#unread.indexOf("::\r\n");
    if (end < 0 || this.#answered === undefined) return;
    const reply = this.#unread.slice(0, end + 4);
    this.#unread = this.#unread.slice(end + 4);
    this.#answered(reply);
    this.#answered = undefined;
  }
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly room: number;
  readonly member: number;
}

class BareMember extends BareClient {
  readonly #joining: string;

  constructor({ host, port, room, member }: Place) {
    const ip = `127.1.${String(room >> 8)}.${String(room & 255)}`;
    super(host, port, ip);
    this.#joining = `J:room-${String(room)}:member-${String(member)}:${ip}:${String(portsFrom + member)}::\r\n`;
  }

  /** Joins or renews; the milliseconds until the list was there. Fails on any other reply. */
  async join(): Promise<number> {
    const begin = performance.now();
    const reply = await this.ask(this.#joining);
    const ms = performance.now() - begin;
    if (!reply.startsWith("M:"))
      throw new Error(`${this.#joining.trimEnd()} was answered with ${reply.trimEnd()}`);
    return ms;
  }
}

function broken(): never {
  throw new Error("the server has closed the connection");
}

async function inTurns<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const left = items.values();
  const lane = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
