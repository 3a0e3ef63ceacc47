/** What every store requires of the core: a breach is our own mistake. */
import { assert } from "../base/assert.ts";
import type { NewMessage } from "../core/ports/store.ts";

export function checkLimit(limit: number): void {
  assert(Number.isSafeInteger(limit) && limit >= 0, `a limit is a count of rows, not ${String(limit)}`);
}

/** Moments are whole milliseconds: a database column that holds anything would hide a mistake made far away. */
export function checkMoments(message: NewMessage): void {
  const moments = [message.sentAt, message.arrivedAt, message.editedAt ?? 0];
  assert(moments.every(Number.isSafeInteger), `a moment of message ${message.id} is no whole number`);
}
