/** What the user does with messages: sends, tries again, gives up, deletes. */
import { utf8Length } from "../../base/bytes.ts";
import { KithError } from "../../base/errors.ts";
import type { MessageId } from "../../base/ids.ts";
import type { Command } from "../commands.ts";
import type { Conversations } from "../conversations/conversations.ts";
import type { Contact, Conversation, Message } from "../model.ts";
import type { Networks } from "../networks.ts";
import type { Doubts } from "../people/doubts.ts";
import type { People } from "../people/people.ts";
import type { MessageStore } from "../ports/store.ts";
import type { Rosters } from "../rooms/rosters.ts";
import type { Work } from "../work.ts";
import { blank, type History } from "./history.ts";
import type { Outbox } from "./outbox.ts";
import { leastSecrecy, type Recipients } from "./recipients.ts";
import type { Route } from "./routes.ts";

/** Bytes of UTF-8 of a text for a network that is not there to say what it carries. */
export const textBytesMax = 32 * 1024;

const beyondAscii = /\P{ASCII}/u;

export type SendMessage = Extract<Command, { readonly kind: "send-message" }>;

export interface MessageDeedParts {
  readonly messages: MessageStore;
  readonly people: People;
  readonly networks: Networks;
  readonly conversations: Conversations;
  readonly recipients: Recipients;
  readonly rosters: Rosters;
  readonly history: History;
  readonly outbox: Outbox;
  readonly doubts: Doubts;
}

export class MessageDeeds {
  readonly #parts: MessageDeedParts;

  constructor(parts: MessageDeedParts) {
    this.#parts = parts;
  }

  send(command: SendMessage, work: Work): Message {
    const { history, outbox } = this.#parts;
    const known = this.#sentBefore(command);
    if (known !== undefined) return known;
    const conversation = this.#parts.conversations.answered(command.conversation);
    const text = this.#checkedText(conversation, command.body);
    const recipients = this.#recipientsOf(conversation);
    const routes = this.#routesTo(conversation, recipients);
    outbox.requireRoom(routes.length);
    this.#requireConsent(conversation, recipients, command.allowPlain === true, work);
    this.#noteUnshowable(conversation, text, work);
    const { wall } = work.now;
    const message = {
      ...blank,
      id: command.message ?? history.freshId(),
      conversation: conversation.id,
      mine: true,
      sentAt: wall,
      arrivedAt: wall,
      body: { kind: command.body.kind, text },
      secrecy: leastSecrecy(recipients),
      ...(command.replyTo === undefined ? {} : { replyTo: command.replyTo }),
    };
    const added = history.add(message, work);
    outbox.add(added, routes, work);
    return added;
  }

  retry(id: MessageId, work: Work): Message {
    const message = this.required(id);
    const conversation = this.#parts.conversations.required(message.conversation);
    if (message.mine && !message.deleted) {
      if (message.secrecy === "none" && conversation.kind === "direct")
        this.#requireConsent(conversation, this.#recipientsOf(conversation), false, work);
      this.#parts.outbox.retry(message, work);
    }
    return message;
  }

  cancel(id: MessageId, work: Work): Message {
    this.#parts.outbox.cancel(id, work);
    return this.required(id);
  }

  delete(id: MessageId, work: Work): Message {
    const message = this.cancel(id, work);
    if (message.deleted) return message;
    work.tell({ kind: "message-changed", conversation: message.conversation, message: id });
    return this.#parts.messages.change({
      ...message,
      body: { kind: "text", text: "" },
      reactions: [],
      deleted: true,
    });
  }

  /** Throws "no-such-message". */
  required(id: MessageId): Message {
    const message = this.#parts.messages.get(id);
    if (message === undefined) throw new KithError("no-such-message", { message: id });
    return message;
  }

  /** The message that this command made when it came before. */
  #sentBefore({ message: id, conversation }: SendMessage): Message | undefined {
    const known = id === undefined ? undefined : this.#parts.messages.get(id);
    if (known === undefined) return undefined;
    if (known.mine && known.conversation === conversation) return known;
    throw new KithError("bad-parameters", { problem: `the message id ${known.id} is another message's` });
  }

  #checkedText({ network }: Conversation, { kind, text: typed }: SendMessage["body"]): string {
    const text = typed.toWellFormed();
    if (text.trim() === "") throw new KithError("text-empty");
    const traits = this.#parts.networks.get(network)?.traits;
    if (traits?.carries.includes(kind) === false) throw new KithError("not-carried", { network, what: kind });
    const limit = traits?.textBytesMax ?? textBytesMax;
    const size = utf8Length(text);
    if (size > limit) throw new KithError("text-too-long", { size, network, limit });
    return text;
  }

  #routesTo(conversation: Conversation, recipients: readonly Contact[]): readonly Route[] {
    const whole = this.#parts.networks.get(conversation.network)?.traits.wholeRoom === true;
    if (whole && conversation.kind === "room") return [{ kind: "room", room: conversation }];
    return recipients.map((contact) => ({ kind: "contact", contact }));
  }

  #noteUnshowable({ id, network }: Conversation, text: string, work: Work): void {
    const { networks, history } = this.#parts;
    const asciiOnly = networks.get(network)?.traits.asciiOnly === true;
    if (asciiOnly && beyondAscii.test(text)) history.noteDaily(id, { code: "ascii-only" }, work);
  }

  /** What is written to a room from elsewhere would be said, later, to whoever is there then: it is refused. */
  #recipientsOf(conversation: Conversation): readonly Contact[] {
    const { id, kind, room = "" } = conversation;
    const recipients = this.#parts.recipients.of(conversation);
    const standing = kind === "room" ? this.#parts.rosters.standing(id) : "connected";
    if (standing !== "connected") {
      const nobody = recipients.length === 0 ? "nobody else is in it" : "nobody there is linked to you yet";
      throw new KithError("not-connected", {
        room,
        problem: standing === "out" ? "you are not in it" : nobody,
      });
    }
    if (recipients.length === 0) throw new KithError("nobody-there", { conversation: id });
    return recipients;
  }

  /** A room is entered knowing how it is; a person is agreed to once, and again when they could be somebody else. */
  #requireConsent(
    conversation: Conversation,
    recipients: readonly Contact[],
    agreed: boolean,
    work: Work,
  ): void {
    if (conversation.kind !== "direct") return;
    const { doubts, history, people } = this.#parts;
    for (const contact of recipients) {
      const { name, secrecy } = contact;
      const doubtful = doubts.settle(contact, agreed);
      const person = people.required(contact.person);
      if (doubtful && secrecy === "none")
        history.noteDaily(conversation.id, { code: "name-shared", name }, work);
      if (secrecy !== "none" || person.plainAllowed) continue;
      if (!agreed) throw new KithError("consent-needed", { name: person.label });
      people.change({ ...person, plainAllowed: true });
      work.tell({ kind: "person-changed", person: person.id });
    }
  }
}
