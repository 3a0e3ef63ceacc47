/** A room for tests: its network, its conversation, those who are in it, and the answers to what is asked about it. */
import { KithError } from "../../../base/errors.ts";
import type { ContactId, ConversationId, NetworkName } from "../../../base/ids.ts";
import type { Conversation, Network, Person, RoomMember } from "../../model/records.ts";
import { FakeDaemon } from "./daemon.ts";
import { networkRecord, personRecord, startOfTests } from "./records.ts";

export const roomsName = "rooms" as NetworkName;

export const roomsRecord: Network = {
  ...networkRecord,
  name: roomsName,
  kind: "rooms",
  traits: {
    ...networkRecord.traits,
    secrecy: "none",
    receipts: false,
    carries: ["text", "action", "poke"],
    conversations: ["room"],
    wholeRoom: true,
  },
  settings: { server: "127.0.0.1" },
  facts: { server: "127.0.0.1:32340", address: "127.0.0.9:5000", state: "connected", duplicates: 12 },
};

export interface RoomScene {
  readonly daemon: FakeDaemon;
  readonly bob: Person;
  readonly carol: Person;
  readonly lobby: Conversation;
}

/** I am in it, and linked to somebody. */
export function lobbyRecord(id: ConversationId, people: readonly Person[] = []): Conversation {
  const members = people.flatMap(({ id: person, label, contacts }) =>
    contacts.map((contact) => ({ contact: contact.id, person, label, role: "member" as const })),
  );
  return {
    ...{ id, network: roomsName, kind: "room", title: "lobby", room: "lobby", secrecy: "none" },
    ...{ members, standing: "connected", muted: false, pinned: false, draft: "" },
    ...{ readUpTo: 0, unread: 0, newest: 0 },
  };
}

/** I am in #lobby with bob, who is linked to me, and carol, who is not. */
export function withLobby(): RoomScene {
  const daemon = new FakeDaemon();
  daemon.network = roomsRecord;
  const [bob, carol] = [member(daemon, "bob"), member(daemon, "carol")];
  const lobby = lobbyRecord(1 as ConversationId, [bob, carol]);
  daemon.conversations.set(lobby.id, lobby);
  answerAboutRooms(daemon, lobby, [bob, carol]);
  return { daemon, bob, carol, lobby };
}

/** Somebody whose name proves nothing. */
function member(daemon: FakeDaemon, name: string): Person {
  const { id } = daemon.addPerson(name);
  const contact = { network: roomsName, identity: `name:${name}`, keyed: false, name } as const;
  const reached = { secrecy: "none", address: `127.0.0.${id + 1}:5000` } as const;
  const contacts = [{ id: id as number as ContactId, person: id, ...contact, ...reached }];
  const person = personRecord(id, name, { trust: "unknown", contacts });
  daemon.people.set(id, person);
  return person;
}

function answerAboutRooms(daemon: FakeDaemon, lobby: Conversation, people: readonly Person[]): void {
  const [first, ...others] = people.map(({ id, label, contacts: [contact] }): RoomMember => {
    const link = id === 1 ? "forward" : "none";
    const heard = link === "none" ? {} : { heardAt: startOfTests - 7_000 };
    const address = contact?.address ?? "";
    return { identity: `name:${label}`, name: label, label, person: id, address, me: false, link, ...heard };
  });
  const me: RoomMember = { name: "alice", address: "127.0.0.9:5000", me: true, link: "none" };
  const members = [...(first === undefined ? [] : [first]), me, ...others];
  daemon.answers["rooms.list"] = () => ({
    network: roomsName,
    rooms: [
      { room: "games", joined: false },
      { room: "lobby", joined: true },
    ],
  });
  daemon.answers["rooms.join"] = () => ({ network: roomsName, conversation: lobby, members });
  daemon.answers["rooms.leave"] = () => {
    daemon.changeConversation(lobby, { standing: "out", members: [] });
    return { done: true };
  };
  daemon.answers["rooms.members"] = () => ({
    ...{ network: roomsName, room: "lobby", connected: true, members },
    counters: {
      "texts-shown": 0,
      duplicates: 12,
      "text-duplicate": 12,
      "bytes-sent": 9,
      "unknown-origin": 0,
      "wrong-room": 1,
    },
  });
  daemon.answers["rooms.user"] = ({ name }) => ({ network: roomsName, user: name ?? "alice" });
  daemon.answers["rooms.poke"] = ({ who }) => {
    if (who === undefined) throw new KithError("poke-whom", { members: "bob, carol" });
    return { done: true };
  };
}
