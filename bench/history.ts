/** Reading a long history: pages, searches in the loop, and the searches that a worker makes. */
import { join } from "node:path";
import Database from "better-sqlite3-multiple-ciphers";
import { seededRandom, wholeBetween } from "../src/base/random.ts";
import type { Random } from "../src/base/random.ts";
import type { ConversationId } from "../src/base/ids.ts";
import type { Message } from "../src/core/model.ts";
import type { Store } from "../src/core/ports/store.ts";
import { SqliteLongQueries } from "../src/store/sqlite/long-queries.ts";
import { openSqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import { median, Series, timed, timedNow } from "./figure.ts";
import type { Figure, Scale } from "./figure.ts";
import { people, writeHistory } from "./history-file.ts";
import { absentText, beginning, commonWord, hanPair, rareWord } from "./made-up.ts";
import { Stage } from "./stage.ts";

const messages = 1_000_000;
const messagesQuick = 50_000;
/** Rows of a page, and of a search. */
const limit = 50;
/** Of each quick question in one repetition, whose median counts. */
const timesEach = 21;

interface Question {
  readonly what: string;
  readonly aimMs: number;
  readonly ask: (store: Store, random: Random, count: number) => readonly Message[];
}

const newest = { kind: "newest" } as const;

const questions: readonly Question[] = [
  {
    what: "newest page of 50",
    aimMs: 1,
    ask: ({ messages: rows }, random) => rows.page({ conversation: anyOf(random), from: newest, limit }),
  },
  {
    what: "page of 50 around any message",
    aimMs: 1,
    ask: ({ messages: rows }, random, count) =>
      rows.page({
        conversation: anyOf(random),
        from: { kind: "around", number: wholeBetween(random, 1, count) },
        limit,
      }),
  },
  search("a common word", commonWord, 2),
  search("a rare word", rareWord, 2),
  search("two signs of Han", hanPair, 2),
  search("a common word and another that is only begun", `${commonWord} ${beginning}`, 20),
  search("a word that is only begun", beginning, 20),
  {
    what: "search in one conversation, a common word",
    aimMs: 10,
    ask: (store, random) => store.search.find({ text: commonWord, conversation: anyOf(random), limit }),
  },
  {
    what: "search in one conversation, a rare word",
    aimMs: 10,
    ask: (store, random) => store.search.find({ text: rareWord, conversation: anyOf(random), limit }),
  },
];

export function history({ quick }: Scale): Promise<readonly Figure[]> {
  return Stage.use(async (stage) => {
    const file = join(stage.folder, "kith.db");
    const count = quick ? messagesQuick : messages;
    writeHistory(file, count);
    const repetitions = quick ? 3 : 9;
    const what = `among ${count.toLocaleString("en")} messages`;
    return [
      ...opening(file, repetitions, what),
      ...reading(stage, { file, repetitions, count }),
      ...(await searchingLong(stage, file, repetitions)),
    ];
  });
}

function opening(file: string, repetitions: number, what: string): readonly Figure[] {
  const series = new Series<"raw" | "open">();
  for (let left = repetitions; left > 0; left--) {
    series.add(
      "raw",
      timedNow(() => new Database(file).close()),
    );
    series.add(
      "open",
      timedNow(() => openSqliteStore({ file }).close()),
    );
  }
  const raw = series.of("raw", "plain SQLite opens and closes the file");
  return [{ ...series.of("open", `opening the history, ${what}`), unit: "ms", raw, aim: { atMost: 300 } }];
}

interface Reading {
  readonly file: string;
  readonly repetitions: number;
  readonly count: number;
}

function reading(stage: Stage, { file, repetitions, count }: Reading): readonly Figure[] {
  const store = openSqliteStore({ file });
  stage.atEnd(() => store.close());
  const plain = new Database(file, { readonly: true });
  stage.atEnd(() => plain.close());
  const rows = plain.prepare("SELECT * FROM messages WHERE arrived >= ? ORDER BY arrived LIMIT ?");
  const random = seededRandom(3);
  const series = new Series<string>();
  for (let left = repetitions; left > 0; left--) {
    series.add(
      "raw",
      ofMany(() => rows.all(wholeBetween(random, 1, count), limit)),
    );
    for (const { what, ask } of questions)
      series.add(
        what,
        ofMany(() => ask(store, random, count)),
      );
  }
  const raw = series.of("raw", `plain SQLite reads ${limit} rows by primary key`);
  return questions.map(({ what, aimMs }) => ({
    ...series.of(what),
    unit: "ms",
    raw,
    aim: { atMost: aimMs },
  }));
}

async function searchingLong(stage: Stage, file: string, repetitions: number): Promise<readonly Figure[]> {
  const long = new SqliteLongQueries({ file });
  stage.atEnd(() => long.close());
  const plain = new Database(file, { readonly: true });
  stage.atEnd(() => plain.close());
  const like = plain.prepare("SELECT * FROM messages WHERE body LIKE ? ORDER BY arrived DESC LIMIT ?");
  const { signal } = new AbortController();
  await long.ranked({ text: rareWord, limit }, signal); // the worker has started
  const series = new Series<"raw" | "contains" | "ranked">();
  for (let left = Math.min(repetitions, 5); left > 0; left--) {
    series.add(
      "raw",
      timedNow(() => like.all(`%${absentText}%`, limit)),
    );
    series.add("contains", await timed(() => long.contains({ text: absentText, limit }, signal)));
    series.add("ranked", await timed(() => long.ranked({ text: commonWord, limit }, signal)));
  }
  const raw = series.of("raw", "plain SQLite, LIKE through all rows");
  return [
    {
      ...series.of("ranked", "in the worker: a common word, the best of the newest 10,000 hits"),
      ...{ unit: "ms", raw, aim: { atMost: 50 } },
    },
    { ...series.of("contains", "in the worker: letters that stand in no message"), unit: "ms", raw },
  ];
}

function search(kind: string, text: string, aimMs: number): Question {
  return { what: `search, newest 50: ${kind}`, aimMs, ask: (store) => store.search.find({ text, limit }) };
}

/** The median of a repetition: one by one these are too short for the clock. */
function ofMany(work: () => unknown): number {
  return median(Array.from({ length: timesEach }, () => timedNow(work)));
}

/** The history's conversations are counted from 1. */
function anyOf(random: Random): ConversationId {
  return wholeBetween(random, 1, people) as ConversationId;
}
