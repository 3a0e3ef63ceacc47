/** What a verb is: its name and options for the command line, its help and its reference page, and how it is run. */
import type { MethodName } from "../../api/methods.ts";
import type { Context, Said } from "./context.ts";

export interface VerbInput {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/** Resolves with what is to be printed, or with an exit code when it has printed by itself. */
export type Run = (context: Context, input: VerbInput) => Promise<Said | number>;

export interface VerbOption {
  readonly flags: string;
  readonly what: string;
}

export interface Verb {
  /** As typed; a verb of two words belongs to the group of its first. */
  readonly name: string;
  readonly usage: string;
  readonly what: string;
  readonly options?: readonly VerbOption[];
  /** What `--json` prints: the answer of a method of the API, or a sentence. */
  readonly json: { readonly answerOf: MethodName } | { readonly says: string };
  /** Its code is read only when it is used. */
  readonly load: () => Promise<Run>;
}
