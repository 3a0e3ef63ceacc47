/** The linear chat: what happens is told above, what is typed is said or done. */
import { setTimeout as sleep } from "node:timers/promises";
import { KithError } from "../../../base/errors.ts";
import { harmlessLine } from "../../../base/harmless.ts";
import { complete, type Known } from "../../model/completion.ts";
import { parseTyped } from "../../model/commands.ts";
import { chatWords } from "../../model/chat-words.ts";
import { roomWords } from "../../model/room-words.ts";
import { verbWords } from "../../model/verb-words.ts";
import type { Layout } from "../../model/lines.ts";
import type { Conversation, Message, Person } from "../../model/records.ts";
import { currentConversation, type Screen } from "../../model/screen.ts";
import { plain, styled, type Spans } from "../../model/spans.ts";
import { doubt, presenceWords, sendQuestion, titleOf } from "../../model/words.ts";
import type { Context } from "../context.ts";
import { Outgoing, type Text } from "../outgoing.ts";
import { paragraph } from "../output.ts";
import type { Client } from "../parts.ts";
import { UsageError } from "../usage.ts";
import { peopleLines } from "../lines/people.ts";
import { findPerson } from "../who.ts";
import { actions } from "./actions.ts";
import { membersHere } from "./room-actions.ts";
import type { Controls, To } from "./controls.ts";
import type { Display } from "./display.ts";
import { draftOf, Drafts } from "./drafts.ts";
import { Feed, type FeedWays } from "./feed.ts";
import { greet } from "./greeting.ts";
import { LinesDisplay } from "./lines-display.ts";
import { promptOf } from "./prompt.ts";
import { Teller } from "./teller.ts";
import { TerminalDisplay } from "./terminal-display.ts";

/** Last lines of the conversation that is shown at the start. */
const historyAtStart = 12;
/** A daemon that crashes again and again is not helped by being started once more: then Enter does it. */
export const restartsMax = 3;

export async function runChat(context: Context): Promise<number> {
  if (context.options.json) {
    throw new UsageError(verbWords.chatIsForPeople);
  }
  const { around, out, options } = context;
  const isLive =
    around.stdin.isTTY === true &&
    around.stdout.isTTY === true &&
    !options.simple &&
    around.env["TERM"] !== "dumb";
  const client = await context.attach();
  const lines = new LinesDisplay(around, out);
  const chat = new Chat(context, isLive ? new TerminalDisplay(around, out.colours) : lines);
  await chat.run(client, { greets: around.stdin.isTTY === true });
  return lines.hasComplained ? 1 : 0;
}

/** One object a chat; commands see it as `Controls`. */
class Chat implements Controls {
  readonly #context: Context;
  readonly display: Display;
  readonly feed: Feed;
  readonly #teller: Teller;
  readonly #drafts: Drafts;
  readonly #outgoing = new Outgoing();
  #restartsLeft = restartsMax;

  constructor(context: Context, display: Display) {
    this.#context = context;
    this.display = display;
    this.#teller = new Teller(context, display, () => this.screen);
    const ways: FeedWays = {
      connect: () => this.#reach(),
      sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined), // woken early: no failure
    };
    this.feed = new Feed(ways, {
      changed: (before, after) => {
        this.#teller.changed(before, after);
        this.#showPrompt();
      },
      message: (message, isNew) => {
        this.#teller.message(message, isNew);
      },
      lost: () => {
        this.say([styled(chatWords.daemonGone, "warning")]);
        this.#showPrompt();
      },
      stopping: () => {
        this.#stopped();
      },
      found: () => {
        this.say([styled(chatWords.daemonBack, "good")]);
        this.#showPrompt();
      },
    });
    this.#drafts = new Drafts({
      current: () => this.current,
      typed: () => display.typed,
      keep: async ({ id }, draft) => {
        const conversation = await this.client.call("conversations.change", { conversation: id, draft });
        this.feed.apply({ kind: "conversation", conversation });
      },
    });
  }

  get version(): string {
    return this.#context.parts.version;
  }

  get screen(): Screen {
    return this.feed.screen;
  }

  get client(): Client {
    return this.feed.client;
  }

  get layout(): Layout {
    return this.#teller.layout;
  }

  get current(): Conversation | undefined {
    return currentConversation(this.screen);
  }

  /** Sentences above the input. */
  say(...lines: readonly Spans[]): void {
    this.#teller.say(...lines);
  }

  async run(client: Client, { greets }: { readonly greets: boolean }): Promise<void> {
    const status = await this.feed.begin(client);
    const running = this.display.run({
      entered: (text) => this.#entered(text),
      touched: () => {
        this.#markRead();
      },
      typing: () => {
        this.#drafts.keepSoon();
      },
      complete: (before) => complete(before, this.#known()),
    });
    try {
      if (greets) await greet(this, status);
      this.#showPrompt();
      await running;
    } finally {
      await this.#leave();
    }
  }

  // --- at the start and at the end

  async #leave(): Promise<void> {
    this.#drafts.end();
    if (this.feed.isConnected) await this.#drafts.keep().catch(() => undefined); // the chat is left all the same
    this.feed.end();
  }

  // --- what is typed

  async #entered(text: string): Promise<void> {
    try {
      if (this.feed.isConnected) await this.#act(text);
      else await this.#startDaemon(text);
    } catch (error) {
      this.#complain(error, text);
    }
  }

  /** The feed finds it; the text waits in the line. */
  async #startDaemon(text: string): Promise<void> {
    const { parts, options } = this.#context;
    this.say([styled(chatWords.daemonStarting, "warning")]);
    this.display.offer(text);
    await this.#context.withPassphrase(
      (passphrase) => parts.startDaemon(options.where, passphrase),
      () => this.display.askSecret(verbWords.passphrasePrompt),
    );
  }

  /** The daemon that was lost, or a new one: it has crashed, for otherwise it would have said that it ends. */
  async #reach(): Promise<Client | undefined> {
    const { options, parts } = this.#context;
    const client = await this.#context.connect();
    if (client !== undefined || !options.mayStart || this.#restartsLeft === 0) return client;
    this.#restartsLeft--;
    try {
      await parts.startDaemon(options.where, undefined);
    } catch (error) {
      this.#restartsLeft = 0;
      this.#complain(error, ""); // told: somebody has to do something
      return undefined;
    }
    return await this.#context.connect();
  }

  /** Somebody ended the daemon, and that is that: what is in the line becomes a draft as the chat is left. */
  #stopped(): void {
    const typed = draftOf(this.display.typed);
    const isKept = typed === "" || this.current !== undefined;
    this.say(
      [styled(chatWords.daemonStopped, "warning")],
      ...(isKept ? [] : [[plain(chatWords.youTyped(typed))]]),
    );
    this.display.end();
  }

  async #act(line: string): Promise<void> {
    const typed = parseTyped(line);
    switch (typed.kind) {
      case "nothing":
        return;
      case "text":
        await this.speak(typed.text, false);
        return;
      case "command":
        await actions[typed.name](this, typed.rest.trim());
        return;
      case "unknown":
        this.say([styled(chatWords.unknownCommand(typed.name, typed.nearest), "warning")]);
        this.display.offer(line);
    }
  }

  /** Says what went wrong; what was typed comes back into the line, so that nothing is lost. */
  #complain(error: unknown, line: string): void {
    const isOurs = error instanceof KithError || error instanceof UsageError;
    if (!isOurs) throw error;
    const mend = error instanceof KithError ? error.mend : "";
    this.display.complain([
      ...paragraph([styled(`✗ ${error.message}.`, "bad"), styled(` ${mend}`, "dim")], this.layout.width),
    ]);
    if (error instanceof KithError) this.display.offer(line);
  }

  async speak(text: string, action: boolean): Promise<void> {
    const conversation = this.current;
    if (conversation === undefined) {
      this.say([plain(chatWords.nobodyHere)]);
      this.display.offer(text);
      return;
    }
    await this.send({ conversation: conversation.id }, text, { action, name: conversation.title });
  }

  /** Shown when its event comes. */
  async send(
    to: To,
    text: string,
    { action, name }: { readonly action: boolean; readonly name: string },
  ): Promise<number> {
    if (text.trim() === "") throw new KithError("text-empty");
    const wanted = { to, text, action };
    const sent = await this.#outgoing.send(wanted, (id) => this.#sendAs({ ...wanted, id }, name));
    return sent.conversation;
  }

  async #sendAs(wanted: Text & { readonly id: string }, name: string): Promise<Message> {
    try {
      return await this.client.call("messages.send", wanted);
    } catch (error) {
      const question = sendQuestion(error, name);
      if (question === undefined) throw error; // for the one who typed it
      const answer = await this.display.ask(
        paragraph([styled(question, "warning")], this.layout.width),
        chatWords.sendAllTheSame,
      );
      if (!/^y/i.test(answer ?? "")) throw error;
      return await this.client.call("messages.send", { ...wanted, allowPlain: true });
    }
  }

  person(who: string): Promise<Person> {
    return findPerson(this.client, who, (name, people) => this.#choose(name, people));
  }

  async #choose(name: string, people: readonly Person[]): Promise<Person | undefined> {
    const lines = [
      [plain(chatWords.fitsSeveral(name))],
      ...peopleLines(people, this.layout.now, this.layout.width),
    ];
    const answer = await this.display.ask(lines, chatWords.whichNumber);
    return people.find(({ id }) => String(id) === answer?.trim());
  }

  get names(): readonly string[] {
    return [...this.screen.people.values()].map(({ label }) => label);
  }

  #known(): Known {
    const { current } = this;
    const here = new Set([current?.person, ...(current?.members ?? []).map(({ person }) => person)]);
    const byLikelihood = [...this.screen.people.values()].sort(
      (a, b) =>
        Number(here.has(b.id)) - Number(here.has(a.id)) ||
        Number(b.online) - Number(a.online) ||
        a.label.localeCompare(b.label),
    );
    const places = [...this.screen.conversations.values()].filter(({ kind }) => kind !== "direct");
    return {
      people: byLikelihood.map(({ label }) => label),
      places: places.map(titleOf),
      rooms: [...new Set([...this.screen.rooms, ...places.flatMap(({ room }) => room ?? [])])],
      members: membersHere(this),
      networks: this.screen.networks.map(({ name }) => name),
      kinds: this.screen.kinds,
    };
  }

  // --- the current conversation

  async open(id: number): Promise<void> {
    const conversation = await this.#goTo(id);
    await this.showHistory(conversation, historyAtStart);
    this.#warn(conversation);
    if (conversation.draft !== "") this.display.offer(conversation.draft);
  }

  async turnTo(id: number): Promise<void> {
    this.#warn(await this.#goTo(id));
  }

  async #goTo(id: number): Promise<Conversation> {
    if (this.current !== undefined && this.current.id !== id) await this.#drafts.keep();
    const conversation = await this.client.call("conversations.get", { conversation: id });
    this.feed.apply({ kind: "conversation", conversation });
    this.feed.apply({ kind: "current", conversation: id });
    return this.current ?? conversation;
  }

  async showHistory(conversation: Conversation, limit: number): Promise<void> {
    const { messages } = await this.client.call("messages.page", { conversation: conversation.id, limit });
    this.#teller.history(conversation, messages);
  }

  /** What one should know before typing here. */
  #warn({ standing, room = "", person: id }: Conversation): void {
    if (standing === "out") this.say([styled(roomWords.notIn(harmlessLine(room)), "warning")]);
    const { people } = this.screen;
    const person = id === undefined ? undefined : people.get(id);
    if (person === undefined) return;
    const known = person.sharesNameWith === undefined ? undefined : people.get(person.sharesNameWith);
    const doubtful = doubt(person, known?.label);
    if (doubtful !== undefined) this.say([styled(chatWords.doubt(doubtful), "warning")]);
    if (person.online) return;
    const seen = presenceWords(person, this.layout.now);
    this.say([styled(chatWords.absent(person.label, seen), "dim")]);
  }

  async leaveConversation(): Promise<void> {
    await this.#drafts.keep();
    this.feed.apply({ kind: "current", conversation: undefined });
  }

  #showPrompt(): void {
    this.display.prompt((width) => promptOf(this.screen, this.feed.isConnected, width));
  }

  /** What was shown has been seen by the one who now touches a key. */
  #markRead(): void {
    for (const [conversation, readUpTo] of this.#teller.takeShown()) {
      const known = this.screen.conversations.get(conversation);
      if (known === undefined || known.readUpTo >= readUpTo || !this.feed.isConnected) continue;
      this.client.call("conversations.change", { conversation, readUpTo }).catch(() => undefined); // it stays unread
    }
  }
}
