/** Our own texts: cut into what the wire carries, numbered, put on every link, and what became of each. */
import type { MessageId } from "../../../base/ids.ts";
import { utf8Length } from "../../../base/bytes.ts";
import { cutText } from "../../../base/text-pieces.ts";
import type { Now } from "../../../base/time.ts";
import { encodeText } from "../encode.ts";
import { sentContentBytesMax } from "../limits.ts";
import type { RoomsOutcome, RoomsWhy } from "./contract.ts";
import type { Links } from "./links.ts";
import type { Pace, Parcel } from "./pace.ts";
import type { RoomPlace } from "./place.ts";

/** A long text; more at one time would hold up everybody's talk, at a piece each 20 ms. */
export const textBytesMax = 16 * sentContentBytesMax;
/** Texts that wait until ids are remembered for them: the disk takes moments. */
export const waitingMax = 256;

export interface OwnText {
  readonly message: MessageId;
  readonly text: string;
}

export interface OutgoingParts extends RoomPlace {
  readonly links: Links;
  readonly pace: Pace;
}

interface Waiting {
  readonly message: MessageId;
  readonly pieces: readonly Uint8Array[];
}

/**
 * Invariants: a text ends in exactly one outcome; its pieces go out in order and between them no other of ours; what may
 * have been read by somebody is not to be sent again.
 */
export class OutgoingTexts {
  readonly #parts: OutgoingParts;
  readonly #waiting: Waiting[] = [];

  constructor(parts: OutgoingParts) {
    this.#parts = parts;
  }

  send({ message, text }: OwnText, now: Now): void {
    const size = utf8Length(text);
    if (size > textBytesMax)
      this.#fail(message, { code: "too-long", details: { size, limit: textBytesMax } }, "never");
    else if (this.#parts.links.size === 0) this.#fail(message, { code: "no-link" }, "later");
    else if (this.#parts.pace.isFull || this.#waiting.length >= waitingMax) {
      this.#parts.emit({ kind: "count", what: "send-busy" });
      this.#fail(message, { code: "other", details: { problem: "busy" } }, "later");
    } else {
      this.#waiting.push({ message, pieces: cutText(text, sentContentBytesMax) });
      this.advance(now);
    }
  }

  /** Numbers and sends what ids are remembered for. */
  advance(now: Now): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (next.pieces.length > this.#parts.ids.ready) return;
      this.#waiting.shift();
      this.#flood(next, now);
    }
  }

  close(): void {
    for (const { message } of this.#waiting.splice(0)) this.#fail(message, { code: "not-joined" }, "later");
  }

  #flood({ message, pieces }: Waiting, now: Now): void {
    const { room, membership, ids, links, pace } = this.#parts;
    const { hid, member } = membership.me;
    const parcels: Parcel[] = [];
    const finish = (): void => {
      if (parcels.length === pieces.length && parcels.every(({ waiting }) => waiting === 0))
        this.#finish(message, parcels);
    };
    for (const content of pieces) {
      const id = ids.next();
      const bytes = encodeText({ room, originHid: hid, originUser: member.user, id, content });
      const parcel: Parcel = { bytes, waiting: 0, written: 0, over: finish };
      parcels.push(parcel);
      pace.put(parcel, links.all, now);
    }
    finish();
  }

  #finish(message: MessageId, parcels: readonly Parcel[]): void {
    const written = parcels.filter((parcel) => parcel.written > 0).length;
    if (written === parcels.length) this.#tell(message, { state: "sent" });
    else if (written === 0) this.#fail(message, { code: "no-link" }, "later");
    else
      this.#fail(
        message,
        { code: "outcome-unknown", details: { piece: written, of: parcels.length } },
        "never",
      );
  }

  #fail(message: MessageId, why: RoomsWhy, again: "later" | "never"): void {
    this.#tell(message, { state: "failed", why, again });
  }

  #tell(message: MessageId, outcome: RoomsOutcome): void {
    this.#parts.emit({ kind: "report", report: { kind: "outcome", message, outcome } });
  }
}
