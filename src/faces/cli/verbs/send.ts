/** `kith send`: one message, and where asked for the wait until it has arrived. */
import { setTimeout as sleep } from "node:timers/promises";
import { KithError } from "../../../base/errors.ts";
import { harmlessLine } from "../../../base/harmless.ts";
import type { NetworkName } from "../../../base/ids.ts";
import { secondMs } from "../../../base/time.ts";
import type { Params } from "../../../api/methods.ts";
import { nameSpan } from "../../model/lines.ts";
import { isRoomWritten, placeNamed } from "../../model/naming.ts";
import type { Message } from "../../model/records.ts";
import { plain, styled, type Span, type Spans } from "../../model/spans.ts";
import { verbWords } from "../../model/verb-words.ts";
import { leastDelivery, sendQuestion, stateWords, titleOf, whereItIs } from "../../model/words.ts";
import { readAll, type Context, type Said } from "../context.ts";
import { isLost, Outgoing } from "../outgoing.ts";
import type { Client } from "../parts.ts";
import { networkOption, placesListed } from "../places.ts";
import { choiceOption, numberOption } from "../usage.ts";
import type { VerbInput } from "../verb.ts";

type Wait = "sent" | "delivered";

const timeoutSecondsDefault = 30;

export async function send(context: Context, input: VerbInput): Promise<Said> {
  const wait = choiceOption<Wait>(input, "wait", ["sent", "delivered"]);
  const timeoutMs = (numberOption(input, "timeout") ?? timeoutSecondsDefault) * secondMs;
  const [who = "", ...words] = input.args;
  const text = await textToSend(context, words.join(" "));
  const outgoing = new Outgoing();
  const attempt = (): Promise<Sent> => sentTo(context, { who, text, input, outgoing });
  const { client, addressee, changes, message } = await attempt().catch((error: unknown) => {
    if (!isLost(error)) throw error;
    return attempt(); // the daemon may have it already: then it is told once more what became of it
  });
  if (wait === undefined) return said(message, addressee);
  return said(await settled(client, message, { wait, timeoutMs, addressee, changes }), addressee);
}

interface Sending {
  readonly who: string;
  readonly text: string;
  readonly input: VerbInput;
  readonly outgoing: Outgoing;
}

interface Sent {
  readonly client: Client;
  readonly addressee: Addressee;
  readonly changes: Changes;
  readonly message: Message;
}

async function sentTo(context: Context, { who, text, input, outgoing }: Sending): Promise<Sent> {
  const client = await context.attach();
  const addressee = await addresseeOf(context, client, { written: who, ...networkOption(input) });
  const changes = new Changes();
  if (input.options["wait"] !== undefined) {
    // Followed from before it is sent, so that no change is missed.
    await client.follow(undefined, (news) => {
      changes.tell(news.resync || news.events.some(({ kind }) => kind === "message-changed"));
    });
  }
  const wanted = { to: addressee.to, text, ...(input.options["action"] === true ? { action: true } : {}) };
  const mayBePlain = input.options["plain"] === true;
  const message = await outgoing.send(wanted, (id) =>
    askedFor(context, addressee, (allowPlain) =>
      client.call("messages.send", {
        ...wanted,
        id,
        ...(allowPlain || mayBePlain ? { allowPlain: true } : {}),
      }),
    ),
  );
  return { client, addressee, changes, message };
}

/** To whom it goes: a person, or a room as a whole. */
interface Addressee {
  readonly to: Params<"messages.send">["to"];
  readonly label: string;
  readonly name: Span;
  /** Contacts that confirm what they receive. */
  readonly confirming: ReadonlySet<number>;
}

async function addresseeOf(
  context: Context,
  client: Client,
  meant: { readonly written: string; readonly network?: NetworkName },
): Promise<Addressee> {
  if (isRoomWritten(meant.written)) {
    const place = placeNamed(await placesListed(client), meant.written, meant.network);
    if (place === undefined) throw new KithError("not-joined", { room: meant.written });
    const label = titleOf(place);
    const name = styled(harmlessLine(label), "strong");
    return { to: { conversation: place.id }, label, name, confirming: new Set() };
  }
  const { written, ...where } = meant;
  const person = await context.person(client, written);
  const confirming = new Set(person.contacts.filter(({ keyed }) => keyed).map(({ id }) => id));
  const { id, label } = person;
  return { to: { who: id, ...where }, label, name: nameSpan(person), confirming };
}

async function textToSend({ around }: Context, words: string): Promise<string> {
  const text = words === "-" ? (await readAll(around.stdin)).replace(/\r?\n$/, "") : words;
  if (text.trim() === "") throw new KithError("text-empty");
  return text;
}

/** Asks for consent where the daemon wants it and there is somebody to ask. */
async function askedFor(
  context: Context,
  { label }: Addressee,
  by: (allowPlain: boolean) => Promise<Message>,
): Promise<Message> {
  try {
    return await by(false);
  } catch (error) {
    const question = sendQuestion(error, label);
    if (question === undefined || (await context.askYes(question)) !== true) throw error; // the daemon's to explain
    return await by(true);
  }
}

function said(message: Message, { name }: Addressee): Said {
  const line: Spans = [
    plain(`${message.arrived} ${verbWords.sentTo} `),
    name,
    plain(`: ${stateWords(message)}`),
  ];
  return { json: message, lines: [line] };
}

/** Wakes who waits when something may have changed; a change between two waits is not lost. */
class Changes {
  #changed = Promise.withResolvers<undefined>();

  tell(isChange: boolean): void {
    if (isChange) this.#changed.resolve(undefined);
  }

  get next(): Promise<undefined> {
    return this.#changed.promise;
  }

  /** What is told from here on counts anew. */
  begin(): void {
    this.#changed = Promise.withResolvers();
  }
}

interface Waiting {
  readonly wait: Wait;
  readonly timeoutMs: number;
  readonly addressee: Addressee;
  readonly changes: Changes;
}

/** The message when it is where it was wanted; throws `not-delivered` when it cannot get there, or not in time. */
async function settled(client: Client, first: Message, waiting: Waiting): Promise<Message> {
  const { timeoutMs, changes } = waiting;
  const timer = new AbortController();
  const timeout = sleep(timeoutMs, "timeout" as const, { signal: timer.signal });
  // Told by aborting it below, which is no failure.
  const late = timeout.catch(() => "timeout" as const);
  const lost = client.closed.then(() => "lost" as const);
  try {
    for (let message = first; ;) {
      if (isThere(message, waiting.wait)) return message;
      const hopeless = whyHopeless(message, waiting);
      if (hopeless !== undefined) throw undelivered(message, waiting.addressee, hopeless);
      const outcome = await Promise.race([changes.next, late, lost]);
      changes.begin();
      if (outcome === "lost") throw new KithError("daemon-lost");
      message = await client.call("messages.get", { message: message.id });
      if (outcome === "timeout" && !isThere(message, waiting.wait)) {
        throw undelivered(
          message,
          waiting.addressee,
          verbWords.notWithin(timeoutMs / secondMs, whereNow(message)),
        );
      }
    }
  } finally {
    timer.abort();
  }
}

function isThere({ deliveries }: Message, wait: Wait): boolean {
  const states = wait === "delivered" ? ["delivered", "read"] : ["sent", "held", "delivered", "read"];
  return deliveries.every(({ state }) => states.includes(state));
}

function whyHopeless(message: Message, { wait, addressee }: Waiting): string | undefined {
  if (message.deliveries.some(({ state }) => state === "failed")) return whereNow(message);
  const isSent = message.deliveries.every(({ state }) => state === "sent");
  if (wait !== "delivered" || !isSent) return undefined;
  if (message.deliveries.some(({ recipient }) => recipient === undefined)) return whereNow(message);
  const confirms = message.deliveries.every(
    ({ recipient }) => recipient !== undefined && addressee.confirming.has(recipient),
  );
  return confirms ? undefined : verbWords.noReceipts;
}

function whereNow(message: Message): string {
  const least = leastDelivery(message);
  return least === undefined ? verbWords.nobodyToDeliverTo : whereItIs(least, least.at);
}

function undelivered(message: Message, { label }: Addressee, problem: string): KithError {
  return new KithError("not-delivered", { name: label, problem, message: message.arrived });
}
