/** Texts on their way out: each link's own queue, with the gap that other programs need between two texts. */
import type { LinkId } from "../../machine.ts";
import type { Now } from "../../../base/time.ts";
import { earliest, type Emit } from "./contract.ts";

/** Others read once for each message: two that arrive together are one to them. */
export const gapMs = 20;
/** Texts that wait on one link: ten seconds of the fastest talk that the gap lets through. */
export const queueMax = 512;

/** One text for some links. Counts where it still waits and where it was written. */
export interface Parcel {
  readonly bytes: Uint8Array;
  waiting: number;
  written: number;
  /** It waits nowhere any more. */
  readonly over?: () => void;
}

interface Line {
  readonly queue: Parcel[];
  /** Mono ms. */
  readyAt: number;
}

/** Invariants: a text is one write; between two of them on one link lie `gapMs` at least; their order is kept. */
export class Pace {
  readonly #emit: Emit;
  readonly #lines = new Map<LinkId, Line>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  get wakeAt(): number | undefined {
    return earliest(
      [...this.#lines.values()].map(({ queue, readyAt }) => (queue.length > 0 ? readyAt : undefined)),
    );
  }

  /** From here on the link takes texts; the handshake that was written on it just now needs its gap too. */
  open(link: LinkId, now: Now): void {
    this.#lines.set(link, { queue: [], readyAt: now.mono + gapMs });
  }

  /** The link is gone, and what waited for it. */
  close(link: LinkId): void {
    const line = this.#lines.get(link);
    this.#lines.delete(link);
    for (const parcel of line?.queue ?? []) left(parcel, 1);
  }

  /** Whether nothing waits for the link. */
  isIdle(link: LinkId): boolean {
    return (this.#lines.get(link)?.queue.length ?? 0) === 0;
  }

  /** Whether some link has all the texts that may wait. */
  get isFull(): boolean {
    for (const { queue } of this.#lines.values()) if (queue.length >= queueMax) return true;
    return false;
  }

  put(parcel: Parcel, links: readonly LinkId[], now: Now): void {
    const due: LinkId[] = [];
    for (const link of links) {
      const line = this.#lines.get(link);
      if (line === undefined) continue;
      if (line.queue.length > 0 || now.mono < line.readyAt) {
        parcel.waiting += 1;
        line.queue.push(parcel);
      } else {
        line.readyAt = now.mono + gapMs;
        due.push(link);
      }
    }
    this.#write(parcel, due);
  }

  wake(now: Now): void {
    const due = new Map<Parcel, LinkId[]>();
    for (const [link, line] of this.#lines) {
      if (now.mono < line.readyAt) continue;
      const parcel = line.queue.shift();
      if (parcel === undefined) continue;
      line.readyAt = now.mono + gapMs;
      const links = due.get(parcel);
      if (links === undefined) due.set(parcel, [link]);
      else links.push(link);
    }
    for (const [parcel, links] of due) {
      this.#write(parcel, links);
      left(parcel, links.length);
    }
  }

  #write(parcel: Parcel, links: readonly LinkId[]): void {
    if (links.length === 0) return;
    parcel.written += links.length;
    this.#emit({ kind: "write", to: links, bytes: parcel.bytes });
  }
}

function left(parcel: Parcel, count: number): void {
  parcel.waiting -= count;
  if (parcel.waiting === 0) parcel.over?.();
}
