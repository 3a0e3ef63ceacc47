/** Transactions whose messages say to which they belong and how many they are, so that half of one is noticed. */
import { KithError } from "../../src/base/errors.ts";
import type { ContactId, ConversationId, MessageId } from "../../src/base/ids.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";

const conversation = 1 as ConversationId;
const contact = 1 as ContactId;
const rowsMax = 100_000;
const lastKey = "transactions";

/** Every second message is mine and has a delivery; the others have come and are marked as seen. */
export function putTransaction(
  store: Store,
  number: number,
  { parts, textBytes }: { readonly parts: number; readonly textBytes: number },
): void {
  for (let part = 1; part <= parts; part++) {
    const id = `${number}-${part}`.padEnd(22, "_") as MessageId;
    const mine = part % 2 === 0;
    if (!mine) store.messages.seen({ conversation, author: contact, wireId: id, message: id });
    const text = `kept ${number} ${part} ${parts} ${"x".repeat(textBytes)}`;
    const said = { id, conversation, mine, body: { kind: "text", text } } as const;
    const when = { sentAt: number, arrivedAt: number };
    const rest = { secrecy: "link", reactions: [], deleted: false } as const;
    store.messages.add({ ...said, ...when, ...rest, ...(!mine && { author: contact }) });
    if (mine)
      store.deliveries.put({
        message: id,
        recipient: contact,
        state: "queued",
        heldBy: 0,
        attempts: 0,
        at: 0,
      });
  }
  store.settings.put(lastKey, String(number));
}

export interface Judgement {
  /** Acknowledged transactions that are not there. */
  readonly lost: number;
  /** Anything else that is not as it should be. */
  readonly faults: readonly string[];
  readonly openMs: number;
}

/** Opens the file as a daemon does. */
export function judge(file: string, acknowledged: number, passphrase: string | undefined): Judgement {
  const begun = performance.now();
  try {
    const store = openSqliteStore({ file, ...(passphrase !== undefined && { passphrase }) });
    const openMs = performance.now() - begun;
    try {
      const { last, faults } = read(store);
      return { lost: Math.max(0, acknowledged - last), faults, openMs };
    } finally {
      store.close();
    }
  } catch (error) {
    const problem = error instanceof KithError ? `${error.code}: ${error.message}` : String(error);
    return { lost: 0, faults: [problem], openMs: performance.now() - begun };
  }
}

function read(store: Store): { readonly last: number; readonly faults: readonly string[] } {
  const last = Number(store.settings.get(lastKey) ?? "0");
  const faults: string[] = [];
  const parts = new Map<number, number>();
  const messages = store.messages.since(0, rowsMax);
  for (const { id, body, mine } of messages) {
    const [, number, part, of] = (body.kind === "text" ? body.text : "").split(" ");
    parts.set(Number(number), (parts.get(Number(number)) ?? Number(of)) - 1);
    if (mine && store.deliveries.of([id]).length !== 1) faults.push(`${number}-${part} has no delivery`);
    if (!mine && !wasSeen(store, id)) faults.push(`${number}-${part} has no mark`);
  }
  for (let number = 1; number <= last; number++)
    if (parts.get(number) !== 0) faults.push(`transaction ${number} of ${last} is not whole`);
  if (parts.size !== last) faults.push(`${parts.size} transactions instead of ${last}`);
  const found = store.search.find({ text: "kept", limit: rowsMax }).length;
  if (found !== messages.length) faults.push(`${found} found of ${messages.length}`);
  return { last, faults };
}

/** Asked in a transaction that comes to nothing, since asking leaves a mark. */
function wasSeen(store: Store, id: MessageId): boolean {
  const nothing = new Error("taken back");
  let known: MessageId | undefined;
  try {
    store.transaction(() => {
      known = store.messages.seen({ conversation, author: contact, wireId: id, message: id });
      throw nothing;
    });
  } catch (error) {
    if (error !== nothing) throw error; // acted on: nothing has changed
  }
  return known === id;
}
