/** Who may connect: counts the accepted links, all of them and those of one address. */
import { assert } from "../base/assert.ts";
import type { DriveLimits } from "../protocols/machine.ts";
import { limitKey } from "./address.ts";

export class Admission {
  readonly #limits: DriveLimits;
  readonly #perAddress = new Map<string, number>();
  #total = 0;

  constructor(limits: DriveLimits) {
    this.#limits = limits;
  }

  /** Counts a connection from `host`, or says which limit it would exceed. */
  enter(host: string): "admitted" | "accept.limit" | "accept.address-limit" {
    if (this.#total >= this.#limits.acceptedMax) return "accept.limit";
    const key = limitKey(host);
    const before = this.#perAddress.get(key) ?? 0;
    if (before >= this.#limits.acceptedPerAddressMax) return "accept.address-limit";
    this.#perAddress.set(key, before + 1);
    this.#total++;
    return "admitted";
  }

  /** A connection that was admitted is gone. */
  leave(host: string): void {
    const key = limitKey(host);
    const before = this.#perAddress.get(key) ?? 0;
    assert(before > 0, "only those leave who entered");
    if (before === 1) this.#perAddress.delete(key);
    else this.#perAddress.set(key, before - 1);
    this.#total--;
  }
}
