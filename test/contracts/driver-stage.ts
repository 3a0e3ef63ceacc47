/** The stage on which the driver contract plays: a world with a driver, probes in it, and ways to have them meet. */
import { afterEach, beforeEach, expect } from "vitest";
import type { Now } from "../../src/base/time.ts";
import type { Address, Driver, LinkId } from "../../src/protocols/machine.ts";
import { Probe, type ProbeEffect } from "./driver-probe.ts";

/** A host, real or simulated, with a driver on it. Each test gets a new one. */
export interface DriverWorld {
  readonly driver: Driver;
  /** An address of the host that everything listens on. */
  readonly host: string;
  /** Another of its addresses, to dial from. */
  readonly otherHost: string;
  /** Somewhere that takes no connection and refuses none. */
  readonly silent: Address;
  now(): Now;
  /** Lets the world go on until the condition holds; rejects when it never does. */
  settle(condition: () => boolean): Promise<void>;
  /** Ends what the world holds besides drives. */
  end(): Promise<void>;
}

export type MakeDriverWorld = () => Promise<DriverWorld>;

/** What the tests of one part need of the world: it is there from the first `beforeEach` on. */
export class Stage {
  #world: DriverWorld | undefined;
  readonly #probes: Probe[] = [];

  async open(make: MakeDriverWorld): Promise<void> {
    this.#world = await make();
  }

  async close(): Promise<void> {
    await Promise.all(this.#probes.splice(0).map((probe) => probe.stop()));
    await this.world.end();
  }

  get world(): DriverWorld {
    if (this.#world === undefined) throw new Error("no world was made");
    return this.#world;
  }

  probe(limits?: ConstructorParameters<typeof Probe>[1]): Probe {
    const probe = new Probe(this.world.driver, limits);
    this.#probes.push(probe);
    return probe;
  }

  settle(condition: () => boolean): Promise<void> {
    return this.world.settle(condition);
  }

  /** Lets time pass: for what must not happen. */
  async pass(ms: number): Promise<void> {
    const watch = this.probe();
    watch.wakeAt(this.world.now().mono + ms);
    await this.settle(() => watch.wokenAt.length > 0);
  }

  /** Has the probe listen at a port that the system chooses. */
  async listen(probe: Probe, more: Partial<Extract<ProbeEffect, { kind: "listen" }>> = {}): Promise<Address> {
    const at = { host: this.world.host, port: 0 };
    probe.do({ kind: "listen", name: "door", at, ...more });
    await this.settle(() => probe.all("listening").length > 0);
    const [listening] = probe.all("listening");
    expect(listening?.at.port).toBeGreaterThan(0);
    return { host: this.world.host, port: listening?.at.port ?? 0 };
  }

  dial(probe: Probe, to: Address, more: Partial<Extract<ProbeEffect, { kind: "dial" }>> = {}): LinkId {
    const link = probe.nextLink();
    probe.do({ kind: "dial", link, to, timeoutMs: 5_000, ...more });
    return link;
  }

  /** Two probes with a link between them: alice dialled, bob accepted. */
  async pair(limits?: ConstructorParameters<typeof Probe>[1]): Promise<Pair> {
    const [alice, bob] = [this.probe(limits), this.probe(limits)];
    const at = await this.listen(bob);
    const toBob = this.dial(alice, at);
    await this.settle(() => alice.all("linkUp").length > 0 && bob.all("linkUp").length > 0);
    const toAlice = bob.all("linkUp")[0]?.link ?? 0;
    return { alice, bob, toBob, toAlice, at };
  }
}

export interface Pair {
  readonly alice: Probe;
  readonly bob: Probe;
  readonly toBob: LinkId;
  readonly toAlice: LinkId;
  readonly at: Address;
}

/** A new world for each test around it. */
export function stageFor(make: MakeDriverWorld): Stage {
  const stage = new Stage();
  beforeEach(() => stage.open(make));
  afterEach(() => stage.close());
  return stage;
}
