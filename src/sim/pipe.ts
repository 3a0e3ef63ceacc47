/** One direction of a stream: pieces that stay in order, are sent again while the way is blocked, and fill a window. */
import { delayMs, pieceLength } from "./weather.ts";
import type { Endpoint, Passage } from "./passage.ts";

/** Bytes, and the signs that keep their place among them. */
export type Piece = Uint8Array | "open" | "end" | "reset";

export interface PipeHooks {
  /** At the far end. */
  land(piece: Piece): void;
  /** All that had to wait for the window is on its way. */
  drained(): void;
  /** Nothing has got through for as long as a system tries. */
  gaveUp(): void;
}

// A system's own figures: the first repetition, the longest pause between two, and when it reports a time-out.
const retryMsLeast = 200;
const retryMsMost = 60_000;
const giveUpMs = 900_000;

export class Pipe {
  readonly #wire: Passage;
  readonly #from: Endpoint;
  readonly #to: Endpoint;
  readonly #hooks: PipeHooks;
  readonly #queue: Piece[] = [];
  readonly #transit: { readonly due: number; readonly piece: Piece }[] = [];
  #unsent = 0;
  #inFlight = 0;
  #lastDue = 0;
  #stopped = false;
  #retrying = false;
  #retryMs = retryMsLeast;
  #blockedSince: number | undefined;

  constructor(wire: Passage, from: Endpoint, to: Endpoint, hooks: PipeHooks) {
    this.#wire = wire;
    this.#from = from;
    this.#to = to;
    this.#hooks = hooks;
  }

  /** Bytes that wait for the window. */
  get unsent(): number {
    return this.#unsent;
  }

  /** Nothing is left to be put on its way. */
  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  /** Nothing is on its way either. */
  get isConfirmed(): boolean {
    return this.isEmpty && this.#transit.length === 0;
  }

  send(piece: Piece): void {
    this.#queue.push(piece);
    this.#unsent += lengthOf(piece);
    this.#pump();
  }

  /** The receiver has read `count` bytes; the sender learns of it when it matters. */
  taken(count: number): void {
    if (this.#queue.length === 0) this.#inFlight -= count;
    else this.#wire.scheduler.after(this.#wayMs(), () => this.#confirm(count));
  }

  /** Forgets what is not on its way. */
  discard(): void {
    this.#queue.length = 0;
    this.#unsent = 0;
  }

  /** Nothing lands any more. */
  stop(): void {
    this.#stopped = true;
    this.discard();
    this.#transit.length = 0;
  }

  #confirm(count: number): void {
    if (this.#stopped) return;
    if (!this.#wire.passes(this.#to, this.#from)) {
      if (this.#triesAgain()) this.#wire.scheduler.after(this.#retryMs, () => this.#confirm(count));
      return;
    }
    this.#inFlight -= count;
    this.#pump();
    if (this.#queue.length === 0) this.#hooks.drained();
  }

  #pump(): void {
    for (;;) {
      const piece = this.#queue[0];
      const room = this.#wire.weather.window - this.#inFlight;
      if (piece === undefined || (lengthOf(piece) > 0 && room <= 0)) return;
      this.#depart(piece, room);
    }
  }

  #depart(piece: Piece, room: number): void {
    const whole = lengthOf(piece);
    const length = Math.min(room, pieceLength(this.#wire.weather, this.#wire.random, whole));
    if (typeof piece !== "string" && length < whole) {
      this.#queue[0] = piece.subarray(length);
      this.#travel(piece.subarray(0, length));
    } else {
      this.#queue.shift();
      this.#travel(piece);
    }
    this.#unsent -= length;
    this.#inFlight += length;
  }

  #travel(piece: Piece): void {
    const due = Math.max(this.#lastDue, this.#wire.scheduler.time + this.#wayMs());
    this.#lastDue = due;
    this.#transit.push({ due, piece });
    this.#wire.scheduler.at(due, () => this.#arrive());
  }

  /** What is lost is sent again, so that a loss is a delay. */
  #wayMs(): number {
    const weather = this.#wire.weatherBetween(this.#from.host, this.#to.address);
    let ms = delayMs(weather, this.#wire.random);
    for (let again = retryMsLeast; this.#wire.random.fraction() < weather.loss; again *= 2) ms += again;
    return ms;
  }

  #arrive(): void {
    if (this.#retrying) return;
    for (;;) {
      const first = this.#transit[0];
      if (first === undefined || first.due > this.#wire.scheduler.time) return;
      const passes = this.#wire.passes(this.#from, this.#to);
      if (!passes && first.piece !== "reset") {
        this.#retryLater();
        return;
      }
      this.#transit.shift();
      // A reset is sent once: where it does not get through, the other side believes in the stream for long.
      if (passes) this.#landed(first.piece);
    }
  }

  #landed(piece: Piece): void {
    this.#blockedSince = undefined;
    this.#retryMs = retryMsLeast;
    this.#hooks.land(piece);
  }

  #retryLater(): void {
    if (!this.#triesAgain()) return;
    this.#retrying = true;
    this.#wire.scheduler.after(this.#retryMs, () => {
      this.#retrying = false;
      this.#arrive();
    });
    this.#retryMs = Math.min(2 * this.#retryMs, retryMsMost);
  }

  #triesAgain(): boolean {
    const time = this.#wire.scheduler.time;
    this.#blockedSince ??= time;
    if (time - this.#blockedSince < giveUpMs) return true;
    this.stop();
    this.#hooks.gaveUp();
    return false;
  }
}

function lengthOf(piece: Piece): number {
  return typeof piece === "string" ? 0 : piece.length;
}
