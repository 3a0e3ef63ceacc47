/** Hands the core everything that arrived in one turn of the event loop as one batch, and passes on what it answers. */
import { KithError } from "../base/errors.ts";
import type { Chat } from "../core/chat.ts";
import type { Command, CommandResults } from "../core/commands.ts";
import type { CommandNumber, Item, Turn } from "../core/turn.ts";
import { Alarm } from "../io/alarm.ts";
import type { Clock } from "../io/clock.ts";

/** Items of one turn: so many are done in some milliseconds, and what waits behind them is not made to wait longer. */
export const itemsPerTurnMax = 500;

export interface LoopParts {
  readonly chat: Pick<Chat, "start" | "turn">;
  readonly clock: Clock;
  /** What was committed: events to be told, effects to be carried out. */
  readonly done: (turn: Turn) => void;
  /** The core threw, which is our mistake: nobody knows what it would do next. */
  readonly broken: (error: unknown) => void;
}

type Result = CommandResults[keyof CommandResults];

export class Loop {
  readonly #parts: LoopParts;
  readonly #alarm: Alarm;
  readonly #asked = new Map<CommandNumber, PromiseWithResolvers<Result>>();
  /**
   * Not limited here, for a place would have to be found for what is refused: whoever adds is limited. A connection has
   * so many requests under way, a network so many links and bytes a second, and both are read only between two turns.
   */
  #items: Item[] = [];
  /** So many of `#items` have had their turn. */
  #begun = 0;
  #added = 0;
  #waiting: { readonly upTo: number; readonly resolve: () => void }[] = [];
  #numbered = 0;
  #scheduled: NodeJS.Immediate | undefined;
  #stopped = false;

  constructor(parts: LoopParts) {
    this.#parts = parts;
    this.#alarm = new Alarm(parts.clock, () => this.add({ kind: "wake" }));
  }

  start(): void {
    this.#finish(this.#parts.chat.start(this.#parts.clock.now()));
  }

  add(item: Item): void {
    if (this.#stopped) return;
    this.#items.push(item);
    this.#added++;
    this.#scheduled ??= setImmediate(() => this.#turn());
  }

  /** Resolves once it is committed. Rejects with a KithError; with "daemon-stopping" when the loop has stopped before. */
  command<Kind extends Command["kind"]>(
    command: Extract<Command, { readonly kind: Kind }>,
  ): Promise<CommandResults[Kind]> {
    if (this.#stopped) return Promise.reject(new KithError("daemon-stopping"));
    const number = ++this.#numbered;
    const asked = Promise.withResolvers<Result>();
    this.#asked.set(number, asked);
    this.add({ kind: "command", number, command });
    return asked.promise as Promise<CommandResults[Kind]>;
  }

  /** Resolves once what has been added until now is done, or will not be done any more. */
  settled(): Promise<void> {
    this.add({ kind: "wake" });
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ upTo: this.#added, resolve }));
  }

  /** What has arrived is done; nothing is taken any more. */
  stop(): void {
    while (this.#left > 0 && !this.#stopped) this.#turn();
    this.#halt();
  }

  #turn(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    const batch = this.#nextBatch();
    try {
      this.#finish(this.#parts.chat.turn(batch, this.#parts.clock.now()));
    } catch (error) {
      this.#halt();
      this.#parts.broken(error);
      return;
    }
    this.#tellSettled();
    if (this.#left > 0) this.#scheduled ??= setImmediate(() => this.#turn());
  }

  get #left(): number {
    return this.#items.length - this.#begun;
  }

  /** What is done is let go once it is half of the list: moving costs no more than adding did, however many wait. */
  #nextBatch(): readonly Item[] {
    const batch = this.#items.slice(this.#begun, this.#begun + itemsPerTurnMax);
    this.#begun += batch.length;
    if (this.#begun * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#begun);
      this.#begun = 0;
    }
    return batch;
  }

  #tellSettled(): void {
    const done = this.#stopped ? this.#added : this.#added - this.#left;
    const isDone = ({ upTo }: { readonly upTo: number }): boolean => upTo <= done;
    const settled = this.#waiting.filter(isDone);
    this.#waiting = this.#waiting.filter((waiting) => !isDone(waiting));
    for (const { resolve } of settled) resolve();
  }

  #finish(turn: Turn): void {
    for (const { number, result } of turn.replies) {
      const asked = this.#asked.get(number);
      this.#asked.delete(number);
      if (result.ok) asked?.resolve(result.value);
      else asked?.reject(result.problem);
    }
    this.#alarm.set(turn.wakeAt);
    this.#parts.done(turn);
  }

  #halt(): void {
    this.#stopped = true;
    this.#items = [];
    this.#begun = 0;
    this.#tellSettled();
    clearImmediate(this.#scheduled);
    this.#alarm.stop();
    for (const { reject } of this.#asked.values()) reject(new KithError("daemon-stopping"));
    this.#asked.clear();
  }
}
