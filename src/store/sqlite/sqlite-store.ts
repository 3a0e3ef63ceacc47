/** The Store port on a database file: all its facets put together. */
import type { Store } from "../../core/ports/store.ts";
import { sqliteDeliveries } from "./deliveries.ts";
import { openForWriting } from "./opening.ts";
import { LateIndex } from "./late-index.ts";
import { SqliteMessages } from "./messages.ts";
import { sqliteConversations, sqlitePeople } from "./people-and-conversations.ts";
import { SqliteSearch } from "./search.ts";
import { sqliteSettings } from "./settings.ts";
import type { Transactions } from "./transactions.ts";

export interface SqliteStoreOptions {
  /** One process has it open for writing: see profile-lock.ts. */
  readonly file: string;
  /** Encrypts a new file; opens an encrypted one. */
  readonly passphrase?: string;
}

export interface SqliteStore extends Store {
  /**
   * Sets, changes or (undefined) takes away the passphrase; the whole file is written anew, which takes a second for
   * each 100 MB or so. No other connection may be open: close the long queries before. What was deleted from the
   * disk's free space by it, the unencrypted file included, is the disk's to forget.
   */
  setPassphrase(passphrase: string | undefined): void;
}

/**
 * Rows that the indexes may be behind when a transaction begins; with more, a slice of them is taken in before it:
 * memory holds an entry for each, and a search scans them. Ten times what the daemon leaves, so only a flood without a
 * pause or a disk that fails gets there.
 */
export const lateRowsMax = 50_000;
/** Rows of such a slice: twice what comes in one turn, so that the rest shrinks. */
const forcedSlice = 1_000;

/** Throws KithError when the file cannot be opened as it should: each code says what to do. */
export function openSqliteStore(options: SqliteStoreOptions): SqliteStore {
  const transactions = openForWriting(options);
  try {
    return storeOn(transactions, options.file);
  } catch (error) {
    transactions.close();
    throw error;
  }
}

function storeOn(transactions: Transactions, file: string): SqliteStore {
  const late = new LateIndex(transactions);
  const search = new SqliteSearch(transactions, late, file);
  return {
    transaction(work) {
      // Before the work and never after it: whoever is told of a failure here can rely on nothing being stored.
      if (late.held > lateRowsMax) search.index(forcedSlice);
      return transactions.run(work);
    },
    savepoint: (work) => transactions.savepoint(work),
    forgetReplaced: () => transactions.forgetReplaced(),
    people: sqlitePeople(transactions),
    conversations: sqliteConversations(transactions, file),
    messages: new SqliteMessages(transactions, late, search, file),
    deliveries: sqliteDeliveries(transactions, late, file),
    settings: sqliteSettings(transactions),
    search,
    setPassphrase: (passphrase) => transactions.setPassphrase(passphrase),
    close: () => transactions.close(),
  };
}
