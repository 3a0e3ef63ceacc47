/** A network of rooms in memory, for tests: a server and its guests, whose texts go out when the test says so. */
import { utf8Length } from "../../base/bytes.ts";
import { KithError } from "../../base/errors.ts";
import type { NetworkName } from "../../base/ids.ts";
import type { Body } from "../../core/model.ts";
import type {
  ContactFacts,
  DeliveryOutcome,
  Me,
  Network,
  NetworkEvent,
  NetworkReport,
  NetworkTraits,
  Outgoing,
  PokeFacet,
  RoomMember,
  RoomsFacet,
} from "../../core/ports/network.ts";

/** Bytes of UTF-8 in one message. */
const textBytesMax = 1_000;

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

type Post =
  | { readonly kind: "roster"; readonly to: Guest }
  | { readonly kind: "text"; readonly from: Guest; readonly outgoing: Outgoing; readonly arrival: Arrival };

/** As it was sent: whoever has left meanwhile has said it all the same. */
type Arrival = Extract<NetworkEvent, { readonly kind: "messageArrived" }>;

/** The server, and the links among its guests. Texts and news of others move in `deliver`, all else is done at once. */
export class MemoryRooms {
  /** Newest first, as are the guests of each. */
  readonly #rooms = new Map<string, readonly Guest[]>();
  #post: Post[] = [];
  #visits = 0;

  guest(network: NetworkName): Network {
    return new Guest(this, network);
  }

  /** Hands over what is on the way and what that leads to. `lost` decides over each text. */
  deliver(lost: () => boolean = () => false): void {
    for (let round = this.#post; round.length > 0; round = this.#post) {
      this.#post = [];
      for (const post of round) {
        if (post.kind === "roster") post.to.reportRoster();
        else this.#handOver(post, lost());
      }
    }
  }

  /** Tells apart the ids of one stay in a room from those of the next. */
  nextVisit(): number {
    return ++this.#visits;
  }

  list(): readonly string[] {
    return [...this.#rooms.keys()].toReversed();
  }

  guestsOf(room: string): readonly Guest[] {
    return this.#rooms.get(room) ?? [];
  }

  enter(guest: Guest, room: string): void {
    this.#rooms.set(room, [guest, ...this.guestsOf(room)]);
    this.#tellOthers(guest, room);
  }

  leave(guest: Guest, room: string): void {
    const left = this.guestsOf(room).filter((other) => other !== guest);
    if (left.length === 0) this.#rooms.delete(room);
    else this.#rooms.set(room, left);
    this.#tellOthers(guest, room);
  }

  carry(from: Guest, outgoing: Outgoing, arrival: Arrival): void {
    this.#post.push({ kind: "text", from, outgoing, arrival });
  }

  #tellOthers(guest: Guest, room: string): void {
    for (const to of this.guestsOf(room)) if (to !== guest) this.#post.push({ kind: "roster", to });
  }

  #handOver({ from, outgoing, arrival }: Extract<Post, { readonly kind: "text" }>, lost: boolean): void {
    from.concluded(outgoing, lost ? unknownOutcome : { state: "sent" });
    if (lost || arrival.place.kind !== "room") return;
    for (const to of this.guestsOf(arrival.place.room)) if (to !== from) to.report(arrival);
  }
}

interface Visit {
  readonly room: string;
  readonly number: number;
  readonly user: string;
}

class Guest implements Network {
  readonly name: NetworkName;
  readonly kind = "memory-rooms";
  readonly traits = traits;
  readonly rooms: RoomsFacet;
  readonly poke: PokeFacet;
  readonly #server: MemoryRooms;
  #me: Me = { name: "", availability: "available" };
  #user: string | undefined;
  /** To be entered at the next start; kept until the room is left. */
  #kept: string | undefined;
  #visit: Visit | undefined;
  #report: ((event: NetworkEvent) => void) | undefined;
  /** Attempts without an outcome yet: each gets exactly one. */
  readonly #attempts = new Set<Outgoing>();

  constructor(server: MemoryRooms, name: NetworkName) {
    this.#server = server;
    this.name = name;
    this.rooms = {
      user: (user) => this.#setUser(user),
      list: () => Promise.resolve(server.list()),
      join: (room) => asPromise(() => this.#join(room)),
      leave: (room) => asPromise(() => this.#leave(room)),
      state: () => this.#state(),
    };
    this.poke = { poke: (whom) => asPromise(() => this.#poke(whom)) };
  }

  start(report: (event: NetworkEvent) => void): Promise<void> {
    this.#report = report;
    report({ kind: "health", state: "up" });
    if (this.#kept !== undefined) this.#enter(this.#kept, this.#ownName() ?? "");
    return Promise.resolve();
  }

  stop(): Promise<void> {
    const visit = this.#visit;
    this.#report = undefined;
    this.#visit = undefined;
    this.#attempts.clear();
    if (visit !== undefined) this.#server.leave(this, visit.room);
    return Promise.resolve();
  }

  send(outgoing: Outgoing): void {
    if (this.#report === undefined) return;
    this.#attempts.add(outgoing);
    const { body, place } = outgoing;
    const visit = this.#visit;
    if (body.kind !== "text" && body.kind !== "action") this.#failed(outgoing, "not-text", "never");
    else if (utf8Length(body.text) > textBytesMax) this.#failed(outgoing, "too-long", "never");
    else if (visit === undefined || place.kind !== "room" || place.room !== visit.room)
      this.#failed(outgoing, "not-joined", "when-seen");
    else if (this.#others(visit).length === 0) this.#failed(outgoing, "no-link", "when-seen");
    else
      this.#server.carry(this, outgoing, this.#arrival(visit, body, `${visit.number} ${outgoing.message}`));
  }

  acknowledge(): void {
    // Nobody here awaits a receipt.
  }

  present(me: Me): void {
    this.#me = me;
  }

  inspect(): NetworkReport {
    return {
      health: this.#report === undefined ? "down" : "up",
      sockets: [],
      links: { dialled: 0, accepted: 0 },
      counters: {},
      facts: { attempts: this.#attempts.size },
    };
  }

  reportRoster(): void {
    const visit = this.#visit;
    if (visit === undefined) return;
    const others = this.#others(visit);
    const members = others.map((other) => other.#facts());
    this.#report?.({ kind: "roster", room: visit.room, members, connected: others.length > 0 });
  }

  report(event: NetworkEvent): void {
    this.#report?.(event);
  }

  concluded(outgoing: Outgoing, outcome: DeliveryOutcome): void {
    if (!this.#attempts.delete(outgoing)) return;
    this.#report?.({ kind: "delivery", message: outgoing.message, outcome });
  }

  #failed(
    outgoing: Outgoing,
    code: "not-text" | "too-long" | "not-joined" | "no-link",
    again: "never" | "when-seen",
  ): void {
    this.concluded(outgoing, { state: "failed", why: { code }, again });
  }

  #setUser(user: string): void {
    if (user === "") throw new KithError("name-empty");
    if (this.#visit !== undefined) throw new KithError("renamed-after-join", { room: this.#visit.room });
    this.#user = user;
  }

  #join(room: string): void {
    const user = this.#ownName();
    if (this.#report === undefined) throw new KithError("network-stopped", { network: this.name });
    if (room === "") throw new KithError("room-missing");
    if (this.#visit !== undefined) throw new KithError("already-joined", { room: this.#visit.room });
    if (user === undefined) throw new KithError("join-without-name");
    this.#kept = room;
    this.#enter(room, user);
  }

  #enter(room: string, user: string): void {
    this.#visit = { room, user, number: this.#server.nextVisit() };
    this.#server.enter(this, room);
    this.reportRoster();
  }

  #leave(wanted: string | undefined): void {
    const room = this.#visit?.room;
    if (room === undefined || (wanted !== undefined && wanted !== room))
      throw new KithError("not-joined", { room: wanted ?? "a room" });
    this.#visit = undefined;
    this.#kept = undefined;
    this.#server.leave(this, room);
    this.#report?.({ kind: "roomLeft", room });
  }

  #poke(whom: string | undefined): void {
    const visit = this.#visit;
    if (visit === undefined) throw new KithError("not-joined", { room: "a room" });
    const others = this.#others(visit);
    const members = others.map((other) => other.#facts().name).join(", ");
    if (whom === undefined) throw new KithError("poke-whom", { members });
    if (whom === visit.user) throw new KithError("poke-self");
    const meant = others.find((other) => [other.#facts().identity, other.#facts().name].includes(whom));
    if (meant === undefined) throw new KithError("no-such-member", { name: whom });
    meant.report(this.#arrival(visit, { kind: "poke" }));
  }

  #arrival({ room }: Visit, body: Body, wireId?: string): Arrival {
    const id = wireId === undefined ? {} : { wireId };
    const place = { kind: "room", room } as const;
    return { kind: "messageArrived", from: this.#facts(), place, ...id, body, secrecy: "none" };
  }

  #state(): ReturnType<RoomsFacet["state"]> {
    const visit = this.#visit;
    const user = visit?.user ?? this.#ownName();
    const shown = user === undefined ? {} : { user };
    if (visit === undefined) return { ...shown, joined: [] };
    const { room } = visit;
    const members = this.#server.guestsOf(room).map((guest) => this.#memberOf(guest));
    return { ...shown, joined: [{ room, connected: members.length > 1, members }] };
  }

  #memberOf(guest: Guest): RoomMember {
    const { identity, name } = guest.#facts();
    const shown = { name, address: "memory" };
    return guest === this ? { ...shown, link: "none" } : { ...shown, identity, link: "forward" };
  }

  #others({ room }: Visit): readonly Guest[] {
    return this.#server.guestsOf(room).filter((guest) => guest !== this);
  }

  /** A name that somebody has who came before is not enough to tell who it is. */
  #facts(): ContactFacts {
    const name = this.#visit?.user ?? "";
    const guests = this.#server.guestsOf(this.#visit?.room ?? "");
    const first = guests.findLast((guest) => guest.#visit?.user === name);
    const identity = first === this ? `name:${name}` : `name:${name}@${this.#visit?.number ?? 0}`;
    return { identity, keyed: false, name, secrecy: "none", address: "memory" };
  }

  #ownName(): string | undefined {
    return this.#user ?? (this.#me.name === "" ? undefined : this.#me.name);
  }
}

const unknownOutcome: DeliveryOutcome = { state: "failed", why: { code: "outcome-unknown" }, again: "never" };

/** Done when it returns; what is refused is a promise that is rejected. */
function asPromise(work: () => void): Promise<void> {
  try {
    work();
    return Promise.resolve();
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error))); // translated: told to who asked
  }
}
