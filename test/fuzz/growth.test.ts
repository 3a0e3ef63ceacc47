/** Work grows with the length of what a stranger sends, not with its square: counted in the thread's own processor time. */
import { expect, test } from "vitest";
import { toRequest } from "../../src/api/request.ts";
import { harmlessBody, harmlessLine } from "../../src/base/harmless.ts";
import { parseMarkup } from "../../src/base/markup.ts";
import { terms, toQuery } from "../../src/base/search-terms.ts";
import { cells, wrap } from "../../src/base/width.ts";
import { cutName, foldName } from "../../src/core/people/names.ts";
import { formatChatLogLine } from "../../src/networks/lan/chat-log.ts";
import { toRecord } from "../../src/daemon/history-file.ts";
import { readText, splitText } from "../../src/protocols/lan/classic.ts";
import { parseObject } from "../../src/protocols/lan/json.ts";
import { peerStream } from "../../src/protocols/rooms/peer-stream.ts";
import { replyStream } from "../../src/protocols/rooms/reply-stream.ts";
import { requestStream } from "../../src/protocols/rooms/request-stream.ts";
import type { MessageStream } from "../../src/protocols/rooms/stream.ts";
import { toUtf8 } from "../../src/base/bytes.ts";

/** What provokes backtracking, searching again from the start, and strings that are copied at each step. */
const repeated = [
  "*a ",
  "*_~`",
  "`",
  "`a",
  "```\n",
  "```a\nb\n",
  "> ",
  "> \n",
  "https://(",
  "mailto:.",
  "\r\n",
  "::\r\n",
  "\n",
  ":",
  " ",
  "a",
  "a b",
  "[",
  '{"a":',
  '"\\',
  "\u0301",
  "\u200d",
  "👩‍",
  "क्",
  "漢",
  "\ud800",
  "ß",
  "\u202e\u0007",
  "ﷺ",
] as const;

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  markup: parseMarkup,
  "a harmless line": harmlessLine,
  "a harmless body": harmlessBody,
  cells,
  "lines of a column": (text) => wrap(text, 40),
  terms,
  "a query": toQuery,
  "a name": (text) => foldName(cutName(text)),
  "a classic text": (text) => readText(toUtf8(text), "bob"),
  "pieces of a text": splitText,
  "an object in JSON": (text) => parseObject(toUtf8(`{"a":${text}`)),
  "a request": toRequest,
  "a line of an import": toRecord,
  "a link between peers": (text) => readAll(peerStream(), text),
  "a room server's replies": (text) => readAll(replyStream(), `M:1:${text}`),
  "a room server's requests": (text) => readAll(requestStream(), text),
  "a line of the chat log": (text) => formatChatLogLine({ time: "", direction: "in", name: text, text }),
};

/** In many small chunks, as a slow link brings it. */
function readAll(stream: MessageStream<unknown>, text: string): void {
  const bytes = toUtf8(text);
  for (let at = 0; at < bytes.length; at += 16) {
    stream.push(bytes.slice(at, at + 16), 0);
    while (stream.next(0) !== undefined);
  }
}

const shortLength = 2_000;
const times = 16;
/** Linear work on the long text is as much as that on as many short ones; squared work is 16 times as much. */
const growthMax = 5;
/** Less than this is no burden, and cannot be measured well. */
const littleMs = 20;

test.each(Object.entries(readers))("reading %s", (_, read) => {
  for (const unit of repeated) {
    const short = unit.repeat(shortLength / unit.length);
    const long = short.repeat(times);
    const readAll = (): void => {
      for (let i = 0; i < times; i++) read(short);
    };
    const isLinear = (): boolean => {
      const spent = spentOn(() => read(long));
      return spent < littleMs || spent < growthMax * spentOn(readAll);
    };
    // The machine may have had other things to do just then: what is squared is so every time.
    expect(isLinear() || isLinear() || isLinear() || isLinear(), JSON.stringify(unit)).toBe(true);
  }
});

function spentOn(work: () => unknown): number {
  const begin = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(begin);
  return (user + system) / 1_000;
}
