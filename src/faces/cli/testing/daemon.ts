/** A daemon of a few lines for tests of the faces: people, conversations and messages in memory, events on demand. */
import { KithError } from "../../../base/errors.ts";
import type { ConversationId, MessageId, PersonId } from "../../../base/ids.ts";
import type { News } from "../../../api/client.ts";
import type { Answer, MethodName, Params } from "../../../api/methods.ts";
import type {
  Conversation,
  Delivery,
  Event,
  Message,
  Network,
  Notice,
  Person,
  Profile,
  Status,
} from "../../model/records.ts";
import type { Client, Parts } from "../parts.ts";
import { conversationRecord, messageRecord, networkRecord, personRecord, startOfTests } from "./records.ts";

type Answers = { [Name in MethodName]?: (params: Params<Name>) => Answer<Name> };

export class FakeDaemon {
  readonly people = new Map<number, Person>();
  readonly conversations = new Map<number, Conversation>();
  readonly messages: Message[] = [];
  network: Network = networkRecord;
  profile: Profile = {
    name: "Alice",
    availability: "available",
    named: true,
    home: "/home/alice/kith",
    encrypted: false,
  };
  readonly calls: { readonly method: MethodName; readonly params: unknown }[] = [];
  /** Tests put their own answers in. */
  readonly answers: Answers = {};
  now = startOfTests;
  #number = 0;
  #events = 0;
  #isUp = true;
  #isQuiet = false;
  #loses: MethodName | undefined;
  readonly #links = new Set<{ told?: (news: News) => void; readonly close: () => void }>();

  addPerson(label: string, facts: Partial<Person> = {}): Person {
    const id = (this.people.size + 1) as PersonId;
    const person = personRecord(id, label, { since: this.now, ...facts });
    this.people.set(id, person);
    return person;
  }

  open(person: Person, facts: Partial<Conversation> = {}): Conversation {
    const existing = [...this.conversations.values()].find(
      (conversation) => conversation.person === person.id,
    );
    if (existing !== undefined) return existing;
    const id = (this.conversations.size + 1) as ConversationId;
    const conversation = { ...conversationRecord(id, person), ...facts };
    this.conversations.set(id, conversation);
    return conversation;
  }

  /** Somebody says something, to me alone unless it is said where. */
  hear(
    person: Person,
    text: string,
    facts: Partial<Message> = {},
    conversation = this.open(person),
  ): Message {
    const [contact] = person.contacts;
    const message = this.#add(conversation, {
      mine: false,
      authorPerson: person.id,
      authorLabel: person.label,
      ...(contact === undefined ? {} : { author: contact.id }),
      body: { kind: "text", text },
      ...facts,
    });
    this.conversations.set(conversation.id, {
      ...this.#conversation(conversation.id),
      unread: conversation.unread + 1,
    });
    this.emit({ kind: "message-added", conversation: conversation.id, message: message.id });
    return message;
  }

  /** A message of mine has got somewhere. */
  settle(message: Message, delivery: Partial<Delivery>): Message {
    const at = this.messages.findIndex(({ id }) => id === message.id);
    const changed: Message = {
      ...message,
      changed: ++this.#number,
      deliveries: message.deliveries.map((before) => ({ ...before, ...delivery })),
    };
    this.messages[at] = changed;
    this.emit({ kind: "message-changed", conversation: message.conversation, message: message.id });
    return changed;
  }

  /** A conversation says something itself. */
  notice(conversation: Conversation, notice: Notice): void {
    const { id } = this.#add(conversation, { mine: false, body: { kind: "system", notice } });
    this.emit({ kind: "message-added", conversation: conversation.id, message: id });
  }

  changeConversation({ id }: Conversation, facts: Partial<Conversation>): Conversation {
    const changed = { ...this.#conversation(id), ...facts };
    this.conversations.set(id, changed);
    this.emit({ kind: "conversation-changed", conversation: id });
    return changed;
  }

  change(person: Person, facts: Partial<Person>): Person {
    const changed = { ...person, ...facts };
    this.people.set(person.id, changed);
    this.emit({ kind: "person-changed", person: person.id });
    return changed;
  }

  /** What is done here nobody is told of. */
  quietly(work: () => void): void {
    this.#isQuiet = true;
    work();
    this.#isQuiet = false;
  }

  /** The next answer to this method is lost: it is done, and all connections end. */
  loseAnswer(method: MethodName): void {
    this.#loses = method;
  }

  emit(...events: readonly Event[]): void {
    if (this.#isQuiet) return;
    this.#events += events.length;
    for (const link of this.#links) link.told?.({ cursor: `r1.${this.#events}`, events, resync: false });
  }

  /** Somebody is told of events. */
  get isFollowed(): boolean {
    return [...this.#links].some(({ told }) => told !== undefined);
  }

  /** Ends all connections, and takes new ones only after `start`. */
  crash(): void {
    this.#isUp = false;
    for (const link of this.#links) link.close();
  }

  /** Says that it ends, and ends when those who were told have left. */
  stop(): void {
    this.emit({ kind: "stopping" });
    this.#isUp = false;
    for (const link of this.#links) if (link.told === undefined) link.close();
  }

  start(): void {
    this.#isUp = true;
  }

  connect(): Client | undefined {
    if (!this.#isUp) return undefined;
    const ended = Promise.withResolvers<undefined>();
    const link: { told?: (news: News) => void; readonly close: () => void } = {
      close: () => {
        this.#links.delete(link);
        ended.resolve(undefined);
      },
    };
    this.#links.add(link);
    return {
      call: (method, params) => this.#call(link, method, params),
      follow: (_since, told) => {
        link.told = told;
        return Promise.resolve({ cursor: `r1.${this.#events}`, resync: false, changed: this.#number });
      },
      closed: ended.promise,
      close: link.close,
    };
  }

  parts(): Parts {
    return {
      version: "1.2.3",
      connect: () => Promise.resolve(this.connect()),
      startDaemon: () => {
        this.start();
        return Promise.resolve();
      },
      runDaemon: (_where, { report, until }) => {
        report({ event: "ready", socket: "/run/kith.sock" });
        return new Promise((resolve) => {
          until.addEventListener("abort", () => {
            resolve();
          });
        });
      },
      serveRooms: ({ settings: { address, port = 0 } }) =>
        Promise.reject(new KithError("listen-failed", { address, port, problem: "no" })),
      salvage: () => Promise.reject(new KithError("no-history", { file: "kith.db" })),
      changePassphrase: () => Promise.reject(new KithError("no-history", { file: "kith.db" })),
    };
  }

  async #call<Name extends MethodName>(
    link: object,
    method: Name,
    params: Params<Name>,
  ): Promise<Answer<Name>> {
    await Promise.resolve();
    if (!this.#links.has(link as never)) throw new KithError("daemon-lost");
    this.calls.push({ method, params });
    const answer = this.answers[method] ?? (this.own as Answers)[method];
    if (answer === undefined) throw new Error(`the fake daemon does not know ${method}`);
    const answered = answer(params);
    if (this.#loses !== method) return answered;
    this.#loses = undefined;
    for (const other of this.#links) other.close();
    throw new KithError("daemon-lost");
  }

  /** What it answers unless a test puts something else in. */
  readonly own = {
    "system.status": (): Status => ({
      version: "1.2.3",
      pid: 4711,
      startedAt: this.now,
      profile: this.profile,
      networks: [this.network],
      people: { known: this.people.size, online: this.#online },
      unread: 0,
      waiting: 0,
      api: { socket: "/run/kith.sock" },
      cursor: `r1.${this.#events}`,
      changed: this.#number,
    }),
    "system.doctor": () => ({
      checks: [{ code: "lan-heard", state: "good", says: "Broadcasts of 2 people were heard" }],
      networks: [],
    }),
    "system.stop": () => {
      queueMicrotask(() => {
        this.stop();
      });
      return { done: true };
    },
    "profile.set": ({ name, availability }: Params<"profile.set">) =>
      (this.profile = {
        ...this.profile,
        named: true,
        ...(name === undefined ? {} : { name }),
        ...(availability === undefined ? {} : { availability }),
      }),
    "people.list": () => ({ people: [...this.people.values()], cursor: "r1.0" }),
    "people.find": ({ who }: Params<"people.find">) => ({ people: this.#find(who) }),
    "people.rename": ({ who, name }: Params<"people.rename">) =>
      this.#edit(who, name === undefined ? {} : { label: name, givenName: name }),
    "people.verify": ({ who, verified }: Params<"people.verify">) =>
      this.#edit(who, { trust: verified ? "verified" : "pinned" }),
    "people.allowPlain": ({ who, allowed }: Params<"people.allowPlain">) =>
      this.#edit(who, { plainAllowed: allowed }),
    "conversations.list": () => ({
      conversations: [...this.conversations.values()].sort((a, b) => b.newest - a.newest),
      cursor: "r1.0",
    }),
    "conversations.get": ({ conversation }: Params<"conversations.get">) => this.#conversation(conversation),
    "conversations.open": ({ who }: Params<"conversations.open">) => this.open(this.#one(who)),
    "conversations.change": ({ conversation, ...facts }: Params<"conversations.change">) => {
      const changed: Conversation = {
        ...this.#conversation(conversation),
        ...(facts.muted === undefined ? {} : { muted: facts.muted }),
        ...(facts.pinned === undefined ? {} : { pinned: facts.pinned }),
        ...(facts.draft === undefined ? {} : { draft: facts.draft }),
        ...(facts.readUpTo === undefined ? {} : { readUpTo: facts.readUpTo, unread: 0 }),
      };
      this.conversations.set(conversation, changed);
      return changed;
    },
    "messages.send": ({ to, text, action, id, allowPlain }: Params<"messages.send">) => {
      const known = this.messages.find((message) => message.id === id);
      if (known !== undefined) return known;
      const conversation =
        "conversation" in to ? this.#conversation(to.conversation) : this.open(this.#one(to.who));
      const goesTo =
        conversation.kind === "room"
          ? { label: conversation.title }
          : this.#recipient(conversation, allowPlain === true);
      const message = this.#add(conversation, {
        mine: true,
        ...(id === undefined ? {} : { id: id as MessageId }),
        authorLabel: this.profile.name,
        body: { kind: action === true ? "action" : "text", text },
        deliveries: [{ state: "queued", heldBy: 0, attempts: 0, at: this.now, ...goesTo }],
      });
      this.emit({ kind: "message-added", conversation: conversation.id, message: message.id });
      return message;
    },
    "messages.get": ({ message }: Params<"messages.get">) => this.#message(message),
    "messages.page": ({ conversation, before, limit = 50 }: Params<"messages.page">) => ({
      messages: this.messages
        .filter((message) => message.conversation === conversation && message.arrived < (before ?? Infinity))
        .slice(-limit),
      cursor: "r1.0",
    }),
    "messages.since": ({ after }: Params<"messages.since">) => {
      const messages = this.messages
        .filter(({ changed }) => changed > after)
        .sort((a, b) => a.changed - b.changed);
      return { messages, next: messages.at(-1)?.changed ?? after };
    },
    "messages.search": ({ text }: Params<"messages.search">) => ({
      messages: this.messages.filter(({ body }) => "text" in body && body.text.includes(text)).toReversed(),
    }),
    "messages.retry": ({ message }: Params<"messages.retry">) => this.#message(message),
    "messages.cancel": ({ message }: Params<"messages.cancel">) => this.#message(message),
    "networks.list": () => ({
      networks: [this.network],
      kinds: [
        { kind: "lan", what: "everybody on the local network" },
        { kind: "rooms", what: "rooms of a server" },
      ],
    }),
    "settings.get": () => ({ settings: [{ key: "lan.port", value: 5000, from: "default" }] }),
  } satisfies Answers;

  #recipient(
    { person: id = 0, title }: Pick<Conversation, "title"> & { readonly person?: number },
    allowPlain: boolean,
  ): Pick<Delivery, "label"> & Partial<Delivery> {
    const person = this.people.get(id);
    const [contact] = person?.contacts ?? [];
    if (person === undefined || contact === undefined) throw new KithError("no-such-person", { name: title });
    if (!contact.keyed && !person.plainAllowed && !allowPlain)
      throw new KithError("consent-needed", { name: person.label });
    if (allowPlain) this.people.set(person.id, { ...person, plainAllowed: true });
    const absent = { why: { code: "offline" }, lastSeenAt: this.now - 3 * 3_600_000 };
    return { recipient: contact.id, label: person.label, ...(person.online ? {} : absent) };
  }

  get #online(): number {
    return [...this.people.values()].filter(({ online }) => online).length;
  }

  #add(conversation: Conversation, facts: Pick<Message, "mine" | "body"> & Partial<Message>): Message {
    const arrived = ++this.#number;
    const message = { ...messageRecord(arrived, conversation, this.now), ...facts };
    this.messages.push(message);
    this.conversations.set(conversation.id, {
      ...this.#conversation(conversation.id),
      newest: arrived,
      last: message,
    });
    return message;
  }

  #conversation(id: number): Conversation {
    const found = this.conversations.get(id);
    if (found === undefined) throw new KithError("no-such-conversation", { conversation: id });
    return found;
  }

  #message(written: string): Message {
    const found = this.messages.find(({ id, arrived }) => id === written || String(arrived) === written);
    if (found === undefined) throw new KithError("no-such-message", { message: written });
    return found;
  }

  #find(who: number | string): readonly Person[] {
    const name = String(who).toLowerCase();
    return [...this.people.values()].filter(
      ({ id, label, contacts }) =>
        String(id) === name ||
        label.toLowerCase() === name ||
        contacts.some((contact) => contact.name.toLowerCase() === name),
    );
  }

  #one(who: number | string): Person {
    const [person] = this.#find(who);
    if (person === undefined) throw new KithError("no-such-person", { name: who });
    return person;
  }

  #edit(who: number | string, facts: Partial<Person>): Person {
    return this.change(this.#one(who), facts);
  }
}
