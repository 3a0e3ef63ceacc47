/** The networks that run: connected, set anew and disconnected while the daemon goes on, and back after a restart. */
import * as z from "zod";
import { present } from "../base/assert.ts";
import { KithError, problemOf } from "../base/errors.ts";
import { toNetworkName } from "../base/ids.ts";
import type { NetworkName } from "../base/ids.ts";
import { nearest } from "../base/nearest.ts";
import { keepPrefix } from "../core/keep.ts";
import type { Network, NetworkEvent } from "../core/ports/network.ts";
import type { Queries } from "../core/queries.ts";
import type { CoreEffect } from "../core/turn.ts";
import type { NetworkSet } from "../api/records.ts";
import type { Config } from "./config.ts";
import { FailedNetwork, whyOf } from "./failed-network.ts";
import type { Loop } from "./loop.ts";
import type { NetworkKind, Settings } from "./network-kinds.ts";

/** Each has sockets and a list of people; nobody needs more. */
export const networksMax = 16;

/** How a network is remembered among the settings of the profile. */
const prefix = "network.";
const remembered = z.object({
  kind: z.string(),
  connected: z.boolean(),
  /** What was set while running, and nothing else. */
  settings: z.record(z.string(), z.unknown()),
});
type Remembered = z.output<typeof remembered>;

interface Running {
  readonly network: Network;
  readonly kind: string;
  /** In force, wherever they come from. */
  readonly settings: Settings;
}

/** `error`: why there is only a stand-in. */
interface Built {
  readonly running: Running;
  readonly error?: Error;
}

export interface NetworksParts {
  readonly kinds: Readonly<Record<string, NetworkKind>>;
  readonly create: (kind: NetworkKind, name: NetworkName, settings: Settings) => Network;
  readonly config: Config;
  readonly loop: Pick<Loop, "add" | "command" | "settled">;
  readonly queries: Pick<Queries, "settings">;
  /** A network could not be built or started. */
  readonly failed: (name: string, error: unknown) => void;
}

export class Networks {
  readonly #parts: NetworksParts;
  readonly #running = new Map<NetworkName, Running>();
  /** One change after the other: stopping takes its time. */
  #changing: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(parts: NetworksParts) {
    this.#parts = parts;
  }

  get(name: NetworkName): Running | undefined {
    return this.#running.get(name);
  }

  all(): readonly Running[] {
    return [...this.#running.values()];
  }

  /** Starts what was connected, and what connects without being asked for unless it was disconnected. */
  start(): void {
    const known = new Map(this.#remembered());
    for (const kind of this.#parts.config.get("networks.autoconnect")) {
      const name = this.#nameOf(kind);
      if (!known.has(name)) known.set(name, { kind, connected: true, settings: {} });
    }
    for (const [name, { kind, connected, settings }] of known) {
      // What is wrong with one is told and shown, and the others go on.
      if (connected) this.#run(name, kind, settings);
    }
  }

  /** What is not said stays as it was when the network was connected before. */
  connect(kind: string, wanted: NetworkName | undefined, settings: Settings = {}): Promise<NetworkName> {
    return this.#change(async () => {
      const name = wanted ?? this.#nameOf(kind);
      this.#kind(kind);
      if (this.#running.has(name)) throw new KithError("network-exists", { network: name });
      if (this.#running.size >= networksMax) throw new KithError("networks-full", { count: networksMax });
      const before = new Map(this.#remembered()).get(name);
      const merged = changedBy(before?.kind === kind ? before.settings : {}, settings);
      this.#judge(name, kind, merged);
      await this.#remember(name, { kind, connected: true, settings: merged });
      this.#demand(name, kind, merged);
      return name;
    });
  }

  disconnect(name: NetworkName): Promise<void> {
    return this.#change(async () => {
      const { kind } = this.#required(name);
      const { settings } = this.#memoryOf(name, kind);
      await this.#remember(name, { kind, connected: false, settings });
      await this.#end(name);
    });
  }

  /** Disconnects it and deletes for good what it kept, its keys first of all; also one that was disconnected before. */
  forget(name: NetworkName): Promise<void> {
    return this.#change(async () => {
      const { loop, queries } = this.#parts;
      const known = this.#running.get(name) ?? new Map(this.#remembered()).get(name);
      if (known === undefined) throw new KithError("no-such-network", { network: name });
      await this.#remember(name, { kind: known.kind, connected: false, settings: {} });
      await this.#end(name);
      const kept = queries.settings(keepPrefix(name));
      await Promise.all(kept.map(([key]) => loop.command({ kind: "put-setting", key })));
    });
  }

  configure(name: NetworkName, settings: Settings): Promise<void> {
    return this.#change(async () => {
      const { kind } = this.#required(name);
      const merged = changedBy(this.#memoryOf(name, kind).settings, settings);
      this.#judge(name, kind, merged);
      await this.#remember(name, { kind, connected: true, settings: merged });
      await this.#end(name);
      this.#demand(name, kind, merged);
    });
  }

  /** Those of these settings that have no effect, since the daemon was started with others. */
  overridden(name: NetworkName, settings: Settings): NetworkSet["overridden"] {
    const kind = this.#running.get(name)?.kind;
    if (kind === undefined || name !== this.#nameOf(kind)) return [];
    return Object.keys(settings).flatMap((setting) => {
      const key = `${kind}.${setting}`;
      const { from } = this.#parts.config.setting(key);
      return from === "flag" || from === "environment" ? [{ key, from }] : [];
    });
  }

  /** What was set while running for a key of the configuration ("lan.address"). */
  changed(key: string): unknown {
    const [name = "", setting = ""] = key.split(".");
    const network = toNetworkName(name);
    return network === undefined ? undefined : new Map(this.#remembered()).get(network)?.settings[setting];
  }

  carryOut(effect: CoreEffect): void {
    const network = this.#running.get(effect.network)?.network;
    switch (effect.kind) {
      case "send":
        network?.send(effect.outgoing);
        return;
      case "acknowledge":
        network?.acknowledge(effect.receipt);
        return;
      case "present":
        network?.present(effect.me);
        return;
    }
  }

  /** Resolves once every socket is released; nothing is reported afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([this.#changing, ...this.all().map(({ network }) => network.stop())]);
    this.#running.clear();
  }

  /** Throws why it cannot be built. Once the end has begun, what was remembered waits for the next start. */
  #demand(name: NetworkName, kind: string, changed: Settings): void {
    if (this.#stopped) return;
    const { error } = this.#run(name, kind, changed);
    if (error !== undefined) throw error;
  }

  /** Where it cannot be built, what stands in its place says why; so does whoever is told what comes back. */
  #run(name: NetworkName, kind: string, changed: Settings): Built {
    const { loop, failed } = this.#parts;
    const built = this.#build(name, kind, changed);
    if (built.error !== undefined) failed(name, built.error);
    const { network } = built.running;
    const report = (event: NetworkEvent): void => {
      if (this.get(name)?.network === network) loop.add({ kind: "network", network: name, event });
    };
    this.#running.set(name, built.running);
    loop.add({ kind: "network-added", network: name, traits: network.traits });
    network.start(report).catch((error: unknown) => {
      failed(name, error);
      report({ kind: "health", state: "down", why: whyOf(error) });
    });
    return built;
  }

  #build(name: NetworkName, kind: string, changed: Settings): Built {
    try {
      const settings = this.#judge(name, kind, changed);
      const network = this.#parts.create(this.#kind(kind), name, settings);
      return { running: { network, kind, settings } };
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(problemOf(error));
      return {
        running: { network: new FailedNetwork(name, kind, failure), kind, settings: changed },
        error: failure,
      };
    }
  }

  /**
   * First the core is told: what it would still send to a network that stops would end as something of which nobody
   * knows whether it went out.
   */
  async #end(name: NetworkName): Promise<void> {
    const running = this.#running.get(name);
    if (running === undefined || this.#stopped) return; // whoever ends the daemon stops it
    const { loop } = this.#parts;
    this.#running.delete(name);
    loop.add({ kind: "network-removed", network: name });
    await loop.settled();
    await running.network.stop();
  }

  /** What is in force when `changed` was set while running. Throws for what the kind does not understand. */
  #judge(name: NetworkName, kind: string, changed: Settings): Settings {
    const { settings: schema } = this.#kind(kind);
    const keys = Object.keys(schema.shape);
    const unknown = Object.keys(changed).find((key) => !keys.includes(key));
    if (unknown !== undefined) throw unknownKey(unknown, keys, name);
    const inForce = keys.flatMap((key) => {
      const value =
        name === this.#nameOf(kind)
          ? this.#parts.config.setting(`${kind}.${key}`, changed[key]).value
          : changed[key];
      return value === undefined ? [] : [[key, value] as const];
    });
    const result = schema.safeParse(Object.fromEntries(inForce));
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    const details = { key: issue?.path.join(".") ?? "", where: name, problem: issue?.message ?? "" };
    throw new KithError("config-bad-value", details);
  }

  #kind(kind: string): NetworkKind {
    const { kinds } = this.#parts;
    const found = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (found !== undefined) return found;
    throw new KithError("no-such-kind", { kind, kinds: Object.keys(kinds).join(", ") });
  }

  /** Of a network that was given none: that of its kind. */
  #nameOf(kind: string): NetworkName {
    this.#kind(kind);
    return present(toNetworkName(kind), "a kind whose name a network can have");
  }

  #required(name: NetworkName): Running {
    const running = this.#running.get(name);
    if (running === undefined) throw new KithError("no-such-network", { network: name });
    return running;
  }

  #memoryOf(name: NetworkName, kind: string): Remembered {
    return new Map(this.#remembered()).get(name) ?? { kind, connected: true, settings: {} };
  }

  #remembered(): ReturnType<typeof rememberedNetworks> {
    return rememberedNetworks(this.#parts.queries.settings(prefix));
  }

  #remember(name: NetworkName, record: Remembered): Promise<undefined> {
    return this.#parts.loop.command({
      kind: "put-setting",
      key: `${prefix}${name}`,
      value: JSON.stringify(record),
    });
  }

  #change<Value>(change: () => Promise<Value>): Promise<Value> {
    const changed = this.#changing.then(() => {
      if (this.#stopped) throw new KithError("daemon-stopping");
      return change();
    });
    this.#changing = changed.catch(() => undefined); // told to whoever asked for it
    return changed;
  }
}

/**
 * The networks among the settings of the profile. What cannot be understood was written by a newer version, and is
 * left alone.
 */
export function rememberedNetworks(
  settings: readonly (readonly [key: string, value: string])[],
): readonly (readonly [NetworkName, Remembered])[] {
  return settings.flatMap(([key, value]) => {
    if (!key.startsWith(prefix)) return [];
    const name = toNetworkName(key.slice(prefix.length));
    const record = remembered.safeParse(JSON.parse(value));
    return name !== undefined && record.success ? [[name, record.data] as const] : [];
  });
}

/** `null` takes a setting back, one included that this version does not know. */
function changedBy(before: Settings, changes: Settings): Settings {
  return Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null));
}

function unknownKey(key: string, keys: readonly string[], where: string): KithError {
  const meant = nearest(key, keys);
  return new KithError("config-unknown-key", {
    key,
    where,
    hint: meant === undefined ? "" : `Did you mean ${meant}? `,
  });
}
