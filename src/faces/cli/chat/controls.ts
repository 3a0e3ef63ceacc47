/** What a command of the chat may use of it. */
import type { Layout } from "../../model/lines.ts";
import type { Conversation, Person } from "../../model/records.ts";
import type { Screen } from "../../model/screen.ts";
import type { Spans } from "../../model/spans.ts";
import type { Client } from "../parts.ts";
import type { Display } from "./display.ts";
import type { Feed } from "./feed.ts";

/** To whom a text goes: where one is talking already, or to somebody. */
export type To = { readonly conversation: number } | { readonly who: number };

export interface Controls {
  readonly version: string;
  readonly display: Display;
  readonly feed: Pick<Feed, "apply">;
  readonly screen: Screen;
  /** Throws `daemon-lost` while there is none. */
  readonly client: Client;
  readonly layout: Layout;
  /** The conversation that what is typed goes to. */
  readonly current: Conversation | undefined;
  /** Labels of everybody known. */
  readonly names: readonly string[];
  /** Sentences above the input. */
  say(...lines: readonly Spans[]): void;
  /** Says a text in the current conversation. */
  speak(text: string, action: boolean): Promise<void>;
  /** Sends, asking for consent where it would go out unencrypted; resolves with the conversation it went to. */
  send(to: To, text: string, how: { readonly action: boolean; readonly name: string }): Promise<number>;
  /** The one person meant; asks when the name fits several. */
  person(who: string): Promise<Person>;
  /** Makes a conversation the current one: its last messages, its draft. */
  open(conversation: number): Promise<void>;
  /** Makes a conversation the current one that was just spoken in: nothing of it is shown again. */
  turnTo(conversation: number): Promise<void>;
  showHistory(conversation: Conversation, limit: number): Promise<void>;
  leaveConversation(): Promise<void>;
}
