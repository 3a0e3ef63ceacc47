/** What one network brings into its world besides strangers: places to meet, a way to talk there, and what holds of it. */
import type { ConversationId } from "../base/ids.ts";
import type { ChatEvent } from "../core/events.ts";
import type { Store } from "../core/ports/store.ts";
import type { Ledger } from "./ledger.ts";
import type { Options } from "./options.ts";
import type { Person } from "./person.ts";
import type { World } from "./world.ts";

export interface ScenePlace {
  readonly world: World;
  readonly ledger: Ledger;
  readonly options: Options;
  /** Filled before `begin`. */
  readonly people: readonly Person[];
}

/** Without one, people talk two by two, and what is sealed between them is judged. */
export interface Scene {
  /** Everybody has started. */
  begin(): void;
  /** Where somebody who feels like it says something; undefined where there is no place for it now. */
  conversationOf(person: Person): ConversationId | undefined;
  /** Somebody's program has started, once more perhaps. */
  started(person: Person): void;
  happened(person: Person, event: ChatEvent): void;
  /** The faults are over, and everybody is there again: from here on the plug's time of convergence runs. */
  settle(): void;
  /** What somebody's history or place is short of, in words; nothing once all is as it must become after the faults. */
  lacks(person: Person, store: Store): Iterable<string>;
}
