/** All that can happen in the chat, told by id: readers read again what changed. */
import type { ConversationId, MessageId, NetworkName, PersonId } from "../base/ids.ts";
import type { Presence } from "./model.ts";

export type ChatEvent =
  | { readonly kind: "message-added"; readonly conversation: ConversationId; readonly message: MessageId }
  /** Its text, its deletion or what became of it at a recipient. */
  | { readonly kind: "message-changed"; readonly conversation: ConversationId; readonly message: MessageId }
  | { readonly kind: "conversation-changed"; readonly conversation: ConversationId }
  | { readonly kind: "person-changed"; readonly person: PersonId }
  | { readonly kind: "person-removed"; readonly person: PersonId }
  | { readonly kind: "presence-changed"; readonly person: PersonId; readonly presence: Presence }
  | { readonly kind: "network-changed"; readonly network: NetworkName }
  | { readonly kind: "profile-changed" };
