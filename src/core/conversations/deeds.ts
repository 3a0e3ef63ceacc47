/** What the user does with conversations: opens them, reads on, mutes, pins, and leaves drafts in them. */
import { utf8Length } from "../../base/bytes.ts";
import { KithError } from "../../base/errors.ts";
import type { NetworkName, PersonId } from "../../base/ids.ts";
import type { Command } from "../commands.ts";
import type { History } from "../messages/history.ts";
import type { Conversation } from "../model.ts";
import type { Networks } from "../networks.ts";
import type { People } from "../people/people.ts";
import type { Presences } from "../people/presences.ts";
import { bestContact } from "../people/reaching.ts";
import type { Conversations } from "./conversations.ts";

/** Bytes of UTF-8: twice the longest text that any network carries. */
export const draftBytesMax = 64 * 1024;

export interface ConversationDeedParts {
  readonly people: People;
  readonly presences: Presences;
  readonly networks: Networks;
  readonly conversations: Conversations;
  readonly history: History;
}

export class ConversationDeeds {
  readonly #parts: ConversationDeedParts;

  constructor(parts: ConversationDeedParts) {
    this.#parts = parts;
  }

  /** Without a network: where the person is reached best, among those on which one can speak to somebody alone. */
  open(person: PersonId, network: NetworkName | undefined): Conversation {
    const { people, presences, networks, conversations } = this.#parts;
    const { label } = people.required(person);
    const contacts = people.contactsOf(person);
    const there = contacts.filter(
      (contact) =>
        (network === undefined || contact.network === network) &&
        networks.get(contact.network)?.traits.conversations.includes("direct") !== false,
    );
    const contact = bestContact(there, presences);
    if (contact === undefined)
      throw new KithError("not-reachable", { name: label, network: network ?? "any network" });
    return conversations.open(contact.network, { kind: "direct", person });
  }

  change(command: Extract<Command, { readonly kind: "change-conversation" }>): Conversation {
    const { conversations, history } = this.#parts;
    const before = conversations.answered(command.conversation);
    const { muted = before.muted, pinned = before.pinned } = command;
    const draft = command.draft?.toWellFormed() ?? before.draft;
    const size = utf8Length(draft);
    if (size > draftBytesMax) {
      throw new KithError("text-too-long", { size, network: "a draft", limit: draftBytesMax });
    }
    const changed = conversations.change({ ...before, muted, pinned, draft });
    return history.readUpTo(changed, command.readUpTo ?? 0);
  }
}
