/** Judges the text of a request before anything looks into it: its length, its depth, its JSON, its form. */
import { KithError } from "../base/errors.ts";
import { bad, good } from "../base/result.ts";
import type { Result } from "../base/result.ts";
import { propertyOf, requestBytesMax } from "./wire.ts";

/** No parameters nest deeper than five; what nests in thousands parses, and then overflows whoever walks it. */
export const nestingMax = 32;
/** Requests in one batch: the answers of a batch are held together. */
export const batchMax = 32;

export type Id = string | number | null;

export interface Request {
  readonly jsonrpc: "2.0";
  readonly method: string;
  readonly params?: unknown;
  readonly id?: Id;
}

/** One request, or a batch of them. */
export function toRequest(text: string): Result<Request | Request[], KithError> {
  if (text.length > requestBytesMax) return bad(tooLong(text.length));
  if (depthOf(text) > nestingMax) return bad(notRequest(`it nests deeper than ${nestingMax}`));
  const json = parse(text);
  if (json === undefined) return bad(notRequest("it is not JSON"));
  if (!Array.isArray(json)) return isRequest(json) ? good(json) : bad(notRequest("it is not JSON-RPC 2.0"));
  const batch: readonly unknown[] = json;
  if (batch.length === 0 || batch.length > batchMax)
    return bad(notRequest(`a batch has 1 to ${batchMax} requests`));
  const requests = batch.filter(isRequest);
  return requests.length === batch.length ? good(requests) : bad(notRequest("it is not JSON-RPC 2.0"));
}

export function tooLong(size: number): KithError {
  return new KithError("request-too-long", { size, limit: requestBytesMax });
}

function notRequest(problem: string): KithError {
  return new KithError("not-a-request", { problem });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // translated: what a client writes is judged, not trusted
  }
}

function isRequest(json: unknown): json is Request {
  const id = propertyOf(json, "id");
  return (
    propertyOf(json, "jsonrpc") === "2.0" &&
    typeof propertyOf(json, "method") === "string" &&
    (id === undefined || id === null || typeof id === "string" || typeof id === "number")
  );
}

/** The deepest nesting of brackets outside strings, counted without recursion. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const sign = text.charCodeAt(i);
    if (sign === quote) quoted = !quoted;
    else if (sign === backslash) i++;
    else if (!quoted && (sign === openBrace || sign === openBracket)) deepest = Math.max(deepest, ++depth);
    else if (!quoted && (sign === closeBrace || sign === closeBracket)) depth--;
  }
  return deepest;
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
