/** Tells what happens in a chat, line by line: people who come, messages, and what becomes of them. */
import { harmlessLine } from "../../../base/harmless.ts";
import { secondMs } from "../../../base/time.ts";
import { chatWords } from "../../model/chat-words.ts";
import { dayLine, excerpt, hang, messageLines, nameSpan, ruleLine, type Layout } from "../../model/lines.ts";
import type { Conversation, Delivery, Message, Person } from "../../model/records.ts";
import { noticed, type Noticed, type Screen } from "../../model/screen.ts";
import { plain, styled, type Spans } from "../../model/spans.ts";
import { roomWords } from "../../model/room-words.ts";
import {
  emptyWords,
  isConfirmed,
  isJoined,
  isSettled,
  leastDelivery,
  networkWords,
  recipientOf,
  titleOf,
  whereItIs,
} from "../../model/words.ts";
import type { Context } from "../context.ts";
import { paragraph } from "../output.ts";
import { told } from "../lines/messages.ts";
import type { Display } from "./display.ts";

/** Own messages whose state is still watched; older ones have been forgotten by the eye too. */
export const watchedMax = 500;
/** More people than this who come at once are counted, not named. */
export const namedAtOnceMax = 8;

/** The bell rings at most once in this time, whoever pokes. */
export const ringEveryMs = 2 * secondMs;

type TellerDisplay = Pick<Display, "width" | "print" | "replace" | "ring">;

interface Watched {
  /** As it was last told. */
  readonly state: Delivery["state"];
  /** Something was in its way, so that its arrival is news. */
  readonly hasWaited: boolean;
}

export class Teller {
  readonly #context: Pick<Context, "clock" | "around">;
  readonly #display: TellerDisplay;
  readonly #screen: () => Screen;
  /** Own messages that are not settled. */
  readonly #watched = new Map<string, Watched>();
  /** The newest message that was shown of each conversation. */
  readonly #shown = new Map<number, number>();
  #lastAt: number | undefined;
  /** Wall ms. */
  #rangAt: number | undefined;

  constructor(context: Pick<Context, "clock" | "around">, display: TellerDisplay, screen: () => Screen) {
    this.#context = context;
    this.#display = display;
    this.#screen = screen;
  }

  get layout(): Layout {
    const { clock, around } = this.#context;
    return { width: this.#display.width, clock, now: around.now() };
  }

  /** Sentences above the input. */
  say(...lines: readonly Spans[]): void {
    this.#display.print(lines.flatMap((line) => paragraph(line, this.layout.width)));
  }

  changed(before: Screen, after: Screen): void {
    const time = [styled(this.#context.clock.time(this.layout.now), "dim"), plain("  ")];
    for (const notice of noticed(before, after)) {
      this.#display.print(hang(time, this.#noticeSpans(notice), this.layout));
    }
  }

  message(message: Message, isNew: boolean): void {
    if (isNew) this.#tellNew(message);
    else this.#tellChanged(message);
  }

  /** A stretch of a conversation, with a line above what is unread. */
  history(conversation: Conversation, messages: readonly Message[]): void {
    const [first] = messages;
    const day = first === undefined ? [] : [this.#context.clock.day(first.arrivedAt)];
    const size = isJoined(conversation) ? [roomWords.members(conversation.members.length + 1)] : [];
    this.#display.print([ruleLine([titleOf(conversation), ...size, ...day].join(" · "), this.layout.width)]);
    this.#lastAt = first?.arrivedAt ?? this.#lastAt;
    const firstUnread = messages.find(({ arrived, mine }) => arrived > conversation.readUpTo && !mine);
    for (const message of messages) {
      if (message === firstUnread) this.#display.print([[styled(chatWords.newBelow, "warning")]]);
      this.#tell(message);
    }
    if (messages.length === 0) this.say([styled(emptyWords.history, "dim")]);
  }

  /** What was shown since this was asked last: the newest number of each conversation. */
  takeShown(): ReadonlyMap<number, number> {
    const shown = new Map(this.#shown);
    this.#shown.clear();
    return shown;
  }

  #noticeSpans(notice: Noticed): Spans {
    switch (notice.kind) {
      case "came":
        return [styled("→ ", "good"), ...cameSpans(notice.people)];
      case "went":
        return [styled("← ", "dim"), nameSpan(notice.person), styled(chatWords.hasGone, "dim")];
      case "impostor":
        return [styled(chatWords.impostor(notice.person.label, notice.known?.label ?? "person"), "warning")];
      case "renamed": {
        const after = chatWords.isNowCalled(notice.before, notice.person.label);
        return [plain(harmlessLine(after))];
      }
      case "standing": {
        const { standing, members } = notice.conversation;
        const title = harmlessLine(titleOf(notice.conversation));
        return standing === "connected"
          ? [styled(roomWords.connected(title), "good")]
          : [styled(roomWords.unlinked(title, members.length), "warning")];
      }
      case "network": {
        const { network } = notice;
        const style = network.health === "up" ? "good" : "warning";
        return [styled(`${network.name}: ${networkWords(network, this.layout.now)}`, style)];
      }
    }
  }

  #tellNew(message: Message): void {
    const { conversations, current } = this.#screen();
    const isQuiet =
      conversations.get(message.conversation)?.muted === true && message.conversation !== current;
    if (isQuiet) return;
    this.#tell(message);
    if (message.body.kind === "poke" && !message.mine) this.#ring();
  }

  /** A poke is there to be heard; many at once are not to be suffered. */
  #ring(): void {
    const { now } = this.layout;
    if (this.#rangAt !== undefined && Math.abs(now - this.#rangAt) < ringEveryMs) return;
    this.#rangAt = now;
    this.#display.ring();
  }

  #tell(message: Message): void {
    const { clock } = this.#context;
    if (this.#lastAt === undefined || !clock.sameDay(this.#lastAt, message.arrivedAt)) {
      this.#display.print([dayLine(message.arrivedAt, this.layout)]);
    }
    this.#lastAt = message.arrivedAt;
    this.#display.print(messageLines(told(message, this.#screen()), this.layout), message.id);
    this.#shown.set(message.conversation, message.arrived);
    this.#watch(message);
  }

  #watch(message: Message): void {
    const least = message.mine ? leastDelivery(message) : undefined;
    if (least === undefined || isSettled(least)) this.#watched.delete(message.id);
    else {
      const hasWaited = least.why !== undefined || this.#watched.get(message.id)?.hasWaited === true;
      this.#watched.set(message.id, { state: least.state, hasWaited });
    }
    const [oldest] = this.#watched.keys();
    if (this.#watched.size > watchedMax && oldest !== undefined) this.#watched.delete(oldest);
  }

  /** On the message itself while it is the last line; later only when it failed, or arrived after it had to wait. */
  #tellChanged(message: Message): void {
    const before = this.#watched.get(message.id);
    const lines = messageLines(told(message, this.#screen()), this.layout);
    const isReplaced = this.#display.replace(message.id, lines);
    if (before === undefined) return;
    this.#watch(message);
    const least = leastDelivery(message);
    if (isReplaced || least === undefined || least.state === before.state) return;
    if (least.state === "failed") {
      const where = whereItIs(least, this.layout.now);
      const sentence = chatWords.failed(excerpt(message), recipientOf(least), where);
      this.say([styled(sentence, "bad"), styled(chatWords.failedHint(message.arrived), "dim")]);
    } else if (before.hasWaited && isSettled(least)) {
      const tell = isConfirmed(least) ? chatWords.arrivedAfterAll : chatWords.sentAfterAll;
      this.say([styled(tell(excerpt(message), recipientOf(least)), "dim")]);
    }
  }
}

function cameSpans(people: readonly Person[]): Spans {
  const names = people
    .slice(0, namedAtOnceMax)
    .flatMap((person, at): Spans => [plain(at === 0 ? "" : ", "), nameSpan(person)]);
  const more = people.length - namedAtOnceMax;
  return [
    ...names,
    plain(more > 0 ? chatWords.andMore(more) : ""),
    plain(chatWords.areOnline(people.length)),
  ];
}
