/**
 * A rooms program of others that a test talks with. It runs in a thread of its own: whatever holds up the daemon that is
 * tested must not hold up its reads, since texts that lie there together are lost for it.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Habits, OriginalMember, Shown } from "../../src/sim/rooms/original.ts";

export interface OriginalOutfit {
  readonly me: OriginalMember;
  readonly server: { readonly host: string; readonly port: number };
  readonly room: string;
  readonly habits: Habits;
}

export interface OriginalState {
  readonly shown: readonly Shown[];
  readonly pokedBy: readonly string[];
  readonly answersToPokes: number;
  readonly members: readonly OriginalMember[];
  /** Those with whom it shares a link. */
  readonly links: readonly OriginalMember[];
  /** Texts of its own that were brought back to it. */
  readonly echoes: readonly string[];
}

export type OriginalOrder =
  | { readonly kind: "say"; readonly content: string }
  | { readonly kind: "poke"; readonly user: string }
  | { readonly kind: "end" };

const nothing: OriginalState = {
  ...{ shown: [], pokedBy: [], members: [], links: [], echoes: [] },
  answersToPokes: 0,
};

export class OriginalHere {
  readonly ip: string;
  readonly #thread: Worker;
  #state = nothing;

  /** `changed`: something has become of it. */
  constructor(outfit: OriginalOutfit, changed: () => void) {
    this.ip = outfit.me.ip;
    this.#thread = new Worker(new URL("./original-thread.ts", import.meta.url), { workerData: outfit });
    this.#thread.on("message", (state: OriginalState) => {
      this.#state = state;
      changed();
    });
  }

  /** As it was told last. */
  get state(): OriginalState {
    return this.#state;
  }

  say(content: string): void {
    this.#order({ kind: "say", content });
  }

  poke(user: string): void {
    this.#order({ kind: "poke", user });
  }

  /** Resolves when nothing of it is left. */
  async end(): Promise<void> {
    if (this.#thread.threadId === -1) return;
    const ended = once(this.#thread, "exit");
    this.#order({ kind: "end" });
    await ended;
  }

  #order(order: OriginalOrder): void {
    this.#thread.postMessage(order);
  }
}
