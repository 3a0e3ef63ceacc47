/** The memory store's people, their contacts, and the conversations. */
import { assert } from "../../base/assert.ts";
import type { ContactId, ConversationId, PersonId } from "../../base/ids.ts";
import type { ConversationStore, PeopleStore } from "../../core/ports/store.ts";
import { valuesOf } from "./tables.ts";
import type { Tables } from "./tables.ts";

export function memoryPeople(tables: Tables, writable: () => Tables): PeopleStore {
  return {
    add(person) {
      const added = { ...person, id: writable().next("person") as PersonId };
      tables.people.set(added.id, added);
      return added;
    },
    change(person) {
      assert(tables.people.has(person.id), `person ${person.id} is not stored`);
      writable().people.set(person.id, person);
    },
    remove(person) {
      writable().people.delete(person);
      const theirs = [...tables.contacts.entries()].filter(([, contact]) => contact.person === person);
      for (const [id] of theirs) tables.contacts.delete(id);
    },
    list: () => valuesOf(tables.people),
    addContact(contact) {
      assert(tables.people.has(contact.person), `person ${contact.person} is not stored`);
      const added = { ...contact, id: writable().next("contact") as ContactId };
      tables.contacts.set(added.id, added);
      return added;
    },
    changeContact(contact) {
      assert(tables.contacts.has(contact.id), `contact ${contact.id} is not stored`);
      assert(tables.people.has(contact.person), `person ${contact.person} is not stored`);
      writable().contacts.set(contact.id, contact);
    },
    contacts: () => valuesOf(tables.contacts),
  };
}

export function memoryConversations(tables: Tables, writable: () => Tables): ConversationStore {
  return {
    add(conversation) {
      const added = { ...conversation, id: writable().next("conversation") as ConversationId };
      tables.conversations.set(added.id, added);
      return added;
    },
    change(conversation) {
      assert(tables.conversations.has(conversation.id), `conversation ${conversation.id} is not stored`);
      writable().conversations.set(conversation.id, conversation);
    },
    list: () => valuesOf(tables.conversations),
  };
}
