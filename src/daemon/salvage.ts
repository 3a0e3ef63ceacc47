/** Saves what can be read of a profile's damaged history, without a daemon. */
import type { SalvageReport } from "../store/sqlite/salvage.ts";
import { salvageStore } from "../store/sqlite/salvage.ts";
import type { Environment, Where } from "./folders.ts";
import { withProfile } from "./offline.ts";

export interface Salvaged extends SalvageReport {
  /** Where the history stands now: what was saved. */
  readonly file: string;
}

/** Rejects with "profile-in-use" while a daemon runs, and like the start of one for a passphrase that is wrong. */
export function salvageProfile(
  where: Where,
  passphrase: string | undefined,
  environment: Environment,
): Promise<Salvaged> {
  return withProfile(where, environment, ({ database: file }) => {
    const sealed = { file, ...(passphrase !== undefined && { passphrase }) };
    return { file, ...salvageStore({ ...sealed, stamp: stampOf(new Date()) }) };
  });
}

/** "2031-05-17T093012Z": every file system takes it. */
function stampOf(date: Date): string {
  return `${date.toISOString().slice(0, 19).replaceAll(":", "")}Z`;
}
