/** What one turn gathers, to be handed back once it is committed: events and effects, and the moment of it all. */
import type { ConversationId, MessageId, NetworkName } from "../base/ids.ts";
import type { Now } from "../base/time.ts";
import type { ChatEvent } from "./events.ts";
import type { CoreEffect } from "./turn.ts";

/** How much was gathered at some moment. */
export interface WorkMark {
  readonly events: number;
  readonly effects: number;
  readonly touched: number;
  readonly takenBack: number;
}

export class Work {
  readonly now: Now;
  readonly #events: ChatEvent[] = [];
  readonly #effects: CoreEffect[] = [];
  readonly #touched: MessageId[] = [];
  readonly #takenBack: CoreEffect[] = [];

  constructor(now: Now) {
    this.now = now;
  }

  tell(event: ChatEvent): void {
    this.#events.push(event);
  }

  do(effect: CoreEffect): void {
    this.#effects.push(effect);
  }

  /** A message that was to be handed to a network with this turn, and then is not; false when it was not to be. */
  takeBack(network: NetworkName, message: MessageId, recipients: readonly string[]): boolean {
    const found = this.#effects.find(
      (effect) =>
        effect.kind === "send" &&
        effect.network === network &&
        effect.outgoing.message === message &&
        recipients.every((recipient) => effect.outgoing.recipients.includes(recipient)) &&
        !this.#takenBack.includes(effect),
    );
    if (found !== undefined) this.#takenBack.push(found);
    return found !== undefined;
  }

  /** What became of a message at a recipient has changed: its `changed` must grow before the commit. */
  touch(conversation: ConversationId, message: MessageId): void {
    this.#touched.push(message);
    this.tell({ kind: "message-changed", conversation, message });
  }

  mark(): WorkMark {
    return {
      events: this.#events.length,
      effects: this.#effects.length,
      touched: this.#touched.length,
      takenBack: this.#takenBack.length,
    };
  }

  rollBack(to: WorkMark): void {
    this.#events.length = to.events;
    this.#effects.length = to.effects;
    this.#touched.length = to.touched;
    this.#takenBack.length = to.takenBack;
  }

  /** Messages touched in this turn that were not added in it: those have a fresh number already. */
  get touched(): ReadonlySet<MessageId> {
    const added = this.#added();
    return new Set(this.#touched.filter((message) => !added.has(message)));
  }

  /** In the order they happened, each once; what is new has not changed as well. */
  get events(): readonly ChatEvent[] {
    const added = this.#added();
    const told = new Map<string, ChatEvent>();
    for (const event of this.#events) {
      if (event.kind === "message-changed" && added.has(event.message)) continue;
      told.set(JSON.stringify(event), event);
    }
    return [...told.values()];
  }

  /** In the order they were asked for; one message to several recipients is one `send`. */
  get effects(): readonly CoreEffect[] {
    const merged: CoreEffect[] = [];
    const sends = new Map<string, number>();
    for (const effect of this.#effects) {
      if (this.#takenBack.includes(effect)) continue;
      const key = effect.kind === "send" ? `${effect.network} ${effect.outgoing.message}` : undefined;
      const at = key === undefined ? undefined : sends.get(key);
      const earlier = at === undefined ? undefined : merged[at];
      if (at !== undefined && earlier?.kind === "send" && effect.kind === "send") {
        merged[at] = withRecipients(earlier, effect.outgoing.recipients);
        continue;
      }
      if (key !== undefined) sends.set(key, merged.length);
      merged.push(effect);
    }
    return merged;
  }

  #added(): ReadonlySet<MessageId> {
    const added = this.#events.filter((event) => event.kind === "message-added");
    return new Set(added.map((event) => event.message));
  }
}

type Send = Extract<CoreEffect, { readonly kind: "send" }>;

function withRecipients(send: Send, further: readonly string[]): Send {
  const recipients = [...new Set([...send.outgoing.recipients, ...further])];
  return { ...send, outgoing: { ...send.outgoing, recipients } };
}
