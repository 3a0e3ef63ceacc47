/** What is done to a profile while no daemon runs: behind the same lock, so that none can start meanwhile. */
import { existsSync } from "node:fs";
import { KithError } from "../base/errors.ts";
import { lockProfile } from "../store/sqlite/profile-lock.ts";
import { foldersOf } from "./folders.ts";
import type { Environment, Folders, Where } from "./folders.ts";

/** Rejects with "profile-in-use" while a daemon runs, with "no-history" where there is none; makes nothing. */
export async function withProfile<Value>(
  where: Where,
  environment: Environment,
  work: (folders: Folders) => Value | Promise<Value>,
): Promise<Value> {
  const folders = foldersOf(where, environment);
  if (!existsSync(folders.database)) throw new KithError("no-history", { file: folders.database });
  const lock = lockProfile(folders.home);
  try {
    return await work(folders);
  } finally {
    lock.release();
  }
}
