/** The tables of the database and how older files come to them: forward only, one script a version, never altered. */

/** "kith" in a database's header: says whose file it is. */
export const applicationId = 0x6b697468;

/**
 * Version n is what the first n scripts make. A released script is frozen: change the tables by adding another one,
 * with a fixture of the version before (fixtures/).
 *
 * What is written for every message goes to the end of a table or index, and nowhere else: an index by random keys
 * (message ids, marks of what was seen) would touch a page a row, and a commit writes pages. Those indexes and the
 * full text follow later, up to `state.indexed`; `late-index.ts` knows in memory what they do not have yet.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE state (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    number INTEGER NOT NULL,
    indexed INTEGER NOT NULL,
    commits INTEGER NOT NULL
  ) STRICT;
  INSERT INTO state VALUES (1, 0, 0, 0);

  CREATE TABLE people (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    label TEXT NOT NULL,
    given_name TEXT,
    trust TEXT NOT NULL,
    shares_name_with INTEGER,
    plain_allowed INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    network TEXT NOT NULL,
    identity TEXT NOT NULL,
    keyed INTEGER NOT NULL,
    name TEXT NOT NULL,
    secrecy TEXT NOT NULL,
    address TEXT,
    last_seen_at INTEGER
  ) STRICT;
  CREATE INDEX contacts_by_person ON contacts (person);

  CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    network TEXT NOT NULL,
    kind TEXT NOT NULL,
    person INTEGER,
    room TEXT,
    members TEXT NOT NULL,
    muted INTEGER NOT NULL,
    pinned INTEGER NOT NULL,
    draft TEXT NOT NULL,
    read_up_to INTEGER NOT NULL,
    unread INTEGER NOT NULL,
    newest INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE messages (
    arrived INTEGER PRIMARY KEY,
    changed INTEGER NOT NULL,
    id TEXT NOT NULL,
    conversation INTEGER NOT NULL,
    author INTEGER,
    mine INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    arrived_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    secrecy TEXT NOT NULL,
    reply_to TEXT,
    edited_at INTEGER,
    reactions TEXT,
    deleted INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX messages_by_changed ON messages (changed);
  CREATE INDEX messages_by_conversation ON messages (conversation);

  CREATE TABLE message_ids (
    id TEXT PRIMARY KEY,
    arrived INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE seen_lately (
    place INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL,
    author INTEGER NOT NULL,
    wire_id TEXT NOT NULL,
    message TEXT NOT NULL
  ) STRICT;
  CREATE TABLE seen (
    conversation INTEGER NOT NULL,
    author INTEGER NOT NULL,
    wire_id TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (conversation, author, wire_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE deliveries (
    message INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    state TEXT NOT NULL,
    why TEXT,
    held_by INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_try_at INTEGER,
    at INTEGER NOT NULL,
    PRIMARY KEY (message, recipient)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX deliveries_open ON deliveries (message) WHERE state IN ('queued', 'sending');

  CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE VIRTUAL TABLE message_terms USING fts5 (
    terms, content = '', contentless_delete = 1, prefix = '1 2 3', tokenize = 'ascii'
  );
  CREATE VIRTUAL TABLE message_words USING fts5vocab (message_terms, instance);
  `,
];

/** Signs of the longest beginnings that the index of the full text has (its `prefix`). */
export const indexedBeginningMax = 3;

/** The words of the full text, read from its index: a table without pages of its own. */
export const wordsTable = "message_words";

/** What must be in a database of the present version besides. */
export const tableNames: readonly string[] = [
  "state",
  "people",
  "contacts",
  "conversations",
  "messages",
  "message_ids",
  "seen_lately",
  "seen",
  "deliveries",
  "settings",
  "message_terms",
];
