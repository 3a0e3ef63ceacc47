/**
 * The configuration in force: flags before environment before what was changed while running before config.toml before
 * defaults. The file is the user's; it is read and never written.
 */
import * as z from "zod";
import { KithError } from "../base/errors.ts";
import { programKeys } from "./config-keys.ts";
import type { Keys, ProgramKey, ProgramValue } from "./config-keys.ts";
import type { Environment } from "./folders.ts";
import { nearest } from "../base/nearest.ts";

export type Origin = "flag" | "environment" | "changed" | "file" | "default";

export interface Setting {
  readonly value: unknown;
  readonly from: Origin;
}

/** Keys with their values, as one source has them. */
export type Source = Readonly<Record<string, unknown>>;

export interface Sources {
  /** `--set key=value`. */
  readonly flags: Readonly<Record<string, string>>;
  readonly environment: Environment;
  /** The tables of config.toml, put together to dotted keys. */
  readonly file: Source;
  readonly fileName: string;
}

/** Variables that are no settings, but say which profile is meant. */
const otherVariables: readonly string[] = ["KITH_HOME", "KITH_PROFILE"];

export class Config {
  readonly #keys: Keys;
  readonly #flags: ReadonlyMap<string, unknown>;
  readonly #environment: ReadonlyMap<string, unknown>;
  readonly #file: ReadonlyMap<string, unknown>;

  /** `keys`: those of the networks, besides the program's own. Throws a KithError for what cannot be understood. */
  constructor(sources: Sources, keys: Keys) {
    this.#keys = { ...programKeys, ...keys };
    this.#flags = this.#fromWords(Object.entries(sources.flags), "--set");
    this.#environment = this.#fromWords(this.#variables(sources.environment), "the environment");
    this.#file = this.#judged(Object.entries(sources.file), sources.fileName);
  }

  get<Key extends ProgramKey>(key: Key): ProgramValue<Key> {
    return this.setting(key).value as ProgramValue<Key>;
  }

  /** `changed`: what was set for this key while running, if anything. */
  setting(key: string, changed?: unknown): Setting {
    const sources: readonly (readonly [Origin, unknown])[] = [
      ["flag", this.#flags.get(key)],
      ["environment", this.#environment.get(key)],
      ["changed", changed],
      ["file", this.#file.get(key)],
    ];
    const [from, value] = sources.find(([, found]) => found !== undefined) ?? ["default", this.#default(key)];
    return { value, from };
  }

  /** Every key, sorted. */
  keys(): readonly string[] {
    return Object.keys(this.#keys).sort();
  }

  /** Undefined as well where a network needs it to be set: what the network does without it is its own matter. */
  #default(key: string): unknown {
    return z.safeParse(this.#schema(key, ""), undefined).data;
  }

  #schema(key: string, where: string): z.core.$ZodType {
    const schema = Object.hasOwn(this.#keys, key) ? this.#keys[key] : undefined;
    if (schema !== undefined) return schema;
    const meant = nearest(key, Object.keys(this.#keys));
    const hint = meant === undefined ? "" : `Did you mean ${meant}? `;
    throw new KithError("config-unknown-key", { key, where, hint });
  }

  #judged(entries: readonly (readonly [string, unknown])[], where: string): Map<string, unknown> {
    return new Map(entries.map(([key, value]) => [key, judge(this.#schema(key, where), key, value, where)]));
  }

  #fromWords(entries: readonly (readonly [string, string])[], where: string): Map<string, unknown> {
    return new Map(
      entries.map(([key, words]) => {
        const schema = this.#schema(key, where);
        return [key, judge(schema, key, meaningOf(words, schema), where)];
      }),
    );
  }

  /** `KITH_LAN_UDP_PORT` is `lan.udpPort`. */
  #variables(environment: Environment): readonly (readonly [string, string])[] {
    const keys = new Map(Object.keys(this.#keys).map((key) => [variableOf(key), key]));
    return Object.entries(environment).flatMap(([variable, words]) => {
      if (!variable.startsWith("KITH_") || otherVariables.includes(variable) || words === undefined)
        return [];
      const key = keys.get(variable);
      if (key !== undefined) return [[key, words]];
      const meant = nearest(variable, keys.keys());
      const hint = meant === undefined ? "" : `Did you mean ${meant}? `;
      throw new KithError("config-unknown-key", { key: variable, where: "the environment", hint });
    });
  }
}

export function variableOf(key: string): string {
  const words = key.replaceAll(/[.-]/g, "_").replaceAll(/[A-Z]/g, "_$&");
  return `KITH_${words.toUpperCase()}`;
}

function judge(schema: z.core.$ZodType, key: string, value: unknown, where: string): unknown {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  throw new KithError("config-bad-value", {
    key,
    where,
    problem: result.error.issues[0]?.message ?? "it does not fit",
  });
}

/** What the words of a flag or a variable stand for: the first reading that the key can have. */
function meaningOf(words: string, schema: z.core.$ZodType): unknown {
  const readings = [switches.get(words), words.trim() === "" ? [] : Number(words), words, list(words)];
  return readings.find((reading) => reading !== undefined && z.safeParse(schema, reading).success) ?? words;
}

const switches: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["on", true],
  ["yes", true],
  ["false", false],
  ["off", false],
  ["no", false],
]);

function list(words: string): readonly string[] {
  return words.split(",").map((word) => word.trim());
}
