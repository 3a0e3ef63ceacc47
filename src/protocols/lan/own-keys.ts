/** Our own keys: the signing seed for ever, an agreement key for each day, and what of the past is kept how long. */
import { concatBytes, toBase64, uint64Bytes } from "../../base/bytes.ts";
import type { Crypto } from "../../base/crypto.ts";
import type { Random } from "../../base/random.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { dayMs, minuteMs, secondMs, type Now } from "../../base/time.ts";

export interface DayKey {
  readonly privateKey: Uint8Array;
  /** Wall ms at which it was made. */
  readonly madeAt: number;
}

/** What is kept over a restart. `days`: the newest first, the first is today's. */
export interface KeptKeys {
  readonly seed: Uint8Array;
  readonly days: readonly [DayKey, ...DayKey[]];
}

/** A private half is erased this long after another took its place: nobody seals to a card heard 36 h ago or earlier. */
export const keptAfterUseMs = 2 * dayMs;
/** Today's, those of the two days before, and the one whose time ends just now. */
export const daysKeptMax = 4;
const keyBytes = 32;
const dayBytes = 8 + keyBytes;
const recordVersion = 1;
const retryMs = minuteMs;
const firstRetryMs = 5 * secondMs;

export function writeKeptKeys(keys: KeptKeys): Uint8Array {
  const days = keys.days.flatMap((day) => [uint64Bytes(day.madeAt), day.privateKey]);
  return concatBytes(Uint8Array.of(recordVersion), keys.seed, ...days);
}

export function readKeptKeys(bytes: Uint8Array): Result<KeptKeys, string> {
  const count = (bytes.length - 1 - keyBytes) / dayBytes;
  if (bytes[0] !== recordVersion) return bad("they were written by another version");
  if (!Number.isInteger(count) || count < 1 || count > daysKeptMax) return bad("their length is wrong");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const dayAt = (i: number): DayKey => {
    const at = 1 + keyBytes + i * dayBytes;
    return { madeAt: Number(view.getBigUint64(at)), privateKey: bytes.slice(at + 8, at + dayBytes) };
  };
  const older = Array.from({ length: count - 1 }, (_, i) => dayAt(i + 1));
  return good({ seed: bytes.slice(1, 1 + keyBytes), days: [dayAt(0), ...older] });
}

export interface OpenDay {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** The keys in use: everything in them is durable. */
export interface KeysInUse {
  readonly seed: Uint8Array;
  readonly sign: Uint8Array;
  readonly signText: string;
  /** The newest first; the first is today's. */
  readonly days: readonly [OpenDay, ...OpenDay[]];
}

/**
 * Invariants: a key is used only after it was remembered for good; a private half that has had its time is overwritten
 * in memory as soon as the record without it is remembered. The wall clock is asked once, at the start and when a key
 * is made: within a run the time to the next change is counted by the clock that never steps, and is never over a day.
 */
export class OwnKeys {
  readonly #crypto: Crypto;
  readonly #random: Random;
  /** Asks for the record to be remembered; `remembered` follows. */
  readonly #remember: (record: Uint8Array) => void;
  #kept: KeptKeys | undefined;
  #awaited: KeptKeys | undefined;
  #inUse: KeysInUse | undefined;
  #changeAt: number | undefined;

  constructor(
    crypto: Crypto,
    random: Random,
    kept: KeptKeys | undefined,
    remember: (record: Uint8Array) => void,
  ) {
    this.#crypto = crypto;
    this.#random = random;
    this.#kept = kept;
    this.#remember = remember;
  }

  /** Undefined until the first keys are remembered. */
  get inUse(): KeysInUse | undefined {
    return this.#inUse;
  }

  get wakeAt(): number | undefined {
    return this.#awaited === undefined ? this.#changeAt : undefined;
  }

  start(now: Now): void {
    if (this.#kept === undefined) {
      this.#ask({ seed: this.#random.bytes(keyBytes), days: [this.#newDay(now)] });
      return;
    }
    this.#use(this.#kept);
    this.#planChange(now);
    this.wake(now);
  }

  wake(now: Now): void {
    if (this.#awaited !== undefined || this.#changeAt === undefined || now.mono < this.#changeAt) return;
    if (this.#kept === undefined) {
      this.start(now);
      return;
    }
    const days = keep(
      this.#isOld(this.#kept.days[0], now) ? [this.#newDay(now), ...this.#kept.days] : this.#kept.days,
      now,
    );
    this.#ask({ seed: this.#kept.seed, days });
  }

  /** True when keys came into use or changed. */
  remembered(done: boolean, now: Now): boolean {
    const awaited = this.#awaited;
    this.#awaited = undefined;
    if (awaited === undefined) return false;
    if (!done) {
      this.#changeAt = now.mono + (this.#kept === undefined ? firstRetryMs : retryMs);
      return false;
    }
    const before = this.#kept;
    this.#kept = awaited;
    this.#use(awaited);
    for (const day of before?.days ?? []) if (!awaited.days.includes(day)) this.#erase(day);
    this.#planChange(now);
    return true;
  }

  #ask(keys: KeptKeys): void {
    this.#awaited = keys;
    this.#remember(writeKeptKeys(keys));
  }

  #erase(day: DayKey): void {
    this.#crypto.forget(day.privateKey);
    day.privateKey.fill(0);
  }

  #newDay(now: Now): DayKey {
    return { privateKey: this.#random.bytes(keyBytes), madeAt: Math.max(0, Math.floor(now.wall)) };
  }

  /** A key from the future was made before the clock stepped back: its age is unknown, so its day is over. */
  #isOld(day: DayKey, now: Now): boolean {
    return now.wall >= day.madeAt + dayMs || now.wall < day.madeAt;
  }

  #use(keys: KeptKeys): void {
    const sign = this.#crypto.signingPublicKey(keys.seed);
    const open = (day: DayKey): OpenDay => {
      const known = this.#inUse?.days.find((one) => one.privateKey === day.privateKey);
      return (
        known ?? { privateKey: day.privateKey, publicKey: this.#crypto.agreementPublicKey(day.privateKey) }
      );
    };
    const [today, ...older] = keys.days;
    this.#inUse = {
      seed: keys.seed,
      sign,
      signText: toBase64(sign),
      days: [open(today), ...older.map(open)],
    };
  }

  /** The next change: today's key has had its day, or the oldest one its time. */
  #planChange(now: Now): void {
    const days = this.#kept?.days;
    if (days === undefined) return;
    const ends = days.map((_, i) =>
      i === 0 ? days[0].madeAt + dayMs : replacedAt(days, i) + keptAfterUseMs,
    );
    const overdue = this.#isOld(days[0], now);
    this.#changeAt = now.mono + (overdue ? 0 : Math.min(dayMs, Math.max(0, Math.min(...ends) - now.wall)));
  }
}

/** When another key took the place of the one at `i`. */
function replacedAt(days: readonly DayKey[], i: number): number {
  return days[i - 1]?.madeAt ?? 0;
}

function keep(days: readonly [DayKey, ...DayKey[]], now: Now): [DayKey, ...DayKey[]] {
  const [today, ...older] = days;
  const kept = older.filter((_, i) => now.wall < replacedAt(days, i + 1) + keptAfterUseMs);
  return [today, ...kept.slice(0, daysKeptMax - 1)];
}
