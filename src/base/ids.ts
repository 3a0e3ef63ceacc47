/** Branded ids and names: a number or text that was validated once and cannot be mistaken for another kind. */
import { fromBase64Url, toBase64Url } from "./bytes.ts";
import type { Random } from "./random.ts";

declare const brand: unique symbol;
export type Branded<Base, Brand extends string> = Base & { readonly [brand]: Brand };

/** Counted by the store, one profile's own. */
export type PersonId = Branded<number, "PersonId">;
export type ContactId = Branded<number, "ContactId">;
export type ConversationId = Branded<number, "ConversationId">;
/** 16 random bytes in base64url without padding (22 characters), the same at every peer whose wire carries it. */
export type MessageId = Branded<string, "MessageId">;
/** An instance of a network in this profile ("lan", "lab"): 1..32 of a-z, 0-9 and "-", beginning with a letter. */
export type NetworkName = Branded<string, "NetworkName">;

const messageIdBytes = 16;
const networkName = /^[a-z][a-z0-9-]{0,31}$/;

export function newMessageId(random: Pick<Random, "bytes">): MessageId {
  return toBase64Url(random.bytes(messageIdBytes)) as MessageId;
}

/** Undefined unless `text` is the canonical form of 16 bytes. */
export function toMessageId(text: string): MessageId | undefined {
  const bytes = fromBase64Url(text);
  return bytes?.length === messageIdBytes ? (text as MessageId) : undefined;
}

export function toNetworkName(text: string): NetworkName | undefined {
  return networkName.test(text) ? (text as NetworkName) : undefined;
}
