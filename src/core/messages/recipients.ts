/** To whom a message in a conversation goes, and what then stands between it and a listener on the way. */
import type { Contact, Conversation, Secrecy } from "../model.ts";
import type { People } from "../people/people.ts";
import type { Presences } from "../people/presences.ts";
import { bestContact } from "../people/reaching.ts";

export class Recipients {
  readonly #people: People;
  readonly #presences: Presences;

  constructor(people: People, presences: Presences) {
    this.#people = people;
    this.#presences = presences;
  }

  /** The contact by which a person is reached best; all members of a room. */
  of(conversation: Conversation): readonly Contact[] {
    const members = conversation.members.map((member) => this.#people.contact(member.contact));
    const best = conversation.kind === "direct" ? bestContact(members, this.#presences) : undefined;
    return best === undefined ? members : [best];
  }
}

/** Of nobody in particular: that nothing is promised. */
export function leastSecrecy(recipients: readonly Contact[]): Secrecy {
  const secrecies = new Set(recipients.map((contact) => contact.secrecy));
  if (secrecies.has("none") || secrecies.size === 0) return "none";
  return secrecies.has("link") ? "link" : "end-to-end";
}
