/** All that can be asked of the chat and changes it, and what each is answered with. Reading is in queries.ts. */
import type { ConversationId, MessageId, NetworkName, PersonId } from "../base/ids.ts";
import type { Availability, Body, Contact, Conversation, Message, Person } from "./model.ts";

export type Command =
  /** Gives a person my own name for them; without a name, back to theirs. */
  | { readonly kind: "rename-person"; readonly person: PersonId; readonly name?: string }
  /** The user's deed: both are one person. `from` is gone afterwards, its contacts are `into`'s. */
  | { readonly kind: "join-people"; readonly into: PersonId; readonly from: PersonId }
  /** The user has compared the key, or takes that back. */
  | { readonly kind: "verify-person"; readonly person: PersonId; readonly verified: boolean }
  | { readonly kind: "allow-plain"; readonly person: PersonId; readonly allowed: boolean }
  /** The direct conversation with a person, made when there is none. Without a network: where they are reached best. */
  | { readonly kind: "open-conversation"; readonly person: PersonId; readonly network?: NetworkName }
  | {
      readonly kind: "change-conversation";
      readonly conversation: ConversationId;
      readonly muted?: boolean;
      readonly pinned?: boolean;
      readonly draft?: string;
      /** Never goes back. */
      readonly readUpTo?: number;
    }
  /** The same `message` id twice is one message, sent once. */
  | {
      readonly kind: "send-message";
      readonly conversation: ConversationId;
      readonly body: Extract<Body, { readonly kind: "text" | "action" }>;
      readonly message?: MessageId;
      readonly replyTo?: MessageId;
      /** The user agrees, once and for this person, that anybody on the way can read. */
      readonly allowPlain?: boolean;
    }
  /** Tries again at once what failed or waits. */
  | { readonly kind: "retry-message"; readonly message: MessageId }
  /** Gives up what has not gone out. */
  | { readonly kind: "cancel-message"; readonly message: MessageId }
  /** Deletes it here; what others hold is theirs. */
  | { readonly kind: "delete-message"; readonly message: MessageId }
  | { readonly kind: "set-name"; readonly name: string }
  | { readonly kind: "set-availability"; readonly availability: Availability }
  /** Settings of the daemon's own (which networks are connected, …); absent value: removed. */
  | { readonly kind: "put-setting"; readonly key: string; readonly value?: string }
  | { readonly kind: "import"; readonly records: readonly ImportRecord[] };

export interface CommandResults {
  readonly "rename-person": Person;
  readonly "join-people": Person;
  readonly "verify-person": Person;
  readonly "allow-plain": Person;
  readonly "open-conversation": Conversation;
  readonly "change-conversation": Conversation;
  readonly "send-message": Message;
  readonly "retry-message": Message;
  readonly "cancel-message": Message;
  readonly "delete-message": Message;
  readonly "set-name": undefined;
  readonly "set-availability": undefined;
  readonly "put-setting": undefined;
  readonly import: ImportCount;
}

/** One message of an export with all that places it, so that it can be merged into any profile by itself. */
export interface ImportRecord {
  readonly network: NetworkName;
  readonly conversation:
    | { readonly kind: "direct"; readonly with: ImportContact }
    | { readonly kind: "room"; readonly room: string }
    | { readonly kind: "everyone" };
  /** Absent for mine and for notices. */
  readonly author?: ImportContact;
  readonly message: Omit<Message, "conversation" | "author" | "arrived" | "changed" | "reactions">;
}

export type ImportContact = Pick<Contact, "identity" | "keyed" | "name" | "secrecy">;

export interface ImportCount {
  readonly added: number;
  /** Those that were here already. */
  readonly known: number;
}
