/** What the core knows of the networks that run: their traits, how they are, and whom they reach. In memory only. */
import { KithError } from "../base/errors.ts";
import type { NetworkName } from "../base/ids.ts";
import { type Journal, JournaledMap } from "../base/journal.ts";
import type { Why } from "./model.ts";
import type { NetworkEvent, NetworkHealth, NetworkTraits } from "./ports/network.ts";
import type { Work } from "./work.ts";

export interface KnownNetwork {
  readonly name: NetworkName;
  readonly traits: NetworkTraits;
  readonly health: NetworkHealth;
  readonly why?: Why;
  /** Wall ms of the network's next try to come up. */
  readonly nextTryAt?: number;
}

export class Networks {
  readonly #networks: JournaledMap<NetworkName, KnownNetwork>;

  constructor(journal: Journal) {
    this.#networks = new JournaledMap(journal);
  }

  get(name: NetworkName): KnownNetwork | undefined {
    return this.#networks.get(name);
  }

  /** Throws "no-such-network". */
  required(name: NetworkName): KnownNetwork {
    const network = this.#networks.get(name);
    if (network === undefined) throw new KithError("no-such-network", { network: name });
    return network;
  }

  /** Sorted by name. */
  all(): readonly KnownNetwork[] {
    const all = [...this.#networks.entries()].map(([, network]) => network);
    return all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  isUp(name: NetworkName): boolean {
    const health = this.#networks.get(name)?.health;
    return health === "up" || health === "degraded";
  }

  added(name: NetworkName, traits: NetworkTraits, work: Work): void {
    this.#networks.set(name, { name, traits, health: "starting" });
    work.tell({ kind: "network-changed", network: name });
  }

  removed(name: NetworkName, work: Work): void {
    this.#networks.delete(name);
    work.tell({ kind: "network-changed", network: name });
  }

  reported(name: NetworkName, event: Extract<NetworkEvent, { readonly kind: "health" }>, work: Work): void {
    const { traits } = this.required(name);
    this.#networks.set(name, {
      name,
      traits,
      health: event.state,
      ...(event.why === undefined ? {} : { why: event.why }),
      ...(event.nextTryAt === undefined ? {} : { nextTryAt: event.nextTryAt }),
    });
    work.tell({ kind: "network-changed", network: name });
  }
}
