/** What of a message can be sought, the same for every store. */
import { matches, terms } from "../base/search-terms.ts";
import type { TermQuery } from "../base/search-terms.ts";
import type { Message } from "../core/model.ts";

/** As much of a message as decides whether it is found. */
export type SearchedPart = Pick<Message, "body" | "deleted">;

/** Undefined for what search never finds: deleted messages, notices, pokes and what cannot be shown. */
export function searchedText(message: SearchedPart): string | undefined {
  if (message.deleted) return undefined;
  const body = message.body;
  if (body.kind === "text" || body.kind === "action") return body.text;
  return body.kind === "file" ? body.name : undefined;
}

export function isFound(message: SearchedPart, query: TermQuery): boolean {
  const text = searchedText(message);
  return text !== undefined && matches(terms(text), query);
}

/** Whether the message has `sought` somewhere in it, letter for letter but for case; nothing has an empty text. */
export function contains(message: SearchedPart, sought: string): boolean {
  return sought !== "" && searchedText(message)?.toLowerCase().includes(sought.toLowerCase()) === true;
}
