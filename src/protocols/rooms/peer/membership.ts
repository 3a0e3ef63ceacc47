/** A room's list as its server told it last: who is in it, under which identity, and in which order around the ring. */
import type { Member } from "../messages.ts";
import { hidOf } from "../sdbm.ts";
import type { RoomsMember } from "./contract.ts";

/** Far more than one room's flood can serve; a server that lists more is heard for the first of them. */
export const membersMax = 4_096;

/** An entry of the list. */
export interface Listed extends RoomsMember {
  readonly hid: bigint;
  readonly member: Member;
}

/**
 * Invariants: nobody is listed twice; an entry keeps its identity while it is listed, and nobody else has it; of several
 * with one name the one listed first, furthest from the list's front, has the bare name.
 */
export class Membership {
  readonly me: Listed;
  #entries: readonly Member[] = [];
  #list: readonly Listed[] = [];
  #ring: readonly Listed[] = [];
  #byHid: ReadonlyMap<bigint, Listed> = new Map();

  constructor(me: Member) {
    this.me = { hid: hidOf(me), member: me, ...factsOf(me, `name:${me.user}`) };
  }

  /** In the server's order, the newest first. */
  get list(): readonly Listed[] {
    return this.#list;
  }

  /** The others, in the order in which they are to be dialled. */
  get ring(): readonly Listed[] {
    return this.#ring;
  }

  byHid(hid: bigint): Listed | undefined {
    return this.#byHid.get(hid);
  }

  /** The entry that says the same, not only one of the same hash. */
  find(member: Member): Listed | undefined {
    const listed = this.#byHid.get(hidOf(member));
    return listed !== undefined && isSame(listed.member, member) ? listed : undefined;
  }

  named(name: string): readonly Listed[] {
    return this.#list.filter((listed) => listed.name === name);
  }

  /**
   * Takes what the server tells; `mayLack`: it may not know everybody yet, so that whoever is missing stays. Undefined
   * when nothing has changed. Else those who have begun anew as far as a list can tell: they have left it, or stand
   * before somebody whom they stood behind. A list that is renewed keeps its order.
   */
  update(members: readonly Member[], mayLack: boolean): readonly bigint[] | undefined {
    const entries = (mayLack ? this.#withMissing(members) : members).slice(0, membersMax);
    if (areSame(entries, this.#entries)) return undefined;
    const before = this.#list;
    this.#entries = entries;
    this.#take(entries);
    const gone = before.filter(({ hid }) => !this.#byHid.has(hid)).map(({ hid }) => hid);
    return [...gone, ...movedForward(before, this.#list)];
  }

  #withMissing(members: readonly Member[]): readonly Member[] {
    const told = new Set(members.map(addressOf));
    return [...members, ...this.#entries.filter((entry) => !told.has(addressOf(entry)))];
  }

  #take(entries: readonly Member[]): void {
    const before = this.#byHid;
    const listed = new Map<bigint, Listed>();
    // Two entries of one hash cannot be told apart on this wire: the older one holds it.
    const members = new Map(entries.map((member) => [hidOf(member), member]));
    const stays = (hid: bigint, member: Member): Listed | undefined => {
      const known = before.get(hid);
      return known !== undefined && isSame(known.member, member) ? known : undefined;
    };
    const taken = new Set([...members].map(([hid, member]) => stays(hid, member)?.identity));
    for (const [hid, member] of [...members].reverse()) {
      const entry = stays(hid, member) ?? newcomer(hid, member, taken);
      taken.add(entry.identity);
      listed.set(hid, entry);
    }
    this.#byHid = listed;
    this.#list = [...listed.values()].reverse();
    this.#ring = ringAfter(this.me.hid, this.#list);
  }
}

function newcomer(hid: bigint, member: Member, taken: ReadonlySet<string | undefined>): Listed {
  const bare = `name:${member.user}`;
  const identity = taken.has(bare) ? `${bare}@${addressOf(member)}` : bare;
  return { hid, member, ...factsOf(member, identity) };
}

function factsOf(member: Member, identity: string): RoomsMember {
  return { identity, name: member.user, address: addressOf(member) };
}

function addressOf({ ip, port }: Member): string {
  return `${ip}:${port}`;
}

function isSame(a: Member, b: Member): boolean {
  return a.user === b.user && a.ip === b.ip && a.port === b.port;
}

function areSame(some: readonly Member[], others: readonly Member[]): boolean {
  return (
    some.length === others.length &&
    some.every((member, i) => {
      const other = others[i];
      return other !== undefined && isSame(member, other);
    })
  );
}

/** Ascending by HID from the one after mine, around to the one before it. */
function ringAfter(mine: bigint, list: readonly Listed[]): readonly Listed[] {
  const others = list.filter(({ hid }) => hid !== mine);
  const ascending = others.sort((a, b) => (a.hid < b.hid ? -1 : 1));
  const start = ascending.findIndex(({ hid }) => hid > mine);
  return start < 0 ? ascending : [...ascending.slice(start), ...ascending.slice(0, start)];
}

/** Those who stand before somebody now whom they stood behind. */
function movedForward(before: readonly Listed[], after: readonly Listed[]): readonly bigint[] {
  const place = new Map(before.map(({ hid }, i) => [hid, i]));
  const moved: bigint[] = [];
  let frontmost = Infinity;
  for (const { hid } of after.toReversed()) {
    const was = place.get(hid);
    if (was === undefined) continue;
    if (was > frontmost) moved.push(hid);
    frontmost = Math.min(frontmost, was);
  }
  return moved;
}
