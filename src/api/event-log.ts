/** The latest events of this run, each at a cursor, so that a face that was away learns what it missed. */
import type { Cursor, Event } from "./records.ts";

/** A face that missed more than this reads its screen anew, which costs it less than so many events. */
export const eventsKeptMax = 10_000;

/** Events in one notification: a text that is written and read in a millisecond, so that others get their turn. */
export const eventsPerTextMax = 1_000;

/** Events that are told together, and the cursor behind the last of them. */
export interface Portion {
  readonly cursor: Cursor;
  readonly events: readonly Event[];
}

export type Since =
  | { readonly resync: false; readonly missed: readonly Portion[] }
  /** The cursor is of another run, or what followed it is forgotten. */
  | { readonly resync: true };

export class EventLog {
  readonly #run: string;
  /** A ring: event number n (from 1) stands at (n - 1) mod `eventsKeptMax`. */
  readonly #ring: Event[] = [];
  #last = 0;

  /** `run`: 1..16 of 0-9 and a-z, another one at each start. */
  constructor(run: string) {
    this.#run = run;
  }

  /** Behind the newest event. */
  get cursor(): Cursor {
    return this.#cursorAt(this.#last);
  }

  /** The same events as they are to be told. */
  append(events: readonly Event[]): readonly Portion[] {
    const after = this.#last;
    for (const event of events) this.#ring[this.#last++ % eventsKeptMax] = event;
    return this.#portions(events, after);
  }

  since(cursor: Cursor): Since {
    const [run, number] = cursor.split(".");
    const after = Number(number);
    const forgotten = this.#last - this.#ring.length;
    if (run !== this.#run || after < forgotten || after > this.#last) return { resync: true };
    return { resync: false, missed: this.#portions(this.#after(after), after) };
  }

  #after(after: number): readonly Event[] {
    const begin = after % eventsKeptMax;
    const count = this.#last - after;
    const tail = this.#ring.slice(begin, begin + count);
    return tail.concat(this.#ring.slice(0, count - tail.length));
  }

  /** `after`: the number before the first of them. */
  #portions(events: readonly Event[], after: number): readonly Portion[] {
    return Array.from({ length: Math.ceil(events.length / eventsPerTextMax) }, (_, i) => {
      const portion = events.slice(i * eventsPerTextMax, (i + 1) * eventsPerTextMax);
      return { cursor: this.#cursorAt(after + i * eventsPerTextMax + portion.length), events: portion };
    });
  }

  #cursorAt(number: number): Cursor {
    return `${this.#run}.${number}`;
  }
}
