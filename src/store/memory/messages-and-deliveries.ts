/** The memory store's messages, what was seen of others, and what became of mine. */
import { assert, present } from "../../base/assert.ts";
import type { MessageId } from "../../base/ids.ts";
import type { Message } from "../../core/model.ts";
import type { DeliveryStore, MessageStore, PageQuery } from "../../core/ports/store.ts";
import { checkLimit, checkMoments } from "../checks.ts";
import { isUnsettled } from "./tables.ts";
import type { Tables } from "./tables.ts";

export function memoryMessages(tables: Tables, writable: () => Tables): MessageStore {
  return {
    add(message) {
      checkMoments(message);
      assert(!tables.arrivedOf.has(message.id), `message ${message.id} is stored already`);
      const arrived = writable().next("number");
      const added = { ...message, arrived, changed: arrived };
      tables.append(added);
      tables.changes.add(added);
      return added;
    },
    change(message) {
      checkMoments(message);
      const before = tables.messageAt(arrivedOf(tables, message.id));
      const { conversation, arrived } = before;
      const changed = { ...message, conversation, arrived, changed: writable().next("number") };
      tables.messages.set(arrived, changed);
      tables.changes.add(changed);
      return changed;
    },
    get(id) {
      const arrived = tables.arrivedOf.get(id);
      return arrived === undefined ? undefined : tables.messageAt(arrived);
    },
    at(numbers) {
      const sought = [...new Set(numbers)].sort((a, b) => a - b);
      return sought.flatMap((number) => tables.messages.get(number) ?? []);
    },
    page: (query) => page(tables, query),
    since: (after, limit) => changedSince(tables, after, limit),
    lastNumber: () => tables.count("number"),
    seen(mark) {
      const key = `${mark.conversation} ${mark.author} ${mark.wireId}`;
      const before = tables.seen.get(key);
      if (before === undefined) writable().seen.set(key, mark.message);
      return before;
    },
  };
}

export function memoryDeliveries(tables: Tables, writable: () => Tables): DeliveryStore {
  return {
    put(delivery) {
      const arrived = arrivedOf(tables, delivery.message);
      const others = (tables.deliveries.get(arrived) ?? []).filter((d) => d.recipient !== delivery.recipient);
      const all = [...others, delivery].sort((a, b) => (a.recipient ?? 0) - (b.recipient ?? 0));
      writable().setDeliveries(arrived, all);
    },
    of: (messages) =>
      messages.flatMap((id) => {
        const arrived = tables.arrivedOf.get(id);
        return arrived === undefined ? [] : (tables.deliveries.get(arrived) ?? []);
      }),
    open() {
      const oldestFirst = [...tables.unsettled.entries()].sort(([a], [b]) => a - b);
      return oldestFirst.flatMap(([arrived]) => (tables.deliveries.get(arrived) ?? []).filter(isUnsettled));
    },
  };
}

function arrivedOf(tables: Tables, id: MessageId): number {
  return present(tables.arrivedOf.get(id), `message ${id}`);
}

function page(tables: Tables, { conversation, from, limit }: PageQuery): readonly Message[] {
  checkLimit(limit);
  const order = tables.orderOf(conversation);
  const [start, end] = stretch();
  return order.slice(Math.max(start, 0), end).map((arrived) => tables.messageAt(arrived));

  function stretch(): readonly [start: number, end: number] {
    if (from.kind === "newest") return [order.length - limit, order.length];
    const before = order.countWhile((arrived) => arrived < from.number);
    if (from.kind === "before") return [before - limit, before];
    const after = order.countWhile((arrived) => arrived <= from.number);
    if (from.kind === "after") return [after, after + limit];
    const half = Math.floor(limit / 2);
    return [before - half, before + (limit - half)];
  }
}

function changedSince(tables: Tables, after: number, limit: number): readonly Message[] {
  checkLimit(limit);
  const found: Message[] = [];
  for (let at = tables.changes.countWhile((change) => change.changed <= after); found.length < limit; at++) {
    const change = tables.changes.at(at);
    if (change === undefined) break;
    const message = tables.messageAt(change.arrived);
    if (message.changed === change.changed) found.push(message);
  }
  return found;
}
