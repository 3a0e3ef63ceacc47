/** What every Store promises, as a suite that each of them runs: random sequences against a simple model, and limits. */
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { KithError } from "../../src/base/errors.ts";
import type { ContactId, ConversationId, MessageId } from "../../src/base/ids.ts";
import type { Message } from "../../src/core/model.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { StoreModel } from "./store-model.ts";
import { contactOf, messageOf, Pair, pages, person, queries, steps } from "./store-steps.ts";
import type { Step } from "./store-steps.ts";

/** A place that keeps what is committed while stores on it come and go. */
export interface StorePlace {
  /** The store on it, once the one before is closed; as after a restart. */
  open(): Store;
  remove(): void;
}

/** Sequences that a check runs; KITH_STORE_SEQUENCES=100000 for the long run. */
const sequences = Number(process.env["KITH_STORE_SEQUENCES"] ?? 150);
const longRunMs = 60 * 60 * 1_000;

export function storeContract(name: string, makePlace: () => StorePlace): void {
  describe(`${name} keeps the contract of a store`, () => {
    const places: StorePlace[] = [];
    const newPlace = (): StorePlace => {
      const place = makePlace();
      places.push(place);
      return place;
    };
    afterEach(() => {
      for (const place of places.splice(0)) place.remove();
    });

    test("random work, failures and restarts leave it as the model has it", { timeout: longRunMs }, () => {
      fc.assert(
        fc.property(steps, fc.array(queries, { minLength: 4, maxLength: 8 }), (all, asked) => {
          const place = makePlace();
          const pair = new Pair(place.open(), new StoreModel());
          try {
            for (const step of all) {
              carryOut(step, pair, place);
              compare(pair);
            }
            for (const query of asked)
              expect(pair.store.search.find(query)).toStrictEqual(pair.model.find(query));
          } finally {
            pair.store.close();
            place.remove();
          }
        }),
        { numRuns: sequences },
      );
    });

    test("numbers grow over restarts, and a number that was rolled back was never seen", () => {
      const place = newPlace();
      let store = place.open();
      add(store, "a", "one");
      expect(() =>
        store.transaction(() => {
          add(store, "b", "two", "inside");
          throw new Error("undone");
        }),
      ).toThrow("undone");
      expect(store.messages.lastNumber()).toBe(1);
      store.close();
      store = place.open();
      expect(add(store, "c", "three").arrived).toBe(2);
      store.close();
    });

    test("an item that fails inside a transaction is undone alone", () => {
      const store = newPlace().open();
      store.transaction(() => {
        add(store, "a", "stays", "inside");
        expect(() =>
          store.savepoint(() => {
            add(store, "b", "goes", "inside");
            store.settings.put("goes", "1");
            throw new KithError("text-empty");
          }),
        ).toThrow(KithError);
        store.savepoint(() => add(store, "c", "stays too", "inside"));
      });
      expect(store.search.find({ text: "stays", limit: 9 }).map((m) => m.id)).toEqual([idOf("c"), idOf("a")]);
      expect(store.settings.list("")).toEqual([]);
      expect(store.messages.get(idOf("b"))).toBeUndefined();
      store.close();
    });

    test("what was seen is remembered over index and restart, for each conversation and author by itself", () => {
      const place = newPlace();
      let store = place.open();
      const mark = {
        conversation: 1 as ConversationId,
        author: 1 as ContactId,
        wireId: "w",
        message: idOf("a"),
      };
      const again = { ...mark, message: idOf("b") };
      expect(store.transaction(() => store.messages.seen(mark))).toBeUndefined();
      expect(store.transaction(() => store.messages.seen(again))).toBe(idOf("a"));
      expect(
        store.transaction(() => store.messages.seen({ ...mark, author: 2 as ContactId })),
      ).toBeUndefined();
      store.search.index(10);
      expect(store.transaction(() => store.messages.seen(again))).toBe(idOf("a"));
      store.close();
      store = place.open();
      expect(store.transaction(() => store.messages.seen(again))).toBe(idOf("a"));
      expect(store.transaction(() => store.messages.seen({ ...mark, wireId: "v" }))).toBeUndefined();
      store.close();
    });

    test("an edit, a deletion and a notice are followed by the search, indexed or not", () => {
      const store = newPlace().open();
      for (const when of ["late", "indexed"]) {
        const message = add(store, when, `before ${when}`);
        if (when === "indexed") store.search.index(100);
        const finds = (text: string): number =>
          store.search.find({ text: `${text} ${when}`, limit: 9 }).length;
        expect(finds("before")).toBe(1);
        change(store, { ...message, body: { kind: "text", text: `after ${when}` } });
        expect([finds("before"), finds("after")]).toEqual([0, 1]);
        change(store, { ...message, body: { kind: "text", text: "" }, deleted: true });
        expect(finds("after")).toBe(0);
        change(store, {
          ...message,
          body: { kind: "system", notice: { code: "left", name: `after ${when}` } },
        });
        expect(finds("after")).toBe(0);
        change(store, {
          ...message,
          body: { kind: "file", name: `after-${when}.pdf`, bytes: 1, transfer: "t" },
        });
        expect(finds("after")).toBe(1);
      }
      store.close();
    });

    test("a page and a search give as many as asked for, and no more", () => {
      const store = newPlace().open();
      const conversation = 1 as ConversationId;
      for (const n of [1, 2, 3, 4, 5, 6]) add(store, `m${n}`, "word");
      store.search.index(3);
      for (const limit of [0, 1, 5, 6, 7]) {
        const rows = Math.min(limit, 6);
        expect(store.search.find({ text: "word", limit })).toHaveLength(rows);
        expect(store.messages.page({ conversation, from: { kind: "newest" }, limit })).toHaveLength(rows);
        expect(store.messages.since(0, limit)).toHaveLength(rows);
      }
      expect(() => store.messages.since(0, -1)).toThrow("a limit is a count");
      expect(() => store.search.find({ text: "word", limit: 0.5 })).toThrow("a limit is a count");
      store.close();
    });

    test("mistakes of the caller stop it: no transaction, two at once, the same id twice, unknown ids", () => {
      const store = newPlace().open();
      const stored = add(store, "a", "one");
      expect(() => store.settings.put("k", "v")).toThrow("in a transaction");
      expect(() => store.savepoint(() => 0)).toThrow("within a transaction");
      expect(() => store.transaction(() => store.transaction(() => 0))).toThrow("one transaction at a time");
      expect(() => add(store, "a", "twice")).toThrow("stored already");
      expect(() => change(store, { ...stored, id: idOf("z") })).toThrow("is missing");
      expect(() => change(store, { ...stored, sentAt: 0.5 })).toThrow("no whole number");
      expect(() =>
        store.transaction(() => store.people.change({ ...person, id: contactOf.length as never })),
      ).toThrow("is not stored");
      store.close();
      expect(() => store.transaction(() => 0)).toThrow("none after close");
    });
  });
}

function carryOut(step: Step, pair: Pair, place: StorePlace): void {
  switch (step.kind) {
    case "transaction": {
      pair.transaction(step.changes, step.fails);
      return;
    }
    case "index":
      expect(pair.store.search.index(step.rows).indexed).toBe(pair.model.index(step.rows));
      return;
    case "reopen":
      pair.store.close();
      pair.store = place.open();
  }
}

function compare({ store, model }: Pair): void {
  expect(store.people.list()).toStrictEqual(model.people);
  expect(store.people.contacts()).toStrictEqual(model.contacts);
  expect(store.conversations.list()).toStrictEqual(model.conversations);
  expect(store.messages.lastNumber()).toBe(model.number);
  expect(store.messages.since(0, 1_000)).toStrictEqual(model.since(0, 1_000));
  expect(store.messages.since(model.number - 3, 2)).toStrictEqual(model.since(model.number - 3, 2));
  const ids = model.messages.map((message) => message.id);
  expect(ids.map((id) => store.messages.get(id))).toStrictEqual(ids.map((id) => model.message(id)));
  const numbers = model.messages.map((message) => message.arrived);
  const asked = [...numbers, 0, model.number + 1, ...numbers].toReversed();
  expect(store.messages.at(asked)).toStrictEqual(model.messages);
  expect(store.deliveries.of(ids)).toStrictEqual(model.deliveries(ids));
  expect(store.deliveries.open()).toStrictEqual(model.openDeliveries());
  expect(store.settings.list("network.")).toStrictEqual(model.settings("network."));
  expect(store.settings.get("nick")).toBe(model.settings("nick")[0]?.[1]);
  expect(store.search.left()).toBe(model.left);
  for (const from of pages) {
    const query = { conversation: 1 as ConversationId, from, limit: 3 };
    expect(store.messages.page(query)).toStrictEqual(model.page(query));
  }
}

function idOf(name: string): MessageId {
  return name.padEnd(22, "_") as MessageId;
}

function add(store: Store, name: string, text: string, where: "alone" | "inside" = "alone"): Message {
  const message = messageOf(idOf(name), 1 as ConversationId, { kind: "text", text });
  const work = (): Message => store.messages.add(message);
  return where === "alone" ? store.transaction(work) : work();
}

function change(store: Store, message: Message): void {
  store.transaction(() => store.messages.change(message));
}
