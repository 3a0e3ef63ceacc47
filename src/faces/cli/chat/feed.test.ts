/** A chat's screen follows the daemon: its changes, its loss and its end. */
import { expect, test } from "vitest";
import { KithError } from "../../../base/errors.ts";
import type { Client } from "../parts.ts";
import { FakeDaemon } from "../testing/daemon.ts";
import { until } from "../testing/terminal.ts";
import { Feed, peopleOneByOneMax, reconnectDelaysMs, toldMax } from "./feed.ts";

interface Followed {
  readonly feed: Feed;
  /** Waits that were asked for; each ends when `wake` is called. */
  readonly waits: number[];
  readonly wake: () => void;
  readonly heard: string[];
}

async function followed(
  daemon: FakeDaemon,
  connect = () => Promise.resolve(daemon.connect()),
): Promise<Followed> {
  const waits: number[] = [];
  const heard: string[] = [];
  let woken = Promise.withResolvers<undefined>();
  const feed = new Feed(
    {
      connect,
      sleep: async (ms) => {
        waits.push(ms);
        await woken.promise;
        woken = Promise.withResolvers();
      },
    },
    {
      changed: () => undefined,
      message: ({ arrived }, isNew) => heard.push(`${isNew ? "new" : "changed"} ${arrived}`),
      lost: () => heard.push("lost"),
      stopping: () => heard.push("stopping"),
      found: () => heard.push("found"),
    },
  );
  const client = daemon.connect();
  if (client === undefined) throw new Error("the daemon is not there");
  await feed.begin(client);
  return { feed, waits, heard, wake: () => woken.resolve(undefined) };
}

test("attempts to reach a lost daemon come further and further apart, the last wait for ever", async () => {
  const daemon = new FakeDaemon();
  const { feed, waits, wake, heard } = await followed(daemon);
  daemon.crash();
  const attempts = reconnectDelaysMs.length + 2;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    await until(() => (waits.length === attempt ? true : undefined));
    wake();
  }
  expect(waits.slice(0, reconnectDelaysMs.length)).toEqual(reconnectDelaysMs);
  expect(new Set(waits.slice(reconnectDelaysMs.length))).toEqual(new Set(reconnectDelaysMs.slice(-1)));
  await until(() => (waits.length === attempts + 1 ? true : undefined));
  daemon.start();
  wake();
  await until(() => (feed.isConnected ? true : undefined));
  expect(heard).toEqual(["lost", "found"]);
});

test("a daemon that says that it ends is not looked for", async () => {
  const daemon = new FakeDaemon();
  const { feed, waits, heard } = await followed(daemon);
  daemon.stop();
  await until(() => (heard.includes("stopping") ? true : undefined));
  daemon.crash();
  await until(() => (feed.isConnected ? undefined : true));
  expect(heard).toEqual(["stopping"]);
  expect(waits).toEqual([]);
});

test.each([
  [peopleOneByOneMax, 0],
  [peopleOneByOneMax + 1, 1],
])("%i people who change at once are read by %i lists", async (count, lists) => {
  const daemon = new FakeDaemon();
  const people = Array.from({ length: count }, (_, at) => daemon.addPerson(`person ${at}`));
  const { feed } = await followed(daemon);
  const before = daemon.calls.length;
  for (const { id } of people) {
    const known = daemon.people.get(id);
    if (known !== undefined) daemon.people.set(id, { ...known, online: false });
  }
  daemon.emit(...people.map(({ id }) => ({ kind: "person-changed" as const, person: id })));
  await until(() => ([...feed.screen.people.values()].every(({ online }) => !online) ? true : undefined));
  const asked = daemon.calls.slice(before).map(({ method }) => method);
  expect(asked.filter((method) => method === "people.list")).toHaveLength(lists);
});

test("a message that could not be read when its event came is told after a pause", async () => {
  const daemon = new FakeDaemon();
  const ece = daemon.addPerson("Ece");
  const { waits, wake, heard } = await followed(daemon);
  daemon.answers["messages.get"] = () => {
    throw new KithError("store-failed", { problem: "its file is not open" });
  };
  daemon.hear(ece, "one");
  await until(() => (waits.length === 1 ? true : undefined));
  delete daemon.answers["messages.get"];
  daemon.hear(ece, "two");
  wake();
  await until(() => (heard.length === 2 ? true : undefined));
  expect({ heard, waits }).toEqual({ heard: ["new 1", "new 2"], waits: reconnectDelaysMs.slice(0, 1) });
});

test("a message whose event is still on its way is not passed over by a later change of another", async () => {
  const daemon = new FakeDaemon();
  const ece = daemon.addPerson("Ece");
  const { heard, wake } = await followed(daemon);
  const first = daemon.hear(ece, "one");
  await until(() => (heard.length === 1 ? true : undefined));
  daemon.quietly(() => daemon.hear(ece, "two"));
  daemon.settle(first, {});
  await until(() => (heard.length === 2 ? true : undefined));
  daemon.crash();
  daemon.start();
  await until(() => (heard.includes("lost") ? true : undefined));
  wake();
  await until(() => (heard.includes("new 2") ? true : undefined));
  expect(heard.filter((told) => told.startsWith("new"))).toEqual(["new 1", "new 2"]);
});

test.each([
  [
    "dies before it answers",
    (client: Client): Client => ({ ...client, follow: () => Promise.reject(new KithError("daemon-lost")) }),
  ],
  ["cannot be asked at all", (): Client => { throw new Error("connect EACCES"); }], // prettier-ignore
])("a daemon that is found and %s is looked for again", async (_how, spoilt) => {
  const daemon = new FakeDaemon();
  let attempts = 0;
  const connect = async (): Promise<Client | undefined> => {
    const client = await Promise.resolve(daemon.connect());
    return client !== undefined && ++attempts === 1 ? spoilt(client) : client;
  };
  const { feed, heard, waits, wake } = await followed(daemon, connect);
  daemon.crash();
  daemon.start();
  await until(() => (waits.length === 1 ? true : undefined));
  wake();
  await until(() => (waits.length === 2 ? true : undefined));
  expect(feed.isConnected).toBe(false);
  wake();
  await until(() => (feed.isConnected ? true : undefined));
  expect(heard).toEqual(["lost", "found"]);
});

test.each([
  [toldMax - 1, 0],
  [toldMax, 1],
])(
  "after %i new messages everything is caught up with %i times, and each is told once",
  async (count, times) => {
    const daemon = new FakeDaemon();
    const ece = daemon.addPerson("Ece");
    const { heard } = await followed(daemon);
    for (let said = 0; said < count; said++) daemon.hear(ece, "hello");
    const isNew = (told: string) => told.startsWith("new");
    await until(() => (heard.filter(isNew).length >= count ? true : undefined));
    await new Promise(setImmediate);
    const caughtUp = daemon.calls.filter(
      ({ method, params }) => method === "messages.since" && JSON.stringify(params) === '{"after":0}',
    );
    expect(caughtUp).toHaveLength(times);
    expect(new Set(heard.filter(isNew)).size).toBe(count);
  },
);
