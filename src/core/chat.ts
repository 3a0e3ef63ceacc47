/** The chat: a function of what is stored, what arrived in one turn of the loop, and the time. Read this second. */
import { type ErrorCode, KithError, problemOf } from "../base/errors.ts";
import { Journal } from "../base/journal.ts";
import type { Random } from "../base/random.ts";
import { bad, good } from "../base/result.ts";
import { type Now, secondMs } from "../base/time.ts";
import { carryOut } from "./asked.ts";
import type { CommandResults } from "./commands.ts";
import { networkAdded, networkRemoved, takeIn } from "./heard.ts";
import type { Store } from "./ports/store.ts";
import type { Queries } from "./queries.ts";
import { composeSubjects, type Subjects } from "./subjects.ts";
import type { Item, Reply, Turn } from "./turn.ts";
import { Work } from "./work.ts";

export interface ChatParts {
  readonly store: Store;
  readonly random: Random;
}

/** After a failed commit: soon enough that nobody notices a disk that was full for a moment. */
export const storeRetryMs = secondMs;

/** Reports of networks kept while nothing can be stored: a full minute of a busy network. */
export const unfinishedMax = 10_000;
/** Bytes of memory that the texts in them may take, two for each character: what a phone has to spare. */
export const unfinishedTextBytesMax = 8 * 1024 * 1024;
/** Of those, taken up in one turn: ten milliseconds of it, also where they are tried in vain each second. */
export const unfinishedPerTurn = 500;

/** What a store reports when it is the disk that failed, and not the item at hand. */
const storeFailures: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "disk-full",
  "store-damaged",
  "store-failed",
  "store-read-only",
]);

type Answer = CommandResults[keyof CommandResults];

/** What a turn gathers while it is not yet committed. */
interface Outcome {
  readonly work: Work;
  readonly replies: Reply[];
  readonly troubles: unknown[];
}

/**
 * Invariants: all that a turn hands back is committed; an item that fails leaves nothing behind, in the store or in
 * memory; memory never says anything else than the store does.
 */
export class Chat {
  readonly queries: Queries;
  readonly #store: Store;
  readonly #journal = new Journal();
  readonly #subjects: Subjects;
  /** What networks said in turns that could not be committed, and what came after it. They will not say it again. */
  #unfinished: readonly Item[] = [];

  constructor({ store, random }: ChatParts) {
    this.#store = store;
    this.#subjects = composeSubjects(store, random, this.#journal);
    this.#journal.keep();
    this.queries = this.#subjects.queries;
  }

  /** Reports of networks that wait because the turn that they came in could not be committed. */
  get unfinished(): number {
    return this.#unfinished.length;
  }

  /** Once, before the first turn: settles what an earlier run left under way. Throws what the store throws. */
  start(now: Now): Turn {
    const work = new Work(now);
    this.#commit(work, () => {
      this.#subjects.rosters.started();
      this.#subjects.outbox.started(work);
    });
    return this.#handBack({ work, replies: [], troubles: [] });
  }

  /**
   * One transaction, each item in a savepoint. Replies, events and effects exist once all of it is committed. Throws
   * KithError("store-ahead") where only a restart helps.
   */
  turn(batch: readonly Item[], now: Now): Turn {
    const { items, later } = this.#itemsOf(batch, now);
    const outcome: Outcome = { work: new Work(now), replies: [], troubles: [] };
    if (items.length === 0) return this.#handBack(outcome);
    try {
      this.#commit(outcome.work, () => {
        for (const item of items) this.#takeUp(item, outcome);
      });
    } catch (error) {
      if (isBeyondMending(error)) throw error;
      return this.#failed([...items, ...later], error, now); // translated: every command is told
    }
    this.#unfinished = later;
    return this.#handBack(outcome);
  }

  /** What is left of earlier turns goes first, some of it at a time; networks' reports wait behind it, commands do not. */
  #itemsOf(batch: readonly Item[], now: Now): { items: readonly Item[]; later: readonly Item[] } {
    const fresh = batch.filter((item) => item.kind !== "wake");
    const wake: readonly Item[] = this.#isDue(now) ? [{ kind: "wake" }] : [];
    if (this.#unfinished.length === 0) return { items: [...fresh, ...wake], later: [] };
    const reports = [...this.#unfinished, ...fresh.filter((item) => item.kind !== "command")];
    const commands = fresh.filter((item) => item.kind === "command");
    return {
      items: [...reports.slice(0, unfinishedPerTurn), ...commands, ...wake],
      later: reports.slice(unfinishedPerTurn),
    };
  }

  /** Memory is as before when it throws. */
  #commit(work: Work, run: () => void): void {
    const { conversations, history } = this.#subjects;
    conversations.beginTurn();
    try {
      this.#store.transaction(() => {
        run();
        conversations.flush(work);
        history.flush(work);
      });
    } catch (error) {
      this.#journal.rollBack(0);
      throw error;
    }
    this.#journal.keep();
  }

  #takeUp(item: Item, { work, replies, troubles }: Outcome): void {
    try {
      const answer = this.#alone(work, () => this.#run(item, work));
      if (item.kind === "command") replies.push({ number: item.number, result: good(answer) });
    } catch (error) {
      // A store that fails takes the whole turn with it; anything else is this item's own.
      if (isStoreFailure(error)) throw error;
      if (item.kind === "command") replies.push({ number: item.number, result: bad(toKithError(error)) });
      if (item.kind !== "command" || !(error instanceof KithError)) troubles.push(error);
    }
  }

  /** Undone alone when it throws: in the store, in memory, and in what would be told. */
  #alone<Value>(work: Work, run: () => Value): Value {
    const journalled = this.#journal.mark();
    const gathered = work.mark();
    try {
      return this.#store.savepoint(run);
    } catch (error) {
      this.#journal.rollBack(journalled);
      work.rollBack(gathered);
      throw error;
    }
  }

  #run(item: Item, work: Work): Answer {
    switch (item.kind) {
      case "command":
        return carryOut(item.command, this.#subjects, work);
      case "network":
        takeIn(item.network, item.event, this.#subjects, work);
        return undefined;
      case "network-added":
        networkAdded(item.network, item.traits, this.#subjects, work);
        return undefined;
      case "network-removed":
        networkRemoved(item.network, this.#subjects, work);
        return undefined;
      case "wake":
        this.#subjects.rosters.passTime(work);
        this.#subjects.outbox.passTime(work);
        return undefined;
    }
  }

  /**
   * Nothing was stored: nothing is shown, acknowledged or sent. What networks said is taken up again in the next turn,
   * offered messages aside whose senders await a confirmation: those will offer them again.
   */
  #failed(items: readonly Item[], error: unknown, now: Now): Turn {
    const failure = isStoreFailure(error)
      ? error
      : new KithError("store-failed", { problem: problemOf(error) }, error);
    const commands = items.filter((item) => item.kind === "command");
    const { kept, dropped } = keepable(items);
    this.#unfinished = kept;
    const lost = dropped.map((item) => new Error(`dropped while nothing could be stored: ${item.kind}`));
    return {
      replies: commands.map(({ number }) => ({ number, result: bad(failure) })),
      events: [],
      effects: [],
      wakeAt: now.mono + storeRetryMs,
      troubles: [error, ...lost],
    };
  }

  #handBack({ work, replies, troubles }: Outcome): Turn {
    return { replies, events: work.events, effects: work.effects, wakeAt: this.#wakeAt(work.now), troubles };
  }

  #wakeAt(now: Now): number | undefined {
    if (this.#unfinished.length > 0) return now.mono;
    // What is due still could not be done: not again at once.
    return this.#isDue(now) ? now.mono + storeRetryMs : this.#dueAt();
  }

  #isDue({ mono }: Now): boolean {
    const dueAt = this.#dueAt();
    return dueAt !== undefined && dueAt <= mono;
  }

  #dueAt(): number | undefined {
    const { outbox, rosters } = this.#subjects;
    const earliest = Math.min(outbox.wakeAt ?? Infinity, rosters.wakeAt ?? Infinity);
    return earliest === Infinity ? undefined : earliest;
  }
}

/**
 * The earliest reports, as many as may be kept. That a network came or went is kept always, all else rests on it; so is
 * who is in the few rooms that I am in.
 */
function keepable(items: readonly Item[]): { kept: readonly Item[]; dropped: readonly Item[] } {
  const kept: Item[] = [];
  const dropped: Item[] = [];
  let [count, bytes] = [0, 0];
  for (const item of withoutOldRosters(items)) {
    if (item.kind === "command" || item.kind === "wake" || willBeRepeated(item)) continue;
    const size = textBytes(item);
    const fits = count < unfinishedMax && bytes + size <= unfinishedTextBytesMax;
    if (item.kind === "network" && !fits && rosterOf(item) === undefined) {
      dropped.push(item);
      continue;
    }
    kept.push(item);
    count += Number(item.kind === "network");
    bytes += size;
  }
  return { kept, dropped };
}

/** Each says all of who is in a room: the last one is enough, and were it dropped, nobody would say it again. */
function withoutOldRosters(items: readonly Item[]): readonly Item[] {
  const last = new Map(items.map((item) => [rosterOf(item), item]));
  return items.filter((item) => rosterOf(item) === undefined || last.get(rosterOf(item)) === item);
}

function rosterOf(item: Item): string | undefined {
  if (item.kind !== "network") return undefined;
  const { network, event } = item;
  return event.kind === "roster" || event.kind === "roomLeft" ? `${network} ${event.room}` : undefined;
}

function textBytes(item: Item): number {
  if (item.kind !== "network" || item.event.kind !== "messageArrived") return 0;
  const { body } = item.event;
  return body.kind === "text" || body.kind === "action" ? 2 * body.text.length : 0;
}

function willBeRepeated(item: Item): boolean {
  return item.kind === "network" && item.event.kind === "messageArrived" && item.event.receipt !== undefined;
}

function isStoreFailure(error: unknown): error is KithError {
  return error instanceof KithError && storeFailures.has(error.code);
}

/** What is stored is more than memory knows: every further turn would go by what is no longer so. */
function isBeyondMending(error: unknown): boolean {
  return error instanceof KithError && error.code === "store-ahead";
}

function toKithError(error: unknown): KithError {
  return error instanceof KithError ? error : new KithError("internal", { problem: problemOf(error) }, error);
}
