/** The ids of our own texts: they grow by one, and those of one program's run lie above those of the one before. */
import { fromUtf8, toUtf8 } from "../../../base/bytes.ts";
import type { Ticket } from "../../machine.ts";
import type { Ask } from "./contract.ts";

/** Ids that are remembered ahead: a busy evening's texts cost a few writes. */
export const blockSize = 1_024;
/** Entries of ours that are remembered, by HID: with a port of the system's choice each start has one of its own. */
export const entriesMax = 16;

/**
 * Invariant: an id is used only once the block in which it lies was remembered, or could not be: a disk that fails must
 * not end the talk, and what it costs is that some take a text after the next start for one that they have seen.
 */
export class OwnIds {
  readonly #ask: Ask;
  /** Up to which id each of our entries may have used; the latest entry last. */
  readonly #remembered: Map<bigint, number>;
  #hid = 0n;
  #last = 0;
  #limit = 0;
  #asked: { readonly ticket: Ticket; readonly limit: number } | undefined;
  /** The last block could not be remembered. */
  #isAstray = false;

  constructor(remembered: Uint8Array | undefined, ask: Ask) {
    this.#remembered = readRecord(remembered ?? new Uint8Array(0));
    this.#ask = ask;
  }

  /** From here on ids are those of this entry. */
  enter(hid: bigint): void {
    if (hid === this.#hid) return;
    this.#hid = hid;
    this.#last = this.#remembered.get(hid) ?? 0;
    this.#limit = this.#last;
    this.#asked = undefined;
    this.#rememberAhead();
  }

  /** As handshakes tell it: no text of ours had a greater one. */
  get last(): bigint {
    return BigInt(this.#last);
  }

  /** How many can be used now. */
  get ready(): number {
    return this.#limit - this.#last;
  }

  next(): bigint {
    this.#last += 1;
    if (this.ready < blockSize / 2 || this.#isAstray) this.#rememberAhead();
    return BigInt(this.#last);
  }

  /** Whether it was this answer that was awaited. What is not kept is asked for again with the next id. */
  answered(ticket: Ticket, isKept: boolean): boolean {
    if (this.#asked?.ticket !== ticket) return false;
    this.#limit = this.#asked.limit;
    this.#isAstray = !isKept;
    this.#asked = undefined;
    return true;
  }

  #rememberAhead(): void {
    if (this.#asked !== undefined) return;
    const limit = this.#last + blockSize;
    this.#remembered.delete(this.#hid);
    this.#remembered.set(this.#hid, limit);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > entriesMax && oldest !== undefined) this.#remembered.delete(oldest);
    this.#asked = { ticket: this.#ask({ kind: "remember", record: writeRecord(this.#remembered) }), limit };
  }
}

function writeRecord(remembered: ReadonlyMap<bigint, number>): Uint8Array {
  return toUtf8([...remembered].map(([hid, limit]) => `${hid} ${limit}\n`).join(""));
}

/** What is no line of ours is passed over: at worst ids begin at 1 again. */
function readRecord(record: Uint8Array): Map<bigint, number> {
  const remembered = new Map<bigint, number>();
  for (const line of (fromUtf8(record) ?? "").split("\n")) {
    const [, hid, limit] = /^(\d{1,20}) (\d{1,15})$/.exec(line) ?? [];
    if (hid !== undefined && limit !== undefined) remembered.set(BigInt(hid), Number(limit));
  }
  return remembered;
}
