/** TCP keep-alive: how a stream learns that nobody is at its other end any more though nothing is written to it. */
import type { LinkTrouble } from "../protocols/machine.ts";
import type { Endpoint, Passage } from "./passage.ts";
import { delayMs } from "./weather.ts";

/** As our own driver asks for it: so many, with a third of the silence between two. */
const probes = 3;

export interface KeepAliveHooks {
  /** After so much silence the other side is asked for a sign of life. */
  readonly silenceMs: number;
  isOpen(): boolean;
  /** Something that was written is not confirmed yet: then it is what finds out, in a system's own long time. */
  isAwaiting(): boolean;
  /** Whether the other end still knows of the stream. */
  isKnown(): boolean;
  broken(why: LinkTrouble): void;
}

export class KeepAlive {
  readonly #wire: Passage;
  readonly #from: Endpoint;
  readonly #to: Endpoint;
  readonly #hooks: KeepAliveHooks;
  #heardAt: number;
  #unanswered = 0;

  constructor(wire: Passage, from: Endpoint, to: Endpoint, hooks: KeepAliveHooks) {
    this.#wire = wire;
    this.#from = from;
    this.#to = to;
    this.#hooks = hooks;
    this.#heardAt = wire.scheduler.time;
    this.#lookAfter(hooks.silenceMs);
  }

  /** The other end has sent or confirmed something. */
  heard(): void {
    this.#heardAt = this.#wire.scheduler.time;
    this.#unanswered = 0;
  }

  #lookAfter(ms: number): void {
    this.#wire.scheduler.after(ms, () => {
      if (this.#hooks.isOpen()) this.#look();
    });
  }

  #look(): void {
    const { silenceMs } = this.#hooks;
    const leftMs = this.#heardAt + silenceMs - this.#wire.scheduler.time;
    if (leftMs > 0) this.#lookAfter(leftMs);
    else if (this.#hooks.isAwaiting()) this.#lookAfter(silenceMs);
    else if (this.#unanswered === probes) this.#hooks.broken("timed-out");
    else {
      this.#unanswered++;
      this.#probe();
      this.#lookAfter(silenceMs / probes);
    }
  }

  #probe(): void {
    this.#carry(this.#from, this.#to, () => {
      const isKnown = this.#hooks.isKnown();
      this.#carry(this.#to, this.#from, () => {
        if (!this.#hooks.isOpen()) return;
        if (isKnown) this.heard();
        else this.#hooks.broken("reset");
      });
    });
  }

  #carry(from: Endpoint, to: Endpoint, arrived: () => void): void {
    const weather = this.#wire.weatherBetween(from.host, to.address);
    if (this.#wire.random.fraction() < weather.loss) return;
    this.#wire.scheduler.after(delayMs(weather, this.#wire.random), () => {
      if (this.#wire.passes(from, to)) arrived();
    });
  }
}
