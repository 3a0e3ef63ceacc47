/**
 * A rooms program as others wrote it, with nothing of ours in it: the document's own rule for links, one message for each
 * read, and habits in which such programs differ. It runs in the simulated world and on real sockets.
 */
import { fromUtf8Leniently, toUtf8 } from "../../base/bytes.ts";
import type { Address } from "../../protocols/machine.ts";

/** The world that such a program runs in: bare sockets and a clock. */
export interface Ground {
  dial(to: Address, hooks: GroundHooks): GroundLink;
  listen(port: number, accept: (link: GroundLink) => GroundHooks): void;
  /** A datagram socket; what it returns sends over it. Port 0: any. */
  bind(port: number, heard: (from: Address, bytes: Uint8Array) => void): GroundSocket;
  after(ms: number, work: () => void): void;
}

export interface GroundLink {
  write(bytes: Uint8Array): void;
  close(): void;
}

export type GroundSocket = (to: Address, bytes: Uint8Array) => void;

export interface GroundHooks {
  up?(): void;
  /** What one read gave. */
  chunk(bytes: Uint8Array): void;
  closed(): void;
}

export interface OriginalMember {
  readonly user: string;
  readonly ip: string;
  readonly port: number;
}

export interface Habits {
  /** Passes a text on to everybody, also to whoever brought it. */
  readonly relaysBack?: true;
  /** Puts its name where the number of the origin belongs. */
  readonly wrongOrigin?: true;
  /** Takes a colon at the end of what it says for a part of the message's end. */
  readonly stripsColon?: true;
  /** Pokes from a socket of its own, and listens for the answer there. */
  readonly pokesFromAnyPort?: true;
  /** The id of its last text, where it does not begin anew. */
  readonly lastId?: bigint;
}

export interface OriginalParts {
  readonly ground: Ground;
  readonly server: Address;
  readonly room: string;
  readonly me: OriginalMember;
  readonly habits?: Habits;
  /** A text of its own came back over a link over which it had sent it. */
  readonly echoed?: (by: OriginalMember, content: string) => void;
  /** A text of the room has come, perhaps once more. */
  readonly heard?: (text: HeardText) => void;
}

export interface HeardText {
  /** In the words of the wire. */
  readonly hid: string;
  readonly id: string;
  readonly content: string;
  /** As it came. */
  readonly bytes: Uint8Array;
}

/** What happened to it, for whoever looks. */
export interface Shown {
  readonly user: string;
  readonly content: string;
}

interface Peer {
  readonly member: OriginalMember;
  readonly link: GroundLink;
}

const joinAgainMs = 20_000;
const seekAgainMs = 2_000;
const answerWithinMs = 2_000;
const textGapMs = 20;
const mask = (1n << 64n) - 1n;

export class Original {
  /** In the order in which they were shown. */
  readonly shown: Shown[] = [];
  readonly pokedBy: string[] = [];
  answersToPokes = 0;
  readonly #parts: OriginalParts;
  readonly #habits: Habits;
  readonly #poking: GroundSocket;
  readonly #answering: GroundSocket;
  #members: readonly OriginalMember[] = [];
  #server: GroundLink | undefined;
  /** Asked after the next reply; it waits for one before it asks anew. */
  #awaiting: (() => void)[] = [];
  #asking = false;
  #forward: Peer | undefined;
  readonly #backward: Peer[] = [];
  readonly #highest = new Map<string, bigint>();
  readonly #sent = new Map<GroundLink, Set<string>>();
  readonly #unsent: string[] = [];
  #seeking = false;
  #lastId: bigint;
  #over = false;

  constructor(parts: OriginalParts) {
    this.#parts = parts;
    this.#habits = parts.habits ?? {};
    this.#lastId = this.#habits.lastId ?? 0n;
    const { ground, me } = parts;
    ground.listen(me.port, (link) => this.#accept(link));
    const pokesElsewhere = this.#habits.pokesFromAnyPort === true;
    const listening = ground.bind(me.port, (from, bytes) => {
      this.#hearPoke(from, bytes);
      if (!pokesElsewhere) this.#hearAnswer(bytes);
    });
    this.#poking = pokesElsewhere ? ground.bind(0, (_, bytes) => this.#hearAnswer(bytes)) : listening;
    this.#answering = listening;
    this.#connect();
  }

  get me(): OriginalMember {
    return this.#parts.me;
  }

  get members(): readonly OriginalMember[] {
    return this.#members;
  }

  /** Those with whom it shares a link. */
  get links(): readonly OriginalMember[] {
    return this.#peers().map(({ member }) => member);
  }

  say(content: string): void {
    this.#unsent.push(this.#habits.stripsColon === true ? content.replace(/:$/, "") : content);
    if (this.#unsent.length === 1) this.#sayNext();
  }

  poke(user: string): void {
    const member = this.#members.find((one) => one.user === user);
    if (member === undefined) return;
    const { room, me } = this.#parts;
    this.#poking({ host: addressOf(member), port: member.port }, toUtf8(`K:${room}:${me.user}::\r\n`));
  }

  /** It ends as such programs do: everything is closed. */
  quit(): void {
    this.#over = true;
    this.#server?.close();
    for (const { link } of this.#peers()) link.close();
  }

  #connect(): void {
    if (this.#over) return;
    const { ground, server } = this.#parts;
    const lost = (): void => {
      this.#server = undefined;
      this.#asking = false;
      ground.after(joinAgainMs / 4, () => this.#connect());
    };
    const link = ground.dial(server, {
      up: () => {
        this.#server = link;
        this.#join();
      },
      chunk: (bytes) => this.#hearServer(bytes),
      closed: lost,
    });
  }

  /** Again and again, for as long as this connection lasts. */
  #join(): void {
    const link = this.#server;
    this.#ask();
    this.#parts.ground.after(joinAgainMs, () => {
      if (link !== undefined && link === this.#server) this.#join();
    });
  }

  #ask(then: () => void = () => undefined): void {
    this.#awaiting.push(then);
    if (this.#asking || this.#server === undefined) return;
    this.#asking = true;
    const { room, me } = this.#parts;
    this.#server.write(toUtf8(`J:${room}:${me.user}:${me.ip}:${me.port}::\r\n`));
  }

  #hearServer(bytes: Uint8Array): void {
    const fields = fieldsOf(bytes);
    this.#asking = false;
    const waiting = this.#awaiting;
    this.#awaiting = [];
    if (fields?.[0] === "M") {
      this.#members = membersIn(fields.slice(2));
      if (this.#forward === undefined) this.#seek();
    }
    for (const then of waiting) then();
  }

  #accept(link: GroundLink): GroundHooks {
    let peer: Peer | undefined;
    return {
      chunk: (bytes) => {
        if (peer !== undefined) {
          this.#hear(peer, bytes);
          return;
        }
        const [type, room, user = "", ip = "", port] = fieldsOf(bytes) ?? [];
        if (type !== "P" || room !== this.#parts.room) {
          link.close();
          return;
        }
        this.#known({ user, ip, port: Number(port) }, (member) => {
          if (member === undefined) {
            link.close();
            return;
          }
          peer = { member, link };
          this.#backward.push(peer);
          link.write(toUtf8(`S:${this.#lastId}::\r\n`));
        });
      },
      closed: () => {
        const at = this.#backward.findIndex((one) => one.link === link);
        if (at >= 0) this.#backward.splice(at, 1);
      },
    };
  }

  /** Asks the server anew before it gives somebody up. */
  #known(wanted: OriginalMember, then: (member: OriginalMember | undefined) => void): void {
    const found = (): OriginalMember | undefined => this.#members.find((one) => isSame(one, wanted));
    if (found() !== undefined) then(found());
    else this.#ask(() => then(found()));
  }

  /** The document's rule: from the place after one's own, until somebody answers. */
  #seek(): void {
    if (this.#seeking || this.#forward !== undefined || this.#over) return;
    const { me, ground } = this.#parts;
    const ring = this.#members.toSorted((a, b) => (hidOf(a) < hidOf(b) ? -1 : 1));
    const own = ring.findIndex((one) => isSame(one, me));
    const candidates = [...ring.slice(own + 1), ...ring.slice(0, Math.max(own, 0))];
    this.#seeking = true;
    this.#try(candidates, (found) => {
      this.#seeking = false;
      this.#forward = found;
      if (found === undefined && this.#members.length > 1 && this.#backward.length === 0)
        ground.after(seekAgainMs, () => this.#seek());
    });
  }

  #try(candidates: readonly OriginalMember[], done: (found: Peer | undefined) => void): void {
    const [member, ...others] = candidates;
    if (member === undefined || this.#over) {
      done(undefined);
      return;
    }
    if (this.#backward.some((one) => isSame(one.member, member))) {
      this.#try(others, done);
      return;
    }
    const { ground, room, me } = this.#parts;
    let state: "asking" | "linked" | "over" = "asking";
    const fail = (): void => {
      if (state !== "asking") return;
      state = "over";
      link.close();
      this.#try(others, done);
    };
    const link = ground.dial(
      { host: addressOf(member), port: member.port },
      {
        up: () => link.write(toUtf8(`P:${room}:${me.user}:${me.ip}:${me.port}:${this.#lastId}::\r\n`)),
        chunk: (bytes) => {
          if (state === "linked") this.#hear({ member, link }, bytes);
          else if (state === "asking" && fieldsOf(bytes)?.[0] === "S") {
            state = "linked";
            done({ member, link });
          }
        },
        closed: () => {
          if (state === "linked" && this.#forward?.link === link) {
            this.#forward = undefined;
            this.#seek();
          }
          fail();
        },
      },
    );
    ground.after(answerWithinMs, fail);
  }

  #hear(from: Peer, bytes: Uint8Array): void {
    const fields = fieldsOf(bytes);
    if (fields?.[0] !== "T" || fields[1] !== this.#parts.room) return;
    const [, , hid = "", user = "", id = "", length = ""] = fields;
    const content = fields.slice(6).join(":");
    // What one read did not give whole is lost for it.
    if (toUtf8(content).length !== Number(length) || !/^\d+$/.test(id)) return;
    this.#parts.heard?.({ hid, id, content, bytes });
    if (user === this.#parts.me.user) {
      if (this.#sent.get(from.link)?.has(id) === true) this.#parts.echoed?.(from.member, content);
      return;
    }
    if (BigInt(id) <= (this.#highest.get(hid) ?? 0n)) return;
    this.#highest.set(hid, BigInt(id));
    this.shown.push({ user, content });
    for (const peer of this.#peers()) {
      const isBack = peer.link === from.link || peer.member.user === user;
      if (!isBack || this.#habits.relaysBack === true) peer.link.write(bytes);
    }
  }

  #sayNext(): void {
    const [content] = this.#unsent;
    if (content === undefined || this.#over) return;
    const { room, me, ground } = this.#parts;
    const origin = this.#habits.wrongOrigin === true ? me.user : String(hidOf(me));
    const id = String(++this.#lastId);
    const length = toUtf8(content).length;
    const bytes = toUtf8(`T:${room}:${origin}:${me.user}:${id}:${length}:${content}::\r\n`);
    for (const { link } of this.#peers()) {
      link.write(bytes);
      const sent = this.#sent.get(link) ?? new Set();
      this.#sent.set(link, sent.add(id));
    }
    ground.after(textGapMs, () => {
      this.#unsent.shift();
      this.#sayNext();
    });
  }

  #hearAnswer(bytes: Uint8Array): void {
    if (fieldsOf(bytes)?.[0] === "A") this.answersToPokes++;
  }

  #hearPoke(from: Address, bytes: Uint8Array): void {
    const [type, room, user = ""] = fieldsOf(bytes) ?? [];
    if (type !== "K" || room !== this.#parts.room || !this.#members.some((one) => one.user === user)) return;
    this.pokedBy.push(user);
    this.#answering(from, toUtf8("A::\r\n"));
  }

  #peers(): readonly Peer[] {
    return this.#forward === undefined ? this.#backward : [this.#forward, ...this.#backward];
  }
}

function fieldsOf(bytes: Uint8Array): readonly string[] | undefined {
  const text = fromUtf8Leniently(bytes);
  return text.endsWith("::\r\n") ? text.slice(0, -4).split(":") : undefined;
}

function membersIn(fields: readonly string[]): readonly OriginalMember[] {
  const members: OriginalMember[] = [];
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [user = "", ip = "", port] = fields.slice(at, at + 3);
    members.push({ user, ip, port: Number(port) });
  }
  return members;
}

function isSame(one: OriginalMember, other: OriginalMember): boolean {
  return one.user === other.user && one.ip === other.ip && one.port === other.port;
}

function addressOf({ ip }: OriginalMember): string {
  return ip === "localhost" ? "127.0.0.1" : ip;
}

/** The document's hash, a line of it. */
export function hidOf({ user, ip, port }: OriginalMember): bigint {
  let hash = 0n;
  for (const byte of toUtf8(`${user}${ip}${port}`)) {
    hash = (BigInt(byte) + (hash << 6n) + (hash << 16n) - hash) & mask;
  }
  return hash;
}
