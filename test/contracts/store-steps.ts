/** Random sequences of what a core may ask of a store, and how one is carried out on a store and the model alike. */
import fc from "fast-check";
import { expect } from "vitest";
import type { ContactId, ConversationId, MessageId, NetworkName, PersonId } from "../../src/base/ids.ts";
import type { Body, Conversation, Delivery, Message, Person } from "../../src/core/model.ts";
import type { PageQuery, SearchQuery, Store } from "../../src/core/ports/store.ts";
import type { StoreModel } from "./store-model.ts";

/** `pick` chooses among what exists, whatever that is by then. */
export type Change =
  | {
      readonly kind: "person" | "forget-person" | "contact" | "move-contact" | "conversation";
      readonly pick: number;
    }
  | { readonly kind: "rename" | "draft"; readonly pick: number; readonly text: string }
  | { readonly kind: "message" | "seen-message"; readonly pick: number; readonly body: Body }
  | { readonly kind: "edit"; readonly pick: number; readonly body: Body }
  | { readonly kind: "delete" | "react"; readonly pick: number }
  | { readonly kind: "deliver"; readonly pick: number; readonly state: Delivery["state"] }
  | { readonly kind: "set" | "unset"; readonly key: string; readonly text: string };

export interface Attempt {
  readonly kind: "savepoint";
  readonly changes: readonly Change[];
  readonly fails: boolean;
}

export type Step =
  | { readonly kind: "transaction"; readonly changes: readonly (Change | Attempt)[]; readonly fails: boolean }
  | { readonly kind: "index"; readonly rows: number }
  | { readonly kind: "reopen" };

const words = [
  "rain",
  "rainy",
  "Sonne",
  "café",
  "CAFE",
  "漢字",
  "漢",
  "字典",
  "สวัสดี",
  "🎉",
  "a",
  "",
  "§1",
  '"*',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...words), { maxLength: 5 }).map((some) => some.join(" ")),
  fc.array(fc.constantFrom(...words), { maxLength: 4 }).map((some) => some.join("")),
  fc.string({ unit: "binary", maxLength: 12 }).filter((some) => some.isWellFormed()),
);
const body: fc.Arbitrary<Body> = fc.oneof(
  { weight: 6, arbitrary: text.map((value) => ({ kind: "text" as const, text: value })) },
  text.map((value) => ({ kind: "action" as const, text: value })),
  text.map((name) => ({ kind: "file" as const, name, bytes: 7, transfer: "t" })),
  fc.constant({ kind: "poke" as const }),
  text.map((name) => ({ kind: "system" as const, notice: { code: "joined" as const, name } })),
  text.map((what) => ({ kind: "unknown" as const, what })),
);
const pick = fc.nat(1_000);
const key = fc.constantFrom("network.lan", "network.lan.port", "network.lab", "nick", "networks");

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("person", "forget-person", "contact", "move-contact", "conversation"),
    pick,
  }),
  fc.record({ kind: fc.constantFrom("rename", "draft"), pick, text }),
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("message", "seen-message"), pick, body }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("edit"), pick, body }) },
  fc.record({ kind: fc.constantFrom("delete", "react"), pick }),
  fc.record({
    kind: fc.constant("deliver"),
    pick,
    state: fc.constantFrom("queued", "sending", "sent", "failed"),
  }),
  fc.record({ kind: fc.constantFrom("set", "unset"), key, text }),
);
const attempt: fc.Arbitrary<Attempt> = fc.record({
  kind: fc.constant("savepoint"),
  changes: fc.array(change, { maxLength: 5 }),
  fails: fc.constantFrom(false, true),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("transaction"),
      changes: fc.array(fc.oneof({ weight: 4, arbitrary: change }, attempt), { maxLength: 8 }),
      fails: fc.constantFrom(false, false, true),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("index"), rows: fc.nat(6) }) },
  fc.record({ kind: fc.constant("reopen") }),
);
export const steps = fc.array(step, { minLength: 1, maxLength: 12 });

export const queries: fc.Arbitrary<Omit<SearchQuery, "limit"> & { readonly limit: number }> = fc
  .record({
    text: fc.oneof(text, fc.constantFrom("ra", "rain s", "caf", "字", "สวั", "典")),
    conversation: fc.option(fc.constantFrom(1, 2), { nil: undefined }),
    before: fc.option(fc.nat(40), { nil: undefined }),
    limit: fc.nat(6),
  })
  .map(({ text: sought, conversation, before, limit }) => ({
    text: sought,
    ...(conversation === undefined ? {} : { conversation: conversation as ConversationId }),
    ...(before === undefined ? {} : { before }),
    limit,
  }));

class Undone extends Error {}

/** Does the change on both and expects the same answers. */
export class Pair {
  readonly model: StoreModel;
  store: Store;
  #made = 0;

  constructor(store: Store, model: StoreModel) {
    this.store = store;
    this.model = model;
  }

  transaction(changes: readonly (Change | Attempt)[], fails: boolean): void {
    this.#both(
      (work) => this.store.transaction(work),
      () => {
        for (const one of changes) {
          if (one.kind === "savepoint") this.#savepoint(one);
          else this.#change(one);
        }
      },
      fails,
    );
  }

  #savepoint({ changes, fails }: Attempt): void {
    this.#both(
      (work) => this.store.savepoint(work),
      () => {
        for (const one of changes) this.#change(one);
      },
      fails,
    );
  }

  /** The model's copy and the store's transaction enclose the same work. */
  #both(enclose: (work: () => void) => void, work: () => void, fails: boolean): void {
    const run = (): void =>
      this.model.attempt(() =>
        enclose(() => {
          work();
          if (fails) throw new Undone();
        }),
      );
    if (fails) expect(run).toThrow(Undone);
    else run();
  }

  #change(one: Change): void {
    switch (one.kind) {
      case "person":
      case "forget-person":
      case "contact":
      case "move-contact": {
        this.#changePeople(one.kind, one.pick);
        return;
      }
      case "conversation": {
        same(this.store.conversations.add(conversation), this.model.addConversation(conversation));
        return;
      }
      case "rename": {
        this.#with(this.model.people, one.pick, (person) => {
          const renamed: Person = {
            ...person,
            givenName: one.text,
            trust: "verified",
            sharesNameWith: person.id,
          };
          this.store.people.change(renamed);
          this.model.changePerson(renamed);
        });
        return;
      }
      case "draft": {
        this.#with(this.model.conversations, one.pick, (before) => {
          const changed: Conversation = { ...before, draft: one.text, room: "r", unread: before.unread + 1 };
          this.store.conversations.change(changed);
          this.model.changeConversation(changed);
        });
        return;
      }
      case "message":
      case "seen-message": {
        this.#addMessage(one.kind === "seen-message", one.pick, one.body);
        return;
      }
      case "edit": {
        this.#changeMessage(one.pick, { body: one.body, editedAt: 5 });
        return;
      }
      case "delete": {
        this.#changeMessage(one.pick, { body: { kind: "text", text: "" }, deleted: true });
        return;
      }
      case "react": {
        this.#changeMessage(one.pick, {
          reactions: [{ by: 1 as ContactId, sign: "👍" }, { sign: "x" }],
        });
        return;
      }
      case "deliver": {
        this.#deliver(one.pick, one.state);
        return;
      }
      case "set": {
        this.store.settings.put(one.key, one.text);
        this.model.putSetting(one.key, one.text);
        return;
      }
      case "unset": {
        this.store.settings.remove(one.key);
        this.model.removeSetting(one.key);
        return;
      }
    }
  }

  #changePeople(kind: "person" | "forget-person" | "contact" | "move-contact", pickOf: number): void {
    if (kind === "person") {
      same(this.store.people.add(person), this.model.addPerson(person));
      return;
    }
    this.#with(this.model.people, pickOf, ({ id }) => {
      if (kind === "forget-person") {
        this.store.people.remove(id);
        this.model.removePerson(id);
      } else if (kind === "contact") {
        same(this.store.people.addContact(contactOf(id)), this.model.addContact(contactOf(id)));
      } else {
        this.#with(this.model.contacts, pickOf, (contact) => {
          const moved = { ...contact, person: id, address: "192.0.2.1:9", lastSeenAt: 1_700_000_000_000 };
          this.store.people.changeContact(moved);
          this.model.changeContact(moved);
        });
      }
    });
  }

  #addMessage(marked: boolean, pickOf: number, says: Body): void {
    const id = String(++this.#made).padStart(22, "m") as MessageId;
    const inConversation = (1 + (pickOf % 2)) as ConversationId;
    if (marked) {
      const mark = {
        conversation: inConversation,
        author: 3 as ContactId,
        wireId: `w${pickOf % 7}`,
        message: id,
      };
      const before = this.store.messages.seen(mark);
      same(before, this.model.seen(mark));
      if (before !== undefined) return;
    }
    const message = { ...messageOf(id, inConversation, says), ...(marked ? { author: 3 as ContactId } : {}) };
    same(this.store.messages.add(message), this.model.addMessage(message));
  }

  #changeMessage(pickOf: number, by: Partial<Message>): void {
    this.#with(this.model.messages, pickOf, (message) => {
      const changed = { ...message, ...by, conversation: 9 as ConversationId, arrived: 9, changed: 9 };
      same(this.store.messages.change(changed), this.model.changeMessage(changed));
    });
  }

  #deliver(pickOf: number, state: Delivery["state"]): void {
    this.#with(this.model.messages, pickOf, ({ id }) => {
      const recipient = pickOf % 3;
      const to = recipient === 0 ? {} : { recipient: recipient as ContactId };
      const rest =
        state === "failed" ? { why: { code: "too-long" as const, details: { limit: 3 } } } : { nextTryAt: 4 };
      const delivery = { message: id, ...to, state, heldBy: 1, attempts: 2, at: 3, ...rest };
      this.store.deliveries.put(delivery);
      this.model.putDelivery(delivery);
    });
  }

  #with<Value>(values: readonly Value[], pickOf: number, use: (value: Value) => void): void {
    const value = values[pickOf % values.length];
    if (value !== undefined) use(value);
  }
}

function same(ours: unknown, models: unknown): void {
  expect(ours).toStrictEqual(models);
}

export const pages: readonly PageQuery["from"][] = [
  { kind: "newest" },
  { kind: "before", number: 7 },
  { kind: "after", number: 3 },
  { kind: "around", number: 5 },
];

export const person: Omit<Person, "id"> = { label: "Bob", trust: "unknown", plainAllowed: false };

export const conversation: Omit<Conversation, "id"> = {
  network: "lan" as NetworkName,
  kind: "direct",
  person: 1 as PersonId,
  members: [{ contact: 1 as ContactId, role: "owner" }],
  muted: false,
  pinned: true,
  draft: "",
  readUpTo: 0,
  unread: 0,
  newest: 0,
};

export function contactOf(id: PersonId) {
  const secrecy = "link" as const;
  return { person: id, network: "lan" as NetworkName, identity: "key:1", keyed: true, name: "bob", secrecy };
}

export function messageOf(id: MessageId, inConversation: ConversationId, body: Body) {
  const rest = { mine: false, sentAt: 1_700_000_000_000, arrivedAt: 2, secrecy: "none" as const };
  return { id, conversation: inConversation, body, ...rest, reactions: [], deleted: false };
}
