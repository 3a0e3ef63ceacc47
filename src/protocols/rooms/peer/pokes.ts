/** Pokes, both ways: datagrams from the port that also listens, answered to those who are members where they say. */
import { secondMs, type Now } from "../../../base/time.ts";
import type { Address } from "../../machine.ts";
import { encodePoke, encodePokeAnswer } from "../encode.ts";
import { readPoke } from "../poke-datagrams.ts";
import { earliest, type RoomsRefusal, type RoomsTicket } from "./contract.ts";
import type { Listed } from "./membership.ts";
import { datagramSocket } from "./own-port.ts";
import type { RoomPlace } from "./place.ts";
import { dialAddress, hostOf } from "./reach.ts";

/** An answer takes a round trip; who has not answered by then is told to be silent. */
export const answerAwaitedMs = 2 * secondMs;
/** Pokes of ours that await their answer: fingers are not faster. */
export const openMax = 16;
/** One answer to a member within this: whoever sends in its name makes us send no more. */
export const answerEveryMs = 2 * secondMs;

interface Open {
  readonly ticket: RoomsTicket;
  readonly name: string;
  readonly to: Address;
  /** Mono ms. */
  readonly until: number;
}

/** Invariants: an answer goes only to a member's own address, and is shorter than what it answers; each poke of ours is answered for once. */
export class Pokes {
  readonly #parts: RoomPlace;
  #open: readonly Open[] = [];
  /** When each member was answered last (mono, ms); the one answered longest ago first. */
  readonly #answered = new Map<bigint, number>();

  constructor(parts: RoomPlace) {
    this.#parts = parts;
  }

  get wakeAt(): number | undefined {
    return earliest(this.#open.map(({ until }) => until));
  }

  send(ticket: RoomsTicket, to: string | undefined, now: Now): void {
    const listed = this.#find(to);
    if ("code" in listed) {
      this.#refuse(ticket, listed);
      return;
    }
    const { room, membership, emit } = this.#parts;
    const me = membership.me.member;
    const address = dialAddress(listed.member, me);
    if (address === undefined) this.#refuse(ticket, { code: "poke-unanswered", name: listed.name });
    else if (this.#open.length >= openMax) this.#refuse(ticket, { code: "busy" });
    else {
      const until = now.mono + answerAwaitedMs;
      this.#open = [...this.#open, { ticket, name: listed.name, to: address, until }];
      emit({ kind: "datagram", socket: datagramSocket, to: address, bytes: encodePoke(room, me.user) });
    }
  }

  hear(from: Address, bytes: Uint8Array, now: Now): void {
    const poke = readPoke(bytes);
    if (!poke.ok) this.#count(poke.problem);
    else if (poke.value.kind === "answer") this.#takeAnswer(from);
    else if (poke.value.room === this.#parts.room) this.#takePoke(poke.value.user, from, now);
    else this.#count("wrong-room");
  }

  wake(now: Now): void {
    const late = this.#open.filter(({ until }) => now.mono >= until);
    if (late.length === 0) return;
    this.#open = this.#open.filter((open) => !late.includes(open));
    for (const { ticket, name } of late) this.#refuse(ticket, { code: "poke-unanswered", name });
  }

  close(): void {
    for (const { ticket } of this.#open) this.#refuse(ticket, { code: "cancelled" });
    this.#open = [];
  }

  /** By identity or by name; a name that several have is nobody's. */
  #find(to: string | undefined): Listed | RoomsRefusal {
    const { membership } = this.#parts;
    const others = membership.list.filter(({ hid }) => hid !== membership.me.hid);
    if (to === undefined) return { code: "poke-whom", members: others.map(({ name }) => name) };
    const known = others.find(({ identity }) => identity === to);
    if (known !== undefined) return known;
    const [named, ...more] = others.filter(({ name }) => name === to);
    if (more.length > 0 && named !== undefined)
      return {
        code: "poke-whom",
        members: [named, ...more].map(({ name, address }) => `${name}@${address}`),
      };
    if (named !== undefined) return named;
    return to === membership.me.name ? { code: "poke-self" } : { code: "no-such-member", name: to };
  }

  /** Exact ip and port first; programs answer from other ports too, then it is for the oldest to that ip. */
  #takeAnswer({ host, port }: Address): void {
    const there = this.#open.filter(({ to }) => to.host === host);
    const answered = there.find(({ to }) => to.port === port) ?? there[0];
    if (answered === undefined) {
      this.#count("answer-unasked");
      return;
    }
    this.#open = this.#open.filter((open) => open !== answered);
    this.#parts.emit({ kind: "report", report: { kind: "done", ticket: answered.ticket } });
  }

  #takePoke(user: string, from: Address, now: Now): void {
    const { room, membership, emit } = this.#parts;
    const listed = membership
      .named(user)
      .find(({ hid, member }) => hid !== membership.me.hid && hostOf(member) === from.host);
    if (listed === undefined) {
      this.#count("from-stranger");
      return;
    }
    const { hid, identity, name, address } = listed;
    if (now.mono < (this.#answered.get(hid) ?? -Infinity) + answerEveryMs) {
      this.#count("too-many");
      return;
    }
    this.#noteAnswered(hid, now);
    emit({ kind: "datagram", socket: datagramSocket, to: from, bytes: encodePokeAnswer() });
    emit({ kind: "report", report: { kind: "poked", room, from: { identity, name, address } } });
  }

  #noteAnswered(hid: bigint, now: Now): void {
    this.#answered.delete(hid);
    this.#answered.set(hid, now.mono);
    for (const [old, at] of this.#answered) {
      if (now.mono < at + answerEveryMs) break;
      this.#answered.delete(old);
    }
  }

  #refuse(ticket: RoomsTicket, refusal: RoomsRefusal): void {
    this.#parts.emit({ kind: "report", report: { kind: "refused", ticket, refusal } });
  }

  #count(why: string): void {
    this.#parts.emit({ kind: "count", what: `poke-${why}` });
  }
}
