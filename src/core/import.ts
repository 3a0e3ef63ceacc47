/** Merges the messages of an export into this profile: what is here already stays as it is, the rest is added. */
import { KithError } from "../base/errors.ts";
import type { NetworkName } from "../base/ids.ts";
import type { ImportContact, ImportCount, ImportRecord } from "./commands.ts";
import type { Conversations } from "./conversations/conversations.ts";
import type { Imported } from "./imported.ts";
import { blank } from "./messages/history.ts";
import type { Contact, Conversation } from "./model.ts";
import type { Meeting } from "./people/meeting.ts";
import type { MessageStore } from "./ports/store.ts";
import type { Work } from "./work.ts";

/** Records of one command: a slice that the loop takes in without anybody noticing; a file is many of them. */
export const importRecordsMax = 1_000;

export interface ImportParts {
  readonly messages: MessageStore;
  readonly meeting: Meeting;
  readonly conversations: Conversations;
  readonly imported: Imported;
}

/**
 * Imported messages stand in the order of the file behind what is here, and nobody is told of them one by one. They
 * are no news: a conversation without unread messages has none afterwards. Identities in a file are claims: they make
 * people, never pins. What was seen on a wire is not touched; the message ids alone keep a second import from adding.
 */
export class Import {
  readonly #parts: ImportParts;

  constructor(parts: ImportParts) {
    this.#parts = parts;
  }

  run(records: readonly ImportRecord[], work: Work): ImportCount {
    if (records.length > importRecordsMax) {
      const problem = `an import takes at most ${importRecordsMax} records at once`;
      throw new KithError("bad-parameters", { problem });
    }
    const { messages, imported } = this.#parts;
    const before = messages.lastNumber();
    const added = records.filter((record) => this.#merge(record, work)).length;
    if (added > 0) imported.add(before + 1, messages.lastNumber());
    return { added, known: records.length - added };
  }

  #merge({ network, conversation: place, author, message }: ImportRecord, work: Work): boolean {
    const { messages, conversations } = this.#parts;
    if (messages.get(message.id) !== undefined) return false;
    const [conversation, contact] = this.#placeOf(network, place, author, work);
    const authored = author === undefined || contact === undefined ? {} : { author: contact.id };
    const added = messages.add({ ...blank, ...message, ...authored, conversation: conversation.id });
    const noNews = conversation.unread === 0;
    conversations.change({
      ...conversation,
      newest: added.arrived,
      readUpTo: noNews ? added.arrived : conversation.readUpTo,
      unread: noNews || author === undefined ? conversation.unread : conversation.unread + 1,
    });
    return true;
  }

  /** In a direct conversation, whoever is not me is the one it is with, whatever the file calls the author. */
  #placeOf(
    network: NetworkName,
    place: ImportRecord["conversation"],
    author: ImportContact | undefined,
    work: Work,
  ): readonly [Conversation, Contact | undefined] {
    const { conversations, meeting } = this.#parts;
    if (place.kind === "direct") {
      const contact = meeting.claimed(network, place.with, work);
      return [conversations.claim(network, { kind: "direct", person: contact.person }), contact];
    }
    const conversation = conversations.claim(network, place);
    if (author === undefined) return [conversation, undefined];
    const contact = meeting.claimed(network, author, work);
    return [conversations.spoke(conversation, contact), contact];
  }
}
