/** What a room says of its members: others can cause it as often as they like, so only so much of it is noted. */
import type { ConversationId, NetworkName } from "../../base/ids.ts";
import type { Journal } from "../../base/journal.ts";
import { dayMs, minuteMs } from "../../base/time.ts";
import { Allowance } from "../allowance.ts";
import type { Conversations } from "../conversations/conversations.ts";
import type { History } from "../messages/history.ts";
import type { Notice } from "../model.ts";
import { cutName } from "../people/names.ts";
import type { NetworkEvent } from "../ports/network.ts";
import type { Work } from "../work.ts";

/**
 * Notices of one room: a class that comes in together is told in full, and a server that invents comings and goings
 * adds to a day what a lively room says in an hour. Rooms are entered by the user: never so many at a time.
 */
export const noticeLimits = { burst: 30, everyMs: minuteMs, keysMax: 1_000 } as const;

/** What a network has noticed of one member; of so many at a time, more than a room's notices last for in a day. */
export const noticedLimits = { burst: 1, everyMs: dayMs, keysMax: 2_000 } as const;

export interface RoomNotesParts {
  readonly conversations: Conversations;
  readonly history: History;
  readonly journal: Journal;
}

export class RoomNotes {
  readonly #conversations: Conversations;
  readonly #history: History;
  readonly #notices: Allowance<ConversationId>;
  readonly #noticed: Allowance<string>;

  constructor({ conversations, history, journal }: RoomNotesParts) {
    this.#conversations = conversations;
    this.#history = history;
    this.#notices = new Allowance(noticeLimits, journal);
    this.#noticed = new Allowance(noticedLimits, journal);
  }

  /** Notices that were one too many, since the start. */
  get unsaid(): number {
    return this.#notices.refused;
  }

  note(conversation: ConversationId, notice: Notice, work: Work): void {
    if (this.#notices.take(conversation, work.now)) this.#history.note(conversation, notice, work);
  }

  /** The network's own words on a room: of each name once a day. They open no conversation. */
  noticed(
    network: NetworkName,
    { place, notice }: Extract<NetworkEvent, { readonly kind: "noticed" }>,
    work: Work,
  ): void {
    const conversation = this.#conversations.at(network, place);
    if (conversation === undefined) return;
    const bounded = { ...notice, name: cutName(notice.name), room: cutName(notice.room) };
    const said = [conversation.id, notice.code, bounded.name].join(" ");
    if (this.#noticed.take(said, work.now)) this.note(conversation.id, bounded, work);
  }
}
