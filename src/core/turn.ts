/** What the core is handed in one turn of the loop, and what it hands back once that is committed. */
import type { KithError } from "../base/errors.ts";
import type { NetworkName } from "../base/ids.ts";
import type { Result } from "../base/result.ts";
import type { Command, CommandResults } from "./commands.ts";
import type { ChatEvent } from "./events.ts";
import type { Me, NetworkEvent, NetworkTraits, Outgoing, ReceiptToken } from "./ports/network.ts";

/** Pairs a command with its reply; named by who hands the command over. */
export type CommandNumber = number;

export type Item =
  | { readonly kind: "command"; readonly number: CommandNumber; readonly command: Command }
  | { readonly kind: "network"; readonly network: NetworkName; readonly event: NetworkEvent }
  /** A network has come to be (not yet up) or has been taken away. */
  | { readonly kind: "network-added"; readonly network: NetworkName; readonly traits: NetworkTraits }
  | { readonly kind: "network-removed"; readonly network: NetworkName }
  | { readonly kind: "wake" };

export interface Reply {
  readonly number: CommandNumber;
  readonly result: Result<CommandResults[keyof CommandResults], KithError>;
}

export type CoreEffect =
  | { readonly kind: "send"; readonly network: NetworkName; readonly outgoing: Outgoing }
  | { readonly kind: "acknowledge"; readonly network: NetworkName; readonly receipt: ReceiptToken }
  | { readonly kind: "present"; readonly network: NetworkName; readonly me: Me };

/** Everything here is true on disk already. */
export interface Turn {
  readonly replies: readonly Reply[];
  readonly events: readonly ChatEvent[];
  readonly effects: readonly CoreEffect[];
  /** When (mono, ms) the core wants a `wake`; undefined for never. */
  readonly wakeAt: number | undefined;
  /** What went wrong and nobody was answered with: for the log. */
  readonly troubles: readonly unknown[];
}
