/** Takes in what networks offer: once each, in the order of arrival, confirmed only when it is committed. */
import { utf8Length } from "../../base/bytes.ts";
import { type ConversationId, type MessageId, type NetworkName, toMessageId } from "../../base/ids.ts";
import type { Conversations } from "../conversations/conversations.ts";
import type { Body, Contact, Conversation } from "../model.ts";
import type { Meeting } from "../people/meeting.ts";
import type { People } from "../people/people.ts";
import type { NetworkEvent, Place } from "../ports/network.ts";
import type { MessageStore } from "../ports/store.ts";
import type { Work } from "../work.ts";
import { blank, type History } from "./history.ts";
import type { Pokes } from "./pokes.ts";

/** Bytes of UTF-8 of one text: twice what the widest wire carries. What is longer is named, not shown. */
export const arrivingTextBytesMax = 64 * 1024;

export interface IntakeParts {
  readonly messages: MessageStore;
  readonly people: People;
  readonly meeting: Meeting;
  readonly conversations: Conversations;
  readonly history: History;
  readonly pokes: Pokes;
}

export class Intake {
  readonly #parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  arrived(
    network: NetworkName,
    event: Extract<NetworkEvent, { readonly kind: "messageArrived" }>,
    work: Work,
  ): void {
    const author = this.#parts.meeting.heard(network, event.from, work);
    const place = this.#conversationOf(author, event.place);
    if (place === undefined) return;
    if (event.body.kind === "poke" && !this.#parts.pokes.take(place.id, author.id, work.now)) return;
    const conversation = this.#spokenIn(place, author);
    const id = this.#newIdOf(event.wireId, conversation, author);
    if (id !== undefined) {
      const { wall } = work.now;
      const { secrecy } = event;
      const sentAt = event.sentAt !== undefined && Number.isSafeInteger(event.sentAt) ? event.sentAt : wall;
      const body = bounded(event.body);
      const message = {
        ...blank,
        id,
        conversation: conversation.id,
        author: author.id,
        sentAt,
        arrivedAt: wall,
      };
      this.#parts.history.add({ ...message, body, secrecy }, work);
    }
    // A repeat is confirmed too: its sender missed the first confirmation.
    if (event.receipt !== undefined) work.do({ kind: "acknowledge", network, receipt: event.receipt });
  }

  /** Messages of that author are known to be missing. */
  missing(network: NetworkName, event: Extract<NetworkEvent, { readonly kind: "gap" }>, work: Work): void {
    const author = this.#parts.people.contactAt(network, event.from);
    if (author === undefined) return;
    const place = this.#conversationOf(author, event.place);
    if (place === undefined) return;
    const conversation = this.#spokenIn(place, author);
    this.#parts.history.note(conversation.id, { code: "gap", name: author.name, count: event.count }, work);
  }

  #conversationOf(author: Contact, place: Place): Conversation | undefined {
    const { network, person } = author;
    return this.#parts.conversations.admit(
      network,
      place.kind === "direct" ? { kind: "direct", person } : place,
    );
  }

  /** Only who is heard: whoever is kept as an author is kept for ever. */
  #spokenIn(conversation: Conversation, author: Contact): Conversation {
    if (conversation.kind === "direct") return conversation;
    return this.#parts.conversations.spoke(conversation, author);
  }

  /**
   * The author's id, so that it is the same everywhere, and the message itself is what a repeat is known by. One of our
   * own where that is no id, or is another message's here: then it was used twice. Undefined for a repeat.
   */
  #newIdOf(wireId: string | undefined, conversation: Conversation, author: Contact): MessageId | undefined {
    const { messages, history } = this.#parts;
    if (wireId === undefined) return history.freshId();
    const id = toMessageId(wireId);
    const known = id === undefined ? undefined : messages.get(id);
    if (known === undefined && id !== undefined) return id;
    const places = this.#placesOf(conversation);
    if (known?.author === author.id && places.includes(known.conversation)) return undefined;
    const mark = { author: author.id, wireId, message: history.freshId() };
    const before = places.map((place) => messages.seen({ ...mark, conversation: place }));
    return before.some((message) => message !== undefined) ? undefined : mark.message;
  }

  /** A direct conversation goes on what was said in those that ended when their people were joined. */
  #placesOf({ id, network, person }: Conversation): readonly ConversationId[] {
    const ended = person === undefined ? [] : this.#parts.conversations.endedWith(network, person);
    return [id, ...ended];
  }
}

function bounded(body: Body): Body {
  if (body.kind !== "text" && body.kind !== "action") return body;
  const text = body.text.toWellFormed();
  const size = utf8Length(text);
  if (size > arrivingTextBytesMax) return { kind: "unknown", what: `a text of ${size} bytes` };
  return { ...body, text };
}
