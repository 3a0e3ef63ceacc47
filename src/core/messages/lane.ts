/** The open deliveries to one recipient, or to one room, in the order in which their messages were written. */
import type { ContactId, ConversationId } from "../../base/ids.ts";
import type { Journal } from "../../base/journal.ts";
import type { Delivery, Message } from "../model.ts";
import type { Work } from "../work.ts";

export interface OpenDelivery {
  readonly delivery: Delivery;
  readonly conversation: ConversationId;
  /** The message's number: the order in the lane. */
  readonly arrived: number;
  /** When (mono, ms) the attempt under way is given up. */
  readonly attemptEndsAt?: number;
  /** The recipient has appeared anew since the attempt began: its failure says nothing of how it would end now. */
  readonly outdated?: true;
}

/** Where a delivery goes: to a contact, or to a room as a whole. */
export type Goal =
  | { readonly kind: "contact"; readonly id: ContactId }
  | { readonly kind: "room"; readonly id: ConversationId };

export function goalOf({ recipient }: Delivery, conversation: ConversationId): Goal {
  return recipient === undefined ? { kind: "room", id: conversation } : { kind: "contact", id: recipient };
}

/** Names the lane: what goes to one contact is in order, whatever conversation it stands in. */
export function laneKey({ kind, id }: Goal): string {
  return `${kind} ${id}`;
}

export function newDelivery(message: Message, recipient: ContactId | undefined, work: Work): OpenDelivery {
  const to = recipient === undefined ? {} : { recipient };
  const fresh = { message: message.id, ...to, heldBy: 0, attempts: 0 };
  const delivery: Delivery = { ...fresh, state: "queued", at: work.now.wall };
  return { delivery, conversation: message.conversation, arrived: message.arrived };
}

/** The delivery as it goes on: what was said of the state before is gone. */
export function goneOn(
  { message, recipient, heldBy, attempts }: Delivery,
  next: Pick<Delivery, "state" | "at"> & Partial<Omit<Delivery, "message" | "recipient">>,
): Delivery {
  const to = recipient === undefined ? {} : { recipient };
  return { message, ...to, heldBy, attempts, ...next };
}

/** No attempt is under way any more. */
export function withoutEnd({ delivery, conversation, arrived }: OpenDelivery): OpenDelivery {
  return { delivery, conversation, arrived };
}

/** What the next attempt waits for: a moment (mono, ms), or a sign of life. */
export type Hold = { readonly until: number } | "sign-of-life";

/** Changes are recorded in the journal. Invariants: entries are sorted by `arrived`; `flying` counts those sending. */
export class Lane {
  readonly #journal: Journal;
  readonly #entries: OpenDelivery[] = [];
  #flying = 0;
  #hold: Hold | undefined;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get entries(): readonly OpenDelivery[] {
    return this.#entries;
  }

  /** Attempts under way. */
  get flying(): number {
    return this.#flying;
  }

  get hold(): Hold | undefined {
    return this.#hold;
  }

  set hold(hold: Hold | undefined) {
    const before = this.#hold;
    this.#journal.record(() => (this.#hold = before));
    this.#hold = hold;
  }

  firstQueued(mayGo: (entry: OpenDelivery) => boolean): OpenDelivery | undefined {
    return this.#entries.find((entry) => entry.delivery.state === "queued" && mayGo(entry));
  }

  put(entry: OpenDelivery): void {
    const at = this.#placeOf(entry.arrived);
    const before = this.#entries[at];
    if (before?.arrived !== entry.arrived) {
      this.#splice(at, 0, entry);
      this.#journal.record(() => this.#splice(at, 1));
    } else {
      this.#splice(at, 1, entry);
      this.#journal.record(() => this.#splice(at, 1, before));
    }
  }

  remove(entry: OpenDelivery): void {
    const at = this.#placeOf(entry.arrived);
    const before = this.#entries[at];
    if (before?.arrived !== entry.arrived) return;
    this.#splice(at, 1);
    this.#journal.record(() => this.#splice(at, 0, before));
  }

  /** The next moment (mono, ms) at which something is due here. */
  get alarmAt(): number | undefined {
    let earliest = typeof this.#hold === "object" ? this.#hold.until : Infinity;
    let left = this.#flying;
    for (const { delivery, attemptEndsAt } of this.#entries) {
      if (left === 0) break; // what waits behind the attempts under way may be long
      if (delivery.state !== "sending") continue;
      left--;
      earliest = Math.min(earliest, attemptEndsAt ?? Infinity);
    }
    return earliest === Infinity ? undefined : earliest;
  }

  #splice(at: number, count: number, entry?: OpenDelivery): void {
    const removed =
      entry === undefined ? this.#entries.splice(at, count) : this.#entries.splice(at, count, entry);
    this.#flying += Number(entry?.delivery.state === "sending");
    for (const old of removed) this.#flying -= Number(old.delivery.state === "sending");
  }

  /** Where the entry of that number stands, or would. */
  #placeOf(arrived: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.arrived ?? Infinity) < arrived) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
