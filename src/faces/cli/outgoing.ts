/** Gives each text that is sent the id by which the daemon knows it again: a repeat after a lost answer is one message. */
import { randomBytes } from "node:crypto";
import { KithError } from "../../base/errors.ts";
import { type MessageId, newMessageId } from "../../base/ids.ts";
import type { Params } from "../../api/methods.ts";

/** What makes two texts the same one, sent again. */
export type Text = Pick<Params<"messages.send">, "to" | "text" | "action">;

export class Outgoing {
  /** What may have arrived, though no answer came. */
  #unanswered: { readonly written: string; readonly id: MessageId } | undefined;

  /**
   * Sends under the id that this text had when its answer was lost, or a fresh one. Any answer ends that: the same words
   * later are another message.
   */
  async send<Sent>(text: Text, by: (id: MessageId) => Promise<Sent>): Promise<Sent> {
    const written = JSON.stringify(text);
    const id = this.#unanswered?.written === written ? this.#unanswered.id : freshId();
    try {
      const sent = await by(id);
      this.#unanswered = undefined;
      return sent;
    } catch (error) {
      this.#unanswered = isLost(error) ? { written, id } : undefined;
      throw error; // for the one who typed it
    }
  }
}

/** No answer came: it is not known what became of the call. */
export function isLost(error: unknown): boolean {
  return error instanceof KithError && error.code === "daemon-lost";
}

function freshId(): MessageId {
  return newMessageId({ bytes: (count) => randomBytes(count) });
}
