/** What the tests of the database share: a folder of their own, and messages to fill a store with. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { KithError } from "../../base/errors.ts";
import type { ContactId, ConversationId, MessageId } from "../../base/ids.ts";
import type { NewMessage, Store } from "../../core/ports/store.ts";

/** Gone when the test is over. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "kith-sqlite-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function testMessageId(n: number): MessageId {
  return `message${n}`.padEnd(22, "_") as MessageId;
}

/** Message `n`, of bob in conversation 1. */
export function messageOf(n: number, text: string): NewMessage {
  return {
    id: testMessageId(n),
    conversation: 1 as ConversationId,
    author: 1 as ContactId,
    mine: false,
    sentAt: n,
    arrivedAt: n,
    body: { kind: "text", text },
    secrecy: "link",
    reactions: [],
    deleted: false,
  };
}

/** Within a transaction: seen and stored. */
export function putMessage(store: Store, n: number, text: string): void {
  const message = messageOf(n, text);
  const { id, conversation } = message;
  store.messages.seen({ conversation, author: 1 as ContactId, wireId: id, message: id });
  store.messages.add(message);
}

export function fill(store: Store, count: number, text = "hello world"): void {
  store.transaction(() => {
    for (let n = 1; n <= count; n++) putMessage(store, n, `${text} ${n}`);
  });
}

/** The code of the KithError that `work` throws; another error is passed on, no error is "none". */
export function codeOf(work: () => unknown): string {
  try {
    work();
    return "none";
  } catch (error) {
    if (error instanceof KithError) return error.code;
    throw error;
  }
}
