/** The API as a client meets it, over channels in memory. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { KithError } from "../base/errors.ts";
import type { NetworkName } from "../base/ids.ts";
import { Client } from "./client.ts";
import type { Channel } from "./channel.ts";
import { methods } from "./methods.ts";
import type { Event } from "./records.ts";
import { batchMax, nestingMax } from "./request.ts";
import { ApiServer } from "./server.ts";
import type { Answers } from "./server.ts";
import { eventsUnsentMax, requestsRunningMax } from "./session.ts";
import type { Session } from "./session.ts";
import { requestBytesMax } from "./wire.ts";

test("a call is answered with what the method answers", async () => {
  const { client } = world({ "system.stop": () => ({ done: true }) });
  expect(await client.call("system.stop", {})).toEqual({ done: true });
});

test("a method sees its parameters checked", async () => {
  const seen: unknown[] = [];
  const { client } = world({
    "people.find": (params) => {
      seen.push(params);
      return { people: [] };
    },
  });
  await client.call("people.find", { who: "bob" });
  expect(seen).toEqual([{ who: "bob" }]);
});

test("a KithError reaches the caller with its code, its details and what to do", async () => {
  const { client } = world({
    "people.find": () => {
      throw new KithError("no-such-person", { name: "bob" });
    },
  });
  await expect(client.call("people.find", { who: "bob" })).rejects.toMatchObject({
    code: "no-such-person",
    details: { name: "bob" },
    message: "Nobody is known by the name bob",
    mend: "See `kith people`; a room is written with its sign, '#lobby'.",
  });
});

test("our own mistake is reported here and told without its text", async () => {
  const { client, failures } = world({
    "people.find": () => {
      throw new TypeError("secret");
    },
  });
  const failure = await client.call("people.find", { who: "bob" }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "internal" });
  expect(String(failure)).not.toContain("secret");
  expect(failures).toEqual(["people.find"]);
});

test.each([
  ["no parameter that it needs", { method: "people.find", params: {} }, "who"],
  ["a parameter it does not know", { method: "people.find", params: { who: 1, whom: 2 } }, "whom"],
  [
    "an unknown key further in",
    { method: "messages.send", params: { to: { who: 1, x: 2 }, text: "" } },
    "to",
  ],
  ["a wrong type", { method: "people.verify", params: { who: 1, verified: "yes" } }, "verified"],
  ["a list instead of names", { method: "people.find", params: [1] }, "expected object"],
])("a request with %s is refused and the place is named", async (_, request, place) => {
  const answer = await world({}).ask({ jsonrpc: "2.0", id: 1, ...request });
  expect(answer).toMatchObject({ id: 1, error: { code: -32_602, data: { code: "bad-parameters" } } });
  expect(JSON.stringify(answer)).toContain(place);
});

test("a method that does not exist is named", async () => {
  for (const method of ["people.fnid", "constructor", "__proto__"]) {
    expect(await world({}).ask({ jsonrpc: "2.0", id: 7, method })).toMatchObject({
      id: 7,
      error: { code: -32_601, data: { code: "no-such-method", details: { method } } },
    });
  }
});

test.each([
  "",
  "{",
  "null",
  "0",
  '"x"',
  "[]",
  "[null]",
  "[1]",
  "{}",
  '{"jsonrpc":"2.0","id":{},"method":"system.stop"}',
])("%j is no request and is answered as such", async (text) => {
  expect(await world({}).askText(text)).toMatchObject({
    id: null,
    error: { data: { code: "not-a-request" } },
  });
});

test("a request may nest as deep as the limit, and no deeper", async () => {
  const nested = (depth: number): string =>
    `{"jsonrpc":"2.0","id":1,"method":"people.find","params":{"who":${"[".repeat(depth - 2)}${"]".repeat(depth - 2)}}}`;
  expect(await world({}).askText(nested(nestingMax))).toMatchObject({
    error: { data: { code: "bad-parameters" } },
  });
  expect(await world({}).askText(nested(nestingMax + 1))).toMatchObject({
    error: { data: { code: "not-a-request" } },
  });
  expect(await world({}).askText("[".repeat(100_000))).toMatchObject({
    error: { data: { code: "not-a-request" } },
  });
});

test("brackets inside a text are no nesting", async () => {
  const { client } = world({ "people.find": () => ({ people: [] }) });
  expect(await client.call("people.find", { who: `"\\${"[".repeat(100)}` })).toEqual({ people: [] });
});

test("a request may be as long as the limit, and no longer", async () => {
  const text = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "system.stop" });
  const { askText } = world({ "system.stop": () => ({ done: true }) });
  expect(await askText(text.padEnd(requestBytesMax))).toMatchObject({ result: { done: true } });
  expect(await askText(text.padEnd(requestBytesMax + 1))).toMatchObject({
    error: { data: { code: "request-too-long" } },
  });
});

test("a client does not even send what is too long", async () => {
  await expect(
    world({}).client.call("people.find", { who: "x".repeat(requestBytesMax) }),
  ).rejects.toMatchObject({
    code: "request-too-long",
  });
});

test("a batch is answered as one, up to its limit", async () => {
  const { ask } = world({ "system.stop": () => ({ done: true }) });
  const batch = (count: number): unknown[] =>
    Array.from({ length: count }, (_, id) => ({ jsonrpc: "2.0", id, method: "system.stop" }));
  expect(await ask(batch(batchMax))).toHaveLength(batchMax);
  expect(await ask(batch(batchMax + 1))).toMatchObject({ error: { data: { code: "not-a-request" } } });
});

test("a connection has so many requests under way and no more; the next begin when one is done", async () => {
  const gates: (() => void)[] = [];
  const { client, pipe } = world({
    "system.stop": () => new Promise((resolve) => gates.push(() => resolve({ done: true }))),
  });
  const calls = Array.from({ length: requestsRunningMax + 1 }, () => client.call("system.stop", {}));
  await settled();
  expect(gates).toHaveLength(requestsRunningMax);
  expect(pipe.isReading).toBe(false);
  gates.shift()?.();
  await calls[0];
  await settled();
  expect(gates).toHaveLength(requestsRunningMax);
  expect(pipe.isReading).toBe(false);
  for (const open of gates) open();
  await Promise.all(calls);
  expect(pipe.isReading).toBe(true);
});

test("calls that are under way when the connection ends say so, and so do later ones", async () => {
  const { client, pipe } = world({ "system.stop": () => new Promise(() => undefined) });
  const call = client.call("system.stop", {});
  pipe.end();
  await expect(call).rejects.toMatchObject({ code: "daemon-lost" });
  await expect(client.call("system.stop", {})).rejects.toMatchObject({ code: "daemon-lost" });
  await client.closed;
});

test("who follows is told what happens, with the cursor behind it", async () => {
  const { api, client, news } = world({});
  api.publish([happening(0)]);
  const answer = await client.follow(undefined, (told) => news.push(told));
  expect(answer).toEqual({ cursor: "run.1", resync: false, changed: 42 });
  api.publish([happening(1), happening(2)]);
  expect(news).toEqual([{ cursor: "run.3", events: [happening(1), happening(2)], resync: false }]);
});

test("a farewell is told to all who follow, and over when they have left", async () => {
  const { api, client } = world({});
  const other = connectTo(api);
  let isOver = false;
  await client.follow(undefined, ({ events }) => {
    expect(events).toEqual([{ kind: "stopping" }]);
  });
  await other.client.follow(undefined, () => undefined);
  const over = api.farewell().then(() => (isOver = true));
  client.close();
  await client.closed;
  expect(isOver).toBe(false);
  other.client.close();
  await over;
});

test("a farewell to nobody is over at once", async () => {
  const { api, client } = world({ "system.stop": () => ({ done: true }) });
  await client.call("system.stop", {}); // connected, but not told of events
  await api.farewell();
});

test("who follows from a cursor is told first what was missed", async () => {
  const { api, client, news } = world({});
  const events = Array.from({ length: 2_500 }, (_, i) => happening(i));
  api.publish(events);
  await client.follow("run.10", (told) => news.push(told));
  api.publish([happening(9_999)]);
  expect(news.flatMap((told) => told.events)).toEqual([...events.slice(10), happening(9_999)]);
});

test("who is cut off between two texts of what was missed goes on behind the first", async () => {
  const { api, client, news } = world({});
  const events = Array.from({ length: 2_500 }, (_, i) => happening(i));
  api.publish(events);
  await client.follow("run.0", (told) => news.push(told));
  const [first] = news;
  const again: Event[] = [];
  await connectTo(api).client.follow(first?.cursor, (told) => again.push(...told.events));
  expect([...(first?.events ?? []), ...again]).toEqual(events);
});

test("a turn with more events than one text may have is told in several, and nothing is missed", async () => {
  const { api, client, news } = world({});
  await client.follow(undefined, (told) => news.push(told));
  const events = Array.from({ length: 30_000 }, (_, i) => happening(i));
  api.publish(events);
  expect(news.flatMap((told) => told.events)).toEqual(events);
});

test("one text beyond the limit to somebody who does read is told as a resync at once", async () => {
  const { api, client, news } = world({});
  await client.follow(undefined, (told) => news.push(told));
  const network = "x".repeat(eventsUnsentMax) as NetworkName;
  api.publish([{ kind: "network-changed", network }]);
  api.publish([happening(1)]);
  expect(news).toEqual([
    { cursor: "run.1", events: [], resync: true },
    { cursor: "run.2", events: [happening(1)], resync: false },
  ]);
});

test("what a connection has asked is given up when it ends, and that is no failure", async () => {
  let given: AbortSignal | undefined;
  const { client, pipe, failures } = world({
    "messages.search": (_, left) => {
      given = left;
      return new Promise((_resolve, reject) => {
        left.addEventListener("abort", () => reject(left.reason as Error), { once: true });
      });
    },
  });
  const call = client.call("messages.search", { text: "x" });
  await settled();
  expect(given?.aborted).toBe(false);
  pipe.end();
  await expect(call).rejects.toMatchObject({ code: "daemon-lost" });
  await settled();
  expect([given?.aborted, failures]).toEqual([true, []]);
});

test("who follows from a cursor of another run reads everything again", async () => {
  const { client } = world({});
  expect(await client.follow("other.10", () => undefined)).toEqual({
    ...{ cursor: "run.0", resync: true },
    changed: 42,
  });
});

test("who does not read is cut off at the limit, told so when it reads again, and nobody else notices", async () => {
  const { api, client, pipe, news } = world({});
  const other = connectTo(api);
  const others: unknown[] = [];
  await client.follow(undefined, (told) => news.push(told));
  await other.client.follow(undefined, (told) => others.push(...told.events));
  pipe.stall();
  const portion = Array.from({ length: 1_000 }, (_, i) => happening(i));
  for (let round = 0; round < 40; round++) api.publish(portion);
  expect(pipe.unsent).toBeGreaterThan(eventsUnsentMax * 0.9);
  expect(pipe.unsent).toBeLessThanOrEqual(eventsUnsentMax);
  expect(others).toHaveLength(40_000);
  pipe.flow();
  expect(news.at(-1)).toEqual({ cursor: "run.40000", events: [], resync: true });
  api.publish([happening(1)]);
  expect(news.at(-1)).toEqual({ cursor: "run.40001", events: [happening(1)], resync: false });
});

test("no text whatever makes the server fail, and every answer is JSON-RPC", async () => {
  const { askText } = world({});
  const json = fc.json().map((text) => `{"jsonrpc":"2.0","id":1,"method":"people.find","params":${text}}`);
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json(), json), async (text) => {
      expect(await askText(text)).toMatchObject({
        jsonrpc: "2.0",
        error: { message: expect.any(String) as string },
      });
    }),
  );
});

/** Every method refuses, but those of `answers`. */
function world(answers: Partial<Answers>) {
  const failures: string[] = [];
  const refuse = (): never => {
    throw new KithError("no-such-network", { network: "x" });
  };
  const all = Object.fromEntries(Object.keys(methods).map((name) => [name, refuse])) as unknown as Answers;
  const api = new ApiServer({
    answers: { ...all, ...answers },
    run: "run",
    changed: () => 42,
    failed: (method) => failures.push(method),
  });
  const news: { readonly cursor: string; readonly events: readonly Event[]; readonly resync: boolean }[] = [];
  const askText = (text: string): Promise<unknown> =>
    new Promise((resolve) => {
      const send = (answer: string): void => resolve(JSON.parse(answer));
      const session = api.attach({ send, unsent: 0, reading: () => undefined, close: () => undefined });
      session.received(text);
    });
  return {
    api,
    failures,
    news,
    askText,
    ask: (json: unknown) => askText(JSON.stringify(json)),
    ...connectTo(api),
  };
}

function connectTo(api: ApiServer) {
  const pipe = new Pipe();
  const session = api.attach(pipe);
  const client = new Client((listener) => {
    pipe.deliver = (text) => listener.received(text);
    pipe.ended = () => listener.ended();
    return { send: (text) => session.received(text), close: () => pipe.end() };
  });
  pipe.session = session;
  return { client, pipe };
}

/** A channel that can be stopped from flowing. */
class Pipe implements Channel {
  session: Session | undefined;
  deliver: (text: string) => void = () => undefined;
  ended: () => void = () => undefined;
  isReading = true;
  readonly #held: string[] = [];
  #stalled = false;

  get unsent(): number {
    return this.#held.reduce((sum, text) => sum + text.length, 0);
  }

  send(text: string): void {
    if (this.#stalled) this.#held.push(text);
    else this.deliver(text);
  }

  stall(): void {
    this.#stalled = true;
  }

  flow(): void {
    this.#stalled = false;
    this.#held.splice(0).forEach((text) => this.deliver(text));
    this.session?.drained();
  }

  reading(on: boolean): void {
    this.isReading = on;
  }

  close(): void {
    this.end();
  }

  end(): void {
    this.session?.ended();
    this.ended();
  }
}

function happening(person: number): Event {
  return { kind: "person-changed", person: person as Extract<Event, { kind: "person-changed" }>["person"] };
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
