/** The rooms of a server, each with its members and the list that everybody in it is sent. */
import { assert } from "../../../base/assert.ts";
import type { LinkId } from "../../machine.ts";
import { encodeMembers, encodeRooms } from "../encode.ts";
import type { Member } from "../messages.ts";

/** A connection, as far as it stands in rooms. */
export interface Caller {
  readonly link: LinkId;
  /** The address it comes from. */
  readonly host: string;
  /** Those who joined over it, all in one room. */
  readonly members: Set<Membership>;
}

/** A member in a room. */
export interface Membership {
  readonly hid: bigint;
  readonly member: Member;
  readonly room: Room;
  /** The connection over which it joined. */
  readonly caller: Caller;
  /** When it joined or renewed last (mono, ms). */
  heardAt: number;
}

/** Invariant: `#list` is what `#members` would be written as, or undefined. */
export class Room {
  readonly name: string;
  /** The oldest first. */
  readonly #members = new Set<Membership>();
  #list: Uint8Array | undefined;

  constructor(name: string) {
    this.name = name;
  }

  get size(): number {
    return this.#members.size;
  }

  /** The reply to a join, the newest member first: written anew only when the members have changed. */
  get list(): Uint8Array {
    return (this.#list ??= encodeMembers([...this.#members].reverse().map(({ member }) => member)));
  }

  add(membership: Membership): void {
    this.#members.add(membership);
    this.#list = undefined;
  }

  delete(membership: Membership): void {
    const was = this.#members.delete(membership);
    assert(was, "only members leave");
    this.#list = undefined;
  }
}

/** Invariants: never more rooms than `#max`; `#empty` are those without members, the longest empty first. */
export class Rooms {
  readonly #max: number;
  /** The oldest first. */
  readonly #rooms = new Map<string, Room>();
  readonly #empty = new Set<Room>();
  #list: Uint8Array | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#rooms.size;
  }

  /** The reply to a list request, the newest room first. */
  get list(): Uint8Array {
    return (this.#list ??= encodeRooms([...this.#rooms.keys()].reverse()));
  }

  get(name: string): Room | undefined {
    return this.#rooms.get(name);
  }

  /** Undefined where there are as many as may be, and somebody in each of them. Else one without members gives way. */
  open(name: string): Room | undefined {
    const [longestEmpty] = this.#empty;
    if (this.#rooms.size >= this.#max) {
      if (longestEmpty === undefined) return undefined;
      this.#destroy(longestEmpty);
    }
    const room = new Room(name);
    this.#rooms.set(name, room);
    this.#empty.add(room);
    this.#list = undefined;
    return room;
  }

  add(membership: Membership): void {
    membership.room.add(membership);
    this.#empty.delete(membership.room);
  }

  /** A room without members stays listed until it is destroyed. */
  delete(membership: Membership): void {
    membership.room.delete(membership);
    if (membership.room.size === 0) this.#empty.add(membership.room);
  }

  destroyEmpty(): void {
    for (const room of this.#empty) this.#destroy(room);
  }

  #destroy(room: Room): void {
    this.#empty.delete(room);
    this.#rooms.delete(room.name);
    this.#list = undefined;
  }
}
