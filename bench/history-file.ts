/** A profile's history, made up and taken in as if networks had brought it, with its search index caught up. */
import { seededRandom } from "../src/base/random.ts";
import { Chat } from "../src/core/chat.ts";
import { itemsPerTurnMax } from "../src/daemon/loop.ts";
import { openSqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import { networkAdded, startOfTime, Writer } from "./made-up.ts";

/** People who have written, each in a conversation of their own. */
export const people = 20;
/** Rows of one step of indexing. */
const indexRows = 1_000;

export function writeHistory(file: string, messages: number): void {
  const store = openSqliteStore({ file });
  const chat = new Chat({ store, random: seededRandom(1) });
  const writer = new Writer(2);
  const now = { wall: startOfTime, mono: 0 };
  chat.start(now);
  chat.turn([networkAdded], now);
  for (let left = messages; left > 0; left -= itemsPerTurnMax) {
    chat.turn(writer.arrivals(people, Math.min(left, itemsPerTurnMax)), now);
  }
  while (store.search.left() > 0) store.search.index(indexRows);
  store.close();
}
