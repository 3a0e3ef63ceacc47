/** What the two variants of this network do differently, and what the machine gives them to do it with. */
import type { Result } from "../../base/result.ts";
import type { Now } from "../../base/time.ts";
import type { Announcement } from "./announcement.ts";
import type { Card } from "./card.ts";
import type { Companions } from "./companions.ts";
import type { Emit, FailedOutcome, LanMe, LanOutgoing, LanQuestion } from "./contract.ts";
import type { Reception } from "./inbound.ts";
import type { Prepared } from "./outbound.ts";
import type { Roster, RosterChange } from "./roster.ts";

/** What a dialect is given. */
export interface Shared {
  readonly roster: Roster;
  readonly companions: Companions;
  readonly emit: Emit;
  readonly remember: (question: LanQuestion) => void;
  /** Ours as announced; absent before it is known. */
  readonly me: () => LanMe | undefined;
  /** Says what the roster has found out by something else than an announcement. */
  readonly tell: (changes: readonly RosterChange[]) => void;
}

export interface Dialect<Item> {
  readonly announcePeriodMs: number;
  readonly reception: Reception<Item>;
  prepare(outgoing: LanOutgoing, now: Now): Prepared | FailedOutcome;
  /** All that an announcement needs is known. */
  readonly isReady: boolean;
  /** Our announcement, as it leaves from one of our addresses. Only asked for when ready. */
  announcement(from: string, now: Now): Uint8Array;
  /** The card that an announcement brings, where it brings one; or why the announcement is dropped. */
  cardOf(announcement: Announcement, now: Now): Result<Card | undefined, string>;
  /** Our signing key in base64, where this dialect has one. */
  readonly ownKey: string | undefined;
  /** Undefined: nothing to wait for. */
  readonly wakeAt: number | undefined;
  /** These return true when what we announce has changed. */
  start(now: Now): boolean;
  wake(now: Now): boolean;
  remembered(what: LanQuestion["what"], done: boolean, now: Now): boolean;
}
