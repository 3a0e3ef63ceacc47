/** The two machines of this network: the classic one with its encryption, and the later variant. */
import type { Crypto } from "../../base/crypto.ts";
import { ClassicDialect, type ClassicItem } from "./classic-dialect.ts";
import { Dialect2025, type Item2025, type LegacyCipher } from "./dialect-2025.ts";
import { LanMachine, type LanMachineParts } from "./machine.ts";
import type { KeptKeys } from "./own-keys.ts";

export interface ClassicLanParts extends LanMachineParts {
  readonly crypto: Crypto;
  /** What was remembered as "keys" last; undefined at the very first start. */
  readonly keys: KeptKeys | undefined;
}

export function classicLan(parts: ClassicLanParts): LanMachine<ClassicItem> {
  return new LanMachine(parts, (shared) => new ClassicDialect(parts, shared));
}

export interface Lan2025Parts extends LanMachineParts {
  readonly cipher: LegacyCipher;
}

export function lan2025(parts: Lan2025Parts): LanMachine<Item2025> {
  return new LanMachine(parts, (shared) => new Dialect2025(parts, shared));
}
