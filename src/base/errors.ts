/** The errors of the world and of requests: one table of permanent codes, each with what happened and what to do. */
export interface ErrorEntry {
  /** What happened, for a person; `{name}` stands for a detail of that name. */
  readonly what: string;
  /** What to do next. */
  readonly mend: string;
}

/** Codes are permanent: scripts test for them. Sorted by code; docs/reference/errors.md is made from it. */
export const errorTable = {
  "ambiguous-name": {
    what: "{name} fits several people: {candidates}",
    mend: "Say which one, by the full label or the number that `kith people` shows.",
  },
  "bad-parameters": {
    what: "The request cannot be understood: {problem}",
    mend: "See docs/reference/api.md for what the method takes.",
  },
  "consent-needed": {
    what: "{name} uses a program that does not encrypt: anybody on the way can read the message",
    mend: "Send it with --plain (or answer yes in the chat) if that is all right; it is asked once per person.",
  },
  "internal": {
    what: "Something went wrong inside kith: {problem}",
    mend: "The request had no effect. The log has the details; please report it.",
  },
  "no-such-conversation": {
    what: "There is no conversation {conversation}",
    mend: "See `kith conversations`.",
  },
  "no-such-message": { what: "There is no message {message}", mend: "See `kith history`." },
  "no-such-network": { what: "There is no network named {network}", mend: "See `kith network list`." },
  "no-such-person": { what: "Nobody is known by the name {name}", mend: "See `kith people`." },
  "outbox-full": {
    what: "{count} messages are waiting to be sent already, the most there may be",
    mend: "Wait until some have gone out, or cancel some.",
  },
  "store-failed": {
    what: "Nothing could be stored: {problem}",
    mend: "Free some disk space or mend the disk, then try again. Nothing of it was sent.",
  },
  "text-empty": { what: "There is no text to send", mend: "Write something first." },
  "text-too-long": {
    what: "The text has {size} bytes, {network} carries {limit}",
    mend: "Shorten it or send it in parts.",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

export type ErrorDetails = Readonly<Record<string, string | number>>;

/** A failure with a permanent code. Its message is the table's sentence with the details put in. */
export class KithError extends Error {
  override readonly name = "KithError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, cause?: unknown) {
    super(fillIn(errorTable[code].what, details), cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }

  get mend(): string {
    return fillIn(errorTable[this.code].mend, this.details);
  }
}

function fillIn(sentence: string, details: ErrorDetails): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? `{${name}}`));
}
