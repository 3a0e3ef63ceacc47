/** Rooms as a network of the chat: runs a rooms machine, puts its reports into the core's words, and keeps what must last. */
import { assert } from "../../base/assert.ts";
import { fromUtf8, toUtf8 } from "../../base/bytes.ts";
import type { Crypto } from "../../base/crypto.ts";
import { KithError } from "../../base/errors.ts";
import type { NetworkName } from "../../base/ids.ts";
import type { Random } from "../../base/random.ts";
import { secondMs } from "../../base/time.ts";
import type {
  Keep,
  Me,
  Network,
  NetworkEvent,
  NetworkReport,
  NetworkTraits,
  Outgoing,
  PokeFacet,
  RoomsFacet,
} from "../../core/ports/network.ts";
import type { Drive, DriveLimits, Driver } from "../../protocols/machine.ts";
import { isName } from "../../protocols/rooms/names.ts";
import { callersMax, callersPerHostMax } from "../../protocols/rooms/peer/callers.ts";
import type {
  RoomsAnswer,
  RoomsHealth,
  RoomsIntent,
  RoomsQuestion,
  RoomsReport,
} from "../../protocols/rooms/peer/contract.ts";
import { closingMax } from "../../protocols/rooms/peer/farewell.ts";
import { linksMax } from "../../protocols/rooms/peer/links.ts";
import { RoomsMachine } from "../../protocols/rooms/peer/machine.ts";
import { textBytesMax } from "../../protocols/rooms/peer/outgoing.ts";
import { Asks } from "./asks.ts";
import { configOf, type RoomsSettings } from "./settings.ts";
import { actionIn, eventOf, factsOf, joinedRoomOf, socketLine } from "./translation.ts";

export interface RoomsParts {
  readonly name: NetworkName;
  readonly settings: RoomsSettings;
  readonly driver: Driver;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly keep: Keep;
  /** The IPv4 address of a host; rejects with an Error that says why there is none. */
  readonly resolve: (host: string) => Promise<string>;
}

const traits: NetworkTraits = {
  secrecy: "none",
  keepsForAbsent: false,
  textBytesMax,
  asciiOnly: true,
  receipts: false,
  idsOnWire: true,
  carries: ["text", "action", "poke"],
  conversations: ["room"],
  wholeRoom: true,
};

/**
 * A text has 1.3 KiB: who has not taken 200 of them is not there. The machine judges who comes in and how many of one
 * address, since a whole class may sit on one; here stands what all of that comes to.
 */
export const roomsLimits = {
  unsentMark: 64 * 1_024,
  unsentMax: 256 * 1_024,
  acceptedMax: linksMax + callersMax + closingMax,
  acceptedPerAddressMax: linksMax + callersPerHostMax + closingMax,
  keepAliveMs: 15 * secondMs,
  writesApart: true,
} as const satisfies DriveLimits;

const stopped: RoomsHealth = { state: "down", why: { code: "other", details: { problem: "stopped" } } };
const nothingOpen = { sockets: [], links: { dialled: 0, accepted: 0 }, counters: {}, facts: {} } as const;

// What is kept: the name that was set, the room that was joined and under which name, the machine's own record.
const keptUser = "user";
const keptRoom = "room";
const keptIds = "ids";

export function createRooms(parts: RoomsParts): Network {
  return new Rooms(parts);
}

/** A machine in its driver, from one start to the next stop. */
interface Running {
  readonly report: (event: NetworkEvent) => void;
  readonly machine: RoomsMachine;
  readonly drive: Drive<RoomsIntent>;
  readonly asks: Asks;
  /** Lets whoever waits for the start go on. */
  readonly started: () => void;
  /** The room that was not left is being entered again, or was since the start. */
  entering: boolean;
}

class Rooms implements Network {
  readonly name: NetworkName;
  readonly kind = "rooms";
  readonly traits = traits;
  readonly rooms: RoomsFacet;
  readonly poke: PokeFacet;
  readonly #parts: RoomsParts;
  #running: Running | undefined;
  #health: RoomsHealth = stopped;
  #me: Me | undefined;

  constructor(parts: RoomsParts) {
    this.name = parts.name;
    this.#parts = parts;
    this.rooms = {
      user: (name) => this.#setUser(name),
      list: () => this.#ask((ticket) => ({ kind: "list", ticket })),
      join: (room) => this.#join(room),
      leave: (room) => this.#leave(room),
      state: () => this.#state(),
    };
    this.poke = {
      poke: async (to) => {
        await this.#ask((ticket) => ({ kind: "poke", ticket, ...(to !== undefined && { to }) }));
      },
    };
  }

  start(report: (event: NetworkEvent) => void): Promise<void> {
    assert(this.#running === undefined, "a network is started once before it is stopped");
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const { settings, random, crypto, keep, driver } = this.#parts;
    const remembered = keep.read(keptIds);
    const machine = new RoomsMachine({ config: configOf(settings), random, crypto, remembered });
    const asks = new Asks(this.name);
    const started = (): void => resolve(undefined);
    const drive = driver.run(machine, roomsLimits, {
      report: (heard: RoomsReport) => this.#hear(heard),
      answer: (question: RoomsQuestion) => this.#answer(question),
    });
    this.#running = { report, machine, drive, asks, started, entering: false };
    drive.tell({ kind: "start" });
    this.#takeUp();
    return promise;
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    this.#health = stopped;
    running?.drive.tell({ kind: "quit" });
    running?.asks.rejectAll();
    running?.started();
    await running?.drive.stop();
  }

  send({ message, place, body }: Outgoing): void {
    const running = this.#running;
    const fail = (code: "not-text" | "not-joined"): void => {
      const outcome = { state: "failed", why: { code }, again: "never" } as const;
      running?.report({ kind: "delivery", message, outcome });
    };
    if (body.kind !== "text" && body.kind !== "action") fail("not-text");
    else if (place.kind !== "room") fail("not-joined");
    else {
      const { user = "" } = this.#state();
      const text = body.kind === "text" ? body.text : actionIn(body.text, user);
      running?.drive.tell({ kind: "send", message, room: place.room, text });
    }
  }

  acknowledge(): void {
    // Nobody on this wire awaits a receipt.
  }

  present(me: Me): void {
    this.#me = me;
    this.#takeUp();
  }

  inspect(): NetworkReport {
    const { state } = this.#health;
    const why = "why" in this.#health ? this.#health.why : undefined;
    const shared = { health: state, ...(why && { why }) };
    if (this.#running === undefined) return { ...shared, ...nothingOpen };
    const { sockets, links, counters, bytes, datagrams } = this.#running.drive.inspect();
    return {
      ...shared,
      sockets: sockets.map(socketLine),
      links,
      counters: {
        ...counters,
        "bytes-received": bytes.received,
        "bytes-sent": bytes.sent,
        "datagrams-received": datagrams.received,
        "datagrams-sent": datagrams.sent,
      },
      facts: factsOf(this.#running.machine.facts()),
    };
  }

  #hear(report: RoomsReport): void {
    const running = this.#running;
    if (running === undefined) return; // it is being stopped
    if (report.kind === "done" || report.kind === "listed" || report.kind === "refused") {
      running.asks.answered(report);
      return;
    }
    if (report.kind === "health") this.#health = report.health;
    running.report(eventOf(report));
    if (report.kind === "health" && report.health.state !== "starting") running.started();
    if (report.kind === "left") this.#takeUp(); // a name that changed meanwhile
  }

  /** Throws when the disk does: the driver tells the machine. */
  #answer(question: RoomsQuestion): RoomsAnswer | Promise<RoomsAnswer> {
    if (question.kind === "resolve") {
      const { resolve } = this.#parts;
      return resolve(question.host).then((address) => ({ kind: "resolved", address }));
    }
    this.#parts.keep.write(keptIds, question.record);
    return { kind: "remembered" };
  }

  /** Takes the name that is mine here, and enters the room that was not left, as soon as there is a name for it. */
  #takeUp(): void {
    const running = this.#running;
    if (running === undefined || this.#state().joined.length > 0) return;
    const { asks, drive } = running;
    const before = this.#keptRoom();
    const user = before?.user ?? this.#ownName();
    if (user === undefined) return;
    if (user !== this.#state().user) drive.tell({ kind: "user", ticket: asks.ticket(), user });
    if (before === undefined || running.entering) return;
    running.entering = true;
    drive.tell({ kind: "join", ticket: asks.ticket(), room: before.room, persistent: true });
  }

  #setUser(name: string): void {
    const { asks, drive } = this.#required();
    asks.askNow((ticket) => drive.tell({ kind: "user", ticket, user: name }));
    this.#parts.keep.write(keptUser, toUtf8(name));
  }

  async #join(room: string): Promise<void> {
    await this.#ask((ticket) => ({ kind: "join", ticket, room, persistent: false }));
    const { user = "" } = this.#state();
    try {
      this.#parts.keep.write(keptRoom, toUtf8(`${room}:${user}`));
    } catch (error) {
      void this.#leave(room).catch(() => undefined); // acts by undoing it: what is not kept was not joined
      throw error;
    }
  }

  /** It is forgotten first: what was left must not be entered again, whatever happens now. */
  async #leave(room: string | undefined): Promise<void> {
    const kept = this.#keptRoom()?.room;
    if (kept !== undefined && kept === (room ?? kept)) this.#parts.keep.remove(keptRoom);
    await this.#ask((ticket) => ({ kind: "leave", ticket, ...(room !== undefined && { room }) }));
  }

  #state(): ReturnType<RoomsFacet["state"]> {
    const standing = this.#running?.machine.standing();
    if (standing === undefined) return { joined: [] };
    const { user } = standing;
    const joined = joinedRoomOf(standing);
    return { ...(user !== undefined && { user }), joined: joined === undefined ? [] : [joined] };
  }

  async #ask(intentOf: (ticket: number) => RoomsIntent): Promise<readonly string[]> {
    const { asks, drive } = this.#required();
    return await asks.ask((ticket) => drive.tell(intentOf(ticket)));
  }

  #required(): Running {
    if (this.#running === undefined) throw new KithError("network-stopped", { network: this.name });
    return this.#running;
  }

  /** The one that was set; else the name of the profile, where the wire can carry it. */
  #ownName(): string | undefined {
    const set = this.#read(keptUser);
    if (set !== undefined) return set;
    return this.#me !== undefined && isName(this.#me.name) ? this.#me.name : undefined;
  }

  #keptRoom(): { readonly room: string; readonly user: string } | undefined {
    const [room = "", user = ""] = this.#read(keptRoom)?.split(":") ?? [];
    return isName(room) && isName(user) ? { room, user } : undefined;
  }

  #read(key: string): string | undefined {
    const bytes = this.#parts.keep.read(key);
    return bytes && fromUtf8(bytes);
  }
}
