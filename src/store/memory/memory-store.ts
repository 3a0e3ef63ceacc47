/**
 * The Store port in memory, for tests and the simulator. What was committed is durable: `durable()` hands it out, and
 * a store built from it is the one after a restart. Everything else is lost with the object, as in a crash.
 */
import { assert } from "../../base/assert.ts";
import type {
  ConversationStore,
  DeliveryStore,
  LongQueries,
  MessageStore,
  PeopleStore,
  SearchStore,
  SettingStore,
  Store,
} from "../../core/ports/store.ts";
import { memoryConversations, memoryPeople } from "./people-and-conversations.ts";
import { memoryDeliveries, memoryMessages } from "./messages-and-deliveries.ts";
import { memoryLongQueries, memorySearch } from "./search.ts";
import { memorySettings } from "./settings.ts";
import { Tables } from "./tables.ts";
import type { Snapshot } from "./tables.ts";

export interface MemoryStoreOptions {
  /** What an earlier store has committed; absent for an empty one. */
  readonly from?: Snapshot;
  /** Called at each commit; when it throws (a full disk, a crash), the transaction has not been. */
  readonly commit?: () => void;
  /** Called before each change within a transaction; when it throws, the change has not been. */
  readonly change?: () => void;
}

export class MemoryStore implements Store {
  readonly people: PeopleStore;
  readonly conversations: ConversationStore;
  readonly messages: MessageStore;
  readonly deliveries: DeliveryStore;
  readonly settings: SettingStore;
  readonly search: SearchStore;
  readonly longQueries: LongQueries;
  readonly #tables: Tables;
  readonly #commit: () => void;
  readonly #change: () => void;
  #state: "idle" | "in-transaction" | "closed" = "idle";

  constructor(options: MemoryStoreOptions = {}) {
    this.#tables = new Tables(options.from);
    this.#commit = options.commit ?? ((): void => undefined);
    this.#change = options.change ?? ((): void => undefined);
    const writable = (): Tables => {
      assert(this.#state === "in-transaction", "changes are made in a transaction");
      this.#change();
      return this.#tables;
    };
    this.people = memoryPeople(this.#tables, writable);
    this.conversations = memoryConversations(this.#tables, writable);
    this.messages = memoryMessages(this.#tables, writable);
    this.deliveries = memoryDeliveries(this.#tables, writable);
    this.settings = memorySettings(this.#tables, writable);
    this.search = memorySearch(this.#tables, (work) => this.transaction(work));
    this.longQueries = memoryLongQueries(this.#tables);
  }

  transaction<Value>(work: () => Value): Value {
    assert(this.#state === "idle", "one transaction at a time, and none after close");
    this.#state = "in-transaction";
    try {
      const value = work();
      this.#commit();
      this.#tables.journal.keep();
      return value;
    } catch (error) {
      this.#tables.journal.rollBack(0);
      throw error;
    } finally {
      this.#state = "idle";
    }
  }

  savepoint<Value>(work: () => Value): Value {
    assert(this.#state === "in-transaction", "savepoints are within a transaction");
    const mark = this.#tables.journal.mark();
    try {
      return work();
    } catch (error) {
      this.#tables.journal.rollBack(mark);
      throw error;
    }
  }

  forgetReplaced(): void {
    assert(this.#state === "idle", "what was replaced is forgotten between transactions");
  }

  durable(): Snapshot {
    assert(this.#state !== "in-transaction", "what is not committed is not durable");
    return this.#tables.snapshot();
  }

  close(): void {
    assert(this.#state !== "in-transaction", "a store is closed between transactions");
    this.#state = "closed";
  }
}
