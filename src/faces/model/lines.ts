/** What is told in a chat, as lines of spans: messages with time and name, days, presence, and where a message is. */
import { harmlessBody, harmlessLine } from "../../base/harmless.ts";
import { parseMarkup, type Block, type Inline } from "../../base/markup.ts";
import { cells, truncate } from "../../base/width.ts";
import { hueOf } from "./colour.ts";
import type { Conversation, Message, Notice, Person } from "./records.ts";
import { breakSpans, cellsOf, plain, styled, type Span, type Spans, type Style } from "./spans.ts";
import type { Clock } from "./time.ts";
import {
  bodyWords,
  isConfirmed,
  leastDelivery,
  noticeWords,
  stateWords,
  titleOf,
  trustWords,
} from "./words.ts";

/** The room for lines. */
export interface Layout {
  /** Cells of a line. */
  readonly width: number;
  readonly clock: Clock;
  /** Wall ms. */
  readonly now: number;
}

const bar = " │";
const nameCellsMin = 8;
const nameCellsMax = 14;
/** A name takes this part of a line at most. */
const nameShare = 5;
/** A screen narrower than this gives the name a line's beginning instead of a column. */
const columnsFrom = 48;

/** What a message that needs no line of its own is quoted as. */
export const excerptCells = 30;

export function excerpt(message: Message): string {
  return truncate(harmlessLine(bodyText(message)).trim(), excerptCells);
}

function bodyText(message: Message): string {
  const { body } = message;
  if (message.deleted) return bodyWords.deleted;
  switch (body.kind) {
    case "text":
    case "action":
      return body.text;
    case "poke":
      return bodyWords.poke;
    case "file":
      return bodyWords.file(body.name, body.bytes);
    case "system":
      return noticeWords(body.notice);
    case "unknown":
      return bodyWords.unknown(body.what);
  }
}

/** A colour for each person, the same wherever they are shown. */
export function nameSpan(person: Pick<Person, "label" | "contacts">): Span {
  const identity = person.contacts[0]?.identity ?? person.label;
  return { text: harmlessLine(person.label), hue: hueOf(identity), styles: ["strong"] };
}

/** A message as it is shown in a conversation. */
export interface Told {
  readonly message: Message;
  readonly conversation: Conversation | undefined;
  readonly author: Person | undefined;
  /** Where it was said, unless that is where everything around it was said. */
  readonly place: string | undefined;
}

export function messageLines(told: Told, layout: Layout): readonly Spans[] {
  const { message } = told;
  if (message.body.kind === "system") return noticeLines(message.body.notice, told, layout);
  const [time, place, name] = [timeOf(message, layout), placeOf(told, layout), nameOf(told, layout)];
  const content = [...bodySpans(message), ...stateSpans(message)];
  return isDeed(message)
    ? hang([time, plain("  "), ...place, plain("* "), ...name, plain(" ")], content, layout)
    : hang([time, plain(" "), ...column(name, layout), plain(" ")], [...place, ...content], layout);
}

/** Told as what somebody does. */
function isDeed({ body: { kind } }: Message): boolean {
  return kind !== "text" && kind !== "unknown";
}

/** Who comes and goes is told quietly: a full room would drown what is said in it. */
const quietSigns: Readonly<Partial<Record<Notice["code"], string>>> = { joined: "→ ", left: "← " };

function noticeLines(notice: Notice, { message, conversation }: Told, layout: Layout): readonly Spans[] {
  const title = conversation === undefined ? undefined : titleOf(conversation);
  const words = harmlessLine(noticeWords(notice, title));
  const quietly = quietSigns[notice.code];
  const style: Style = quietly === undefined ? "warning" : "dim";
  const lead = [timeOf(message, layout), plain("  "), styled(quietly ?? "-!- ", style)];
  return hang(lead, [styled(words, style)], layout);
}

function timeOf({ mine, sentAt, arrivedAt }: Message, { clock }: Layout): Span {
  return styled(clock.time(mine ? sentAt : arrivedAt), "dim");
}

/** Mine say to whom, so that one stream of many conversations cannot be misread. */
function nameOf(told: Told, layout: Layout): Spans {
  const { message, conversation, author } = told;
  const mark = isUnverified(told) ? [styled(trustWords.unknown.sign, "dim")] : [];
  const room = nameRoom(layout) - cellsOf(mark);
  if (author !== undefined) return [...mark, shortened(nameSpan(author), room)];
  const isMineTo = message.mine && !isDeed(message) && conversation !== undefined;
  const name = isMineTo ? `→ ${titleOf(conversation)}` : (message.authorLabel ?? "?");
  return [shortened(styled(harmlessLine(name), "strong"), room)];
}

/** It came under a name that anybody can use, whoever else the same person may be. */
function isUnverified({ message, author }: Told): boolean {
  return author?.contacts.find(({ id }) => id === message.author)?.keyed === false;
}

function shortened(name: Span, room: number): Span {
  return { ...name, text: truncate(name.text, room) };
}

function nameRoom({ width }: Layout): number {
  return Math.min(nameCellsMax, Math.max(nameCellsMin, Math.floor(width / nameShare)));
}

/** Not where the name says it. */
function placeOf({ message, place }: Told, layout: Layout): Spans {
  const isNamed = message.mine && !isDeed(message);
  if (isNamed || place === undefined) return [];
  return [shortened(styled(harmlessLine(place), "dim"), nameRoom(layout)), plain(" ")];
}

function column(name: Spans, layout: Layout): Spans {
  if (layout.width < columnsFrom) return [...name, styled(":", "dim")];
  return [plain(" ".repeat(nameRoom(layout) - cellsOf(name))), ...name, styled(bar, "dim")];
}

/** The content beside its lead, further lines below its beginning. */
export function hang(lead: Spans, content: Spans, { width }: Layout): readonly Spans[] {
  const indent = cellsOf(lead);
  const hasBar = lead.some(({ text }) => text === bar);
  const filler: Spans = hasBar
    ? [plain(" ".repeat(indent - cells(bar) - 1)), styled(`${bar} `, "dim")]
    : [plain(" ".repeat(indent))];
  return breakSpans(content, Math.max(1, width - indent)).map((line, at) => [
    ...(at === 0 ? lead : filler),
    ...line,
  ]);
}

export function bodySpans(message: Message): Spans {
  const { body } = message;
  if (message.deleted) return [styled(bodyWords.deleted, "dim")];
  const edited = message.editedAt === undefined ? [] : [styled(` ${bodyWords.edited}`, "dim")];
  const reactions = message.reactions.map(({ sign }) => styled(` ${harmlessLine(sign)}`, "dim"));
  const isMarkedUp = body.kind === "text" || body.kind === "action";
  const spans = isMarkedUp
    ? blocks(parseMarkup(harmlessBody(body.text)), [])
    : [styled(harmlessLine(bodyText(message)), ...(body.kind === "poke" ? (["strong"] as const) : []))];
  return [...spans, ...edited, ...reactions];
}

function blocks(tree: readonly Block[], styles: readonly Style[]): Spans {
  return tree.flatMap((block, at) => [...(at === 0 ? [] : [plain("\n")]), ...blockSpans(block, styles)]);
}

function blockSpans(block: Block, styles: readonly Style[]): Spans {
  switch (block.kind) {
    case "paragraph":
      return block.inside.flatMap((node) => inline(node, styles));
    case "fence":
      return [styled(block.text, "code")];
    case "quote":
      return quoted(blocks(block.inside, [...styles, "italic"]));
  }
}

/** A bar in front of each line of it. */
function quoted(spans: Spans): Spans {
  const bar = styled("▎ ", "dim");
  return [bar, ...spans.flatMap((span) => afterEachBreak(span, bar))];
}

function afterEachBreak(span: Span, bar: Span): Spans {
  return span.text
    .split("\n")
    .flatMap((text, at) => (at === 0 ? [{ ...span, text }] : [plain("\n"), bar, { ...span, text }]));
}

function inline(node: Inline, styles: readonly Style[]): Spans {
  switch (node.kind) {
    case "text":
      return [{ text: node.text, styles }];
    case "code":
      return [{ text: node.text, styles: [...styles, "code"] }];
    case "link":
      return [{ text: node.href, styles: [...styles, "link"] }];
    case "bold":
      return node.inside.flatMap((child) => inline(child, [...styles, "strong"]));
    case "italic":
    case "strike":
    case "underline": {
      const { kind } = node;
      return node.inside.flatMap((child) => inline(child, [...styles, kind]));
    }
  }
}

function stateSpans(message: Message): Spans {
  const least = leastDelivery(message);
  if (!message.mine || least === undefined) return [];
  const style: Style = least.state === "failed" ? "bad" : isConfirmed(least) ? "good" : "dim";
  return [plain("  "), styled(harmlessLine(stateWords(message)), style)];
}

export function dayLine(wall: number, { clock, width }: Layout): Spans {
  return ruleLine(clock.day(wall), width);
}

/** Around the title, and for the whole line. */
const [ruleCells, ruleCellsMax] = [5, 100];

/** A title in a line across the screen. */
export function ruleLine(title: string, width: number): Spans {
  const shown = width === Number.POSITIVE_INFINITY ? title : truncate(title, Math.max(1, width - ruleCells));
  const room = Math.max(0, Math.min(width, ruleCellsMax) - cells(shown) - ruleCells);
  return [styled(`─── ${shown} ${"─".repeat(room)}`.trimEnd(), "dim")];
}
