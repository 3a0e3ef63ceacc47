/** The people, their contacts, and the conversations, in the database. */
import { assert } from "../../base/assert.ts";
import type { ContactId, ConversationId, PersonId } from "../../base/ids.ts";
import type { Conversation, Member } from "../../core/model.ts";
import type { ConversationStore, PeopleStore } from "../../core/ports/store.ts";
import {
  contactValues,
  conversationValues,
  personValues,
  toContact,
  toConversation,
  toPerson,
} from "./rows.ts";
import type { ContactRow, ConversationRow, PersonRow } from "./rows.ts";
import type { Transactions } from "./transactions.ts";

const personColumns = "label, given_name, trust, shares_name_with, plain_allowed";
const contactColumns = "person, network, identity, keyed, name, secrecy, address, last_seen_at";
const conversationColumns =
  "network, kind, person, room, members, muted, pinned, draft, read_up_to, unread, newest";

function insertInto(table: string, columns: string): string {
  return `INSERT INTO ${table} (${columns}) VALUES (${columns.replace(/\w+/g, "?")})`;
}

function updateOf(table: string, columns: string): string {
  return `UPDATE ${table} SET ${columns.replace(/\w+/g, "$& = ?")} WHERE id = ?`;
}

const insertPerson = insertInto("people", personColumns);
const updatePerson = updateOf("people", personColumns);
const insertContact = insertInto("contacts", contactColumns);
const updateContact = updateOf("contacts", contactColumns);
const insertConversation = insertInto("conversations", conversationColumns);
const updateConversation = updateOf("conversations", conversationColumns);

export function sqlitePeople(transactions: Transactions): PeopleStore {
  return {
    add(person) {
      const id = transactions.insert(insertPerson, ...personValues(person)) as PersonId;
      return { ...person, id };
    },
    change(person) {
      const changes = transactions.write(updatePerson, ...personValues(person), person.id);
      assert(changes === 1, `person ${person.id} is not stored`);
    },
    remove: (person) => void transactions.write("DELETE FROM people WHERE id = ?", person),
    list: () => transactions.all<PersonRow>("SELECT * FROM people ORDER BY id").map(toPerson),
    addContact(contact) {
      const id = transactions.insert(insertContact, ...contactValues(contact)) as ContactId;
      return { ...contact, id };
    },
    changeContact(contact) {
      const changes = transactions.write(updateContact, ...contactValues(contact), contact.id);
      assert(changes === 1, `contact ${contact.id} is not stored`);
    },
    contacts: () => transactions.all<ContactRow>("SELECT * FROM contacts ORDER BY id").map(toContact),
  };
}

export function sqliteConversations(transactions: Transactions, file: string): ConversationStore {
  /** Members change rarely, and their conversation with every message: the same list is not written out again. */
  const written = new WeakMap<readonly Member[], string>();
  const valuesOf = (conversation: Omit<Conversation, "id">) => {
    const { members } = conversation;
    const text = written.get(members) ?? JSON.stringify(members);
    written.set(members, text);
    return conversationValues(conversation, text);
  };
  return {
    add(conversation) {
      const id = transactions.insert(insertConversation, ...valuesOf(conversation)) as ConversationId;
      return { ...conversation, id };
    },
    change(conversation) {
      const values = valuesOf(conversation);
      const changes = transactions.write(updateConversation, ...values, conversation.id);
      assert(changes === 1, `conversation ${conversation.id} is not stored`);
    },
    list() {
      const rows = transactions.all<ConversationRow>("SELECT * FROM conversations ORDER BY id");
      return rows.map((row) => toConversation(row, file));
    },
  };
}
