/** Messages and conversations as lines: with their numbers, where they are and why, and the list of conversations. */
import { bodySpans, dayLine, excerpt, messageLines, type Layout, type Told } from "../../model/lines.ts";
import type { Conversation, Message, Person } from "../../model/records.ts";
import { plain, styled, type Span, type Spans } from "../../model/spans.ts";
import { ago } from "../../model/time.ts";
import { verbWords } from "../../model/verb-words.ts";
import { recipientOf, secrecyWords, titleOf, whereItIs } from "../../model/words.ts";
import { tableLines } from "../output.ts";

/** What is shown beside messages: who wrote them and where. */
export interface Surrounding {
  readonly people: ReadonlyMap<number, Person>;
  readonly conversations: ReadonlyMap<number, Conversation>;
  /** What is not said elsewhere was said here. */
  readonly current?: number | undefined;
}

export function told(message: Message, around: Surrounding): Told {
  const { people, conversations } = around;
  const conversation = conversations.get(message.conversation);
  return {
    message,
    conversation,
    author: message.authorPerson === undefined ? undefined : people.get(message.authorPerson),
    place: conversation === undefined ? undefined : placeOf(conversation, around),
  };
}

/** Who speaks to me alone is named; but among what is said in a room it must be told apart. */
function placeOf(conversation: Conversation, { conversations, current }: Surrounding): string | undefined {
  if (conversation.id === current) return undefined;
  if (conversation.kind !== "direct") return titleOf(conversation);
  const here = current === undefined ? undefined : conversations.get(current);
  return here === undefined || here.kind === "direct" ? undefined : verbWords.toYou;
}

/** Messages with their numbers, and a line where a day begins. */
export function numberedLines(
  messages: readonly Message[],
  around: Surrounding,
  layout: Layout,
): readonly Spans[] {
  const digits = Math.max(0, ...messages.map(({ arrived }) => String(arrived).length));
  const inner = { ...layout, width: layout.width - digits - 1 };
  return messages.flatMap((message, at) => {
    const before = messages[at - 1];
    const isNewDay = before === undefined || !layout.clock.sameDay(before.arrivedAt, message.arrivedAt);
    const lines = messageLines(told(message, around), inner).map((line, row): Spans => {
      const number = row === 0 ? String(message.arrived) : "";
      return [styled(number.padStart(digits), "dim"), plain(" "), ...line];
    });
    return isNewDay ? [dayLine(message.arrivedAt, layout), ...lines] : lines;
  });
}

export function conversationLines(
  list: readonly Conversation[],
  now: number,
  width: number | undefined,
): readonly Spans[] {
  const rows = list.map((conversation): readonly Span[] => [
    styled(String(conversation.id), "dim"),
    styled(titleOf(conversation), "strong"),
    styled(conversation.network, "dim"),
    plain(verbWords.newCount(conversation.unread)),
    styled(conversation.last === undefined ? "" : ago(conversation.last.arrivedAt, now), "dim"),
    styled(`${secrecyWords[conversation.secrecy].sign} ${secrecyWords[conversation.secrecy].words}`, "dim"),
    plain(conversation.last === undefined ? "" : excerpt(conversation.last)),
  ]);
  return tableLines(rows, width);
}

/** Where a message is at each recipient, and why. */
export function whyLines(message: Message, { clock, now }: Pick<Layout, "clock" | "now">): readonly Spans[] {
  const { words } = secrecyWords[message.secrecy];
  const by = verbWords.writtenBy(message.authorLabel, message.mine);
  const [sent, arrived] = [clock.moment(message.sentAt), clock.moment(message.arrivedAt)];
  const head: Spans = [styled(`${message.arrived} `, "dim"), ...bodySpans(message).flatMap(onOneLine)];
  const facts = plain(`  ${verbWords.written(by, sent, arrived, words)}`);
  if (!message.mine) return [head, [facts]];
  const states = message.deliveries.map((delivery): Spans => [
    plain(`  ${recipientOf(delivery)}: `),
    styled(whereItIs(delivery, now), delivery.state === "failed" ? "bad" : "strong"),
    styled(` ${verbWords.since(clock.moment(delivery.at))}`, "dim"),
  ]);
  const next = message.deliveries.some(({ state }) => state === "failed" || state === "queued");
  const hint = next ? [[styled(`  ${verbWords.retryOrCancel(message.arrived)}`, "dim")]] : [];
  return [head, [facts], ...states, ...hint];
}

function onOneLine(span: Span): Spans {
  return [{ ...span, text: span.text.replaceAll("\n", " ") }];
}
