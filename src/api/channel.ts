/** What carries JSON texts between a face and the daemon, whatever it is made of: a line, a frame, a queue in a test. */

/** The daemon's end of one connection. */
export interface Channel {
  send(text: string): void;
  /** Bytes that were sent and have not left yet. */
  readonly unsent: number;
  /** `false` stops taking texts from the other side until it is turned on again. */
  reading(on: boolean): void;
  close(): void;
}

/** What a channel tells the session behind it. */
export interface ChannelListener {
  /** One whole JSON text. */
  received(text: string): void;
  /** Everything that was sent has left. */
  drained(): void;
  /** Once, whoever ended it. */
  ended(): void;
}

/** A client's end of one connection. */
export interface Wire {
  send(text: string): void;
  close(): void;
}

/** What a wire tells its client. */
export interface WireListener {
  /** One whole JSON text. */
  received(text: string): void;
  /** Once, whoever ended it. */
  ended(): void;
}
