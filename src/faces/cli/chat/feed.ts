/** Keeps a chat's screen true to the daemon: reads it whole at first, then what changed, and again after a break. */
import { KithError } from "../../../base/errors.ts";
import { secondMs } from "../../../base/time.ts";
import type { News } from "../../../api/client.ts";
import type { Answer } from "../../../api/methods.ts";
import { emptyScreen, reduce, type Change, type Screen } from "../../model/screen.ts";
import type { Event, Message, Status } from "../../model/records.ts";
import type { Client } from "../parts.ts";

export interface FeedListener {
  /** The screen is another one. */
  changed(before: Screen, after: Screen): void;
  /** A message is new, or in another state than before. */
  message(message: Message, isNew: boolean): void;
  lost(): void;
  /** The daemon was asked to end: it is not looked for again. */
  stopping(): void;
  found(): void;
}

/** Waits between attempts to reach a daemon that was lost, or to read what it could not give; the last one for ever. */
export const reconnectDelaysMs: readonly number[] = [0.2, 0.5, 1, 2, 5, 10].map(
  (seconds) => seconds * secondMs,
);
/** More changes of people than this at once are read as the whole list. */
export const peopleOneByOneMax = 3;
/** After so many new messages everything is caught up with, so that what is remembered of them stays small. */
export const toldMax = 1_000;

/** How to reach the daemon after it was lost, and to wait: `sleep` is cut short when `signal` aborts. */
export interface FeedWays {
  readonly connect: () => Promise<Client | undefined>;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export class Feed {
  readonly #ways: FeedWays;
  readonly #listener: FeedListener;
  readonly #stop = new AbortController();
  #client: Client | undefined;
  #screen: Screen = emptyScreen;
  #events: Event[] = [];
  #mustResync = false;
  /** Also before everything was read for the first time. */
  #isReading = true;
  #isStopping = false;
  /**
   * All that has a number up to here was told. Only `messages.since` takes it further: what was read by an event may
   * have a higher number than something whose event is still on its way.
   */
  #changed = 0;
  /** Messages with a number behind it that are not new any more. */
  readonly #told = new Set<string>();

  constructor(ways: FeedWays, listener: FeedListener) {
    this.#ways = ways;
    this.#listener = listener;
  }

  get screen(): Screen {
    return this.#screen;
  }

  /** Throws `daemon-lost` while there is none. */
  get client(): Client {
    if (this.#client === undefined) throw new KithError("daemon-lost");
    return this.#client;
  }

  get isConnected(): boolean {
    return this.#client !== undefined;
  }

  /** Reads everything; what happens from then on is told. Resolves with the state at a glance. */
  async begin(client: Client): Promise<Status> {
    this.#client = client;
    this.#changed = (await this.#follow(client)).changed;
    this.#screen = emptyScreen;
    const status = await client.call("system.status", {});
    const before = reduce(this.#screen, { kind: "profile", profile: status.profile });
    this.#screen = (await this.#snapshot(client)).reduce(reduce, before);
    // These are part of what was read; who looks sees them there.
    for (const { last } of this.#screen.conversations.values())
      if (last !== undefined) this.#told.add(last.id);
    void client.closed.then(() => this.#reconnect());
    this.#isReading = false;
    void this.#read();
    return status;
  }

  /** Takes over what a command answered, before its event comes. */
  apply(change: Change): void {
    const before = this.#screen;
    this.#screen = reduce(before, change);
    this.#listener.changed(before, this.#screen);
  }

  end(): void {
    this.#stop.abort();
    this.#client?.close();
  }

  async #snapshot(client: Client): Promise<readonly Change[]> {
    const [{ people }, { conversations }, { networks, kinds }] = await Promise.all([
      client.call("people.list", {}),
      client.call("conversations.list", {}),
      client.call("networks.list", {}),
    ]);
    return [
      { kind: "people", people },
      { kind: "conversations", conversations },
      { kind: "networks", networks, kinds: kinds.map(({ kind }) => kind) },
    ];
  }

  #follow(client: Client): Promise<Answer<"events.follow">> {
    return client.follow(undefined, (news) => {
      this.#heard(news);
    });
  }

  #heard({ events, resync }: News): void {
    if (events.some(({ kind }) => kind === "stopping")) {
      this.#isStopping = true;
      this.#listener.stopping();
    }
    this.#events.push(...events);
    this.#mustResync ||= resync;
    void this.#read();
  }

  /** Works off what was heard, in order; what is heard meanwhile comes in the next round. */
  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    let failures = 0;
    while (this.#hasSomethingToRead() && this.#client !== undefined) {
      const isRead = await this.#readOnce(this.#client);
      failures = isRead ? 0 : failures + 1;
      // A client that is gone is not waited for: its `closed` leads on.
      if (!isRead) await this.#pause(failures - 1);
    }
    this.#isReading = false;
  }

  #hasSomethingToRead(): boolean {
    return !this.#hasEnded() && (this.#events.length > 0 || this.#mustResync);
  }

  /** False when it could not be read: then everything is to be read anew. */
  async #readOnce(client: Client): Promise<boolean> {
    const events = this.#events;
    this.#events = [];
    try {
      if (this.#mustResync) await this.#resync(client);
      else await this.#reread(client, events);
      return true;
    } catch (error) {
      if (!(error instanceof KithError)) throw error;
      this.#mustResync = true;
      return false;
    }
  }

  async #resync(client: Client): Promise<void> {
    this.#mustResync = false;
    const changes = await this.#snapshot(client);
    const before = this.#screen;
    this.#screen = changes.reduce(reduce, before);
    this.#listener.changed(before, this.#screen);
    await this.#catchUp(client);
  }

  /** Every message that came or changed meanwhile. */
  async #catchUp(client: Client): Promise<void> {
    for (let after = this.#changed; ;) {
      const { messages, next } = await client.call("messages.since", { after });
      for (const message of messages) this.#tell(message);
      after = next;
      if (messages.length > 0) continue;
      // Not before the end: a message that came and then changed may be pages behind one that came after it.
      this.#changed = after;
      this.#told.clear();
      return;
    }
  }

  async #reread(client: Client, events: readonly Event[]): Promise<void> {
    const changes = [
      ...(await this.#peopleChanges(client, events)),
      ...(await this.#otherChanges(client, events)),
    ];
    const before = this.#screen;
    this.#screen = changes.reduce(reduce, before);
    if (changes.length > 0) this.#listener.changed(before, this.#screen);
    const ids = new Set(events.flatMap((event) => ("message" in event ? [event.message] : [])));
    for (const id of ids) this.#tell(await client.call("messages.get", { message: id }));
    if (this.#told.size >= toldMax) await this.#catchUp(client);
  }

  async #peopleChanges(client: Client, events: readonly Event[]): Promise<readonly Change[]> {
    const gone = events.flatMap((event) => (event.kind === "person-removed" ? [event.person] : []));
    const changed = new Set(
      events.flatMap((event) =>
        event.kind === "person-changed" || event.kind === "presence-changed" ? [event.person] : [],
      ),
    );
    const removals = gone.map((id): Change => ({ kind: "person-gone", id }));
    if (changed.size > peopleOneByOneMax) {
      const { people } = await client.call("people.list", {});
      return [{ kind: "people", people }];
    }
    const found = await Promise.all([...changed].map((who) => client.call("people.find", { who })));
    const people = found.flatMap((answer) => answer.people);
    return [...people.map((person): Change => ({ kind: "person", person })), ...removals];
  }

  async #otherChanges(client: Client, events: readonly Event[]): Promise<readonly Change[]> {
    const changes: Change[] = [];
    // A new message changes its conversation too: what is unread, what is the newest.
    const ids = new Set(events.flatMap((event) => ("conversation" in event ? [event.conversation] : [])));
    for (const id of ids) {
      changes.push({
        kind: "conversation",
        conversation: await client.call("conversations.get", { conversation: id }),
      });
    }
    if (events.some(({ kind }) => kind === "network-changed")) {
      const { networks, kinds } = await client.call("networks.list", {});
      changes.push({ kind: "networks", networks, kinds: kinds.map(({ kind }) => kind) });
    }
    if (events.some(({ kind }) => kind === "profile-changed")) {
      changes.push({ kind: "profile", profile: (await client.call("system.status", {})).profile });
    }
    return changes;
  }

  #tell(message: Message): void {
    const isNew = message.arrived > this.#changed && !this.#told.has(message.id);
    if (isNew) this.#told.add(message.id);
    this.#listener.message(message, isNew);
  }

  async #reconnect(): Promise<void> {
    if (this.#hasEnded()) return;
    this.#client = undefined;
    if (this.#isStopping) return;
    this.#listener.lost();
    for (let attempt = 0; ; attempt++) {
      await this.#pause(attempt);
      if (this.#hasEnded() || (await this.#hasFound())) return;
    }
  }

  /** False when no daemon is there, or it is gone again before it tells what happens: another attempt follows. */
  async #hasFound(): Promise<boolean> {
    let client: Client | undefined;
    try {
      client = await this.#ways.connect();
      if (client === undefined) return false;
      await this.#follow(client);
    } catch {
      client?.close(); // acted upon: whatever the reason, the next attempt may succeed
      return false;
    }
    if (this.#hasEnded()) client.close();
    else this.#resume(client);
    return true;
  }

  #resume(client: Client): void {
    this.#client = client;
    this.#mustResync = true;
    void client.closed.then(() => this.#reconnect());
    this.#listener.found();
    void this.#read();
  }

  #pause(attempt: number): Promise<void> {
    const delay = reconnectDelaysMs[Math.min(attempt, reconnectDelaysMs.length - 1)] ?? 0;
    return this.#ways.sleep(delay, this.#stop.signal);
  }

  #hasEnded(): boolean {
    return this.#stop.signal.aborted;
  }
}
