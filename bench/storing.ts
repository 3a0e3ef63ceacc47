/** Taking messages in: the store alone, and the core with it, in batches as one turn of the loop has them. */
import { join } from "node:path";
import Database from "better-sqlite3-multiple-ciphers";
import { seededRandom } from "../src/base/random.ts";
import { newMessageId } from "../src/base/ids.ts";
import type { ContactId, ConversationId } from "../src/base/ids.ts";
import { Chat } from "../src/core/chat.ts";
import type { NewMessage } from "../src/core/ports/store.ts";
import { itemsPerTurnMax } from "../src/daemon/loop.ts";
import { openSqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import type { SqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import { Series, timedNow } from "./figure.ts";
import type { Figure, Scale } from "./figure.ts";
import { networkAdded, startOfTime, Writer } from "./made-up.ts";
import { Stage } from "./stage.ts";

const batches = 40;
const batchesQuick = 10;
const people = 10;
const indexRows = 1_000;
const now = { wall: startOfTime, mono: 0 };

/** Takes in so many rows; the ms of it, without what is prepared before. */
type Task = (rows: number) => Took;

interface Took {
  readonly ms: number;
  /** With the search index caught up. */
  readonly indexedMs: number;
}

type Name = "raw" | "store" | "core";
type Rates = Series<Name | `${Name} indexed`>;

export function storing({ quick }: Scale): Promise<readonly Figure[]> {
  return Stage.use((stage) => {
    const rows = (quick ? batchesQuick : batches) * itemsPerTurnMax;
    const tasks = { raw: plainSqlite(stage), store: storeAlone(stage), core: coreAndStore(stage) };
    measure(tasks, rows, new Series()); // the code is warm afterwards
    const rates: Rates = new Series();
    for (let left = quick ? 3 : 9; left > 0; left--) measure(tasks, rows, rates);
    return Promise.resolve(figuresOf(rates));
  });
}

function measure(tasks: Readonly<Record<Name, Task>>, rows: number, rates: Rates): void {
  for (const name of ["raw", "store", "core"] as const) {
    const { ms, indexedMs } = tasks[name](rows);
    rates.add(name, rows / (ms / 1_000));
    rates.add(`${name} indexed`, rows / (indexedMs / 1_000));
  }
}

function figuresOf(rates: Rates): readonly Figure[] {
  const common = { unit: "/s", raw: rates.of("raw", "plain SQLite, as durable, no index, rows/s") } as const;
  const turns = `in turns of ${itemsPerTurnMax}`;
  return [
    { ...rates.of("store", `the store takes messages in, ${turns}`), ...common },
    { ...rates.of("store indexed", "the same, search caught up"), ...common },
    { ...rates.of("core", `core and store take messages in, ${turns}`), ...common, aim: { atLeast: 60_000 } },
    { ...rates.of("core indexed", "the same, search caught up"), ...common, aim: { atLeast: 20_000 } },
  ];
}

/** A table with what a message cannot do without, and the settings that make a commit durable. */
function plainSqlite(stage: Stage): Task {
  const database = new Database(join(stage.folder, "plain.db"));
  stage.atEnd(() => database.close());
  for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 4000"]) {
    database.pragma(pragma);
  }
  database.exec(
    "CREATE TABLE m (n INTEGER PRIMARY KEY, id TEXT, conversation INTEGER, sent INTEGER, body TEXT) STRICT",
  );
  const [begin, commit] = [database.prepare("BEGIN IMMEDIATE"), database.prepare("COMMIT")];
  const insert = database.prepare("INSERT INTO m (id, conversation, sent, body) VALUES (?, ?, ?, ?)");
  return (rows) => {
    const turns = turnsOf(newMessages(rows));
    const ms = timedNow(() => {
      for (const turn of turns) {
        begin.run();
        for (const { id, conversation, sentAt, body } of turn)
          insert.run(id, conversation, sentAt, textOf(body));
        commit.run();
      }
    });
    return { ms, indexedMs: ms };
  };
}

function storeAlone(stage: Stage): Task {
  const store = openSqliteStore({ file: join(stage.folder, "store.db") });
  stage.atEnd(() => store.close());
  return (rows) => {
    const turns = turnsOf(newMessages(rows));
    const ms = timedNow(() => {
      for (const turn of turns) store.transaction(() => turn.forEach((message) => takeIn(store, message)));
    });
    return { ms, indexedMs: ms + timedNow(() => catchUp(store)) };
  };
}

/** As the core does it: the message itself says whether it came before. */
function takeIn({ messages }: SqliteStore, message: NewMessage): void {
  if (messages.get(message.id) === undefined) messages.add(message);
}

function coreAndStore(stage: Stage): Task {
  const store = openSqliteStore({ file: join(stage.folder, "core.db") });
  stage.atEnd(() => store.close());
  const chat = new Chat({ store, random: seededRandom(4) });
  chat.start(now);
  chat.turn([networkAdded], now);
  const writer = new Writer(5);
  return (rows) => {
    const turns = turnsOf(writer.arrivals(people, rows));
    const ms = timedNow(() => {
      for (const turn of turns) chat.turn(turn, now);
    });
    return { ms, indexedMs: ms + timedNow(() => catchUp(store)) };
  };
}

function catchUp({ search }: SqliteStore): void {
  while (search.left() > 0) search.index(indexRows);
}

const random = seededRandom(6);
const writer = new Writer(7);
const author = 1 as ContactId;

function newMessages(count: number): NewMessage[] {
  return Array.from({ length: count }, (_, at) => ({
    id: newMessageId(random),
    conversation: ((at % people) + 1) as ConversationId,
    author,
    mine: false,
    sentAt: startOfTime,
    arrivedAt: startOfTime,
    body: { kind: "text", text: writer.text() },
    secrecy: "end-to-end",
    reactions: [],
    deleted: false,
  }));
}

function textOf(body: NewMessage["body"]): string {
  return body.kind === "text" ? body.text : "";
}

function turnsOf<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const turns = Math.ceil(rows.length / itemsPerTurnMax);
  return Array.from({ length: turns }, (_, at) =>
    rows.slice(at * itemsPerTurnMax, (at + 1) * itemsPerTurnMax),
  );
}
