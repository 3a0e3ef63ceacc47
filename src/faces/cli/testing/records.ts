/** Records of the API for tests: each whole, with what most tests do not care about. */
import type { ContactId, ConversationId, MessageId, NetworkName, PersonId } from "../../../base/ids.ts";
import type { Conversation, Message, Network, Person } from "../../model/records.ts";

/** 22 November 2026, 20:00 UTC. */
export const startOfTests = 1_795_377_600_000;

const lan = "lan" as NetworkName;

export function personRecord(id: PersonId, label: string, facts: Partial<Person>): Person {
  return {
    id,
    label,
    trust: "pinned",
    plainAllowed: false,
    online: true,
    availability: "available",
    contacts: [
      {
        id: id as number as ContactId,
        person: id,
        network: lan,
        identity: `key:${label}`,
        keyed: true,
        name: label,
        secrecy: "end-to-end",
        address: `127.0.0.${id + 1}`,
        fingerprint: "8d1f 22c0 9a3b 77e1",
        lastSeenAt: startOfTests,
      },
    ],
    ...facts,
  };
}

export function conversationRecord(id: ConversationId, person: Person): Conversation {
  return {
    id,
    network: lan,
    kind: "direct",
    title: person.label,
    person: person.id,
    secrecy: person.contacts[0]?.secrecy ?? "none",
    members: [],
    muted: false,
    pinned: false,
    draft: "",
    readUpTo: 0,
    unread: 0,
    newest: 0,
  };
}

export function messageRecord(
  arrived: number,
  { id, secrecy }: Conversation,
  now: number,
): Omit<Message, "mine" | "body"> {
  return {
    id: `m${arrived}`.padEnd(22, "A") as MessageId,
    conversation: id,
    sentAt: now,
    arrivedAt: now,
    arrived,
    changed: arrived,
    secrecy,
    reactions: [],
    deleted: false,
    deliveries: [],
  };
}

export const networkRecord: Network = {
  name: lan,
  kind: "lan",
  health: "up",
  online: 2,
  traits: {
    secrecy: "end-to-end",
    keepsForAbsent: false,
    textBytesMax: 32_768,
    asciiOnly: false,
    receipts: true,
    idsOnWire: true,
    carries: ["text", "action"],
    conversations: ["direct"],
    wholeRoom: false,
  },
  settings: {},
  facts: {},
};
