/** Makes the records of the API out of what the core holds: joined, labelled, with the words a screen needs at once. */
import { createHash } from "node:crypto";
import type * as api from "../api/records.ts";
import type { ContactId, ConversationId, MessageId, NetworkName } from "../base/ids.ts";
import type { Contact, Delivery, Message } from "../core/model.ts";
import type { RoomMember } from "../core/ports/network.ts";
import type { ConversationView, MessageView, PersonView, Queries } from "../core/queries.ts";
import type { Networks } from "./networks.ts";

export class Records {
  readonly #queries: Queries;
  readonly #networks: Pick<Networks, "get"> | undefined;

  /** `networks`: those that may know me by another name than my own. */
  constructor(queries: Queries, networks?: Pick<Networks, "get">) {
    this.#queries = queries;
    this.#networks = networks;
  }

  person({ person, contacts, presence }: PersonView): api.Person {
    const { online, availability, since } = presence;
    return {
      ...person,
      online,
      availability,
      ...(since > 0 ? { since } : {}),
      contacts: contacts.map(contactRecord),
    };
  }

  conversation({ conversation, title, secrecy, standing, last }: ConversationView): api.Conversation {
    const members = conversation.members.map(({ contact, role }) => {
      const { id, label } = this.#queries.personOf(contact);
      return { contact, person: id, label, role };
    });
    const shown = last === undefined ? {} : { last: this.#plain(last) };
    const stands = standing === undefined ? {} : { standing };
    return { ...conversation, title, secrecy, members, ...stands, ...shown };
  }

  message({ message, deliveries }: MessageView): api.Message {
    const records = deliveries.map((delivery) => this.#delivery(delivery, message.conversation));
    return { ...this.#plain(message), deliveries: records };
  }

  /** `me` has no identity, and no person. */
  roomMember(member: RoomMember, network: NetworkName): api.RoomMember {
    const { identity } = member;
    const contact = identity === undefined ? undefined : this.#queries.contactAt(network, identity);
    const person = contact === undefined ? undefined : this.#queries.personOf(contact.id);
    return {
      ...member,
      me: identity === undefined,
      ...(person !== undefined && { person: person.id, label: person.label }),
    };
  }

  /** As it stands now; those that are gone are left out. */
  messages(ids: readonly MessageId[]): readonly api.Message[] {
    return ids.flatMap((id) => {
      const view = this.#queries.message(id);
      return view === undefined ? [] : [this.message(view)];
    });
  }

  /** Without its deliveries. */
  #plain(message: Message): api.Message {
    return { ...message, ...this.#author(message), deliveries: [] };
  }

  #author({ author, mine, conversation }: Message): Pick<api.Message, "authorPerson" | "authorLabel"> {
    if (mine) return { authorLabel: this.#ownNameIn(conversation) };
    if (author === undefined) return {};
    const { id, label } = this.#queries.personOf(author);
    return { authorPerson: id, authorLabel: label };
  }

  /** That by which others know me there. */
  #ownNameIn(conversation: ConversationId): string {
    const network = this.#networks?.get(this.#queries.networkOf(conversation))?.network;
    return network?.rooms?.state().user ?? this.#queries.profile().name;
  }

  #delivery(delivery: Delivery, conversation: ConversationId): api.Delivery {
    const { state, why, heldBy, attempts, nextTryAt, at } = delivery;
    return {
      ...this.#recipient(delivery.recipient, conversation),
      ...{ state, heldBy, attempts, at },
      ...(why !== undefined && { why }),
      ...(nextTryAt !== undefined && { nextTryAt }),
    };
  }

  #recipient(
    recipient: ContactId | undefined,
    room: ConversationId,
  ): Pick<api.Delivery, "recipient" | "label" | "lastSeenAt"> {
    if (recipient === undefined) return { label: this.#queries.titleOf(room) };
    const { id, label } = this.#queries.personOf(recipient);
    const contact = this.#queries.person(id)?.contacts.find((known) => known.id === recipient);
    const lastSeenAt = contact?.lastSeenAt;
    return { recipient, label, ...(lastSeenAt !== undefined && { lastSeenAt }) };
  }
}

function contactRecord(contact: Contact): api.Contact {
  return contact.keyed ? { ...contact, fingerprint: fingerprint(contact.identity) } : contact;
}

const groups = /.{5}/g;

/** Of an identity "key:…": 120 bits in six groups of five letters and digits, as little as eyes can compare and nobody can forge. */
export function fingerprint(identity: string): string {
  const digest = createHash("sha256").update(`kith/fingerprint/1\0${identity}`).digest();
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of digest.subarray(0, 19)) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += alphabet.charAt((held >> (bits - 5)) & 31);
    held &= (1 << bits) - 1;
  }
  return (text.slice(0, 30).match(groups) ?? []).join(" ");
}

/** Without letters and digits that look alike (Crockford's base 32). */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
