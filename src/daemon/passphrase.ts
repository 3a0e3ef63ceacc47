/** Sets, changes or takes away the passphrase of a profile, without a daemon, and finds what stays readable beside it. */
import { existsSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { SqliteStore } from "../store/sqlite/sqlite-store.ts";
import { readConfigFile } from "./config-file.ts";
import { chatLogFile } from "./chat-logs.ts";
import type { Environment, Folders, Where } from "./folders.ts";
import { rememberedNetworks } from "./networks.ts";
import { withProfile } from "./offline.ts";

export interface PassphraseChange {
  readonly where: Where;
  /** The one that opens the profile now. */
  readonly present: string | undefined;
  /** Asked for once the profile is open; undefined for none. When it rejects, nothing was changed. */
  readonly next: () => Promise<string | undefined>;
  /** Whether these may go: they hold in plain text what is encrypted now. */
  readonly mayDelete: (chatLogs: readonly string[]) => Promise<boolean>;
  readonly environment: Environment;
}

export interface PassphraseChanged {
  /** The profile's folder. */
  readonly home: string;
  readonly encrypted: boolean;
  /** Chat logs in plain text that are gone. */
  readonly deleted: readonly string[];
  /** Files that still hold messages in plain text, or under the passphrase of before. */
  readonly left: readonly string[];
}

/** Rejects with "profile-in-use" while a daemon runs, and like the start of one for a passphrase that is wrong. */
export function changePassphrase(change: PassphraseChange): Promise<PassphraseChanged> {
  const { where, present, mayDelete, environment } = change;
  return withProfile(where, environment, async (folders) => {
    const store = openSqliteStore({
      file: folders.database,
      ...(present !== undefined && { passphrase: present }),
    });
    let next: string | undefined;
    let logs: readonly string[];
    try {
      next = await change.next();
      logs = await chatLogs(folders, store);
      if (next !== present) store.setPassphrase(next);
    } finally {
      store.close(); // empties the log of the database and takes it away
    }
    const { home } = folders;
    if (next === undefined) return { home, encrypted: false, deleted: [], left: [] };
    const copies = olderCopies(folders);
    if (logs.length === 0 || !(await mayDelete(logs)))
      return { home, encrypted: true, deleted: [], left: [...logs, ...copies] };
    for (const log of logs) await rm(log, { force: true });
    return { home, encrypted: true, deleted: logs, left: copies };
  });
}

/** Those there are: the usual one, and what the networks' settings and the configuration name. */
async function chatLogs({ home, configFile }: Folders, store: SqliteStore): Promise<readonly string[]> {
  const networks = rememberedNetworks(store.settings.list(""));
  const remembered = networks.map(([, { settings }]) => settings["log"]);
  const configured = Object.entries(await readConfigFile(configFile)).flatMap(([key, value]) =>
    key.endsWith(".log") ? [value] : [],
  );
  const named = [true, ...remembered, ...configured].flatMap((log) => chatLogFile(home, log) ?? []);
  return [...new Set(named)].filter((file) => existsSync(file));
}

/** What saving a damaged history has set aside, or was writing when it was cut off. */
function olderCopies({ home, database }: Folders): readonly string[] {
  const name = basename(database);
  const isCopy = (file: string): boolean =>
    file.startsWith(`${name}.damaged-`) || file.startsWith(`${name}.salvaged`);
  return readdirSync(home)
    .filter(isCopy)
    .sort()
    .map((file) => join(home, file));
}
