/** What streams need of the network that they pass through. */
import type { Random } from "../base/random.ts";
import type { Host } from "./host.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Weather } from "./weather.ts";

/** Where something leaves or arrives. */
export interface Endpoint {
  readonly host: Host;
  readonly address: string;
}

export interface Passage {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly weather: Weather;
  /** Both are there, have these addresses, and nothing stands between. */
  passes(from: Endpoint, to: Endpoint): boolean;
  /** Who has the address now, as seen from `from`; undefined when nobody answers to it. */
  hostAt(address: string, from: Host): Host | undefined;
  weatherBetween(from: Host, to: string): Weather;
  /** Something arrived over a stream: a sign, or so many bytes. */
  landed(at: Endpoint, from: string, what: string | number): void;
}
