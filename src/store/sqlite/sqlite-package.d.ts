/** What is used of better-sqlite3-multiple-ciphers, whose own types its package does not export. */
declare module "better-sqlite3-multiple-ciphers" {
  namespace Database {
    class SqliteError extends Error {
      /** The extended result code by name: "SQLITE_IOERR_FSYNC". */
      readonly code: string;
    }
    interface RunResult {
      readonly changes: number;
      readonly lastInsertRowid: number | bigint;
    }
    interface Statement<Row> {
      run(...values: readonly unknown[]): RunResult;
      get(...values: readonly unknown[]): Row | undefined;
      all(...values: readonly unknown[]): Row[];
    }
    interface Options {
      readonly readonly?: boolean;
      readonly fileMustExist?: boolean;
      /** Ms to wait for another connection's lock. */
      readonly timeout?: number;
    }
  }

  class Database {
    readonly open: boolean;
    readonly inTransaction: boolean;
    constructor(file: string, options?: Database.Options);
    prepare<Row>(sql: string): Database.Statement<Row>;
    exec(sql: string): this;
    pragma(pragma: string, options?: { readonly simple?: boolean }): unknown;
    key(key: Buffer): number;
    rekey(key: Buffer): number;
    /** On: lets `writable_schema` and its like have effect. */
    unsafeMode(on: boolean): this;
    close(): this;
  }

  export { Database as default };
}
