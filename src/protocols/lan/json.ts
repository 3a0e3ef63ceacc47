/** A stranger's JSON: bounded in depth, read through own keys only, and cut out of a stream object by object. */
import { fromUtf8 } from "../../base/bytes.ts";
import { bad, good, type Result } from "../../base/result.ts";

/** Deeper texts parse, but overflow the stack of whoever walks through them later; no message here needs more than 3. */
export const jsonDepthMax = 32;

/** A parsed object. Read it with `own`: its keys are a stranger's. */
export type JsonObject = Readonly<Record<string, unknown>>;

export type JsonProblem = "not-utf8" | "not-json" | "too-deep" | "not-object";

export function parseObject(bytes: Uint8Array): Result<JsonObject, JsonProblem> {
  const depth = scanObject(bytes);
  if (depth === "too-deep") return bad("too-deep");
  const text = fromUtf8(bytes);
  if (text === undefined) return bad("not-utf8");
  const value = parse(text);
  if (value === undefined) return bad("not-json");
  return isObject(value.json) ? good(value.json) : bad("not-object");
}

/** The value under a key of the object's own, never one that it inherits. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined; // translated: a stranger's text that is not JSON is a value, not an exception
  }
}

const quote = 0x22;
const backslash = 0x5c;
const spaces = [0x20, 0x09, 0x0a, 0x0d];

/**
 * Where the first object ends (the offset behind it), without judging what it contains: strings and brackets are
 * followed, nothing else. "open": more must come. "not-object": it does not begin with one. All bytes of UTF-8 that
 * matter here are ASCII, so that the bytes need no decoding.
 */
export function scanObject(bytes: Uint8Array): number | "open" | "too-deep" | "not-object" {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (inString) {
      if (byte === backslash) at++;
      else if (byte === quote) inString = false;
    } else if (byte === quote && depth > 0) inString = true;
    else if (opens(byte)) {
      if (depth === 0 && byte !== 0x7b) return "not-object";
      if (++depth > jsonDepthMax) return "too-deep";
    } else if (closes(byte) && depth > 0) {
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && !spaces.includes(byte)) return "not-object";
  }
  return "open";
}

function opens(byte: number): boolean {
  return byte === 0x7b || byte === 0x5b;
}

function closes(byte: number): boolean {
  return byte === 0x7d || byte === 0x5d;
}
