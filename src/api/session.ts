/** One connection to the daemon: its requests in order, its answers, and its events within what it reads. */
import type { Channel, ChannelListener } from "./channel.ts";
import { KithError } from "../base/errors.ts";
import type { Portion } from "./event-log.ts";
import type { Cursor } from "./records.ts";

/** Requests of one connection under way at a time; the next are read when one is done. */
export const requestsRunningMax = 64;
/** No further request of a connection is begun while so many bytes of answers have not left. */
const answersUnsentMax = 1024 * 1024;
/** A client with more unsent events does not read: it gets no more of them until it does. */
export const eventsUnsentMax = 1024 * 1024;

export interface SessionHost {
  /** The answer's text; undefined where none is due. */
  answer(text: string, session: Session): Promise<string | undefined>;
  cursor(): Cursor;
  gone(session: Session): void;
}

export class Session implements ChannelListener {
  readonly #channel: Channel;
  readonly #host: SessionHost;
  /** Read but not begun; bounded, since nothing is read while there is any. */
  readonly #waiting: string[] = [];
  #running = 0;
  #open = true;
  #closing = false;
  #following = false;
  readonly #left = new AbortController();
  /** Bytes of events since the channel was last empty. */
  #eventsUnsent = 0;
  /** It read too slowly and is told so as soon as it reads again. */
  #behind = false;

  constructor(channel: Channel, host: SessionHost) {
    this.#channel = channel;
    this.#host = host;
  }

  received(text: string): void {
    if (this.#closing) return;
    this.#waiting.push(text);
    this.#begin();
  }

  drained(): void {
    if (!this.#open) return;
    this.#eventsUnsent = 0;
    if (this.#behind) this.#resync();
    this.#begin();
  }

  ended(): void {
    this.#open = false;
    this.#following = false;
    this.#waiting.length = 0;
    this.#left.abort(new KithError("daemon-lost"));
    this.#host.gone(this);
  }

  /** From now on `tell` reaches it; `missed` goes first. */
  follow(missed: readonly Portion[]): void {
    if (!this.#open) return;
    this.#following = true;
    for (const portion of missed) this.#channel.send(toNotification(portion));
  }

  /** Aborted when the connection has ended: nobody waits for its answers any more. */
  get left(): AbortSignal {
    return this.#left.signal;
  }

  /** It is told of events. */
  get isFollowing(): boolean {
    return this.#following;
  }

  /** Sends a notification, unless it does not follow or does not read. */
  tell(notification: string): void {
    if (!this.#following || this.#behind) return;
    if (this.#channel.unsent === 0) this.#eventsUnsent = 0;
    this.#eventsUnsent += notification.length;
    if (this.#eventsUnsent <= eventsUnsentMax) this.#channel.send(notification);
    else if (this.#channel.unsent > 0) this.#behind = true;
    else this.#resync(); // it does read, and nothing will drain
  }

  #resync(): void {
    this.#behind = false;
    this.#channel.send(toNotification({ cursor: this.#host.cursor(), events: [] }, true));
  }

  /** Takes no further requests; the channel closes when those under way are answered. */
  close(): void {
    this.#closing = true;
    this.#waiting.length = 0;
    if (this.#open && this.#running === 0) this.#channel.close();
  }

  #begin(): void {
    while (this.#mayBegin()) {
      const text = this.#waiting.shift();
      if (text === undefined) break;
      this.#running++;
      void this.#answer(text);
    }
    if (this.#open) this.#channel.reading(this.#waiting.length === 0 && this.#mayBegin());
  }

  #mayBegin(): boolean {
    return this.#open && this.#running < requestsRunningMax && this.#channel.unsent <= answersUnsentMax;
  }

  async #answer(text: string): Promise<void> {
    const answer = await this.#host.answer(text, this);
    this.#running--;
    if (!this.#open) return;
    if (answer !== undefined) this.#channel.send(answer);
    if (this.#closing) this.close();
    else this.#begin();
  }
}

export function toNotification({ cursor, events }: Portion, resync?: true): string {
  return JSON.stringify({ jsonrpc: "2.0", method: "event", params: { cursor, events, resync } });
}
