/** What people do all day: they write to those they see, rename themselves, change their minds, read, delete. */
import { type ConversationId, newMessageId } from "../base/ids.ts";
import { type Random, wholeBetween } from "../base/random.ts";
import { hourMs } from "../base/time.ts";
import type { PersonView } from "../core/queries.ts";
import type { Ledger, Sent } from "./ledger.ts";
import type { Options } from "./options.ts";
import type { Person } from "./person.ts";
import type { Scene } from "./scene.ts";
import type { World } from "./world.ts";

/** Letters, signs of several bytes, line breaks and whatever breaks programs. */
const flourishes = [
  "",
  " ok",
  "\nsecond line",
  " çığ",
  " 雪",
  " 🎉",
  " ::\r\n",
  ' {"kith":1}',
  " \u202e",
  " \\ \t",
];
/** Some texts need several segments. */
const longTextBytesMax = 6_000;

export interface WorkloadParts {
  readonly world: World;
  readonly ledger: Ledger;
  readonly options: Options;
  /** Names on the wire: now and then somebody takes another's. */
  readonly names: readonly string[];
  readonly scene: Scene | undefined;
  /** The name that this person begins with. */
  readonly name: string;
}

/** One person's doings. */
export class Workload {
  readonly #parts: WorkloadParts;
  readonly #person: Person;
  readonly #random: Random;
  readonly #mine: Sent[] = [];
  #texts = 0;

  constructor(person: Person, parts: WorkloadParts) {
    this.#person = person;
    this.#parts = parts;
    this.#random = parts.world.dice();
  }

  begin(): void {
    const { world, options, name } = this.#parts;
    this.#rename(name);
    world.often(this.#random, hourMs / options.messagesPerHour, () => {
      this.#write();
    });
    world.often(this.#random, hourMs / options.deedsPerHour, () => {
      this.#act();
    });
  }

  /** Whoever never came to say his name says it when all is well. */
  settle(): void {
    if (this.#person.chat?.queries.profile().name === "") this.#rename(this.#parts.name);
  }

  #write(): void {
    const { scene } = this.#parts;
    if (scene === undefined) this.#writeToSomebody();
    else {
      const conversation = scene.conversationOf(this.#person);
      if (conversation !== undefined) this.#say(conversation, new Set());
    }
  }

  #writeToSomebody(): void {
    const addressee = this.#anybody();
    if (addressee === undefined) return;
    const to = new Set(addressee.contacts.filter(({ keyed }) => keyed).map(({ identity }) => identity));
    this.#person.ask({ kind: "open-conversation", person: addressee.person.id }, (opened) => {
      const conversation = opened.ok ? opened.value : undefined;
      if (conversation !== undefined && "unread" in conversation) this.#say(conversation.id, to);
    });
  }

  #say(conversation: ConversationId, to: ReadonlySet<string>): void {
    const sent = this.#parts.ledger.sending({
      id: newMessageId(this.#random),
      from: this.#person,
      to,
      text: this.#freshText(),
    });
    this.#mine.push(sent);
    this.#send(conversation, sent);
    // A face that lost its connection asks again, with the same id.
    if (this.#random.fraction() < 0.05) this.#send(conversation, sent);
  }

  #send(conversation: ConversationId, sent: Sent): void {
    const body = { kind: "text", text: sent.text } as const;
    this.#person.ask(
      { kind: "send-message", conversation, body, message: sent.id, allowPlain: true },
      (answer) => {
        if (answer.ok) sent.fate = "ok";
        else if (sent.fate === "unknown") sent.fate = "failed";
      },
    );
  }

  #freshText(): string {
    const flourish = this.#pick(flourishes) ?? "";
    const start = `${this.#person.name} ${++this.#texts}`;
    const long =
      this.#random.fraction() < 0.03 ? padding(start, wholeBetween(this.#random, 1, longTextBytesMax)) : "";
    return `${start}${flourish}${long}.`;
  }

  #act(): void {
    const deeds = [
      () => this.#rename(this.#newName()),
      () =>
        this.#person.ask({
          kind: "set-availability",
          availability: this.#pick(["available", "busy", "away"]) ?? "away",
        }),
      () => this.#readAll(),
      () => this.#withdraw("cancel-message"),
      () => this.#withdraw("delete-message"),
      () => this.#retry(),
      () => this.#nickname(),
    ];
    this.#pick(deeds)?.();
  }

  #rename(name: string): void {
    const { ledger } = this.#parts;
    ledger.naming(this.#person, name);
    this.#person.ask({ kind: "set-name", name }, (answer) => {
      if (answer.ok) ledger.named(this.#person, name);
    });
  }

  #newName(): string {
    if (this.#random.fraction() < 0.2) return this.#pick(this.#parts.names) ?? this.#person.name;
    return `${this.#person.name} ${wholeBetween(this.#random, 1, 99)}`;
  }

  #readAll(): void {
    const views = this.#person.chat?.queries.conversations() ?? [];
    for (const { conversation } of views) {
      const readUpTo = conversation.newest;
      this.#person.ask({ kind: "change-conversation", conversation: conversation.id, readUpTo });
    }
  }

  #withdraw(kind: "cancel-message" | "delete-message"): void {
    const sent = this.#pick(this.#mine);
    if (sent === undefined || this.#parts.ledger.find(sent.id)?.fate !== "ok") return;
    sent.withdrawn = true;
    this.#person.ask({ kind, message: sent.id });
  }

  /** Not what went to a classic program: that may be read twice then, as the user was told. */
  #retry(): void {
    const sent = this.#pick(this.#mine);
    if (sent !== undefined && sent.to.size > 0) this.#person.ask({ kind: "retry-message", message: sent.id });
  }

  #nickname(): void {
    const person = this.#anybody()?.person.id;
    if (person !== undefined) {
      this.#person.ask({ kind: "rename-person", person, name: `friend ${wholeBetween(this.#random, 1, 9)}` });
    }
  }

  #anybody(): PersonView | undefined {
    return this.#pick(this.#person.chat?.queries.people() ?? []);
  }

  #pick<Value>(values: readonly Value[]): Value | undefined {
    return values[Math.floor(this.#random.fraction() * values.length)];
  }
}

/** No piece of it is like a piece of anything else. */
function padding(start: string, length: number): string {
  let text = "";
  for (let i = 1; text.length < length; i++) text += `${start}/${i} `;
  return text.slice(0, length);
}
