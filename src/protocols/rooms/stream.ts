/** Messages out of a byte stream, whatever its chunks: one is taken at a time, so that a reader can pause between two. */
import { assert } from "../../base/assert.ts";
import { fromUtf8Leniently } from "../../base/bytes.ts";
import type { Reading, Reject, Violation } from "./messages.ts";

/** What a cutter finds at the beginning of the unread bytes. */
export type Cut<Message> =
  /** Not whole yet. */
  | { readonly kind: "partial" }
  | { readonly kind: "message"; readonly message: Message; readonly length: number }
  | { readonly kind: "reject"; readonly why: Reject; readonly length: number }
  | { readonly kind: "violation"; readonly why: Violation };

/**
 * Cuts the first message off `unread`, which is never empty and only lent. Nothing before `searched` needs to be
 * searched for an end again.
 */
export type Cutter<Message> = (unread: Uint8Array, searched: number) => Cut<Message>;

const nothing: Uint8Array = new Uint8Array(0);

/** Smallest room for unread bytes. */
const capacityMin = 256;

/**
 * Invariants: `#bytes[#from .. #to)` is unread; no message ends before `#from + #searched`; after a violation nothing
 * is read or held any more.
 */
export class MessageStream<Message> {
  readonly #cutter: Cutter<Message>;
  #bytes = nothing;
  #from = 0;
  #to = 0;
  #searched = 0;
  #since = 0;
  #broken = false;

  constructor(cutter: Cutter<Message>) {
    this.#cutter = cutter;
  }

  /** Takes what has arrived; `bytes` is the stream's from here on. */
  push(bytes: Uint8Array, mono: number): void {
    if (this.#broken || bytes.length === 0) return;
    if (this.#from === this.#to) {
      this.#since = mono;
      this.#hold(bytes, bytes.length);
      return;
    }
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#to);
    this.#to += bytes.length;
  }

  /** The next message, or undefined until more has arrived. */
  next(mono: number): Reading<Message> | undefined {
    if (this.#from === this.#to) return undefined;
    const unread = this.#bytes.subarray(this.#from, this.#to);
    const cut = this.#cutter(unread, this.#searched);
    if (cut.kind === "partial") {
      this.#searched = unread.length;
      return undefined;
    }
    if (cut.kind === "violation") {
      this.#broken = true;
      this.#hold(nothing, 0);
      return cut;
    }
    assert(cut.length > 0 && cut.length <= unread.length, "a message is cut off what there is");
    this.#from += cut.length;
    this.#searched = 0;
    this.#since = mono;
    if (this.#from === this.#to) this.#hold(nothing, 0);
    return cut.kind === "message"
      ? { kind: "message", message: cut.message }
      : { kind: "reject", why: cut.why };
  }

  /** Since when (mono, ms) a message stands incomplete; undefined when none does. To be asked when `next` has no more. */
  get partialSince(): number | undefined {
    return this.#from === this.#to ? undefined : this.#since;
  }

  /** Bytes not read yet. */
  get unread(): number {
    return this.#to - this.#from;
  }

  #hold(bytes: Uint8Array, length: number): void {
    this.#bytes = bytes;
    this.#from = 0;
    this.#to = length;
    this.#searched = 0;
  }

  /** Doubles, so that a list of 4 MiB in the smallest chunks is copied a few times, not once for each. */
  #makeRoom(count: number): void {
    if (this.#to + count <= this.#bytes.length) return;
    const unread = this.#bytes.subarray(this.#from, this.#to);
    const bytes = new Uint8Array(Math.max(capacityMin, 2 * (unread.length + count)));
    bytes.set(unread);
    const searched = this.#searched;
    this.#hold(bytes, unread.length);
    this.#searched = searched;
  }
}

const colon = 0x3a;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** What ends a message, in bytes: `::\r\n`. */
export const terminatorLength = 4;

/** Whether `::\r\n` stands at `at`. */
export function endsAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === colon && bytes[at + 1] === colon && lineEndsAt(bytes, at + 2);
}

function lineEndsAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === carriageReturn && bytes[at + 1] === lineFeed;
}

/** Where the first `::\r\n` begins; undefined when there is none. Nothing before `searched` is looked at again. */
export function endOf(bytes: Uint8Array, searched: number): number | undefined {
  return find(bytes, searched, { length: terminatorLength, standsAt: endsAt });
}

interface Mark {
  readonly length: number;
  readonly standsAt: (bytes: Uint8Array, at: number) => boolean;
}

/** By its last byte, the line feed, which `indexOf` finds faster than any loop of ours. */
function find(bytes: Uint8Array, searched: number, mark: Mark): number | undefined {
  let feed = bytes.indexOf(lineFeed, searched);
  while (feed >= 0) {
    const at = feed - mark.length + 1;
    if (at >= 0 && mark.standsAt(bytes, at)) return at;
    feed = bytes.indexOf(lineFeed, feed + 1);
  }
  return undefined;
}

/** The fields of a message without its end. What is no ASCII becomes what no field may be. */
export function fieldsOf(bytes: Uint8Array): readonly string[] {
  return fromUtf8Leniently(bytes).split(":");
}

/** What the fields of a message mean. */
export type Line<Message> =
  { readonly kind: "message"; readonly message: Message } | { readonly kind: "reject"; readonly why: Reject };

interface LineRules<Message> {
  readonly searched: number;
  /** Bytes of a message with its end; the same verdict in whichever chunks it came. */
  readonly lengthMax: number;
  readonly read: (fields: readonly string[]) => Line<Message>;
}

/** Cuts off what ends in `::\r\n`. */
export function cutMessage<Message>(unread: Uint8Array, rules: LineRules<Message>): Cut<Message> {
  return cutAt(unread, rules, { length: terminatorLength, standsAt: endsAt });
}

/** Cuts off what ends in `\r\n`. */
export function cutLine<Message>(unread: Uint8Array, rules: LineRules<Message>): Cut<Message> {
  return cutAt(unread, rules, { length: 2, standsAt: lineEndsAt });
}

function cutAt<Message>(unread: Uint8Array, rules: LineRules<Message>, mark: Mark): Cut<Message> {
  const end = find(unread.subarray(0, rules.lengthMax), rules.searched, mark);
  if (end !== undefined)
    return { ...rules.read(fieldsOf(unread.subarray(0, end))), length: end + mark.length };
  return unread.length < rules.lengthMax ? { kind: "partial" } : { kind: "violation", why: "oversize" };
}
