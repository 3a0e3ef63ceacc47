/** Puts messages and notices into conversations: the one place that counts what is new and unread. */
import { type ConversationId, type MessageId, newMessageId } from "../../base/ids.ts";
import { type Journal, JournaledMap } from "../../base/journal.ts";
import type { Random } from "../../base/random.ts";
import { dayMs } from "../../base/time.ts";
import type { Conversations } from "../conversations/conversations.ts";
import type { Conversation, Message, Notice, Secrecy } from "../model.ts";
import type { NewMessage, Store } from "../ports/store.ts";
import { corePrefix } from "../profile.ts";
import type { Work } from "../work.ts";

const plainNotedPrefix = `${corePrefix}plain-noted.`;
/** With the wall ms of the last such notice. */
const notedPrefix = `${corePrefix}noted.`;

/** Rows read at once where unread messages are counted anew. */
const countRows = 500;

export interface HistoryParts {
  readonly store: Pick<Store, "messages" | "settings">;
  readonly conversations: Conversations;
  readonly random: Random;
  readonly journal: Journal;
}

export class History {
  readonly #store: Pick<Store, "messages" | "settings">;
  readonly #conversations: Conversations;
  readonly #random: Random;
  /** Conversations that have said already that they are not encrypted. */
  readonly #plainNoted: JournaledMap<ConversationId, true>;

  constructor({ store, conversations, random, journal }: HistoryParts) {
    this.#store = store;
    this.#conversations = conversations;
    this.#random = random;
    this.#plainNoted = new JournaledMap(journal);
    for (const conversation of conversations.all()) {
      const noted = store.settings.get(plainNotedKey(conversation.id)) !== undefined;
      if (noted) this.#plainNoted.set(conversation.id, true);
    }
  }

  add(message: NewMessage, work: Work): Message {
    if (message.secrecy === "none" && message.body.kind !== "system")
      this.#notePlain(message.conversation, work);
    const added = this.#store.messages.add(message);
    const conversation = this.#conversations.required(message.conversation);
    const unread = conversation.unread + (message.author === undefined ? 0 : 1);
    this.#conversations.change({ ...conversation, newest: added.arrived, unread });
    work.tell({ kind: "message-added", conversation: conversation.id, message: message.id });
    return added;
  }

  /** The conversation itself says something. */
  note(conversation: ConversationId, notice: Notice, work: Work): void {
    const { wall } = work.now;
    const secrecy: Secrecy = "none"; // nothing travels
    const body = { kind: "system" as const, notice };
    const message = {
      ...blank,
      id: this.freshId(),
      conversation,
      sentAt: wall,
      arrivedAt: wall,
      body,
      secrecy,
    };
    this.add(message, work);
  }

  /** A notice that others can cause as often as they like: one of its code a day. */
  noteDaily(
    conversation: ConversationId,
    notice: Extract<Notice, { readonly code: "key-changed" | "name-shared" | "ascii-only" }>,
    work: Work,
  ): void {
    const { settings } = this.#store;
    const key = `${notedPrefix}${notice.code}.${conversation}`;
    const { wall } = work.now;
    // A clock that was set back must not silence it for long.
    if (Math.abs(wall - Number(settings.get(key) ?? -Infinity)) < dayMs) return;
    settings.put(key, String(wall));
    this.note(conversation, notice, work);
  }

  /** Reading never goes back: what was read stays read. */
  readUpTo(conversation: Conversation, number: number): Conversation {
    const readUpTo = Math.min(number, conversation.newest);
    if (readUpTo <= conversation.readUpTo) return conversation;
    const unread = readUpTo === conversation.newest ? 0 : this.#othersAfter(conversation.id, readUpTo);
    return this.#conversations.change({ ...conversation, readUpTo, unread });
  }

  freshId(): MessageId {
    return newMessageId(this.#random);
  }

  /** Gives every message of which only the deliveries changed its next number. */
  flush(work: Work): void {
    for (const id of work.touched) {
      const message = this.#store.messages.get(id);
      if (message !== undefined) this.#store.messages.change(message);
    }
  }

  /** The first message that anybody on the way can read is preceded by saying so, once in a conversation. */
  #notePlain(conversation: ConversationId, work: Work): void {
    if (this.#plainNoted.has(conversation)) return;
    this.#plainNoted.set(conversation, true);
    this.#store.settings.put(plainNotedKey(conversation), "");
    this.note(conversation, { code: "not-encrypted" }, work);
  }

  #othersAfter(conversation: ConversationId, number: number): number {
    let count = 0;
    let after = number;
    for (;;) {
      const from = { kind: "after" as const, number: after };
      const rows = this.#store.messages.page({ conversation, from, limit: countRows });
      count += rows.filter((message) => message.author !== undefined).length;
      const last = rows.at(-1);
      if (last === undefined || rows.length < countRows) return count;
      after = last.arrived;
    }
  }
}

/** What a message is before anything was done to it, by nobody in particular. */
export const blank = { mine: false, reactions: [], deleted: false } as const;

function plainNotedKey(conversation: ConversationId): string {
  return `${plainNotedPrefix}${conversation}`;
}
