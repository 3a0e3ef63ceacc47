/** What one network brings into the world: how to make it for a host, who its strangers are, how soon it converges. */
import type { Crypto } from "../base/crypto.ts";
import type { NetworkName } from "../base/ids.ts";
import type { Random } from "../base/random.ts";
import type { Keep, Network } from "../core/ports/network.ts";
import type { Driver } from "../protocols/machine.ts";
import type { Host } from "./host.ts";
import type { Wire } from "./wire.ts";

export interface NetworkPlace {
  readonly name: NetworkName;
  readonly driver: Driver;
  readonly keep: Keep;
  readonly random: Random;
  readonly crypto: Crypto;
}

/** Where a stranger lives: a host with nothing but the wire; what it does with that is its own. */
export interface StrangerPlace {
  readonly host: Host;
  readonly wire: Wire;
  readonly random: Random;
  /** What is to be kept is kept, in this world. */
  readonly disksAreSound: boolean;
  /** Those who run the real program, whom a stranger may pester. */
  readonly victims: readonly { readonly name: string; readonly host: Host }[];
  /** Now and then while the faults last, on average every `meanMs`. */
  often(meanMs: number, work: () => void): void;
  /** Once within `mostMs`, unless the faults are over by then. */
  later(mostMs: number, work: () => void): void;
  /** A promise that was broken, as seen from here. */
  violated(invariant: string, what: string): void;
}

/** Programs written by others, friendly or not. */
export type Stranger = (place: StrangerPlace) => void;

export interface Plug {
  readonly kind: string;
  /** After the faults are over, everything acknowledged has arrived within this time. */
  readonly convergenceMs: number;
  network(place: NetworkPlace): Network;
  /** How many people there are; two to eight where it does not say. */
  readonly people?: (random: Random) => number;
  /** The most of what its machine has, by the names in `limits.ts` and those of the network's own facts. */
  readonly bounds?: Readonly<Record<string, number>>;
  /**
   * By which others know whoever runs this network; undefined while it has none yet. Where the plug does not say, it is
   * the fact "identity" that the network shows.
   */
  readonly identityOf?: (network: Network) => string | undefined;
  /** Nobody where the plug names none. */
  readonly strangers?: Readonly<Record<string, Stranger>>;
}

export function identityOf({ identityOf: own }: Plug, network: Network): string | undefined {
  if (own !== undefined) return own(network);
  const shown = network.inspect().facts["identity"];
  return shown === undefined ? undefined : String(shown);
}
