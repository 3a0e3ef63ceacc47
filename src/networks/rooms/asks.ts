/** What was asked of the rooms machine and is not answered yet: promises that its reports settle, by their tickets. */
import { KithError } from "../../base/errors.ts";
import type { RoomsReport, RoomsTicket } from "../../protocols/rooms/peer/contract.ts";
import { errorOf } from "./translation.ts";

/** Somebody who presses a key ten times a second until the server answers; more is a program gone wild. */
export const asksMax = 64;

export type RoomsReply = Extract<RoomsReport, { readonly kind: "done" | "listed" | "refused" }>;

interface Ask {
  resolve(rooms: readonly string[]): void;
  reject(error: KithError): void;
}

export class Asks {
  readonly #network: string;
  readonly #open = new Map<RoomsTicket, Ask>();
  #last: RoomsTicket = 0;

  constructor(network: string) {
    this.#network = network;
  }

  /** `tell` hands the question over under its ticket. Resolves with the rooms where they were asked for. */
  async ask(tell: (ticket: RoomsTicket) => void): Promise<readonly string[]> {
    if (this.#open.size >= asksMax) throw new KithError("network-busy", { network: this.#network });
    const ticket = this.ticket();
    return new Promise((resolve, reject) => {
      this.#open.set(ticket, { resolve, reject });
      tell(ticket);
    });
  }

  /** For what is answered before `tell` returns. Throws where it is refused. */
  askNow(tell: (ticket: RoomsTicket) => void): void {
    const refusals: KithError[] = [];
    const ticket = this.ticket();
    this.#open.set(ticket, { resolve: () => undefined, reject: (error) => refusals.push(error) });
    tell(ticket);
    const [refusal] = refusals;
    if (refusal !== undefined) throw refusal;
  }

  /** One of which nobody waits for the answer. */
  ticket(): RoomsTicket {
    return ++this.#last;
  }

  answered(reply: RoomsReply): void {
    const ask = this.#open.get(reply.ticket);
    this.#open.delete(reply.ticket);
    if (reply.kind === "refused") ask?.reject(errorOf(reply.refusal, this.#network));
    else ask?.resolve(reply.kind === "listed" ? reply.rooms : []);
  }

  /** Nobody will answer any more. */
  rejectAll(): void {
    const error = new KithError("network-stopped", { network: this.#network });
    for (const ask of this.#open.values()) ask.reject(error);
    this.#open.clear();
  }
}
