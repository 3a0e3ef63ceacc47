/** My name and availability: what the configuration says, what was chosen while running, and who has the last word. */
import { userInfo } from "node:os";
import { availability } from "../api/records.ts";
import type { Availability } from "../core/model.ts";
import type { Queries } from "../core/queries.ts";
import type { Config } from "./config.ts";
import type { Loop } from "./loop.ts";

/** What was chosen while running, among the settings of the profile. */
const prefix = "profile.";

export interface OwnProfileParts {
  readonly config: Config;
  readonly queries: Queries;
  readonly loop: Loop;
}

export class OwnProfile {
  readonly #parts: OwnProfileParts;

  constructor(parts: OwnProfileParts) {
    this.#parts = parts;
  }

  /** Whether anybody has chosen the name; otherwise it is that of the account on this machine. */
  get isNamed(): boolean {
    return this.#inForce("profile.name") !== "";
  }

  /** What was chosen while running for a key of the configuration. */
  changed(key: string): string | undefined {
    if (!key.startsWith(prefix)) return undefined;
    return this.#parts.queries.settings(prefix).find(([known]) => known === key)?.[1];
  }

  /** At the start: the chat goes by what is in force now. Rejects where the name cannot be used. */
  async start(): Promise<void> {
    const { queries, loop } = this.#parts;
    const me = queries.profile();
    const name = String(this.#inForce("profile.name")) || accountName();
    const wanted = availability.parse(this.#inForce("profile.availability"));
    if (name !== me.name) await loop.command({ kind: "set-name", name });
    if (wanted !== me.availability) await loop.command({ kind: "set-availability", availability: wanted });
  }

  async change(changes: { readonly name?: string; readonly availability?: Availability }): Promise<void> {
    const { name } = changes;
    const { loop } = this.#parts;
    if (name !== undefined) {
      await loop.command({ kind: "set-name", name });
      await loop.command({
        kind: "put-setting",
        key: "profile.name",
        value: this.#parts.queries.profile().name,
      });
    }
    if (changes.availability !== undefined) {
      await loop.command({ kind: "set-availability", availability: changes.availability });
      await loop.command({ kind: "put-setting", key: "profile.availability", value: changes.availability });
    }
  }

  #inForce(key: string): unknown {
    return this.#parts.config.setting(key, this.changed(key)).value;
  }
}

function accountName(): string {
  try {
    return userInfo().username || "somebody";
  } catch {
    return "somebody"; // acts: some systems know no name for the account
  }
}
