/** How a failure travels: KithError to JSON-RPC error and back. Without zod, for the client uses it too. */
import { errorTable, KithError } from "../base/errors.ts";
import type { ErrorCode, ErrorDetails } from "../base/errors.ts";

/** A longer request is refused: the longest text that a network carries fits in several times over. */
export const requestBytesMax = 256 * 1024;

export interface WireError {
  /** JSON-RPC's own numbers where they fit, else -32000: `data.code` is what a program should look at. */
  readonly code: number;
  readonly message: string;
  readonly data: { readonly code: string; readonly details: ErrorDetails; readonly mend: string };
}

const numbers: Partial<Record<ErrorCode, number>> = {
  "bad-parameters": -32_602,
  internal: -32_603,
  "no-such-method": -32_601,
  "not-a-request": -32_600,
};
const otherNumber = -32_000;

export function toWireError(error: KithError): WireError {
  const { code, details, mend, message } = error;
  return { code: numbers[code] ?? otherNumber, message, data: { code, details, mend } };
}

/** A daemon of another version may know codes that this program does not: its sentence is kept. */
export function fromWireError(message: string, data: unknown): KithError {
  const code = codeOf(data);
  if (code === undefined) return new KithError("internal", { problem: message });
  return new KithError(code, detailsOf(data));
}

function codeOf(data: unknown): ErrorCode | undefined {
  const code = propertyOf(data, "code");
  return typeof code === "string" && isErrorCode(code) ? code : undefined;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}

function detailsOf(data: unknown): ErrorDetails {
  const details = Object.entries(propertyOf(data, "details") ?? {});
  return Object.fromEntries(
    details.filter((entry): entry is [string, string | number] =>
      ["string", "number"].includes(typeof entry[1]),
    ),
  );
}

/** An own property of anything that JSON can say. */
export function propertyOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.getOwnPropertyDescriptor(value, key)?.value
    : undefined;
}
