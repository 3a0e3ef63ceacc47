/** Opens a database file for writing: judged before it is touched, brought to the present version, found whole. */
import { KithError } from "../../base/errors.ts";
import { Connection } from "./connection.ts";
import type { Opening } from "./connection.ts";
import { damaged } from "./failures.ts";
import { applicationId, migrations, tableNames, wordsTable } from "./schema.ts";
import { judgeFile, prepareFile } from "./store-file.ts";
import { Transactions } from "./transactions.ts";

/** Throws KithError when the file cannot be opened as it should: each code says what to do. */
export function openForWriting(opening: Opening): Transactions {
  prepareFile(opening.file);
  judgeFile(opening.file, opening.passphrase);
  const connection = Connection.open(opening);
  try {
    migrate(connection);
    return new Transactions(opening, connection);
  } catch (error) {
    connection.close();
    throw error;
  }
}

interface Version {
  readonly found: number;
  readonly owner: number;
  readonly tables: readonly string[];
}

function migrate(connection: Connection): void {
  const { found, owner, tables } = readVersion(connection);
  if (tables.length > 0 && owner !== applicationId) {
    throw damaged(connection.file, "it is the database of another program");
  }
  if (found > migrations.length) {
    throw new KithError("store-newer", { file: connection.file, found, known: migrations.length });
  }
  migrations.slice(found).forEach((script, at) => bringTo(connection, found + at + 1, script));
  const present = new Set(readVersion(connection).tables);
  const missing = [...tableNames, wordsTable].find((name) => !present.has(name));
  if (missing !== undefined) throw damaged(connection.file, `the table ${missing} is missing`);
  for (const name of tableNames) connection.get(`SELECT 1 FROM ${name} LIMIT 1`); // reads the root of each
}

/** All of a version or nothing of it. */
function bringTo(connection: Connection, version: number, script: string): void {
  connection.script(
    `BEGIN IMMEDIATE; ${script}
     PRAGMA user_version = ${version}; PRAGMA application_id = ${applicationId}; COMMIT;`,
  );
}

function readVersion(connection: Connection): Version {
  const names = connection.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'");
  return {
    found: Number(connection.pragma("user_version")),
    owner: Number(connection.pragma("application_id")),
    tables: names.map((row) => row.name),
  };
}
