/** Which networks keep a chat log and where, as their settings change; each log follows what is committed. */
import { resolve } from "node:path";
import type { NetworkName } from "../base/ids.ts";
import type { Message } from "../core/model.ts";
import type { MessageStore } from "../core/ports/store.ts";
import type { Queries } from "../core/queries.ts";
import type { Turn } from "../core/turn.ts";
import { formatChatLogLine } from "../networks/lan/chat-log.ts";
import { ChatLog } from "./chat-log.ts";
import { localTime } from "./local-time.ts";
import type { Loop } from "./loop.ts";
import type { Networks } from "./networks.ts";

const usualFile = "chat-log.txt";

export interface ChatLogsParts {
  /** The profile's folder. */
  readonly home: string;
  /** The history is encrypted at rest: then plain text is written beside it only where somebody asked for it. */
  readonly encrypted: boolean;
  readonly messages: MessageStore;
  readonly queries: Queries;
  readonly loop: Loop;
  readonly networks: Networks;
  readonly failed: (file: string, error: unknown) => void;
}

interface Kept {
  readonly file: string;
  readonly log: ChatLog;
}

export class ChatLogs {
  readonly #parts: ChatLogsParts;
  readonly #kept = new Map<NetworkName, Kept>();
  /** Logs that were turned off, until their last lines are written. */
  #ending: Promise<unknown> = Promise.resolve();

  constructor(parts: ChatLogsParts) {
    this.#parts = parts;
  }

  turned({ events }: Turn): void {
    for (const event of events) if (event.kind === "network-changed") this.#look(event.network);
    const added = events.flatMap((event) => (event.kind === "message-added" ? [event.message] : []));
    if (added.length > 0) for (const { log } of this.#kept.values()) log.added(added);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#ending, ...[...this.#kept.values()].map(({ log }) => log.stop())]);
    this.#kept.clear();
  }

  /** Follows the network's settings. One that is disconnected keeps its place in the log, one without a log loses it. */
  #look(name: NetworkName): void {
    const running = this.#parts.networks.get(name);
    const file = running === undefined ? undefined : this.#fileOf(running.settings["log"]);
    const kept = this.#kept.get(name);
    if (kept?.file === file) return;
    if (kept !== undefined) this.#ending = Promise.all([this.#ending, kept.log.stop()]);
    this.#kept.delete(name);
    if (file !== undefined) this.#kept.set(name, { file, log: this.#begin(name, file) });
    else if (running !== undefined) this.#saveMark(name, undefined).catch(() => undefined); // stopping: looked at next time
  }

  #begin(name: NetworkName, file: string): ChatLog {
    const { messages, queries, failed } = this.#parts;
    const key = markKey(name);
    const mark = queries.settings(key).find(([known]) => known === key)?.[1];
    return new ChatLog({
      file,
      messages,
      line: (message) => this.#line(name, message),
      mark: mark === undefined ? undefined : Number(mark),
      saveMark: (number) => this.#saveMark(name, String(number)),
      failed: (error) => failed(file, error),
    });
  }

  #fileOf(log: unknown): string | undefined {
    return chatLogFile(this.#parts.home, log ?? !this.#parts.encrypted);
  }

  #line(name: NetworkName, message: Message): string | undefined {
    const { body, mine, author, deleted } = message;
    const view = this.#parts.queries.conversation(message.conversation);
    if (view?.conversation.network !== name || deleted) return undefined;
    if (body.kind !== "text" && body.kind !== "action") return undefined;
    if (this.#parts.queries.wasImported(message.arrived)) return undefined;
    return formatChatLogLine({
      time: localTime(new Date(message.arrivedAt)),
      direction: mine ? "out" : "in",
      name: author === undefined ? view.title : this.#parts.queries.personOf(author).label,
      text: body.kind === "action" ? `/me ${body.text}` : body.text,
    });
  }

  #saveMark(name: NetworkName, mark: string | undefined): Promise<undefined> {
    const value = mark === undefined ? {} : { value: mark };
    return this.#parts.loop.command({ kind: "put-setting", key: markKey(name), ...value });
  }
}

/** Where a network keeps its log that is set to `log`; undefined for nowhere. */
export function chatLogFile(home: string, log: unknown): string | undefined {
  if (typeof log === "string") return resolve(home, log);
  return log === true ? resolve(home, usualFile) : undefined;
}

function markKey(name: NetworkName): string {
  return `chat-log.${name}`;
}
