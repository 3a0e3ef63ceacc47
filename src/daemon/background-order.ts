/** What passes between a command and the daemon that it starts in the background; apart, since neither needs the other's code. */
import type { WireError } from "../api/wire.ts";
import type { Where } from "./folders.ts";

/** Where the child says how its start ended. */
export const outcomeDescriptor = 3;

/** What the child reads from its standard input. A passphrase is never an argument nor in the environment. */
export interface Order {
  readonly where: Where;
  readonly set: Readonly<Record<string, string>>;
  readonly passphrase?: string;
}

/** What the child answers. */
export type Outcome = { readonly ready: true } | { readonly ready: false; readonly error: WireError };
