/** Keeps what is being typed in a conversation as its draft, so that neither a crash nor a restart loses it. */
import { secondMs } from "../../../base/time.ts";
import type { Conversation } from "../../model/records.ts";

/** Typing rests so long before the draft is kept. */
const draftRestMs = secondMs;

export interface DraftWays {
  readonly current: () => Conversation | undefined;
  readonly typed: () => string;
  readonly keep: (conversation: Conversation, draft: string) => Promise<void>;
}

export class Drafts {
  readonly #ways: DraftWays;
  #timer: NodeJS.Timeout | undefined;

  constructor(ways: DraftWays) {
    this.#ways = ways;
  }

  keepSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.keep().catch(() => undefined); // the text is still in the line; it is kept with the next letter
    }, draftRestMs);
  }

  async keep(): Promise<void> {
    const conversation = this.#ways.current();
    const draft = draftOf(this.#ways.typed());
    if (conversation === undefined || conversation.draft === draft) return;
    await this.#ways.keep(conversation, draft);
  }

  /** Nothing is kept by itself any more. */
  end(): void {
    clearTimeout(this.#timer);
  }
}

/** Commands are no drafts. */
export function draftOf(typed: string): string {
  return /^\/(?!\/)/.test(typed) ? "" : typed;
}
