/** What the command line is given from outside: the ways to a daemon, the daemon itself, and the process around it. */
import type { Client as ApiClient } from "../../api/client.ts";

/** Which profile is meant, and what the flags say about it. */
export interface Where {
  readonly home?: string;
  readonly profile?: string;
  /** `--set key=value`, in their order; the daemon judges them. */
  readonly set: Readonly<Record<string, string>>;
}

/** A connection to a daemon, or in a test something like it. */
export type Client = Pick<ApiClient, "call" | "follow" | "closed" | "close">;

/** A line that `kith daemon` reports; `ready` is the first. It is printed as one JSON value with `--json`. */
export interface DaemonLine {
  readonly event: string;
  readonly [detail: string]: unknown;
}

/** The ways to a daemon. A file of src/bin/ makes them. */
export interface Parts {
  readonly version: string;
  /** A connection to the profile's running daemon; undefined when none runs. */
  connect(where: Where): Promise<Client | undefined>;
  /**
   * Starts the profile's daemon in the background, resolves once it can be connected to. The passphrase goes through a
   * pipe. Rejects with a KithError, `passphrase-needed` and `passphrase-wrong` among them.
   */
  startDaemon(where: Where, passphrase: string | undefined): Promise<void>;
  /** Runs the daemon in this process until `until` aborts or somebody stops it. Rejects like `startDaemon`. */
  runDaemon(
    where: Where,
    options: {
      readonly passphrase: string | undefined;
      readonly report: (line: DaemonLine) => void;
      readonly until: AbortSignal;
    },
  ): Promise<void>;
  /** Runs a room server in this process until `until` aborts. Rejects with `listen-failed`. */
  serveRooms(options: ServeRoomsOptions): Promise<void>;
  /** Saves what can be read of a damaged history. Without a daemon: rejects with `profile-in-use` while one runs. */
  salvage(where: Where, passphrase: string | undefined): Promise<Salvaged>;
  /** The same way. */
  changePassphrase(where: Where, change: PassphraseChange): Promise<PassphraseChanged>;
}

export interface ServeRoomsOptions {
  readonly settings: {
    readonly address: string;
    /** The wire's own when absent; 0 for a free one. */
    readonly port?: number;
    /** Whether a member may name another address than the one it connects from. */
    readonly trustAddresses: boolean;
    /** Connections at one time, of all and of one address; the usual number when absent. */
    readonly connectionsMax?: number;
    readonly perAddressMax?: number;
  };
  /** Where a log is kept besides what is reported. */
  readonly logFile?: string;
  readonly report: (line: ServerLine) => void;
  readonly until: AbortSignal;
}

/** A line that a server reports: `ready` is the first, `ended` the last. One JSON value with `--json`. */
export interface ServerLine extends DaemonLine {
  readonly [detail: string]: string | number;
}

/** What could be saved of a damaged history. */
export interface Salvaged {
  /** Where the history stands now. */
  readonly file: string;
  /** Where the damaged one is kept. */
  readonly aside: string;
  /** Rows by table. */
  readonly saved: Readonly<Record<string, number>>;
  /** Tables of which a part or all was lost. */
  readonly incomplete: readonly string[];
}

export interface PassphraseChange {
  /** The one that opens the profile now. */
  readonly present: string | undefined;
  /** Asked for once the profile is open; undefined for none. When it rejects, nothing was changed. */
  readonly next: () => Promise<string | undefined>;
  /** Whether these may go: they hold in plain text what is encrypted now. */
  readonly mayDelete: (chatLogs: readonly string[]) => Promise<boolean>;
}

export interface PassphraseChanged {
  /** The profile's folder. */
  readonly home: string;
  readonly encrypted: boolean;
  /** Chat logs that are gone. */
  readonly deleted: readonly string[];
  /** Files that hold messages in plain text, or under the passphrase of before. */
  readonly left: readonly string[];
}

export interface InputStream extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  setRawMode?(mode: boolean): unknown;
  unref?(): unknown;
}

export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** The process around the program, so that tests can be one. */
export interface Surroundings {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Wall ms. */
  now(): number;
  /** Calls `heard` at Ctrl+C and SIGTERM, until the returned function is called. */
  onInterrupt(heard: () => void): () => void;
}
