/** Who stands under a key: people by a name of theirs, or by the person whose name they share. */
import type { PersonId } from "../../base/ids.ts";
import { type Journal, JournaledMap } from "../../base/journal.ts";

/** Changes are recorded in the journal. Invariant: the people under a key are sorted by id. */
export class IndexOfPeople<Key> {
  readonly #byKey: JournaledMap<Key, readonly PersonId[]>;

  constructor(journal: Journal) {
    this.#byKey = new JournaledMap(journal);
  }

  at(key: Key): readonly PersonId[] {
    return this.#byKey.get(key) ?? [];
  }

  /** The person stood under the keys `before` and stands under those of `after` from now on. */
  move(id: PersonId, before: ReadonlySet<Key>, after: ReadonlySet<Key>): void {
    for (const key of before) if (!after.has(key)) this.#leave(key, id);
    for (const key of after) if (!before.has(key)) this.#enter(key, id);
  }

  #enter(key: Key, id: PersonId): void {
    const others = this.at(key);
    // Nearly always the one who is known shortest.
    const at = others.findLastIndex((other) => other < id) + 1;
    this.#byKey.set(key, others.toSpliced(at, 0, id));
  }

  #leave(key: Key, id: PersonId): void {
    const others = this.at(key).filter((other) => other !== id);
    if (others.length === 0) this.#byKey.delete(key);
    else this.#byKey.set(key, others);
  }
}
