/** Who is who on this network: people by identity and by address, who is online, and whom to forget for a newcomer. */
import { bad, good, type Result } from "../../base/result.ts";
import { hourMs, secondMs, type Now } from "../../base/time.ts";
import type { Availability, Card } from "./card.ts";
import type { LanPerson } from "./contract.ts";

/** Two announcements may be lost before somebody counts as gone. */
export const onlineForMs = 150 * secondMs;
/** The network was made for 50; an entry with its card takes about 2 KiB. */
export const peopleMax = 512;
/** Names that one address may hold: a flooder fills its own address, not the roster. */
export const namesPerAddressMax = 8;
/** A card heard longer ago is not sealed to: its owner may have erased the key by the time the message arrives. */
export const cardFreshForMs = 36 * hourMs;

/** A person in the roster. Replaced, never changed. */
export interface RosterEntry {
  readonly person: LanPerson;
  readonly card?: Card;
  /** Mono ms. */
  readonly heardAt: number;
  /** Wall ms. */
  readonly heardWall: number;
}

export type RosterChange =
  | { readonly kind: "seen"; readonly person: LanPerson; readonly newcomer: boolean }
  | { readonly kind: "gone"; readonly entry: RosterEntry };

export interface Heard {
  readonly name: string;
  /** Where the datagram came from. */
  readonly host: string;
  readonly card?: Card;
}

/** Everybody known has a conversation. */
export type UnheardBecause = "roster-full";

/**
 * Invariants: a person with a card is its signing key, whatever its name and address; a person without one is the name
 * as long as one live address alone uses it, and name and address together where several do. No text that lacks a
 * seal is ever laid to a key. An entry is in exactly one of `#online` and `#silent`, both in the order of being heard.
 * At most `peopleMax` entries; those with whom there is a conversation are never forgotten. A card that another one
 * took the place of changes nothing, as long as it is remembered.
 */
export class Roster {
  /** Whether there is a conversation with an identity. */
  readonly #isCompanion: (identity: string) => boolean;
  readonly #online = new Map<string, RosterEntry>();
  readonly #silent = new Map<string, RosterEntry>();
  readonly #byAddress = new Map<string, Set<string>>();

  constructor(isCompanion: (identity: string) => boolean) {
    this.#isCompanion = isCompanion;
  }

  get size(): number {
    return this.#online.size + this.#silent.size;
  }

  get onlineCount(): number {
    return this.#online.size;
  }

  /** Mono ms at which the next person counts as gone. */
  get wakeAt(): number | undefined {
    const next = this.#online.values().next();
    return next.done === true ? undefined : next.value.heardAt + onlineForMs;
  }

  find(identity: string): RosterEntry | undefined {
    return this.#online.get(identity) ?? this.#silent.get(identity);
  }

  isOnline(identity: string): boolean {
    return this.#online.has(identity);
  }

  /** Somebody else who is online under the name of this one. */
  hasNamesake(entry: RosterEntry): boolean {
    for (const other of this.#online.values()) {
      if (other.person.name === entry.person.name && other.person.identity !== entry.person.identity)
        return true;
    }
    return false;
  }

  /** Whether the announcement is of somebody known. */
  knows(heard: Heard): boolean {
    return this.find(this.#identityOf(heard)) !== undefined;
  }

  /** Takes an announcement in. */
  heard(heard: Heard, now: Now): Result<readonly RosterChange[], UnheardBecause> {
    const identity = this.#identityOf(heard);
    const { card, host } = heard;
    // The card heard last wins. Refusing earlier ones was tried: a recording heard before the true card made that one the earlier.
    const before = this.find(identity);
    const changes: RosterChange[] = [];
    this.#removeInto([addressIdentity(host)], host, changes);
    const isAsBefore = before?.person.name === heard.name && before.person.address === host;
    if (isKeyed(identity) && !isAsBefore) this.#removeInto(plainIdentities(heard), host, changes);
    else if (identity === plainIdentity(heard.name)) this.#removeInto([atAddress(heard)], host, changes);
    return this.#take(personOf(identity, heard), card, now, changes) ? good(changes) : bad("roster-full");
  }

  /**
   * Takes in that somebody spoke in plain, whom `speakerAt` has told: without announcements that reach us this alone
   * says that they are there to be answered. Where there is no room they are answered no less, but not remembered.
   */
  spoke(speaker: LanPerson, now: Now): readonly RosterChange[] {
    const changes: RosterChange[] = [];
    this.#take(speaker, undefined, now, changes);
    return changes;
  }

  /** Those who have been silent for too long by now. */
  expire(now: Now): readonly RosterChange[] {
    const changes: RosterChange[] = [];
    for (const [identity, entry] of this.#online) {
      if (now.mono < entry.heardAt + onlineForMs) break;
      this.#online.delete(identity);
      this.#silent.set(identity, entry);
      changes.push({ kind: "gone", entry });
    }
    return changes;
  }

  /**
   * Who speaks when plain text comes from an address: the one known there without a card, else somebody who uses the
   * name of the one known there with a card, else the address. Who is silent is asked for only where nobody is online:
   * the address may be another's by now.
   */
  speakerAt(host: string): LanPerson {
    const known = this.#entriesAt(host);
    const online = known.filter(({ person }) => this.isOnline(person.identity));
    const entries = online.length > 0 ? online : known;
    const plain = latest(entries.filter(({ person }) => !person.keyed));
    if (plain !== undefined) return plain.person;
    const keyed = latest(entries);
    if (keyed === undefined) return personOf(addressIdentity(host), { name: host, host });
    const claimed = { name: keyed.person.name, host };
    return personOf(this.#plainIdentityOf(claimed), claimed);
  }

  /** False where there is no room. */
  #take(person: LanPerson, card: Card | undefined, now: Now, changes: RosterChange[]): boolean {
    const { identity } = person;
    const before = this.find(identity);
    if (before === undefined && !this.#makeRoom(person.address, changes)) return false;
    const isNews = before === undefined || !this.#online.has(identity) || !samePerson(before.person, person);
    this.#put({ person, heardAt: now.mono, heardWall: now.wall, ...(card && { card }) });
    if (isNews) changes.push({ kind: "seen", person, newcomer: !before });
    return true;
  }

  #entriesAt(host: string): RosterEntry[] {
    return [...(this.#byAddress.get(host) ?? [])].flatMap((identity) => this.find(identity) ?? []);
  }

  #identityOf(heard: Heard): string {
    return heard.card === undefined ? this.#plainIdentityOf(heard) : keyIdentity(heard.card.signText);
  }

  /** The name, unless another live address uses it and this one has not been that name's all along. */
  #plainIdentityOf(heard: Heard): string {
    // A name that looks like a name with its address always gets the address, so that it cannot be taken for another's.
    if (addressInIdentity(plainIdentity(heard.name)) !== undefined) return atAddress(heard);
    const name = plainIdentity(heard.name);
    if (this.find(name)?.person.address === heard.host) return name;
    return this.#usesElsewhere(heard) ? atAddress(heard) : name;
  }

  #usesElsewhere(heard: Heard): boolean {
    for (const { person } of this.#online.values()) {
      if (!person.keyed && person.name === heard.name && person.address !== heard.host) return true;
    }
    return false;
  }

  #removeInto(identities: readonly string[], host: string, changes: RosterChange[]): void {
    for (const identity of identities) {
      const entry = this.find(identity);
      if (entry?.person.address === host) this.#remove(entry, changes);
    }
  }

  #makeRoom(host: string, changes: RosterChange[]): boolean {
    const here = this.#entriesAt(host);
    if (here.length >= namesPerAddressMax)
      return this.#forgetOne(
        here.sort((a, b) => a.heardAt - b.heardAt),
        changes,
      );
    if (this.size < peopleMax) return true;
    return this.#forgetOne(this.#silent.values(), changes) || this.#forgetOne(this.#online.values(), changes);
  }

  #forgetOne(candidates: Iterable<RosterEntry>, changes: RosterChange[]): boolean {
    for (const entry of candidates) {
      if (this.#isCompanion(entry.person.identity)) continue;
      this.#remove(entry, changes);
      return true;
    }
    return false;
  }

  #remove(entry: RosterEntry, changes: RosterChange[]): void {
    const { identity, address } = entry.person;
    if (this.#online.delete(identity)) changes.push({ kind: "gone", entry });
    this.#silent.delete(identity);
    this.#leaveAddress(identity, address);
  }

  #leaveAddress(identity: string, address: string): void {
    const here = this.#byAddress.get(address);
    here?.delete(identity);
    if (here?.size === 0) this.#byAddress.delete(address);
  }

  #put(entry: RosterEntry): void {
    const { identity, address } = entry.person;
    const before = this.find(identity);
    if (before !== undefined && before.person.address !== address)
      this.#leaveAddress(identity, before.person.address);
    this.#silent.delete(identity);
    this.#online.delete(identity);
    this.#online.set(identity, entry);
    const here = this.#byAddress.get(address);
    if (here === undefined) this.#byAddress.set(address, new Set([identity]));
    else here.add(identity);
  }
}

/** Whether the card may still be sealed to. */
export function isCardFresh(entry: RosterEntry, now: Now): boolean {
  return now.mono <= entry.heardAt + cardFreshForMs;
}

/** The address behind an identity that names one: somebody who was never heard to announce can still be answered. */
export function addressInIdentity(identity: string): string | undefined {
  return /^(?:address:|name:.*@)(\d{1,3}(?:\.\d{1,3}){3})$/s.exec(identity)?.[1];
}

/** Whether an identity is a signing key. */
export function isKeyed(identity: string): boolean {
  return identity.startsWith("key:");
}

export function keyIdentity(signText: string): string {
  return `key:${signText}`;
}

function addressIdentity(host: string): string {
  return `address:${host}`;
}

function plainIdentity(name: string): string {
  return `name:${name}`;
}

function atAddress(heard: Heard): string {
  return `name:${heard.name}@${heard.host}`;
}

function plainIdentities(heard: Heard): readonly string[] {
  return [plainIdentity(heard.name), atAddress(heard)];
}

function personOf(identity: string, heard: Heard): LanPerson {
  const availability: Availability = heard.card?.status ?? "available";
  const keyed = isKeyed(identity);
  return {
    identity,
    keyed,
    name: heard.name,
    secrecy: keyed ? "end-to-end" : "none",
    address: heard.host,
    availability,
  };
}

function samePerson(a: LanPerson, b: LanPerson): boolean {
  return a.name === b.name && a.address === b.address && a.availability === b.availability;
}

function latest(entries: readonly RosterEntry[]): RosterEntry | undefined {
  let last: RosterEntry | undefined;
  for (const entry of entries) if (last === undefined || entry.heardAt >= last.heardAt) last = entry;
  return last;
}
