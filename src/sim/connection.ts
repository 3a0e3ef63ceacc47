/** What a program sees of its end of a stream, and what it is told of it. */
import type { Address, LinkTrouble } from "../protocols/machine.ts";

export interface ConnectionHooks {
  up(): void;
  bytes(bytes: Uint8Array): void;
  /** The other side has finished writing. */
  end(): void;
  /** The last that is told; without a reason after a clean end of both sides. */
  down(why?: LinkTrouble): void;
  /** All that had to wait is on its way. */
  drained(): void;
}

export interface Connection {
  readonly local: Address;
  readonly remote: Address;
  hooks: ConnectionHooks | undefined;
  readonly isOpen: boolean;
  readonly isEnded: boolean;
  /** Bytes that were written and are not on their way. */
  readonly unsent: number;
  write(bytes: Uint8Array): void;
  /** What was written still goes out. */
  end(): void;
  reading(on: boolean): void;
  /** An open stream is asked for a sign of life after so much silence. */
  keepAlive(silenceMs: number): void;
  /** Closed at once. What was not on its way is lost; the other side is told by a reset, or takes it for a good end. */
  abort(sign: "reset" | "end"): void;
  /** The host is gone without a word; when it is back it knows nothing of this stream. */
  vanish(): void;
}
