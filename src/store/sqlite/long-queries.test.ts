/** Tests of the long queries, in their worker. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { ConversationId } from "../../base/ids.ts";
import type { Message } from "../../core/model.ts";
import type { LongQueries, Store } from "../../core/ports/store.ts";
import { MemoryStore } from "../memory/memory-store.ts";
import { rankedHitsMax } from "../ranked-hits.ts";
import { longQueriesMax, SqliteLongQueries } from "./long-queries.ts";
import { openSqliteStore } from "./sqlite-store.ts";
import { fill, putMessage, testFolder } from "./testing.ts";

const never = new AbortController().signal;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function open(passphrase?: string): { store: Store; queries: SqliteLongQueries; file: string } {
  const options = {
    file: join(testFolder(), "history.db"),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
  const store = openSqliteStore(options);
  const queries = new SqliteLongQueries({ ...options, idleMs: 50 });
  closing.push(async () => {
    await queries.close();
    store.close();
  });
  return { store, queries, file: options.file };
}

const textOf = (message: Message): string => (message.body.kind === "text" ? message.body.text : "");

const kinds: readonly [string, () => { store: Store; queries: LongQueries }][] = [
  ["SQLite", () => open()],
  ["encrypted SQLite", () => open("secret")],
  [
    "memory",
    () => {
      const store = new MemoryStore();
      return { store, queries: store.longQueries };
    },
  ],
];

describe.each(kinds)("the long queries of %s", (_, make) => {
  test("find a piece of a text in any case, newest first, up to the limit and below a number", async () => {
    const { store, queries } = make();
    fill(store, 5, "Rainbow");
    const found = await queries.contains({ text: "INBOW", limit: 3 }, never);
    expect(found.map(textOf)).toEqual(["Rainbow 5", "Rainbow 4", "Rainbow 3"]);
    expect(await queries.contains({ text: "inbow", before: 3, limit: 9 }, never)).toHaveLength(2);
    expect(
      await queries.contains({ text: "inbow", conversation: 2 as ConversationId, limit: 9 }, never),
    ).toEqual([]);
    expect(await queries.contains({ text: "%", limit: 9 }, never)).toEqual([]);
    expect(await queries.contains({ text: "", limit: 9 }, never)).toEqual([]);
  });

  test("put the best fitting first, whether it is in the index or not", async () => {
    const { store, queries } = make();
    const texts = [
      "rainy season here",
      "rain",
      "rain rain rain",
      "a long story in which some rain fell once",
    ];
    for (const [at, text] of texts.entries()) {
      store.transaction(() => putMessage(store, at, text));
      if (at === 1) store.search.index(2);
    }
    const found = await queries.ranked({ text: "rain", limit: 3 }, never);
    expect(found.map(textOf)).toEqual(
      ["rain rain rain", "rain", texts[3]].toSorted((a, b) => rank(a) - rank(b)),
    );
    expect(await queries.ranked({ text: "…", limit: 3 }, never)).toEqual([]);
  });

  test("rank the newest hits up to the limit, and none beyond", { timeout: 60_000 }, async () => {
    const { store, queries } = make();
    store.transaction(() => {
      putMessage(store, 0, "word");
      for (let n = 1; n <= rankedHitsMax - 1; n++) putMessage(store, n, "word among others");
    });
    const best = async (): Promise<string> =>
      (await queries.ranked({ text: "word", limit: 1 }, never)).map(textOf).join();
    expect(await best()).toBe("word");
    store.transaction(() => putMessage(store, rankedHitsMax, "word among others"));
    expect(await best()).toBe("word among others");
  });

  test("given up before they begin, they fail with the reason", async () => {
    const { queries } = make();
    const reason = new Error("changed my mind");
    await expect(queries.ranked({ text: "x", limit: 1 }, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

function rank(text: string | undefined): number {
  return ["rain", "rain rain rain"].indexOf(text ?? "") === -1 ? 2 : text === "rain rain rain" ? 0 : 1;
}

test("a query that is given up while it runs fails with the reason, and the next one is answered", async () => {
  const { store, queries } = open();
  fill(store, 3_000);
  const controller = new AbortController();
  const given = queries.contains({ text: "nowhere", limit: 1 }, controller.signal);
  const reason = new Error("changed my mind");
  controller.abort(reason);
  await expect(given).rejects.toBe(reason);
  expect(await queries.contains({ text: "world 7", limit: 1 }, never)).toHaveLength(1);
});

test("more than the limit at a time are refused", async () => {
  const { store, queries } = open();
  fill(store, 10);
  const ask = () => queries.contains({ text: "world", limit: 1 }, never);
  const running = Array.from({ length: longQueriesMax }, ask);
  await expect(ask()).rejects.toThrow(`${longQueriesMax} long searches`);
  expect(await Promise.all(running)).toHaveLength(longQueriesMax);
  expect(await ask()).toHaveLength(1);
});

test("closing fails what runs and refuses what comes", async () => {
  const { store, queries } = open();
  fill(store, 10);
  const running = queries.contains({ text: "world", limit: 1 }, never);
  const closed = queries.close();
  await expect(running).rejects.toThrow("being closed");
  await closed;
  await expect(queries.contains({ text: "world", limit: 1 }, never)).rejects.toThrow("is closed");
});

test("a worker that cannot open the file fails the query with the code", async () => {
  const file = join(testFolder(), "history.db");
  writeFileSync(file, "no database");
  const queries = new SqliteLongQueries({ file });
  closing.push(() => queries.close());
  await expect(queries.contains({ text: "x", limit: 1 }, never)).rejects.toMatchObject({ name: "KithError" });
});
