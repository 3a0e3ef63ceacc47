/** Feeds a stream of messages in chunks of any length, as networks do, and tells what it yields. */
import type { Reading } from "../messages.ts";
import type { MessageStream } from "../stream.ts";

export function feed<Message>(
  stream: MessageStream<Message>,
  bytes: Uint8Array,
  chunkLength = bytes.length,
): readonly Reading<Message>[] {
  const readings: Reading<Message>[] = [];
  for (let at = 0; at < bytes.length; at += chunkLength) {
    stream.push(bytes.slice(at, at + chunkLength), 0);
    for (let next = stream.next(0); next !== undefined; next = stream.next(0)) readings.push(next);
  }
  return readings;
}

/** What every chunking yields alike; throws where one yields something else. */
export function feedAnyhow<Message>(
  open: () => MessageStream<Message>,
  bytes: Uint8Array,
): readonly Reading<Message>[] {
  const whole = feed(open(), bytes);
  const longest = Math.min(bytes.length, 64);
  for (let length = 1; length <= longest; length++) same(whole, feed(open(), bytes, length), length);
  for (let cut = 1; cut < bytes.length; cut++) {
    const stream = open();
    const halves = [...feed(stream, bytes.subarray(0, cut)), ...feed(stream, bytes.subarray(cut))];
    same(whole, halves, cut);
  }
  return whole;
}

function same(expected: unknown, actual: unknown, where: number): void {
  const [one, other] = [text(expected), text(actual)];
  if (one !== other) throw new Error(`cut at ${String(where)}: ${other}, but whole: ${one}`);
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${String(part)}n` : part));
}
