/** The room in which we want to be: from being asked to enter it until it is left, whatever becomes of the server meanwhile. */
import type { Crypto } from "../../../base/crypto.ts";
import type { MessageId } from "../../../base/ids.ts";
import type { Random } from "../../../base/random.ts";
import { minuteMs, type Now } from "../../../base/time.ts";
import type { LinkId } from "../../machine.ts";
import type { Member } from "../messages.ts";
import { msidOf } from "../sdbm.ts";
import {
  earliest,
  type Emit,
  type RoomsFacts,
  type RoomsMember,
  type RoomsRefusal,
  type RoomsReport,
  type RoomsStanding,
  type RoomsTicket,
} from "./contract.ts";
import { Enrolment, type MembersReply } from "./enrolment.ts";
import type { Farewell } from "./farewell.ts";
import { Overlay } from "./overlay.ts";
import type { OwnIds } from "./own-ids.ts";
import type { ServerLeg } from "./server-leg.ts";

/** Of the server's words; more is no reason. */
const reasonLengthMax = 200;
/**
 * A server that was away may have lost its memory, and is told again by each of us who is there: within half a minute,
 * by the pauses between our attempts. Until then nobody has left only because it does not know them.
 */
export const relistedMs = minuteMs;

/** What every stay is given. */
export interface SharedParts {
  /** The address to dial from; left to the system when absent. */
  readonly from: string | undefined;
  readonly random: Random;
  readonly crypto: Pick<Crypto, "sha256">;
  readonly ids: OwnIds;
  readonly emit: Emit;
  readonly farewell: Farewell;
  readonly leg: ServerLeg;
  readonly nextLink: () => LinkId;
}

export interface StayParts extends SharedParts {
  readonly room: string;
  readonly ticket: RoomsTicket;
  readonly persistent: boolean;
  /** The first list is here. */
  readonly joined: () => void;
  /** It was asked for once, and that has failed: it is to be forgotten. */
  readonly failed: (now: Now) => void;
}

/** Our entry in the list, and all that hangs on it. */
interface Entry {
  readonly me: Member;
  readonly overlay: Overlay;
  readonly enrolment: Enrolment;
}

/**
 * Invariants: the links live on without the server; a request to enter is answered once, by the first list, by a refusal
 * or by its end; the roster is told whenever it differs from the one told before.
 */
export class Stay {
  readonly room: string;
  readonly #parts: StayParts;
  /** Since we know our own address. */
  #entry: Entry | undefined;
  #isJoined = false;
  #isAnswered = false;
  #wasConnected = false;
  #refusal: string | undefined;
  #wasLost = false;
  /** Mono ms: until then the server may not know everybody. */
  #relistedAt = -Infinity;
  /** As the last list has them, also while we move. */
  #others: readonly RoomsMember[] = [];
  #msid: bigint | undefined;
  #asked = 0;
  #listsChanged = 0;

  constructor(parts: StayParts) {
    this.#parts = parts;
    this.room = parts.room;
  }

  get isJoined(): boolean {
    return this.#isJoined;
  }

  get overlay(): Overlay | undefined {
    return this.#entry?.overlay;
  }

  /** The server's words, where it does not want us. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  get lastWord(): Uint8Array | undefined {
    return this.#entry?.enrolment.lastWord;
  }

  get wakeAt(): number | undefined {
    return earliest([this.#entry?.overlay.wakeAt, this.#entry?.enrolment.wakeAt]);
  }

  get standing(): RoomsStanding["joined"] {
    const overlay = this.#entry?.overlay;
    if (overlay === undefined || !this.#isJoined) return undefined;
    return { room: this.room, connected: overlay.isConnected, members: overlay.members };
  }

  get facts(): Partial<RoomsFacts> {
    const entry = this.#entry;
    if (entry === undefined) return {};
    return {
      ...entry.overlay.facts,
      hid: entry.overlay.membership.me.hid.toString(),
      ...(this.#msid !== undefined && { msid: this.#msid.toString() }),
      members: entry.overlay.membership.list.length,
      joins: this.#asked + entry.enrolment.asked,
      listsChanged: this.#listsChanged,
    };
  }

  /** The server can be asked, and this is who we are. */
  enter(me: Member, now: Now): void {
    const entry = this.#entry;
    const isSame = entry?.me.ip === me.ip && entry.me.port === me.port;
    if (entry !== undefined && !isSame) this.#abandon(entry, now);
    if (entry === undefined || !isSame) this.#entry = this.#entryOf(me);
    if (this.#wasLost) {
      this.#relistedAt = now.mono + relistedMs;
      this.#entry?.overlay.doubtAll();
    }
    this.#wasLost = false;
    this.#entry?.enrolment.begin(now);
  }

  lost(failure: RoomsRefusal, now: Now): void {
    this.#wasLost = true;
    this.#entry?.enrolment.lost(now);
    this.#failUnlessJoined(failure, now);
  }

  /** Our own port cannot be had, without which nobody can be in a room. */
  notListening(refusal: RoomsRefusal, now: Now): void {
    this.#failUnlessJoined(refusal, now);
  }

  send(message: MessageId, text: string, now: Now): void {
    this.#entry?.overlay.send({ message, text }, now);
  }

  wake(now: Now): void {
    this.#entry?.overlay.wake(now);
    this.#entry?.enrolment.wake(now);
  }

  /** Tells whether anybody can be reached, where that has changed. */
  tellConnection(): "first link" | "last link lost" | undefined {
    const isConnected = this.#isJoined && this.#entry?.overlay.isConnected === true;
    if (isConnected === this.#wasConnected) return undefined;
    this.#tellRoster();
    return isConnected ? "first link" : "last link lost";
  }

  /** The room is left, or never entered. */
  leave(now: Now): void {
    this.#entry?.enrolment.end(now);
    this.#entry?.overlay.close(now);
    this.#answerAtLast();
    if (this.#isJoined) this.#report({ kind: "left", room: this.room });
  }

  /** Everything ends: whoever waits is answered, and nothing else is told. */
  quit(now: Now): void {
    this.#entry?.enrolment.stop();
    this.#entry?.overlay.close(now);
    this.#answerAtLast();
  }

  #answerAtLast(): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.#report({ kind: "refused", ticket: this.#parts.ticket, refusal: { code: "cancelled" } });
  }

  #entryOf(me: Member): Entry {
    const { leg, emit } = this.#parts;
    const enrolment = new Enrolment({
      leg,
      emit,
      room: this.room,
      me,
      listed: (list, now) => this.#listed(list, now),
      lookedUp: (now) => this.#entry?.overlay.seek(now),
      refused: (reason, now) => this.#refused(reason, now),
    });
    const awaitList = enrolment.awaitList.bind(enrolment);
    return { me, enrolment, overlay: new Overlay({ ...this.#parts, me, awaitList }) };
  }

  /** The address of this host has changed: as the old entry nobody can reach us any more. */
  #abandon({ overlay, enrolment }: Entry, now: Now): void {
    this.#asked += enrolment.asked;
    enrolment.stop();
    overlay.close(now);
  }

  #listed({ members, msid, skipped }: MembersReply, now: Now): void {
    const overlay = this.#entry?.overlay;
    if (overlay === undefined) return;
    this.#refusal = undefined;
    const isNew = overlay.listed(members, now.mono < this.#relistedAt, now);
    if (isNew) this.#judge(overlay, { members, msid, skipped });
    this.#others = overlay.others;
    if (!this.#isJoined) {
      this.#isJoined = true;
      this.#parts.joined();
      this.#tellRoster();
    } else if (isNew) this.#tellRoster();
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.#report({ kind: "done", ticket: this.#parts.ticket });
  }

  /** What is odd about a new list is counted, and borne. */
  #judge(
    overlay: Overlay,
    { members, msid, skipped }: Pick<MembersReply, "members" | "msid" | "skipped">,
  ): void {
    this.#msid = msid;
    this.#listsChanged += 1;
    if (skipped > 0) this.#count("list-unusable-entries");
    else if (msidOf(members) !== msid) this.#count("list-other-msid");
    if (overlay.membership.byHid(overlay.membership.me.hid) === undefined) this.#count("list-without-us");
  }

  #refused(words: string, now: Now): void {
    const reason = words.slice(0, reasonLengthMax);
    this.#refusal = reason;
    this.#failUnlessJoined({ code: "server-refused", server: this.#parts.leg.server, reason }, now);
  }

  #failUnlessJoined(refusal: RoomsRefusal, now: Now): void {
    if (this.#isJoined || this.#parts.persistent) return;
    this.#isAnswered = true;
    this.#report({ kind: "refused", ticket: this.#parts.ticket, refusal });
    this.#parts.failed(now);
  }

  #tellRoster(): void {
    const overlay = this.#entry?.overlay;
    if (overlay === undefined) return;
    const connected = overlay.isConnected;
    this.#wasConnected = connected;
    this.#report({ kind: "roster", room: this.room, members: this.#others, connected });
  }

  #report(report: RoomsReport): void {
    this.#parts.emit({ kind: "report", report });
  }

  #count(what: string): void {
    this.#parts.emit({ kind: "count", what });
  }
}
